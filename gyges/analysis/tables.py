"""Tables: every finished episode of a run as one row, written as Parquet by DuckDB.

`RUN/tables/episodes.parquet` holds the spec and the outcome of each episode and is
byte-identical however often, and in whatever order, the run was continued.
What a second telling of the same decisions would not reproduce, time and usage,
stands apart in `RUN/tables/usage.parquet`. `RUN/tables/probes.parquet` holds a row for each question
that was put aside. Episodes in which an act was forced stand in `RUN/tables/forced.parquet` and in no
other but `usage`, as what they hold is not the steward's own.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from gyges.agents.policy import MISSING_REASONS
from gyges.analysis.condense import Asked, UnreadableLog, condense
from gyges.episodes.fared import CIRCLES, PARTS
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.spending import prices_of
from gyges.episodes.sweep import BadSweep, read_sweep

if TYPE_CHECKING:
    import duckdb

NAMES = ("episodes", "usage", "probes", "forced")
"""The tables of a run."""

KEY = ("policy", "scenario", "rung", "arm", "seed")
"""Columns that rows are sorted by; `id` breaks ties."""

SETTINGS = ("ramp", "people", "turns", "dials", "without", "skin", "wording", "persona", "cue", "interface")
"""Columns that must not vary within a scenario for its episodes to be compared."""


COUNTS = ("calls", "input", "output", "cache_read", "cache_write")
"""What is counted of exchanges with a model: calls, and tokens. `input` includes what came from a cache."""


class RunError(ValueError):
    """A run folder that cannot be analysed; the message is one line that says how to mend it."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The finished episodes of one run, or of several pooled.

    `episodes`, `forced` and `usage` map column to a NumPy array, one entry an episode, rows
    sorted by `KEY`. `episodes` has `id`, `engine`, `policy_hash` ('' where a log
    holds none), `arm_blind` (whether the policy said so), every field of `EpisodeSpec` (`dials`
    and `without` as canonical JSON), every field of `Outcome`, `missing_REASON` for each reason,
    `part_PART` for each of `fared.PARTS`, `welfare_CIRCLE` and `turns_CIRCLE` for each of `fared.CIRCLES`
    (NaN where there is none).
    `usage` has `id`, `KEY`, `COUNTS`, `seconds` and `usd` (US dollars by the prices the run was
    made with, NaN where one is not known), and a row only for episodes that asked a model.
    `probes` has `id`, `KEY` and the fields of `condense.Asked`, one row a question put.
    `forced` has the columns of `episodes`.
    """

    runs: tuple[Path, ...]
    episodes: Mapping[str, Any]
    usage: Mapping[str, Any]
    probes: Mapping[str, Any]
    forced: Mapping[str, Any]
    """Episodes in which an act was done in the steward's name."""
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
            outcomes of one episode; or a line, or `sweep.toml`, cannot be read.
    """
    paths = tuple(Path(run) for run in runs)
    unfinished = sum(_write(path) for path in paths)
    orders = (KEY, KEY, (*KEY, "turn", "question"), (*KEY, "dials"))
    episodes, usage, probes, forced = (
        _read([path / "tables" / f"{name}.parquet" for path in paths], order)
        for name, order in zip(NAMES, orders, strict=True)
    )
    _check(episodes, forced)
    return Tables(paths, episodes, usage, probes, forced, unfinished)


def _write(run: Path) -> int:
    """Write the tables of a run; give the number of unfinished episodes."""
    shards, logs = (sorted((run / folder).glob("*.jsonl")) for folder in ("scripted", "episodes"))
    if not shards and not logs:
        raise RunError(f"{run}: no episodes here; give the folder that `gyges run` or `gyges sweep` wrote")
    with tempfile.TemporaryDirectory() as scratch, _connect() as database:
        condensed = Path(scratch) / "logs.jsonl"
        try:
            with condensed.open("wb") as out:
                condense(logs, out, prices_of(run))
        except UnreadableLog as error:
            raise RunError(f"{error}; run `gyges verify {run}`") from None
        _scan(database, [*shards, condensed])
        for query, complaint in _FAULTS.items():
            for (where,) in database.execute(query).fetchall():
                raise RunError(f"{where}: {complaint}; run `gyges verify {run}`")
        planned = _planned(run) | _ids(database, "SELECT id FROM lines")
        finished = _ids(database, "SELECT id FROM finished")
        if not finished:
            raise RunError(f"{run}: no episode is finished; `gyges resume {run}` goes on with it")
        folder = run / "tables"
        folder.mkdir(exist_ok=True)
        for name, query in zip(NAMES, (_EPISODES, _USAGE, _PROBES, _FORCED), strict=True):
            torn = folder / f"{name}.parquet.part"
            database.sql(query).write_parquet(str(torn), compression="zstd")
            torn.replace(folder / f"{name}.parquet")
    return len(planned - finished)


def _ids(database: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {str(id) for (id,) in database.execute(query).fetchall()}


def _planned(run: Path) -> set[str]:
    """The ids of a run's sweep; none where the run is a single episode's."""
    path = run / "sweep.toml"
    if not path.exists():
        return set()
    try:
        return {spec.id for spec in read_sweep(path).episodes()}
    except BadSweep as error:
        raise RunError(str(error)) from None


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    database = duckdb.connect()
    database.execute("SET enable_progress_bar = false")
    return database


def _scan(database: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """The tables `lines` (an episode each; one that cannot be read is all nulls) and `finished`."""
    columns = "{" + ", ".join(f"{name}: '{kind}'" for name, kind in _LINE.items()) + "}"
    database.execute(
        f"CREATE TEMP TABLE lines AS SELECT * FROM read_json($files, columns = {columns}, filename = true,"
        " format = 'newline_delimited', ignore_errors = true)",
        {"files": [str(file) for file in files]},
    )
    database.execute(_FINISHED)


def _read(paths: Sequence[Path], order: Sequence[str]) -> dict[str, Any]:
    with _connect() as database:
        query = f"SELECT DISTINCT * FROM read_parquet($paths) ORDER BY {', '.join((*order, 'id'))}"
        return dict(database.execute(query, {"paths": [str(path) for path in paths]}).fetchnumpy())


def _check(episodes: Mapping[str, Any], forced: Mapping[str, Any]) -> None:
    """Raises RunError if the episodes cannot stand in one table, those with a forced act beside the rest.

    Of these, what is permitted may differ: it is told to twins.
    """
    columns = ("id", "engine", "policy", "policy_hash", "scenario", *SETTINGS)
    # As lists: what older logs lack is masked, and stays so.
    whole = {name: [*episodes[name], *forced[name]] for name in columns}
    whole["dials"] = [*episodes["dials"], *map(_but_permission, forced["dials"])]
    if len(set(whole["engine"])) > 1:
        raise RunError("these episodes come from worlds of different ENGINE; report them apart")
    _same(whole, "policy", "policy_hash")
    for setting in SETTINGS:
        _same(whole, "scenario", setting)
    _same(forced, "scenario", "force")
    if len(set(whole["id"])) < len(whole["id"]):
        raise RunError("these runs hold different outcomes of one episode; report them apart")


def _but_permission(dials: str) -> str:
    told = {name: value for name, value in json.loads(dials).items() if name != "permission"}
    return json.dumps(told, separators=(",", ":"))


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


_LINE = {
    "id": "VARCHAR",
    "spec": _struct(EpisodeSpec),
    "engine": "BIGINT",
    "policy_hash": "VARCHAR",
    "arm_blind": "BOOLEAN",
    "outcome": _struct(Outcome),
    "usage": "MAP(VARCHAR, BIGINT)",
    "seconds": "DOUBLE",
    "usd": "DOUBLE",
    "probes": f"{_struct(Asked)}[]",
}
"""What is read of an episode's line: a shard's, or a log's as `condense` writes it."""

