"""The measurements. Each takes seconds to spend and gives the best figure seen.

The best, because whatever else the machine is doing can only make a figure worse.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

TURNS = 30
"""Turns of an episode; a world is begun again after as many, so that hardly anyone has died."""
SEED = 7


class UnavailableError(RuntimeError):
    """Something that a measurement needs is not installed."""


def best(act: Callable[[], Any], seconds: float, prepare: Callable[[], Any] | None = None) -> float:
    """Fewest seconds that the act took, over as many repetitions as fit."""
    fewest, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        if prepare is not None:
            prepare()
        start = time.perf_counter()
        act()
        fewest = min(fewest, time.perf_counter() - start)
    return fewest


def engine(seconds: float) -> float:
    """Founders' turns a second, all alive: nature, people, council, books of 1,000 worlds; nothing done."""
    from gyges.world.engine import World

    worlds = 1000
    start = World(range(worlds), turns=TURNS)
    live = [start.copy()]

    def begin_again() -> None:
        live[0] = start.copy()

    def episode() -> None:
        world = live[0]
        for _ in range(TURNS):
            world.open()
            world.close()

    episode()
    return int(start.founders.sum()) * TURNS / best(episode, seconds, begin_again)


def consequences(seconds: float) -> float:
    """Microseconds for the expected consequences of a full menu on everyone, in one future."""
    from gyges.world.engine import World
    from gyges.world.ladder import LADDER

    world = World([SEED], rung=LADDER[-1], turns=TURNS)
    world.open()
    menu = world.offer(0)
    world.foresee(menu, horizon=8, futures=1)
    return best(lambda: world.foresee(menu, horizon=8, futures=1), seconds) * 1e6


@cache
def kernel_turn() -> float:
    """Seconds a turn of the excerpt takes as a kernel: an episode of one world, over its turns."""
    from gyges.bench.excerpt import weeks
    from gyges.world.engine import World

    world = World([SEED])
    start, cells, ill = world.cells[0].copy(), world.cells[0], np.zeros(world.cells.shape[1], np.int32)

    def begin_again() -> None:
        cells[:] = start

    weeks(cells, ill, world.seeds[0], TURNS)
    return best(lambda: weeks(cells, ill, world.seeds[0], TURNS), 0.5, begin_again) / TURNS


def against_numpy(seconds: float) -> float:
    """How many times as long the excerpt takes in NumPy."""
    from gyges.bench.excerpt_numpy import Town

    return town_turn(Town, seconds) / kernel_turn()


def against_mesa(seconds: float) -> float:
    """How many times as long the excerpt takes in Mesa."""
    try:
        from gyges.bench.excerpt_mesa import Town
    except ModuleNotFoundError as error:
        raise UnavailableError(f"{error.name} is not installed; pip install mesa") from None
    return town_turn(Town, seconds) / kernel_turn()


def town_turn(town: Callable[..., Any], seconds: float) -> float:
    """Seconds a turn of the excerpt takes in another way of writing it."""
    from gyges.world.engine import World

    people = World([SEED]).people[0]
    live = [town(people, SEED)]

    def begin_again() -> None:
        live[0] = town(people, SEED)

    def episode() -> None:
        for turn in range(TURNS):
            live[0].week(turn)

    return best(episode, seconds, begin_again) / TURNS


def append(seconds: float) -> float:
    """Microseconds to append a decision at the highest rung to an episode's log."""
    from gyges.episodes.life import Life
    from gyges.episodes.spec import EpisodeSpec
    from gyges.episodes.store import LogWriter

    line = Life(EpisodeSpec(policy="null", rung=5, seed=SEED)).settle({"choice": 0})
    with TemporaryDirectory() as folder, LogWriter(Path(folder) / "log.jsonl") as log:
        return best(lambda: log.append(line), seconds) * 1e6


def help_text(seconds: float) -> float:
    """Seconds from the start of `gyges --help` to its end."""
    return best(lambda: python("-m", "gyges", "--help"), seconds)


def cold_compile(_: float) -> float:
    """Seconds until a world that was never compiled has run one turn of every kind of call."""
    turn = (
        "from gyges.world.engine import World; from gyges.world.ladder import LADDER; import numpy as np;"
        "world = World([7], rung=LADDER[-1]); world.open(); menu = world.offer(0); world.foresee(menu);"
        "world.take(menu, np.zeros(1, np.int16)); world.close(); world.welfare(); world.digest()"
    )
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        python("-c", turn, more={"GYGES_CACHE": folder})
        return time.perf_counter() - start


def python(*arguments: str, more: Mapping[str, str] | None = None) -> None:
    """Run this Python on its own, quietly."""
    environment = {**os.environ, **(more or {})}
    subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
