"""Tables of choices, as they are kept: a row for each option offered at a decision that was looked at.

Whoever lives a shard keeps its choices in `RUN/tables/choices`, since to foresee them again takes as long as
to live. A table is named by a hash of the shard's bytes and of what was looked at: where either is another
one, it is not found, and the decisions are carried out again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np

from gyges.episodes.sample import Choices
from gyges.world.consequences import FEATURES

KEY = ("scenario", "rung", "policy", "seed", "turn", "decision")
"""Columns that name a decision; `option` is the place on the menu."""

COLUMNS = (*KEY, "option", "act", "taken", *FEATURES)

_KINDS = {"scenario": "VARCHAR", "policy": "VARCHAR", "taken": "BOOLEAN"}
KINDS = {name: _KINDS.get(name, "BIGINT") for name in COLUMNS}
"""The DuckDB type of each column."""


def kept_path(shard: Path, count: int) -> Path:
    """Where a shard's choices are kept, of so many turns an episode."""
    made_of = hashlib.sha256(shard.read_bytes() + f"{count} {FEATURES}".encode())
    return shard.parent.parent / "tables" / "choices" / f"{shard.stem}-{made_of.hexdigest()[:16]}.parquet"


def keep(path: Path, found: Choices) -> None:
    """Write choices under another name, and rename the table when it is whole."""
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in KINDS.items())
    with duckdb.connect(config={"threads": 1}) as database:
        database.register("episodes", _episodes(found))
        database.register("options", _options(found))
        rows = database.sql(f"SELECT {columns} FROM options JOIN episodes USING (episode)")
        rows.write_parquet(str(unfinished), compression="zstd")
    unfinished.replace(path)


def _episodes(found: Choices) -> dict[str, Any]:
    specs = found.specs
    return {
        "episode": np.arange(len(specs)),
        "scenario": np.array([spec.scenario for spec in specs], dtype=object),
        "policy": np.array([spec.policy for spec in specs], dtype=object),
        "rung": np.array([spec.rung for spec in specs]),
        "seed": np.array([spec.seed for spec in specs]),
    }


def _options(found: Choices) -> dict[str, Any]:
    """A row for each option of each choice."""
    count, menu, _ = found.features.shape
    places = np.tile(np.arange(menu), count)
    each: dict[str, Any] = {"episode": found.episode, "turn": found.turn, "decision": found.decision}
    rows = {name: np.repeat(values, menu) for name, values in each.items()}
    rows |= {"option": places, "act": found.acts.ravel(), "taken": places == np.repeat(found.chosen, menu)}
    return rows | {name: found.features[..., k].ravel() for k, name in enumerate(FEATURES)}
