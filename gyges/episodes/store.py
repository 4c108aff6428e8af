"""Where lines are kept: append-only logs with one writer, shards that exist whole or not at all.

    RUN/sweep.toml            the frozen sweep
    RUN/episodes/ID.jsonl     an episode with paid or asynchronous decisions
    RUN/scripted/SHARD.jsonl  batched episodes, one line each

A kill costs at most the line or the shard that was being written.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

from gyges.episodes.log import (
    BrokenChain,
    End,
    EpisodeLine,
    ExchangeRecord,
    Header,
    Probe,
    ScriptedLine,
    Turn,
    Voices,
    read_episode_line,
    read_scripted_line,
    seal,
    unseal,
    whole_lines,
)
from gyges.episodes.spec import SCHEMA

NEWLINE = b"\n"
LONGEST_END = 4096
"""Bytes that hold the last line of a finished log."""


class Damaged(ValueError):
    """A log that is not what was written."""

    def __init__(self, path: Path, place: str, why: str) -> None:
        self.path, self.place, self.why = path, place, why
        super().__init__(f"{path}: damaged at {place}: {why}")


class Busy(RuntimeError):
    """Another process is writing here."""


class Refused(RuntimeError):
    """A log or run folder that this episode, sweep, engine or prompt must not be mixed into."""


@dataclass(frozen=True, slots=True)
class Log:
    """An episode's log as read back: finished, or intact as far as it goes."""

    path: Path
    header: Header | None
    turns: tuple[Turn, ...]
    probes: tuple[Probe, ...]
    end: End | None
    chain: str
    """Chain of the last whole line."""
    intact: int
    """Bytes of whole lines."""
    torn: int
    """Bytes after the last whole line: the write that a kill cut short."""
    voices: tuple[Voices, ...] = ()

    @property
    def through(self) -> int:
        """The last turn whose close is in the log, or -1."""
        return max((turn.t for turn in self.turns if turn.digest is not None), default=-1)

    @property
    def exchanges(self) -> Iterator[ExchangeRecord]:
        """What went over the wire to the steward, for decisions and for questions put aside."""
        lines: tuple[Turn | Probe, ...] = (*self.turns, *self.probes)
        return (line.exchange for line in lines if line.exchange is not None)

    def __str__(self) -> str:
        if self.end is not None:
            return "finished"
        reach = f"intact through turn {self.through}" if self.through >= 0 else "no whole turn yet"
        return f"unfinished: {reach}, {self.torn} torn bytes dropped"


class LogWriter:
    """The single writer of an episode's log. Opening takes the lock and drops a torn tail.

    Args:
        path: the log, made where there is none.

    Raises:
        Busy: another writer holds the lock.
        Damaged: the log is not what was written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            lock(self._descriptor, path)
            self.found = read_log(path)
            os.ftruncate(self._descriptor, self.found.intact)
        except BaseException:
            os.close(self._descriptor)
            raise
        self._chain = self.found.chain

    def append(self, record: EpisodeLine) -> None:
        """Add one line with a single write, so that a kill tears at most this line."""
        line, self._chain = seal(record, self._chain)
        if os.write(self._descriptor, line) != len(line):
            raise OSError(errno.ENOSPC, "no room for a whole line; free some and resume")

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def read_log(path: Path) -> Log:
    """An episode's log, every line checked against the chain.

    Raises:
        Damaged: a whole line is not what was written, or the end lacks its newline.
        FileNotFoundError: there is no such log.
    """
    data = path.read_bytes()
    header: Header | None = None
    turns: list[Turn] = []
    probes: list[Probe] = []
    voices: list[Voices] = []
    end: End | None = None
    chain, intact = "", 0
    for number, line in enumerate(whole_lines(data), start=1):
        turn = turns[-1].t + (turns[-1].digest is not None) if turns else 0 if header else None
        try:
            chain = unseal(line, chain)
            record = read_episode_line(line)
            if end is not None:
                raise BrokenChain("a line after the end")
            if header is None:
                header = _opening(record)
            elif isinstance(record, Turn):
                turns.append(record)
            elif isinstance(record, Probe):
                probes.append(record)
            elif isinstance(record, Voices):
                voices.append(record)
            elif isinstance(record, End):
                end = record
            else:
                raise BrokenChain("a second header")
        except (BrokenChain, msgspec.DecodeError, UnicodeDecodeError) as error:
            place = f"line {number}" if turn is None or end else f"line {number} (turn {turn})"
            raise Damaged(path, place, str(error)) from None
        intact += len(line)
    tail = data[intact:]
    if tail and (end is not None or not _torn(tail, chain)):
        raise Damaged(path, f"line {data.count(NEWLINE) + 1}", "the final newline is missing")
    return Log(path, header, tuple(turns), tuple(probes), end, chain, intact, len(tail), tuple(voices))


def is_finished(path: Path) -> bool:
    """Whether a log has its last line, told from the file's end without reading it all."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - LONGEST_END, 0))
        tail = file.read()
    return tail.endswith(NEWLINE) and b'{"line":"end"' in tail[tail[:-1].rfind(NEWLINE) + 1 :][:16]


def write_shard(path: Path, lines: Iterable[ScriptedLine]) -> None:
    """Write a shard under another name and rename it when whole, chained from its first line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    chain = ""
    with unfinished.open("wb") as file:
        for record in lines:
            line, chain = seal(record, chain)
            file.write(line)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def read_shard(path: Path) -> Iterator[ScriptedLine]:
    """The lines of a shard, each checked against the chain.

    Raises:
        Damaged: a line is not what was written, or the file does not end in a newline.
    """
    data = path.read_bytes()
    chain, read = "", 0
    for number, line in enumerate(whole_lines(data), start=1):
        try:
            chain = unseal(line, chain)
            record = read_scripted_line(line)
            if record.id != record.spec.id:
                raise BrokenChain("the id is not the spec's")
        except (BrokenChain, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Damaged(path, f"line {number}", str(error)) from None
        read += len(line)
        yield record
    if read != len(data) or not data:
        raise Damaged(path, f"line {data.count(NEWLINE) + 1}", "the final newline is missing")


def lock(descriptor: int, path: Path) -> None:
    """Take the file's writer lock until the descriptor is closed. Raises Busy."""
    try:
        # flock, not lockf: a POSIX lock is lost as soon as the same process closes any reader of the file
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(f"{path}: another process is writing it; wait for it or stop it") from None


def episode_path(run: Path, id: str) -> Path:
    """The log of an episode in a run folder."""
    return run / "episodes" / f"{id}.jsonl"


def shard_path(run: Path, shard: str) -> Path:
    """The file of a shard in a run folder."""
    return run / "scripted" / f"{shard}.jsonl"


def _opening(record: EpisodeLine) -> Header:
    if not isinstance(record, Header):
        raise BrokenChain("the first line is not a header")
    if record.schema > SCHEMA:
        raise BrokenChain(f"schema {record.schema} is newer than {SCHEMA}; read it with a newer gyges")
    if record.id != record.spec.id:
        raise BrokenChain("the id is not the spec's")
    return record


def _torn(tail: bytes, chain: str) -> bool:
    """Whether a tail is what a cut write leaves.

    A whole line with another byte for its newline is not, and neither is a whole end without one.
    """
    return not _fits(tail[:-1], chain) and not (_fits(tail, chain) and b'"line":"end"' in tail[:16])


def _fits(line: bytes, chain: str) -> bool:
    try:
        unseal(line + NEWLINE, chain)
    except BrokenChain:
        return False
    return True
