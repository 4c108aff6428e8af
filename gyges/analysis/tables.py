"""Tables: every finished episode of a run as one row, written as Parquet by DuckDB.

`RUN/tables/episodes.parquet` holds the spec and the outcome of each episode and is
byte-identical however often, and in whatever order, the run was continued.
What a second telling of the same decisions would not reproduce, time and usage,
stands apart in `RUN/tables/usage.parquet`.
"""
# ruff: noqa: S608 - queries are put together from the names of fields in this package alone

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from gyges.agents.policy import MISSING_REASONS
from gyges.episodes.spec import EpisodeSpec, Outcome

if TYPE_CHECKING:
    import duckdb

NAMES = ("episodes", "usage")
"""The tables of a run."""

KEY = ("policy", "scenario", "rung", "arm", "seed")
"""Columns that rows are sorted by; `id` breaks ties."""

SETTINGS = ("people", "turns", "dials", "skin", "wording", "persona", "cue", "interface")
"""Columns that must not vary within a scenario for its episodes to be compared."""


COUNTS = ("calls", "input", "output", "cache_read", "cache_write")
"""What is counted of exchanges with a model: calls, and tokens. `input` includes what came from a cache."""


class RunError(ValueError):
    """A run folder that cannot be analysed; the message is one line that says how to mend it."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The finished episodes of one run, or of several pooled.

    `episodes` and `usage` map column to a NumPy array, one entry an episode, rows
    sorted by `KEY`. `episodes` has `id`, `engine`, `policy_hash` ('' where a log
    holds none), every field of `EpisodeSpec` (`dials` as canonical JSON), every field
    of `Outcome`, and `missing_REASON` for each reason. `usage` has `id`, `KEY`, `COUNTS`
    and `seconds`, and a row only for episodes that asked a model.
    """

    runs: tuple[Path, ...]
    episodes: Mapping[str, Any]
    usage: Mapping[str, Any]
    unfinished: int
    """Episodes that were begun or planned and have no outcome; they are in no table."""

    def arrow(self, name: str = "episodes") -> Any:
        """One of `NAMES` as a `pyarrow.Table`, and from there `.to_pandas()`.

        Raises:
            ModuleNotFoundError: pyarrow, which nothing else here needs, is not installed.
        """
        return import_module("pyarrow").table(dict(getattr(self, name)))


def load(*runs: Path | str) -> Tables:
    """The tables of a run, written anew to `RUN/tables`; several runs are pooled as one.

    An episode that several runs share is counted once.

    Raises:
        RunError: a folder is no run or has no finished episode, or the runs conflict: two
            engines, two versions of one policy, two settings in one scenario, or two
            outcomes of one episode.
    """
    paths = tuple(Path(run) for run in runs)
    unfinished = sum(_write(path) for path in paths)
    episodes, usage = (_read([path / "tables" / f"{name}.parquet" for path in paths]) for name in NAMES)
    _check(episodes)
    return Tables(paths, episodes, usage, unfinished)


def _write(run: Path) -> int:
    """Write both tables of a run; give the number of unfinished episodes."""
    shards = sorted(map(str, (run / "scripted").glob("*.jsonl")))
    logs = sorted(map(str, (run / "episodes").glob("*.jsonl")))
    if not shards and not logs:
        raise RunError(f"{run}: no episodes here; give the folder that `gyges run` or `gyges sweep` wrote")
    with _connect() as database:
        _scan(database, "scripted", shards, _SCRIPTED)
        _scan(database, "lines", logs, _LINES)
        database.execute(_FINISHED)
        ((rows, ids),) = database.execute("SELECT count(*), count(DISTINCT id) FROM finished").fetchall()
        if rows != ids:
            raise RunError(f"{run}: one episode has two outcomes; run `gyges verify {run}` to find it")
        if not rows:
            raise RunError(f"{run}: no episode is finished; `gyges resume {run}` goes on with it")
        folder = run / "tables"
        folder.mkdir(exist_ok=True)
        for name, query in zip(NAMES, (_EPISODES, _USAGE), strict=True):
            torn = folder / f"{name}.parquet.part"
            database.sql(query).write_parquet(str(torn), compression="zstd")
            torn.replace(folder / f"{name}.parquet")
        ((unfinished,),) = database.execute(_BEGUN).fetchall()
        return int(unfinished)


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    database = duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    return database


def _scan(
    database: duckdb.DuckDBPyConnection, table: str, files: list[str], columns: Mapping[str, str]
) -> None:
    """A table of the lines of some files. A torn line gives a row of nulls."""
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    database.execute(f"CREATE TEMP TABLE {table} ({declared}, filename VARCHAR)")
    if files:
        schema = "{" + ", ".join(f"{name}: '{kind}'" for name, kind in columns.items()) + "}"
        database.execute(
            f"INSERT INTO {table} SELECT * FROM read_json($files, format = 'newline_delimited', filename = true,"
            f" ignore_errors = true, maximum_object_size = {_LONGEST_LINE}, columns = {schema})",
            {"files": files},
        )