_DIALS = "CAST(to_json(map_from_entries(list_sort(map_entries(spec.dials)))) AS VARCHAR) AS dials"
_WITHOUT = "coalesce(spec.without, '[]') AS without"
_OWN = {"dials": _DIALS, "without": _WITHOUT, "force": "coalesce(spec.force, '') AS force"}
_SPEC = ", ".join(_OWN.get(name, f"spec.{name} AS {name}") for name in EpisodeSpec.__struct_fields__)
_LATER = ("lowest", "gini", "exiled", "dependence", "distance")
"""Fields of an outcome that older logs lack, and that are then NaN."""
_COUNTED, _SUMMED = ("tempted", "report_true"), ("inquiries", "claims")
"""Fields of an outcome that hold counts, and sums, by name: JSON, and empty where older logs lack them."""
_MAPS = ("missing", "parts", "circles", *_COUNTED, *_SUMMED)
"""Fields of an outcome that have columns of their own making."""
_OUTCOME = ", ".join(
    f"coalesce(CAST(outcome.{name} AS DOUBLE), 'nan') AS {name}"
    if name in _LATER
    else f"outcome.{name} AS {name}"
    for name in Outcome.__struct_fields__
    if name not in _MAPS
)
_PARTS = ", ".join(
    f"coalesce(CAST(outcome.parts['{part}'] AS DOUBLE), 'nan') AS part_{part}" for part in PARTS
)
_CIRCLES = ", ".join(
    f"coalesce(CAST(outcome.circles->'{circle}'->>{place} AS DOUBLE), 'nan') AS {column}_{circle}"
    for circle in CIRCLES
    for place, column in enumerate(("welfare", "turns"))
)
_BY_NAME = ", ".join(
    (
        *(f"coalesce(CAST(to_json(outcome.{name}) AS VARCHAR), '{{}}') AS {name}" for name in _COUNTED),
        *(f"coalesce(outcome.{name}, '{{}}') AS {name}" for name in _SUMMED),
    )
)
_MISSING = ", ".join(
    f"coalesce(outcome.missing['{reason}'], 0) AS missing_{reason}" for reason in MISSING_REASONS
)
_ORDER = ", ".join((*KEY, "id"))

