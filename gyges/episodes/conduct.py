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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec

from gyges.agents.llm import ModelPolicy, OverBudget, Purse, Service
from gyges.agents.llm.batches.overnight import Overnight
from gyges.agents.llm.cache import Cache
from gyges.agents.llm.speakers import Speakers
from gyges.agents.policy import Policy
from gyges.episodes.frozen import freeze, thaw
from gyges.episodes.log import Turn
from gyges.episodes.overnight import BatchOut, out, overnight, still_out, take_up
from gyges.episodes.plan import Plan, Shard, cost_of_turn, gathered, plan, remaining
from gyges.episodes.probes import Schedule, schedule
from gyges.episodes.progress import Advance, ignore, shown
from gyges.episodes.run import let_go, run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.spending import (
    Spent,
    charge,
    keep_prices,
    prices_of,
    refuse_unpriced,
    spent,
    spent_on_judges,
)
from gyges.episodes.store import episode_path, lock, read_log, read_shard
from gyges.episodes.sweep import CONTROLS, BadSweep, Sweep
from gyges.episodes.trunk import trunk_of
from gyges.episodes.voices import speakers_of
from gyges.episodes.worker import Word

CONCURRENCY = 64
"""Episodes of models and other plain policies that are under way at once."""

APART = 0.004
"""Seconds between the beginnings of two episodes of models, about twice what a turn costs this process.
Begun all at once they would ask, be answered and ask again in step, and the server would wait for this
process and this process for the server by turns."""


class WorkerFailed(RuntimeError):
    """A worker process gave up, or died."""


class Status(msgspec.Struct, frozen=True):
    """How far a run has come."""

    expected: int
    """Episodes of the sweep, controls included."""
    finished: int
    unfinished: dict[str, str]
    """Episodes begun and not finished: how far each log is intact, by ID."""
    spent: dict[str, Spent] = {}
    """What each policy that asks a model has cost so far."""
    batches_out: list[BatchOut] = []
    spent_on_judges: dict[str, Spent] = {}
    """What each model that has rated the run has cost so far."""


def run_sweep(
    sweep: Sweep,
    run: Path,
    jobs: int | None = None,
    concurrency: int | None = None,
    progress: bool = False,
    base_url: str | None = None,
    purse: Purse | None = None,
    own_prices: Path | None = None,
    cache: Path | None = None,
    provider_batch: bool = False,
) -> Status:
    """Run a sweep, or what is left of it, into a run folder.

    Args:
        sweep: what is to be run; frozen in the folder before the first decision.
        run: the folder, made where there is none.
        jobs: worker processes for batched policies; None for one a processor.
        concurrency: episodes of other policies under way at once; None for `CONCURRENCY`, in batches for all.
        progress: whether to show progress on standard error.
        base_url: another address for the clients of models.
        purse: caps on what models may cost, this time and all times before taken together.
        own_prices: a file of prices that go before the package's; kept in the folder.
        cache: a folder of answers to share with other runs.
        provider_batch: whether models are asked in their vendors' batches, all episodes in lockstep.

    Raises:
        BadSweep: the scenario is unknown.
        agents.registry.UnknownPolicy: a policy is.
        BadPrices: the file of prices cannot be used, or lacks one that a cap in dollars needs.
        OverBudget: a cap is reached; what was asked is kept, and `resume` with a higher one goes on.
        store.Refused: the folder holds another sweep, another engine's, or answers in batches not to be lost.
        store.Busy: another process is running it.
        WorkerFailed, run.PolicyFailed: what went wrong; everything finished is kept.
        KeyboardInterrupt: everything finished is kept.
    """
    purse = purse or Purse()
    batched = overnight(run, purse, progress=progress) if provider_batch else None
    service = Service(
        purse,
        prices_of(run, own_prices),
        None if cache is None else Cache(cache),
        concurrency or CONCURRENCY,
        batched,
    )
    policies = _policies(sweep, base_url, service)
    speakers = speakers_of(sweep.people_model, base_url, service)
    models = [name for name, policy in policies.items() if isinstance(policy, ModelPolicy)]
    if provider_batch and not models:
        raise BadSweep("--provider-batch is for models, and this sweep asks none; leave it out")
    models += [speakers.name] if speakers else []
    refuse_unpriced(service.purse, service.prices, models)
    freeze(sweep, run)
    with (run / "sweep.toml").open("rb") as frozen:
        lock(frozen.fileno(), run)
        if models:
            keep_prices(service.prices, run, models)
            charge(service.purse, run, service.prices)
        for part in (*run.glob(".sweep.toml.*"), *run.glob("scripted/.*"), *run.glob("tables/choices/.*")):
            part.unlink(missing_ok=True)
        left = remaining(plan(sweep, run, policies), run)
        take_up(batched, run)
        at_once = concurrency or (CONCURRENCY if batched is None else len(left.singles))
        if left.episodes:
            with shown(left.cost, left.episodes) if progress else nullcontext(ignore) as advance:
                try:
                    stopped = asyncio.run(
                        _conduct(
                            left,
                            run,
                            policies,
                            speakers,
                            schedule(sweep.ask),
                            jobs,
                            at_once,
                            advance,
                            batched,
                        )
                    )
                except asyncio.CancelledError:
                    raise KeyboardInterrupt(*still_out(run, f"gyges resume {run} --provider-batch")) from None
            if stopped is not None:
                raise _over_budget(stopped, run, " --provider-batch" if provider_batch else "")
    return status(run)


