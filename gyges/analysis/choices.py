"""The table of choices: a row for each option offered at a sampled decision, and which was taken.

`RUN/tables/choices.parquet` is put together of what was kept when shards were lived and of decisions carried
out again (see `gyges.episodes.choices`), arm `will`, and anew when an episode has been added since. Its rows
are sorted by `kept.KEY` and the place on the menu. Controls that weigh nothing, or plan over another span,
have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.episodes.choices import choices_of_run
from gyges.episodes.kept import KEY, KINDS, keep
from gyges.episodes.sample import Choices
from gyges.world.consequences import FEATURES

_ORDER = ", ".join((*KEY, "option"))


class Offers(NamedTuple):
    """The sampled choices of one policy at one rung: C choices among M options."""

    seeds: NDArray[np.int64]
    """(C,)"""
    chosen: NDArray[np.int16]
    """(C,) place of the option taken, 0..M-1."""
    features: NDArray[np.float64]
    """(C, M, K), as `world.consequences.FEATURES`."""
    turns: NDArray[np.int64]
    """(C,)"""
    acts: NDArray[np.int64]
    """(C, M) identity of each option's act (`world.acts.identity`)."""

    def part(self, rows: NDArray[np.bool_]) -> Offers:
        """Some of the choices."""
        return Offers(
            self.seeds[rows], self.chosen[rows], self.features[rows], self.turns[rows], self.acts[rows]
        )


Weighed = Mapping[tuple[str, str, int], Offers]
"""Offers by scenario, policy and rung."""


def load_offers(runs: Iterable[Path]) -> Weighed:
    """The choices of some runs, pooled; each run's table is written where it is lacking or out of date.

    Raises:
        gyges.episodes.choices.NotReproduced: stored decisions come out otherwise, or are of another engine.
        gyges.episodes.store.Damaged: a log is not what was written.
    """
    paths = [str(_fresh(run)) for run in runs]
    import duckdb

    with duckdb.connect() as database:
        distinct = "DISTINCT" if len(paths) > 1 else ""  # runs may share episodes
        database.execute(
            f"CREATE TABLE choices AS SELECT {distinct} * FROM read_parquet($paths)", {"paths": paths}
        )
        groups = database.execute(
            "SELECT scenario, policy, rung, max(option) + 1, count(*) FROM choices"
            " GROUP BY scenario, rung, policy ORDER BY scenario, rung, policy"
        ).fetchall()
        columns = ", ".join(("seed", "turn", "act", "taken", *FEATURES))
        rows = database.execute(f"SELECT {columns} FROM choices ORDER BY {_ORDER}").fetchnumpy()
    return _by_policy(groups, rows)


def offers_of(lived: Iterable[Choices]) -> Weighed:
    """The same of choices at hand, without a run folder."""
    found = {}
    for group in lived:
        policies = np.array([spec.policy for spec in group.specs], dtype=object)[group.episode]
        seeds = np.array([spec.seed for spec in group.specs])[group.episode]
        for policy in dict.fromkeys(policies.tolist()):
            own = policies == policy
            key = (group.specs[0].scenario, policy, group.specs[0].rung)
            found[key] = Offers(
                seeds[own],
                group.chosen[own],
                group.features[own].astype(np.float64),
                group.turn[own].astype(np.int64),
                group.acts[own],
            )
    return found


def _fresh(run: Path) -> Path:
    """The run's table, no older than any of its episodes."""
    path = run / "tables" / "choices.parquet"
    logs = [*run.glob("scripted/*.jsonl"), *run.glob("episodes/*.jsonl")]
    newest = max((log.stat().st_mtime_ns for log in logs), default=0)
    if not path.exists() or path.stat().st_mtime_ns < newest or not _has_every_feature(path):
        path.parent.mkdir(exist_ok=True)
        _write(path, *choices_of_run(run))
    return path


def _has_every_feature(path: Path) -> bool:
    """Whether a table is of a world with these features: it outlives the version that wrote it."""
    import duckdb

    with duckdb.connect() as database:
        rows = database.execute("SELECT * FROM read_parquet($path) LIMIT 0", {"path": str(path)})
        return {column[0] for column in rows.description} >= {"act", *FEATURES}


def _write(path: Path, kept: Iterable[Path], groups: Iterable[Choices]) -> None:
    """Write a run's table from tables kept of some of its choices, and from all its others."""
    import duckdb

    part = path.with_suffix(".parquet.part")
    with TemporaryDirectory() as scratch, duckdb.connect() as database:
        tables = list(map(str, kept))
        for number, group in enumerate(groups):
            tables.append(f"{scratch}/{number}.parquet")
            keep(Path(tables[-1]), group)
        database.execute(f"CREATE TABLE choices ({', '.join(map(' '.join, KINDS.items()))})")
        if tables:
            database.execute("INSERT INTO choices SELECT * FROM read_parquet($tables)", {"tables": tables})
        ordered = database.sql(f"SELECT * FROM choices ORDER BY {_ORDER}")
        ordered.write_parquet(str(part), compression="zstd")
    part.replace(path)


def _by_policy(groups: Iterable[tuple[str, str, int, int, int]], rows: Mapping[str, Any]) -> Weighed:
    """Rows, of the scenario, policy and rung of each group in turn: its options a menu, and its rows."""
    found, start = {}, 0
    for scenario, policy, rung, menu, size in groups:
        own = slice(start, start + size)
        features = np.stack([rows[name][own] for name in FEATURES], axis=1).astype(np.float64)
        found[scenario, policy, rung] = Offers(
            rows["seed"][own][::menu],
            rows["taken"][own].reshape(-1, menu).argmax(axis=1).astype(np.int16),
            features.reshape(size // menu, menu, -1),
            rows["turn"][own][::menu],
            rows["act"][own].reshape(-1, menu),
        )
        start += size
    return found
