"""What a run has out in batches, and what has come back of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gyges.agents.llm.batches.journal import Batch, batches, results
from gyges.agents.llm.batches.overnight import Overnight, collected
from gyges.agents.llm.purse import Purse
from gyges.episodes.store import Refused, read_log

FOLDER = "batches"
"""Where a run folder keeps them."""


class BatchOut(msgspec.Struct, frozen=True):
    """One batch that is out."""

    batch: str
    """The vendor's name of it; empty while it is not known to have arrived."""
    model: str
    """`VENDOR/MODEL`"""
    requests: int
    sent: float
    """Seconds since 1970."""


def overnight(run: Path, purse: Purse, *, progress: bool) -> Overnight:
    """The batches of a run, not yet taken up.

    Args:
        run: its folder.
        purse: what it may spend.
        progress: whether to tell on standard error what goes out and what comes back.
    """
    return Overnight(run / FOLDER, purse, _told if progress else lambda _: None)


def take_up(batched: Overnight | None, run: Path) -> None:
    """Take up what an earlier process has left; without batches, make sure that it has left nothing.

    Raises:
        agents.llm.batches.journal.InUse: another process is at it.
        store.Refused: something is left that would be paid twice.
        store.Damaged: a log is not what was written.
    """
    known = batches(run / FOLDER).values()
    done = _collected(run) if known else set()
    if batched is not None:
        batched.open(done)
    elif left := sum(_left(run, batch, done) for batch in known):
        raise Refused(
            f"{run} has {left:,} requests in batches whose answers are not in its logs; add --provider-batch"
        )


def out(run: Path) -> list[BatchOut]:
    """The batches of a run that are out."""
    return [
        BatchOut(batch.given, f"{batch.sent.vendor}/{batch.sent.model}", len(batch.sent.items), batch.sent.at)
        for batch in batches(run / FOLDER).values()
        if not batch.over
    ]


def still_out(run: Path, how: str) -> Iterator[str]:
    """What to say to one who interrupts a run, if there is anything to say; `how` goes on."""
    if count := len(out(run)):
        which = "a batch is out and stays" if count == 1 else f"{count} batches are out and stay"
        yield f"{which} so; go on with {how}"


def _collected(run: Path) -> set[str]:
    """The items whose answers stand in the logs."""
    logs = map(read_log, sorted((run / "episodes").glob("*.jsonl")))
    return {item for log in logs for exchange in log.exchanges for item in collected(exchange.raw)}


def _left(run: Path, batch: Batch, done: set[str]) -> int:
    """Requests of a batch that are paid for, or will be, and are in no log."""
    items = set(batch.sent.items) - done
    if batch.lost or not items:
        return 0
    if not batch.over:
        return len(items)
    rejected = {came.item for came in results(run / FOLDER, batch.name) if came.rejected}
    return len(items - rejected)


def _told(words: str) -> None:
    print(f"gyges: {words}", file=sys.stderr, flush=True)  # noqa: T201  # beside the bar, which gives way
