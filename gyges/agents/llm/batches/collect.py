"""One batch from its sending to its results, across every fault on the way."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from gyges.agents.llm.batches.journal import Batch, Came, Journal
from gyges.agents.llm.clean import cleaned, hidden, printable
from gyges.agents.llm.outcome import Failure, Rejected, json_object, reached, refused
from gyges.agents.llm.vendor import Item, Progress, records, text_of
from gyges.agents.llm.wire import Line

TRANSFER = 600.0
"""Seconds that sending a batch or fetching its results may take, at least."""
DAY = 26 * 3600.0
"""Seconds after which a batch must have ended: both vendors end it after 24 hours."""

OK, GONE = 200, 404


class Refused(Rejected):
    """The vendor took nothing of a batch."""


class Lost(Exception):
    """Nothing will come of a batch: its requests may be sent again."""


async def collect(
    journal: Journal,
    batch: Batch,
    line: Line,
    requests: Sequence[tuple[str, Mapping[str, Any]]],
    tell: Callable[[Progress], None],
) -> list[Came]:
    """What came of each request of a batch, written down; it is sent unless it is out already.

    Args:
        journal: where it is written down.
        batch: the batch.
        line: the way to the vendor.
        requests: what is in it, by item; empty for a batch that an earlier process has sent.
        tell: told of how far it has come whenever that changes.

    Raises:
        Lost: it never arrived, or the vendor does not know it any more.
        Rejected: the vendor will not take it, or it cannot be found out what has become of it.
    """
    if not batch.given:
        found = await _sent(journal, batch, line, requests, tell)
        if found is not None:
            return _written(journal, batch, line, found)
    return _written(journal, batch, line, await _results(batch.given, batch, line, tell))


async def _sent(
    journal: Journal,
    batch: Batch,
    line: Line,
    requests: Sequence[tuple[str, Mapping[str, Any]]],
    tell: Callable[[Progress], None],
) -> list[Item] | None:
    """Send a batch, unless it has arrived already: then its results, which alone tell that it is ours."""
    if not requests:
        found = await _arrived(journal, batch, line, tell)
        if found is None:
            raise Lost("it never arrived")
        return found
    bulk, seconds = line.vendor.bulk, _seconds(line)
    send = partial(bulk.submit, line.client, batch.name, requests, seconds)
    failure = None
    for attempt in range(line.patience.attempts):
        try:
            record = await _record(line, seconds, send)
        except Rejected as error:
            raise Refused(str(error)) from None
        if not isinstance(record, Failure):
            journal.out(batch, text_of(record["id"]))
            return None
        failure = record
        await asyncio.sleep(line.patience.pause(attempt, batch.name, failure.asked_wait))
        found = await _arrived(journal, batch, line, tell)
        if found is not None:
            return found
    assert failure is not None
    raise Lost(f"it could not be sent: {_short(failure)}")


async def _arrived(
    journal: Journal, batch: Batch, line: Line, tell: Callable[[Progress], None]
) -> list[Item] | None:
    """The results of a batch whose name we have not heard; None if the vendor has not got it.

    One without any results names nobody's requests. Where nothing else is ours it is taken for ours: to send
    our requests anew would be to send them twice if it is, and if it is not, they came back without a reply
    and may be sent again as any such may.
    """
    known = {other.given for other in journal.batches.values()}
    nameless = ""
    for given in await _candidates(batch, line):
        if given in known:
            continue
        found = await _results(given, batch, line, tell)
        if {item.name for item in found} & set(batch.sent.items):
            journal.out(batch, given)
            return found
        nameless = nameless or ("" if found else given)
    if not nameless:
        return None
    journal.out(batch, nameless)
    return []


async def _candidates(batch: Batch, line: Line) -> list[str]:
    """Batches of the vendor's that may be this one, the latest first."""
    bulk, seconds, patience = line.vendor.bulk, line.patience.timeout, line.patience
    tries = 0
    while isinstance(
        listed := await _object(line, seconds, lambda: bulk.recent(line.client, seconds)), Failure
    ):
        _within_a_day(batch, line)
        await asyncio.sleep(patience.pause(tries, batch.name, listed.asked_wait))
        tries += 1
    found = (
        text_of(record.get("id"))
        for record in records(listed.get("data"))
        if bulk.ours(record, batch.name, len(batch.sent.items), batch.sent.at)
    )
    return [given for given in found if given]


async def _results(given: str, batch: Batch, line: Line, tell: Callable[[Progress], None]) -> list[Item]:
    """A batch's results when it has ended, as many as can be had."""
    progress = await _ended(given, batch, line, tell)
    items: dict[str, Item] = {}
    for attempt in range(line.patience.attempts):
        for place in progress.files:
            for item in filter(None, map(line.vendor.bulk.item, await _fetched(place, batch, line))):
                items.setdefault(item.name, item)
        if len(items) >= progress.done:
            break
        # What was cut off between two lines looks whole.
        await asyncio.sleep(line.patience.pause(attempt, given))
    return list(items.values())