def _read(paths: Sequence[Path]) -> dict[str, Any]:
    with _connect() as database:
        order = ", ".join((*KEY, "id"))
        query = f"SELECT DISTINCT * FROM read_parquet($paths) ORDER BY {order}"
        return dict(database.execute(query, {"paths": [str(path) for path in paths]}).fetchnumpy())


def _check(episodes: Mapping[str, Any]) -> None:
    """Raises RunError if the episodes cannot stand in one table."""
    if len(set(episodes["engine"])) > 1:
        raise RunError("these episodes come from worlds of different ENGINE; report them apart")
    _same(episodes, "policy", "policy_hash")
    for setting in SETTINGS:
        _same(episodes, "scenario", setting)
    if len(set(episodes["id"])) < len(episodes["id"]):
        raise RunError("these runs hold different outcomes of one episode; report them apart")


def _same(episodes: Mapping[str, Any], group: str, column: str) -> None:
    """Raises RunError if a column takes two values within one group."""
    seen: dict[str, Any] = {}
    for name, value in zip(episodes[group], episodes[column], strict=True):
        first = seen.setdefault(name, value)
        if first != value:
            raise RunError(
                f"{group} '{name}' has {column} {first} in some episodes and {value} in others;"
                " report them apart"
            )


def _struct(record: type[msgspec.Struct]) -> str:
    """The DuckDB type of a record of integers, words and counts by name."""
    kinds = {int: "BIGINT", dict[str, int]: "MAP(VARCHAR, BIGINT)"}
    hints = get_type_hints(record)
    fields = (f"{name} {kinds.get(hints[name], 'VARCHAR')}" for name in record.__struct_fields__)
    return f"STRUCT({', '.join(fields)})"


_LONGEST_LINE = 1 << 28
"""Bytes of the longest line that is read: a decision over a million people shows them all."""

_SCRIPTED = {
    "id": "VARCHAR",
    "spec": _struct(EpisodeSpec),
    "engine": "BIGINT",
    "policy_hash": "VARCHAR",
    "outcome": _struct(Outcome),
}
_LINES = {
    "id": "VARCHAR",
    "spec": _struct(EpisodeSpec),
    "engine": "BIGINT",
    "outcome": _struct(Outcome),
    "exchange": "STRUCT(usage MAP(VARCHAR, BIGINT), seconds DOUBLE)",
}

_DIALS = "CAST(to_json(map_from_entries(list_sort(map_entries(spec.dials)))) AS VARCHAR) AS dials"
_SPEC = ", ".join(
    _DIALS if name == "dials" else f"spec.{name} AS {name}" for name in EpisodeSpec.__struct_fields__
)
_OUTCOME = ", ".join(f"outcome.{name} AS {name}" for name in Outcome.__struct_fields__ if name != "missing")
_MISSING = ", ".join(
    f"coalesce(outcome.missing['{reason}'], 0) AS missing_{reason}" for reason in MISSING_REASONS
)
_ORDER = ", ".join((*KEY, "id"))

_SUMS = ", ".join(
    f"CAST(sum(coalesce(line.exchange.usage['{name}'], 0)) AS BIGINT) AS {name}" for name in COUNTS
)

_FINISHED = """
CREATE TEMP TABLE finished AS
SELECT DISTINCT id, spec, engine, policy_hash, outcome FROM scripted WHERE outcome IS NOT NULL
UNION
SELECT header.id, header.spec, header.engine, '' AS policy_hash, "end".outcome
FROM lines header JOIN lines "end" USING (filename)
WHERE header.id IS NOT NULL AND "end".outcome IS NOT NULL
"""

_EPISODES = f"""
SELECT id, {_SPEC}, engine, policy_hash, {_OUTCOME}, {_MISSING} FROM finished ORDER BY {_ORDER}
"""

_USAGE = f"""
SELECT id, {", ".join(f"spec.{name} AS {name}" for name in KEY)}, {", ".join(COUNTS)}, seconds
FROM finished JOIN (
    SELECT header.id AS id,
           {_SUMS},
           sum(line.exchange.seconds) AS seconds
    FROM lines header JOIN lines line USING (filename)
    WHERE header.id IS NOT NULL AND line.exchange IS NOT NULL
    GROUP BY header.id
) USING (id) ORDER BY {_ORDER}
"""

_BEGUN = "SELECT count(DISTINCT id) FROM lines WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM finished)"