_COUNTS = ", ".join(f"coalesce(usage['{name}'], 0) AS {name}" for name in COUNTS)

_FINISHED = """
CREATE TEMP TABLE finished AS
SELECT DISTINCT id, spec, engine, coalesce(policy_hash, '') AS policy_hash,
       coalesce(arm_blind, false) AS arm_blind, outcome
FROM lines WHERE outcome IS NOT NULL
"""

_FAULTS = {
    "SELECT filename FROM lines WHERE id IS NULL ORDER BY filename": "a line cannot be read",
    "SELECT id FROM finished GROUP BY id HAVING count(*) > 1 ORDER BY id": "this episode has two outcomes",
}
"""What no run may hold: a query for where it does, and what to say of it."""

_OWN_CONDUCT = "coalesce(spec.force, '') = ''"
"""Of an episode, that no act was done in the steward's name."""

_ROWS = f"""
SELECT id, {_SPEC}, engine, policy_hash, arm_blind, {_OUTCOME}, {_PARTS}, {_CIRCLES}, {_BY_NAME}, {_MISSING}
FROM finished WHERE"""
_EPISODES, _FORCED = (f"{_ROWS} {which} ORDER BY {_ORDER}" for which in (_OWN_CONDUCT, f"NOT {_OWN_CONDUCT}"))

_USAGE = f"""
SELECT id, {", ".join(f"spec.{name} AS {name}" for name in KEY)}, {_COUNTS}, coalesce(seconds, 0) AS seconds,
       coalesce(usd, 'nan') AS usd
FROM lines WHERE outcome IS NOT NULL AND usage IS NOT NULL ORDER BY {_ORDER}
"""

_PROBES = f"""
SELECT id, {", ".join(f"spec.{name} AS {name}" for name in KEY)}, {
    ", ".join(f"probe.{name} AS {name}" for name in Asked.__struct_fields__)
} FROM (SELECT id, spec, unnest(probes) AS probe FROM lines WHERE outcome IS
NOT NULL AND {_OWN_CONDUCT}) ORDER BY {_ORDER}, turn, question
"""
