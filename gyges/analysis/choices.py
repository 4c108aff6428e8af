"""The table of choices: a row for each option offered at a sampled decision, and which was taken.

`RUN/tables/choices.parquet` is derived by carrying the decisions of the arm `will` out again (see
`gyges.episodes.choices`), and derived anew when an episode has been added since. Controls that weigh
nothing, or plan over another span, have no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.panel import CONTROLS
from gyges.episodes.choices import Choices, choices, decided
from gyges.episodes.spec import EpisodeSpec
from gyges.world.consequences import FEATURES

KEY = ("scenario", "rung", "policy", "seed", "turn", "decision")
"""Columns that name a decision; rows are sorted by them and by `option`, the place on the menu."""


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
    paths = [_fresh(run) for run in runs]
    import duckdb

    with duckdb.connect() as database:
        order = ", ".join((*KEY, "option"))
        query = f"SELECT DISTINCT * FROM read_parquet($paths) ORDER BY {order}"
        rows = database.execute(query, {"paths": [str(path) for path in paths]}).fetchnumpy()
    return _by_policy(rows)


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
        _write(path, choices(decided(run, _weighs)))
    return path


def _has_every_feature(path: Path) -> bool:
    """Whether a table is of a world with these features: it outlives the version that wrote it."""
    import duckdb

    with duckdb.connect() as database:
        rows = database.execute("SELECT * FROM read_parquet($path) LIMIT 0", {"path": str(path)})
        return {column[0] for column in rows.description} >= {"act", *FEATURES}


def _weighs(spec: EpisodeSpec) -> bool:
    return spec.arm == "will" and spec.policy not in CONTROLS and not spec.force


def _write(path: Path, groups: Iterable[Choices]) -> None:
    part = path.with_suffix(".parquet.part")
    import duckdb

    with duckdb.connect() as database:
        kinds = {"scenario": "VARCHAR", "policy": "VARCHAR", "taken": "BOOLEAN"}
        names = (*KEY, "option", "act", "taken", *FEATURES)
        columns = ", ".join(f"{name} {kinds.get(name, 'BIGINT')}" for name in names)
        database.execute(f"CREATE TABLE choices ({columns})")
        for group in groups:
            database.register("rows", _rows(group))
            database.execute(f"INSERT INTO choices SELECT {', '.join(names)} FROM rows")
            database.unregister("rows")
        ordered = database.sql(f"SELECT * FROM choices ORDER BY {', '.join((*KEY, 'option'))}")
        ordered.write_parquet(str(part), compression="zstd")
    part.replace(path)


def _rows(group: Choices) -> dict[str, Any]:
    """A row for each option of each choice."""
    count, menu, _ = group.features.shape
    spec = [group.specs[episode] for episode in group.episode]
    places = np.tile(np.arange(menu), count)
    each: dict[str, Any] = {
        "scenario": np.array([one.scenario for one in spec], dtype=object),
        "policy": np.array([one.policy for one in spec], dtype=object),
        "rung": np.array([one.rung for one in spec], np.int64),
        "seed": np.array([one.seed for one in spec], np.int64),
        "turn": group.turn,
        "decision": group.decision,
    }
    rows = {name: np.repeat(values, menu) for name, values in each.items()}
    rows |= {"option": places, "act": group.acts.ravel(), "taken": places == np.repeat(group.chosen, menu)}
    return rows | {name: group.features[..., k].ravel() for k, name in enumerate(FEATURES)}


def _by_policy(rows: Mapping[str, Any]) -> Weighed:
    found = {}
    names = np.stack([rows["scenario"], rows["policy"], rows["rung"]], axis=1)
    starts = np.flatnonzero(np.any(names[1:] != names[:-1], axis=1)) + 1
    for block in np.split(np.arange(len(names)), starts):
        if not len(block):
            continue
        scenario, policy, rung = names[block[0]]
        menu = int(rows["option"][block].max()) + 1
        first = block[::menu]
        taken = rows["taken"][block].reshape(-1, menu)
        features = np.stack([rows[name][block] for name in FEATURES], axis=1).astype(np.float64)
        found[str(scenario), str(policy), int(rung)] = Offers(
            rows["seed"][first],
            taken.argmax(axis=1).astype(np.int16),
            features.reshape(len(first), menu, -1),
            rows["turn"][first].astype(np.int64),
            rows["act"][block].reshape(len(first), menu),
        )
    return found
