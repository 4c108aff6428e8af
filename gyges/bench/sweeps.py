"""What a study costs: a sweep of the size of a validation, and the tables made of finished episodes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

SEED = 7
SEEDS = 40
POLICIES = (
    "steward", "mirror", "actor", "self", "kin", "noisy", "lexicographic", "satisficing", "rare:20",
    "treacherous:1", "treacherous:3", "treacherous:5",
)  # fmt: skip
"""A dozen, as a validation has them: that care, that never do, that turn, that choose in other ways."""
EPISODES, SHARD = 10_000, 500
LOGS = 1_000


def validation_sweep(_: float) -> float:
    """Seconds for twelve policies on six rungs, 40 seeds, both arms, 30 turns, and their controls."""
    from gyges.episodes.conduct import run_sweep
    from gyges.episodes.sweep import Sweep

    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_sweep(Sweep(policies=POLICIES, seeds=SEEDS), Path(folder) / "sweep")
        return time.perf_counter() - start


def batched_tables(_: float) -> float:
    """Seconds until the tables of 10,000 batched episodes of 30 turns are written."""
    from gyges.episodes.batch import run_batch
    from gyges.episodes.spec import EpisodeSpec
    from gyges.episodes.store import shard_path, write_shard
    from gyges.episodes.worker import line_of

    (lived,) = run_batch([EpisodeSpec(policy="steward", seed=SEED)])
    with TemporaryDirectory() as folder:
        for first in range(0, EPISODES, SHARD):
            specs = (msgspec.structs.replace(lived.spec, seed=first + place) for place in range(SHARD))
            lines = (line_of(replace(lived, spec=spec)) for spec in specs)
            write_shard(shard_path(Path(folder), str(first)), lines)
        return _seconds_to_tables(Path(folder))


def logged_tables(_: float) -> float:
    """Seconds until the tables of 1,000 episodes of 30 turns, each in a log of its own, are written."""
    from gyges.episodes.run import run_episode
    from gyges.episodes.spec import EpisodeSpec
    from gyges.episodes.store import LogWriter, episode_path, read_log

    with TemporaryDirectory() as lived, TemporaryDirectory() as folder:
        spec = EpisodeSpec(policy="first", seed=SEED)
        asyncio.run(run_episode(spec, _first, Path(lived) / "log.jsonl"))
        log = read_log(Path(lived) / "log.jsonl")
        assert log.header is not None and log.end is not None
        for seed in range(LOGS):
            other = msgspec.structs.replace(spec, seed=seed)
            with LogWriter(episode_path(Path(folder), other.id)) as copy:
                copy.append(msgspec.structs.replace(log.header, spec=other, id=other.id))
                for turn in log.turns:
                    copy.append(turn)
                copy.append(log.end)
        return _seconds_to_tables(Path(folder))


def _first(_: Any) -> int:
    return 0


def _seconds_to_tables(run: Path) -> float:
    from gyges.analysis.tables import load

    start = time.perf_counter()
    load(run)
    return time.perf_counter() - start
