"""RUN/batches: which requests were sent in which batch, and what came back, so that none is sent twice.

    journal.jsonl   append-only, one writer: a batch is sent, is out, is back
    NAME.jsonl      its results, whole or not there at all

A batch is written down before it is sent, so that a kill at any moment leaves its name to ask the vendor for.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from gyges.agents.policy import Missing


class InUse(RuntimeError):
    """Another process is writing the journal."""


class Sent(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="sent"):
    """A batch is about to be sent."""

    name: str
    """Our own name of it."""
    at: float
    """Seconds since 1970."""
    vendor: str
    model: str
    items: tuple[str, ...]
    """A name for each request, which the vendor gives back: the batch's, the request's hash, a number."""
    usd: float = 0.0
    """Forecast, in US dollars as far as prices are known."""
    tokens: int = 0
    """Forecast, input and output together."""


class Out(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="out"):
    """The vendor has taken it."""

    name: str
    given: str
    """The vendor's name of it."""


class Back(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="back"):
    """It is over."""

    name: str
    lost: str = ""
    """Why there are no results, where there are none; its requests may be sent again."""


Line: TypeAlias = Sent | Out | Back


class Came(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of one request."""

    item: str
    reply: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None
    """Why no reply came, as it is logged."""
    missing: Missing | None = None
    final: bool = False
    """Whether asking again would bring the same."""
    rejected: str = ""
    """What the user has to mend; such a request may be sent again."""


class Batch(msgspec.Struct):
    """One batch as the journal tells it."""

    sent: Sent
    given: str = ""
    """The vendor's name of it; empty while it is not known to have arrived."""
    over: bool = False
    lost: str = ""

    @property
    def name(self) -> str:
        """Our own name of it."""
        return self.sent.name


_line = msgspec.json.Decoder(Line)
_came = msgspec.json.Decoder(Came)


def batches(folder: Path) -> dict[str, Batch]:
    """The batches of a run by name, in the order they were sent; a torn last line counts as not there."""
    found: dict[str, Batch] = {}
    path = folder / "journal.jsonl"
    data = path.read_bytes() if path.exists() else b""
    for text in data[: data.rfind(b"\n") + 1].splitlines():
        line = _line.decode(text)
        if isinstance(line, Sent):
            found[line.name] = Batch(line)
        elif isinstance(line, Out):
            found[line.name].given = line.given
        else:
            found[line.name].over, found[line.name].lost = True, line.lost
    return found


def results(folder: Path, name: str) -> list[Came]:
    """What came of a batch's requests."""
    return [_came.decode(line) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()]


class Journal:
    """The single writer of a run's batches.

    Raises:
        InUse: another process is writing it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        path = folder / "journal.jsonl"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise InUse(f"{path}: another process is writing it; wait for it or stop it") from None
        os.ftruncate(self._descriptor, path.read_bytes().rfind(b"\n") + 1)
        self.batches = batches(folder)

    def sent(self, sent: Sent) -> Batch:
        """Write down that a batch is about to be sent."""
        self._append(sent)
        self.batches[sent.name] = Batch(sent)
        return self.batches[sent.name]

    def out(self, batch: Batch, given: str) -> None:
        """Write down by which name the vendor has taken it."""
        self._append(Out(name=batch.name, given=given))
        batch.given = given

    def back(self, batch: Batch, came: Iterable[Came]) -> None:
        """Write down what came of it."""
        path = self.folder / f"{batch.name}.jsonl"
        part = path.with_name(f".{path.name}")
        part.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in came))
        part.replace(path)
        self._append(Back(name=batch.name))
        batch.over = True

    def lost(self, batch: Batch, why: str) -> None:
        """Write down that nothing will come of it."""
        self._append(Back(name=batch.name, lost=why))
        batch.over, batch.lost = True, why

    def close(self) -> None:
        """Let another process write."""
        os.close(self._descriptor)

    def _append(self, line: Line) -> None:
        os.write(self._descriptor, msgspec.json.encode(line) + b"\n")
        os.fsync(self._descriptor)
