"""What asking models costs of our own: processor time beyond the SDK's, and how many can be asked at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gyges.agents.llm import ModelPolicy, Service
from gyges.agents.llm.openai import OPENAI
from gyges.bench import server
from gyges.episodes.conduct import APART
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path

AT_ONCE = 256
"""Episodes that one process lives at once."""
TURNS = 30
"""Turns of each of them: a whole episode, so that its beginning weighs what it weighs in use."""
DELAY = 1.0
"""Seconds until the local server answers."""

PROCESS = "import sys; from gyges.bench.models import main; main(*sys.argv[1:])"


async def episodes(policy: ModelPolicy, count: int, turns: int, folder: Path) -> None:
    """Live some episodes at once, begun as a sweep begins them, each with a log of its own."""

    async def live(number: int) -> None:
        await asyncio.sleep(number * APART)
        spec = EpisodeSpec(policy=policy.name, seed=number, turns=turns)
        await run_episode(spec, policy, episode_path(folder, spec.id))

    try:
        await asyncio.gather(*map(live, range(count)))
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
    spent, lived = 0.0, 0
    with TemporaryDirectory() as folder:
        asyncio.run(episodes(ModelPolicy(vendor, "m", base_url="x"), 1, 2, Path(folder) / "warm"))
        while spent < seconds:
            start = time.process_time()
            asyncio.run(episodes(ModelPolicy(vendor, "m", base_url="x"), 1, TURNS, Path(folder) / str(lived)))
            spent += time.process_time() - start
            lived += TURNS
    return spent / max(lived, 1) * 1e3


def share_of_ideal(_: float) -> float:
    """Share of the ideal throughput of `AT_ONCE` episodes in one process, of a server that takes `DELAY`."""
    return _share(1)


def share_of_two(_: float) -> float:
    """The same of twice as many in two processes, by the slower of the two."""
    return _share(2)


def _share(processes: int) -> float:
    with TemporaryDirectory() as folder, serving(DELAY) as url, ExitStack() as started:
        commands = [[sys.executable, "-c", PROCESS, url, f"{folder}/{n}"] for n in range(processes)]
        lives = [started.enter_context(_process(command)) for command in commands]
        for process in lives:
            _said(process)
        for process in lives:
            print("go", file=process.stdin, flush=True)
        return TURNS * DELAY / max(float(_said(process)) for process in lives)


def _process(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603


def _said(process: subprocess.Popen[str]) -> str:
    """The next line that a process says."""
    assert process.stdout is not None
    return process.stdout.readline()


def main(url: str, folder: str) -> None:
    """Live `AT_ONCE` episodes when told to, everything they need being loaded, and say how long it took."""
    own_time(0.0)
    OPENAI.sdk()
    policy = ModelPolicy(OPENAI, "m", base_url=url, service=Service(concurrency=AT_ONCE))
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
    sys.stdin.readline()
    start = time.perf_counter()
    asyncio.run(episodes(policy, AT_ONCE, TURNS, Path(folder)))
    print(time.perf_counter() - start, flush=True)  # noqa: T201


@contextmanager
def serving(delay: float) -> Iterator[str]:
    """The local server in a process of its own; gives its address."""
    command = [sys.executable, server.__file__, str(delay)]
    with _process(command) as process:
        yield f"http://127.0.0.1:{int(_said(process))}/v1"
        process.communicate()