async def _fetched(place: str, batch: Batch, line: Line) -> list[Mapping[str, Any]]:
    """The lines of results at a place; one that stays torn is left out, and its request brought no reply."""
    patience, seconds = line.patience, _seconds(line)
    fetch = partial(line.vendor.bulk.fetch, line.client, place, seconds)
    tries = torn = 0
    while True:
        try:
            body = await reached(line.vendor, line.secret, seconds, fetch)
        except Rejected as error:
            if error.status == GONE:
                raise Lost("its results are there no more") from None
            raise
        if isinstance(body, Failure):
            _within_a_day(batch, line)
        else:
            lines = [_line(text) for text in body.splitlines() if text.strip()]
            torn += 1
            if None not in lines or torn == patience.attempts:
                return records(lines)
        await asyncio.sleep(patience.pause(tries, place))
        tries += 1


async def _ended(given: str, batch: Batch, line: Line, tell: Callable[[Progress], None]) -> Progress:
    """Look at a batch from time to time until it has ended."""
    bulk, patience = line.vendor.bulk, line.patience
    last: Progress | None = None
    looks = 0
    while True:
        record = await _known(line, given)
        if not isinstance(record, Failure):
            progress = bulk.progress(record)
            if progress.failed:
                said = " ".join(printable(hidden(progress.failed, line.secret), 300).split())
                raise Refused(f"{line.vendor.name} took nothing of batch {given}: {said}")
            if progress != last:
                tell(progress)
                last = progress
            if progress.ended:
                return progress
        late = time.time() > batch.sent.at + DAY
        if late and isinstance(record, Failure) and record.log.get("status") == GONE:
            raise Lost("the vendor does not know it any more")
        _within_a_day(batch, line)
        await asyncio.sleep(patience.pause(looks, given))
        looks += 1


async def _known(line: Line, given: str) -> dict[str, Any] | Failure:
    """The vendor's record of a batch; that it knows none may pass where the batch is young."""
    seconds = line.patience.timeout
    try:
        return await _record(line, seconds, lambda: line.vendor.bulk.look(line.client, given, seconds))
    except Rejected as error:
        if error.status != GONE:
            raise
        return Failure({"status": GONE}, "timeout")


async def _record(
    line: Line, seconds: float, send: Callable[[], Awaitable[bytes]]
) -> dict[str, Any] | Failure:
    """The record of a batch that a call brings."""
    record = await _object(line, seconds, send)
    if isinstance(record, Failure) or text_of(record.get("id")):
        return record
    return Failure({"status": 200, "malformed": "a batch without a name"}, "unparsable")


async def _object(
    line: Line, seconds: float, send: Callable[[], Awaitable[bytes]]
) -> dict[str, Any] | Failure:
    """The JSON object that a call brings."""
    body = await reached(line.vendor, line.secret, seconds, send)
    return body if isinstance(body, Failure) else json_object(body, line.secret)


def _within_a_day(batch: Batch, line: Line) -> None:
    """Make sure that it makes sense to go on waiting. Raises Rejected."""
    if time.time() > batch.sent.at + DAY:
        name = batch.given or "whose name did not come back"
        raise Rejected(f"{line.vendor.name} gives no results of batch {name} after a day; look at it there")


def _line(text: bytes) -> Any:
    """A line's JSON; None where it is torn."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _written(journal: Journal, batch: Batch, line: Line, found: Iterable[Item]) -> list[Came]:
    """What came of each request, written down; what is not among the results brought no reply."""
    items = {item.name: item for item in found}
    came = [_came(line, name, items.get(name)) for name in batch.sent.items]
    journal.back(batch, came)
    return came


def _came(line: Line, name: str, item: Item | None) -> Came:
    if item is None:
        return Came(item=name, failure={"error": "not among the results"}, missing="timeout")
    body = cleaned(item.body, line.secret)
    if item.status == OK and isinstance(body, dict):
        return Came(item=name, reply=body)
    if item.status == OK:
        return Came(item=name, failure={"status": OK, "malformed": body}, missing="unparsable")
    try:
        failure = refused(line.vendor.name, item.status, body, item.code, item.said, line.secret)
    except Rejected as error:
        return Came(item=name, rejected=str(error))
    return Came(item=name, failure=failure.log, missing=failure.missing, final=failure.final)


def _seconds(line: Line) -> float:
    return max(TRANSFER, line.patience.timeout)


def _short(failure: Failure) -> str:
    return json.dumps(failure.log)[:200]
