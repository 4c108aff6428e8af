"""What asking models costs of our own: processor time beyond the SDK's, and how many can be asked at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gyges.agents.llm import ModelPolicy, Service
from gyges.agents.llm.openai import OPENAI
from gyges.bench import server
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path

AT_ONCE = 256
"""Episodes that one process lives at once."""
TURNS = 8
"""Turns of each of them."""
DELAY = 1.0
"""Seconds until the local server answers."""


async def episodes(policy: ModelPolicy, count: int, turns: int, folder: Path) -> None:
    """Live some episodes at once, each with a log of its own."""
    specs = [EpisodeSpec(policy=policy.name, seed=seed, turns=turns) for seed in range(count)]
    try:
        await asyncio.gather(*(run_episode(spec, policy, episode_path(folder, spec.id)) for spec in specs))
    finally:
        await policy.aclose()


class _Nobody:
    """A client that holds no connection."""

    async def close(self) -> None:
        """Do nothing."""


async def _at_once(_: Any, request: dict[str, Any], __: float) -> bytes:
    return server.answer(request)


def own_time(seconds: float) -> float:
    """Milliseconds of processor time a turn of an episode takes when the SDK's call takes none.

    World, consequences, prompt, retries, reading the reply and the log: everything of ours at rung 0, one
    decision a turn, 24 people.
    """
    vendor = replace(OPENAI, connect=lambda *_: _Nobody(), send=_at_once)
    turns, spent, lived = 30, 0.0, 0
    with TemporaryDirectory() as folder:
        asyncio.run(episodes(ModelPolicy(vendor, "m", base_url="x"), 1, 2, Path(folder) / "warm"))
        while spent < seconds:
            start = time.process_time()
            asyncio.run(episodes(ModelPolicy(vendor, "m", base_url="x"), 1, turns, Path(folder) / str(lived)))
            spent += time.process_time() - start
            lived += turns
    return spent / lived * 1e3


def share_of_ideal(_: float) -> float:
    """Share of the ideal throughput of `AT_ONCE` episodes in one process, of a server that takes `DELAY`."""
    with TemporaryDirectory() as folder, serving(DELAY) as url:
        service = Service(concurrency=AT_ONCE)
        policy = ModelPolicy(OPENAI, "m", base_url=url, service=service)
        OPENAI.sdk()
        start = time.perf_counter()
        asyncio.run(episodes(policy, AT_ONCE, TURNS, Path(folder)))
        return TURNS * DELAY / (time.perf_counter() - start)


@contextmanager
def serving(delay: float) -> Iterator[str]:
    """The local server in a process of its own; gives its address."""
    command = [sys.executable, server.__file__, str(delay)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.communicate()
