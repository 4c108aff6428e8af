"""Verifying logs: every byte by the chain, every decision by carrying it out again.

A policy is never asked: what it decided is stored, and the world does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from gyges.episodes.frozen import thaw
from gyges.episodes.ratings import path_of, ratings
from gyges.episodes.store import Damaged, read_log, read_shard
from gyges.episodes.sweep import BadSweep, Sweep
from gyges.world import ENGINE

State = Literal["verified", "not re-simulated", "unfinished", "absent", "damaged", "differs"]
"""`not re-simulated`: the chain holds, but the log is of another ENGINE. `differs`: the chain
holds, but the stored decisions lead elsewhere. `absent`: the sweep has episodes without a log."""


class Check(msgspec.Struct, frozen=True):
    """What verifying came to for one file, or for one line of it."""

    state: State
    file: str
    episodes: int = 0
    """Episodes that this state holds for."""
    place: str = ""
    """The turn or line, where something is amiss."""
    why: str = ""

    def __str__(self) -> str:
        place = f" at {self.place}" if self.place else ""
        why = f": {self.why}" if self.why else ""
        return f"{self.file}: {self.state}{place}{why}"


class Verification(msgspec.Struct, frozen=True):
    """What verifying a run folder or a log came to."""

    checks: tuple[Check, ...]

    @property
    def amiss(self) -> tuple[Check, ...]:
        """The checks that verified nothing, in the order found."""
        return tuple(check for check in self.checks if check.state != "verified")

    @property
    def exit_code(self) -> int:
        """0 if everything is verified; 2 if some of it is only of another ENGINE; otherwise 1."""
        states = {check.state for check in self.checks} - {"verified"}
        return 0 if not states else 2 if states == {"not re-simulated"} else 1

    def count(self, state: State) -> int:
        """Episodes in a state."""
        return sum(check.episodes for check in self.checks if check.state == state)


def verify(path: Path) -> Verification:
    """Verify a run folder, or one log or shard.

    Args:
        path: the folder, or the file.

    Raises:
        BadSweep: there is nothing to verify at the path.
    """
    if path.is_file():
        return Verification(tuple(_file(path)[0]))
    if not path.is_dir():
        raise BadSweep(f"there is no run folder or log at {path}")
    checks, ids = [], set()
    for file in (*sorted(path.glob("scripted/*.jsonl")), *sorted(path.glob("episodes/*.jsonl"))):
        found, there = _file(file)
        checks += found
        ids |= there
    checks += _judged(path)
    checks[:0] = _sweep(path, ids, any(check.state == "damaged" for check in checks))
    if not checks:
        raise BadSweep(f"{path} holds no logs; name a folder that `gyges run` or `gyges sweep` has made")
    return Verification(tuple(checks))


def _sweep(run: Path, ids: set[str], damaged: bool) -> Iterator[Check]:
    """The frozen sweep, and whether every episode of it is there. A single run's folder has no sweep."""
    path = run / "sweep.toml"
    if not path.exists():
        return
    try:
        sweep: Sweep = thaw(run)[0]
    except Damaged as error:
        yield Check("damaged", str(path), place=error.place, why=error.why)
        return
    yield Check("verified", str(path))
    expected = {spec.id for spec in sweep.episodes()}
    if not damaged and (absent := len(expected - ids)):
        why = (
            f"{absent} of {len(expected)} episodes have not been run; `gyges resume {run}` goes on with them"
        )
        yield Check("absent", str(run), absent, why=why)


def _judged(run: Path) -> Iterator[Check]:
    """The chain of the ratings, where the run was judged."""
    path = path_of(run)
    if not path.is_file():
        return
    try:
        ratings(run)
    except Damaged as error:
        yield Check("damaged", str(path), place=error.place, why=error.why)
        return
    yield Check("verified", str(path))


def _file(path: Path) -> tuple[list[Check], set[str]]:
    """What verifying a file came to, and the IDs of the episodes it holds."""
    try:
        return _shard(path) if _is_shard(path) else _log(path)
    except Damaged as error:
        return [Check("damaged", str(path), place=error.place, why=error.why)], set()


def _is_shard(path: Path) -> bool:
    with path.open("rb") as file:
        return path.parent.name == "scripted" or b'"policy_hash":' in file.readline()


def _shard(path: Path) -> tuple[list[Check], set[str]]:
    from gyges.episodes.resimulate import differences_in_shard

    lines = list(read_shard(path))
    ids = {line.id for line in lines}
    own = [index for index, line in enumerate(lines) if line.engine == ENGINE]
    differing = [
        Check("differs", str(path), 1, f"line {own[index] + 1} ({place})", why)
        for index, (place, why) in sorted(differences_in_shard([lines[index] for index in own]))
    ]
    checks = [*differing]
    if strangers := len(lines) - len(own):
        checks.append(
            _stranger(path, strangers, next(line.engine for line in lines if line.engine != ENGINE))
        )
    if verified := len(own) - len(differing):
        checks.append(Check("verified", str(path), verified))
    return checks, ids


def _log(path: Path) -> tuple[list[Check], set[str]]:
    from gyges.episodes.resimulate import difference_in_log

    log = read_log(path)
    ids = {log.header.id} if log.header else set()
    if log.header and log.header.engine != ENGINE:
        return [_stranger(path, 1, log.header.engine)], ids
    if difference := difference_in_log(log):
        return [Check("differs", str(path), 1, *difference)], ids
    if log.end is None:
        return [Check("unfinished", str(path), 1, why=str(log).partition(": ")[2])], ids
    return [Check("verified", str(path), 1)], ids


def _stranger(path: Path, episodes: int, engine: int) -> Check:
    why = f"of engine {engine}, and this is engine {ENGINE}; the chain holds"
    return Check("not re-simulated", str(path), episodes, why=why)
