"""Conducting a sweep: shards in worker processes, other episodes at once in this one.

A sweep can be stopped at any moment and resumed: a shard that is there is
whole, a finished episode is skipped, an unfinished one goes on from its log.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import msgspec

from gyges.agents.policy import Policy
from gyges.episodes.frozen import freeze, thaw
from gyges.episodes.log import Turn
from gyges.episodes.plan import Plan, Shard, cost_of_turn, plan, remaining
from gyges.episodes.progress import Advance, ignore, shown
from gyges.episodes.run import let_go, run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, lock, read_log, read_shard
from gyges.episodes.sweep import CONTROLS, BadSweep, Sweep
from gyges.episodes.worker import Word

CONCURRENCY = 64
"""Episodes of models and other plain policies that are under way at once."""


class WorkerFailed(RuntimeError):
    """A worker process gave up, or died."""


class Status(msgspec.Struct, frozen=True):
    """How far a run has come."""

    expected: int
    """Episodes of the sweep, controls included."""
    finished: int
    unfinished: dict[str, str]
    """Episodes begun and not finished: how far each log is intact, by ID."""


def run_sweep(
    sweep: Sweep,
    run: Path,
    jobs: int | None = None,
    concurrency: int = CONCURRENCY,
    progress: bool = False,
    base_url: str | None = None,
) -> Status:
    """Run a sweep, or what is left of it, into a run folder.

    Args:
        sweep: what is to be run; frozen in the folder before the first decision.
        run: the folder, made where there is none.
        jobs: worker processes for batched policies; None for one a processor.
        concurrency: episodes of other policies under way at once.
        progress: whether to show progress on standard error.
        base_url: another address for the clients of models.

    Raises:
        BadSweep: the scenario is unknown.
        agents.registry.UnknownPolicy: a policy is.
        store.Refused: the folder holds another sweep, or another engine's.
        store.Busy: another process is running it.
        WorkerFailed, run.PolicyFailed: what went wrong; everything finished is kept.
        KeyboardInterrupt: everything finished is kept.
    """
    policies = _policies(sweep, base_url)
    freeze(sweep, run)
    with (run / "sweep.toml").open("rb") as frozen:
        lock(frozen.fileno(), run)
        for part in (*run.glob(".sweep.toml.*"), *run.glob("scripted/.*")):
            part.unlink(missing_ok=True)
        left = remaining(plan(sweep, run, policies), run)
        if left.episodes:
            with shown(left.cost, left.episodes) if progress else nullcontext(ignore) as advance:
                try:
                    asyncio.run(_conduct(left, run, policies, jobs, concurrency, advance))
                except asyncio.CancelledError:
                    raise KeyboardInterrupt from None
    return status(run)


def resume(
    run: Path,
    jobs: int | None = None,
    concurrency: int = CONCURRENCY,
    progress: bool = False,
    base_url: str | None = None,
) -> Status:
    """Run what is left of the sweep that a folder holds. Arguments and errors as `run_sweep`."""
    return run_sweep(thaw(run)[0], run, jobs, concurrency, progress, base_url)


def status(run: Path) -> Status:
    """How far a run has come.

    Raises:
        BadSweep: the folder holds no sweep.
        store.Damaged: its sweep, or a log, is not what was written.
    """
    expected = {spec.id for spec in thaw(run)[0].episodes()}
    logs = [read_log(path) for path in sorted(run.glob("episodes/*.jsonl"))]
    finished = {line.id for path in run.glob("scripted/*.jsonl") for line in read_shard(path)}
    finished |= {log.path.stem for log in logs if log.end is not None}
    begun = {log.path.stem: str(log) for log in logs if log.end is None}
    return Status(len(expected), len(expected & finished), begun)


def _policies(sweep: Sweep, base_url: str | None) -> dict[str, Policy]:
    """Every policy of a sweep by name, controls included."""
    from gyges.agents.registry import policy
    from gyges.world.scenarios import SCENARIOS

    for scenario in sweep.scenarios:
        if scenario not in SCENARIOS:
            raise BadSweep(f"unknown scenario '{scenario}'; there is {', '.join(SCENARIOS)}")
    return {name: policy(name, base_url=base_url) for name in dict.fromkeys(sweep.policies + CONTROLS)}


async def _conduct(
    left: Plan, run: Path, policies: dict[str, Policy], jobs: int | None, concurrency: int, advance: Advance
) -> None:
    _end_on_interrupt()
    shards, singles = iter(left.shards), iter(left.singles)
    workers = min(jobs or os.cpu_count() or 1, len(left.shards))
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(_work(shards, advance))
            for _ in range(min(concurrency, len(left.singles))):
                group.create_task(_live(singles, run, policies, advance))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    finally:
        await let_go(policies.values())


def _end_on_interrupt() -> None:
    """Let Ctrl-C, however often, cancel the sweep once, so that it can end its workers in peace."""
    conducting = asyncio.current_task()
    if conducting is not None and threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, conducting.cancel)


async def _live(
    singles: Iterator[EpisodeSpec], run: Path, policies: dict[str, Policy], advance: Advance
) -> None:
    """Live one episode after the other, beside others who take from the same iterator."""
    for spec in singles:

        def lived(line: Turn, work: int = cost_of_turn(spec)) -> None:
            advance(work if line.digest is not None else 0, 0)

        await run_episode(spec, policies[spec.policy], episode_path(run, spec.id), lived)
        advance(0, 1)


async def _work(shards: Iterator[Shard], advance: Advance) -> None:
    """Hand a worker process one shard after the other."""
    path = os.pathsep.join(filter(None, sys.path))
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "gyges.episodes.worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert worker.stdin is not None and worker.stdout is not None
    try:
        for shard in shards:
            worker.stdin.write(msgspec.json.encode(shard) + b"\n")
            await worker.stdin.drain()
            word = Word()
            while not word.finished:
                line = await worker.stdout.readline()
                if not line:
                    raise WorkerFailed(
                        f"a worker died with exit code {await worker.wait()}; `gyges resume` goes on"
                    )
                word = msgspec.json.decode(line, type=Word)
                if word.failed:
                    raise WorkerFailed(word.failed)
                advance(word.work, len(shard.specs) if word.finished else 0)
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()