def live(
    specs: Iterable[EpisodeSpec],
    run: Path,
    ask: tuple[str, ...] = (),
    jobs: int | None = None,
    progress: bool = False,
) -> None:
    """Live episodes of whatever worlds into an empty folder, side by side: no sweep, and no controls added.

    Args:
        specs: in any order, of policies that stand in the registry; each is lived once.
        run: the folder.
        ask: questions put aside, as of `Sweep`, to every policy that can be asked.
        jobs: as of `run_sweep`, and so with the next.
        progress: whether to show progress on standard error.

    Raises:
        agents.registry.UnknownPolicy, WorkerFailed, run.PolicyFailed, KeyboardInterrupt: as `run_sweep`.
    """
    from gyges.agents.registry import policy

    wanted = list(specs)
    policies = {name: policy(name) for name in {spec.policy for spec in wanted}}
    whole = gathered(wanted, run, policies, asked=bool(ask))
    with shown(whole.cost, whole.episodes) if progress else nullcontext(ignore) as advance:
        try:
            asyncio.run(_conduct(whole, run, policies, None, schedule(ask), jobs, CONCURRENCY, advance, None))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def resume(run: Path, **how: Any) -> Status:
    """Run what is left of the sweep that a folder holds. Arguments and errors as `run_sweep`."""
    return run_sweep(thaw(run)[0], run, **how)


def _over_budget(stopped: OverBudget, run: Path, how: str) -> OverBudget:
    """What the budget has stopped, and how to go on."""
    reached = status(run)
    return OverBudget(
        f"stopped by the budget: {stopped}; {reached.finished:,} of {reached.expected:,} episodes are"
        f" finished; go on with a higher cap: gyges resume {run}{how}"
    )


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
    return Status(
        len(expected),
        len(expected & finished),
        begun,
        spent(logs, prices_of(run)),
        out(run),
        spent_on_judges(run),
    )


def _policies(sweep: Sweep, base_url: str | None, service: Service) -> dict[str, Policy]:
    """Every policy of a sweep by name, controls included."""
    from gyges.agents.registry import is_deaf, policy
    from gyges.world.scenarios import SCENARIOS

    for scenario in sweep.scenarios:
        if scenario not in SCENARIOS:
            raise BadSweep(f"unknown scenario '{scenario}'; there is {', '.join(SCENARIOS)}")
    names = dict.fromkeys(sweep.policies + CONTROLS)
    found = {name: policy(name, base_url=base_url, service=service) for name in names}
    for name in sweep.policies if sweep.people_model else ():
        if hasattr(found[name], "act_batch") and not is_deaf(name):
            raise BadSweep(f"'{name}' decides in batches, which carry no words; leave out people_model")
    return found


async def _conduct(
    left: Plan,
    run: Path,
    policies: dict[str, Policy],
    speakers: Speakers | None,
    ask: Schedule,
    jobs: int | None,
    concurrency: int,
    advance: Advance,
    batched: Overnight | None,
) -> OverBudget | None:
    """Live what is left; gives the reason if the budget left some of it undone."""
    _end_on_interrupt()
    shards, singles = iter(left.shards), iter(left.singles)
    over = {spec.id: asyncio.Event() for spec in left.singles}
    apart = APART if any(isinstance(policy, ModelPolicy) for policy in policies.values()) else 0.0
    workers = min(jobs or os.cpu_count() or 1, len(left.shards))
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(_work(shards, advance))
            lives = [
                group.create_task(
                    _live(singles, over, run, policies, speakers, ask, advance, batched, number * apart)
                )
                for number in range(min(concurrency, len(left.singles)))
            ]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    finally:
        if batched is not None:
            await batched.aclose()
        await let_go([*policies.values(), *([speakers] if speakers else [])])
    return next((stopped for life in lives if (stopped := life.result())), None)


def _end_on_interrupt() -> None:
    """Let Ctrl-C, however often, cancel the sweep once, so that it can end its workers in peace."""
    conducting = asyncio.current_task()
    if conducting is not None and threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, conducting.cancel)


async def _live(
    singles: Iterator[EpisodeSpec],
    over: Mapping[str, asyncio.Event],
    run: Path,
    policies: dict[str, Policy],
    speakers: Speakers | None,
    ask: Schedule,
    advance: Advance,
    batched: Overnight | None,
    begin: float,
) -> OverBudget | None:
    """Live one episode after the other, beside others who take from the same iterator.

    The first begins in `begin` seconds. Stopped by the budget it ends by itself, so that the answers under
    way to others still come in. An episode with a forced act waits for the one it is forked from.
    """
    await asyncio.sleep(begin)
    for spec in singles:

        def lived(line: Turn, spec: EpisodeSpec = spec) -> None:
            advance(cost_of_turn(spec, line.t) if line.digest is not None else 0, 0)

        trunk = trunk_of(spec).id if spec.force else ""
        if trunk in over:
            await over[trunk].wait()
        try:
            with nullcontext() if batched is None else batched.episode():
                log, shared = episode_path(run, spec.id), episode_path(run, trunk) if trunk else None
                voices = speakers if spec.people_model else None
                await run_episode(spec, policies[spec.policy], log, lived, ask, voices, shared)
        except OverBudget as stopped:
            return stopped
        finally:
            over[spec.id].set()
        advance(0, 1)
    return None


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
