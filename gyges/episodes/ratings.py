"""RUN/judge.jsonl: ratings of a run's transcripts, one a line, chained, appended by one writer."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from gyges.agents.policy import Missing
from gyges.agents.rubrics import Piece
from gyges.episodes.log import BrokenChain, ExchangeRecord, seal, unseal, whole_lines
from gyges.episodes.store import Damaged, Log, lock

Unrated: TypeAlias = Missing | Literal["silent"]
"""Why there is no rating; `silent` where nothing was said aloud or thought, so that nobody was asked."""


class Rating(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one judge made of one episode by one rubric."""

    episode: str
    """Its ID."""
    rubric: str
    """Name of the rubric, or path of its file."""
    hash: str
    """`Rubric.hash`: what was rated by."""
    level: Literal["nominal", "ordinal", "interval"]
    judge: str
    """The model's name."""
    value: int | None = None
    missing: Unrated | None = None
    exchange: ExchangeRecord | None = None
    chain: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What is never asked for twice: episode, rubric as worded, judge."""
        return self.episode, self.hash, self.judge


class Book:
    """The single writer of a run's ratings, and what it found there."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self.found, self._chain, intact = _read(path)
        os.ftruncate(descriptor, intact)
        self._descriptor = descriptor

    def add(self, rating: Rating) -> None:
        """Add a rating with a single write, so that a kill tears at most this line."""
        line, self._chain = seal(rating, self._chain)
        if os.write(self._descriptor, line) != len(line):
            raise OSError(errno.ENOSPC, "no room for a whole line; free some and give the command again")


@contextmanager
def writing(run: Path) -> Iterator[Book]:
    """The ratings of a run, to be added to.

    Raises:
        store.Busy: another process is adding to them.
        store.Damaged: they are not what was written.
    """
    path = path_of(run)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        lock(descriptor, path)
        yield Book(descriptor, path)
    finally:
        os.close(descriptor)


def ratings(run: Path) -> tuple[Rating, ...]:
    """The ratings of a run; none where it was never judged.

    Raises:
        store.Damaged: they are not what was written.
    """
    path = path_of(run)
    return _read(path)[0] if path.is_file() else ()


def path_of(run: Path) -> Path:
    """Where a run's ratings are."""
    return run / "judge.jsonl"


def transcript(log: Log) -> list[Piece]:
    """What the steward of an episode said aloud and thought, in order, and nothing of what it did."""
    kinds: tuple[tuple[Literal["thought", "said"], str], ...] = (("thought", "note"), ("said", "words"))
    return [
        Piece(line.t, kind, words)
        for line in log.turns
        for kind, field in kinds
        if (words := getattr(line, field)) and words.strip()
    ]


def _read(path: Path) -> tuple[tuple[Rating, ...], str, int]:
    """The ratings of a file, the chain of the last and the bytes of whole lines."""
    found: list[Rating] = []
    chain, intact = "", 0
    for number, line in enumerate(whole_lines(path.read_bytes()), start=1):
        try:
            chain = unseal(line, chain)
            found.append(msgspec.json.decode(line, type=Rating))
        except (BrokenChain, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Damaged(path, f"line {number}", str(error)) from None
        intact += len(line)
    return tuple(found), chain, intact
