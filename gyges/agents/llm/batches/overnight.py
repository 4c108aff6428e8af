"""All episodes of a run in lockstep: what they ask is gathered, and sent when none can go on without."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gyges.agents.llm.batches.collect import Lost, Refused, collect
from gyges.agents.llm.batches.journal import Batch, Came, Journal, Sent, results
from gyges.agents.llm.cache import request_key
from gyges.agents.llm.outcome import Failure, Received, Rejected
from gyges.agents.llm.purse import OverBudget, Purse
from gyges.agents.llm.shown import CHARACTERS_PER_TOKEN, REPLY_TOKENS
from gyges.agents.llm.vendor import Progress
from gyges.agents.llm.wire import Line

SETTLE = 0.05
"""Seconds for which nothing more is asked before what was gathered is sent."""
PER_ITEM = 200
"""Bytes that a batch holds for each request beside its body."""
HASH = 32
"""Hexadecimal digits of a request's hash that stand in the name of its item."""
EPISODE: ContextVar[object] = ContextVar("episode", default=None)
"""Whose request it is, so that it is known who can go on and who waits."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One request that waits to be sent."""

    line: Line
    request: Mapping[str, Any]
    key: str
    came: asyncio.Future[tuple[str, Came]]
    """The vendor's name of its batch, and what came of it."""


class Overnight:
    """The batches of a run.

    Args:
        folder: where they are written down.
        purse: what the run may spend.
        tell: told in words what is sent and what comes back.
    """

    def __init__(self, folder: Path, purse: Purse, tell: Callable[[str], None]) -> None:
        self._folder, self._purse, self._tell = folder, purse, tell
        self._asking: Counter[object] = Counter()
        """Requests that each episode waits for; one that has never asked is not among them."""
        self._gathered: list[Gathered] = []
        self._timer: asyncio.TimerHandle | None = None
        self._earlier: dict[str, deque[tuple[Batch, str]]] = defaultdict(deque)
        """Requests that an earlier process has sent, by their hash: the batch, and the item in it."""
        self._earlier_tasks: dict[str, asyncio.Task[Mapping[str, Came]]] = {}
        """By our own name of such a batch: what came of each item."""
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, collected: Set[str]) -> None:
        """Take up what an earlier process has left.

        Args:
            collected: items whose answers stand in the logs already.

        Raises:
            journal.InUse: another process has opened it.
        """
        self._journal = Journal(self._folder)
        for batch in self._journal.batches.values():
            if not batch.over:
                self._purse.pledge(batch.sent.usd, batch.sent.tokens)
            for item in batch.sent.items if not batch.lost else ():
                if item not in collected:
                    self._earlier[_key(item)].append((batch, item))

    @property
    def out(self) -> list[Batch]:
        """Batches that are out."""
        return [batch for batch in self._journal.batches.values() if not batch.over]

    async def aclose(self) -> None:
        """Stop waiting; what is out stays out."""
        if self._timer is not None:
            self._timer.cancel()
        tasks = [*self._tasks, *self._earlier_tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._journal.close()

    @contextmanager
    def episode(self) -> Iterator[None]:
        """All that is asked in this block is asked by one episode, which is waited for."""
        mark = object()
        before = EPISODE.set(mark)
        try:
            yield
        finally:
            EPISODE.reset(before)
            del self._asking[mark]  # a Counter, so it need not have asked
            self._look()

    async def attempt(self, line: Line, request: Mapping[str, Any]) -> Received | Failure:
        """Have a request answered in a batch; in one that an earlier process has sent if it is in that.

        Raises:
            Rejected: the vendor says that the request itself is wrong, or does not take the batch.
            OverBudget: the batch would cost more than the run may spend.
        """
        key = request_key(line.vendor.name, line.base_url, request)[:HASH]
        mark = EPISODE.get()
        self._asking[mark] += 1
        try:
            earlier = await self._from_earlier(line, key)
            if earlier is not None:
                return earlier
            gathered = Gathered(line, request, key, asyncio.get_running_loop().create_future())
            self._gathered.append(gathered)
            self._look()
            return _outcome(*await gathered.came)
        except Lost as lost:
            return Failure({"error": str(lost)}, "timeout")
        finally:
            self._asking[mark] -= 1
            if mark is None and not self._asking[mark]:
                del self._asking[mark]

    async def _from_earlier(self, line: Line, key: str) -> Received | Failure | None:
        """What came of a request that an earlier process has sent; None if there is none that is of use."""
        while self._earlier[key]:
            batch, item = self._earlier[key].popleft()
            if batch.name not in self._earlier_tasks:
                self._earlier_tasks[batch.name] = asyncio.create_task(self._take_up(batch, line))
            self._look()
            try:
                came = (await asyncio.shield(self._earlier_tasks[batch.name]))[item]
            except Lost:
                continue
            if not came.rejected:  # else it is mended now, or will be rejected once more
                return _outcome(batch.given, came)
        return None

    async def _take_up(self, batch: Batch, line: Line) -> Mapping[str, Came]:
        """What came of the items of a batch that an earlier process has sent."""
        if batch.over:
            return {came.item: came for came in results(self._folder, batch.name)}
        return {came.item: came for came in await self._followed(batch, line, ())}

    def _look(self) -> None:
        """If every episode waits, send what was gathered, unless more comes at once."""
        if self._gathered and self._timer is None and all(self._asking.values()):
            self._timer = asyncio.get_running_loop().call_later(SETTLE, self._flush)

    def _flush(self) -> None:
        self._timer = None
        if not all(self._asking.values()):
            return
        groups: dict[tuple[str, str | None, str], list[Gathered]] = defaultdict(list)
        for each in self._gathered:
            groups[each.line.vendor.name, each.line.base_url, str(each.request["model"])].append(each)
        self._gathered = []
        for group in groups.values():
            for part, characters in _parts(group):
                task = asyncio.create_task(self._send(part, characters))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _send(self, part: Sequence[Gathered], characters: int) -> None:
        """Send a batch, and give everybody what came of his request."""
        line = part[0].line
        try:
            batch, requests = self._sent(part, characters)
            found = {came.item: came for came in await self._followed(batch, line, requests)}
        except (Lost, Rejected, OverBudget, OSError) as error:
            for each in part:
                if not each.came.done():
                    each.came.set_exception(type(error)(*error.args))
            return
        for each, (item, _) in zip(part, requests, strict=True):
            if not each.came.done():
                each.came.set_result((batch.given, found[item]))

    def _sent(
        self, part: Sequence[Gathered], characters: int
    ) -> tuple[Batch, list[tuple[str, Mapping[str, Any]]]]:
        """Write a batch down before it is sent. Raises OverBudget if its forecast goes beyond a cap."""
        line, model, purse = part[0].line, str(part[0].request["model"]), self._purse
        reply = max(REPLY_TOKENS, purse.output // purse.calls if purse.calls else 0)
        usage = {"input": characters // CHARACTERS_PER_TOKEN, "output": len(part) * reply, "batched": 1}
        price = line.service.prices.of(f"{line.vendor.name}/{model}")
        usd, tokens = 0.0 if price is None else price.cost(usage), usage["input"] + usage["output"]
        purse.afford(usd, tokens)
        purse.pledge(usd, tokens)
        name = uuid.uuid4().hex[:16]  # it names the batch at the vendor's and decides nothing
        like: Counter[str] = Counter()
        requests = []
        for each in part:
            requests.append((f"{name}-{each.key}-{like[each.key]}", each.request))
            like[each.key] += 1
        sent = Sent(
            name=name,
            at=time.time(),
            vendor=line.vendor.name,
            model=model,
            items=tuple(item for item, _ in requests),
            usd=usd,
            tokens=tokens,
        )
        self._tell(f"{len(part):,} requests to {sent.vendor}/{model} go out in a batch")
        return self._journal.sent(sent), requests

    async def _followed(
        self, batch: Batch, line: Line, requests: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Came]:
        try:
            came = await collect(self._journal, batch, line, requests, partial(self._progress, batch))
        except (Lost, Refused) as error:
            self._journal.lost(batch, str(error))
            self._purse.pledge(-batch.sent.usd, -batch.sent.tokens)
            raise
        self._purse.pledge(-batch.sent.usd, -batch.sent.tokens)
        return came

    def _progress(self, batch: Batch, progress: Progress) -> None:
        size = len(batch.sent.items)
        self._tell(f"batch {batch.given}: {progress.done:,} of {size:,} requests answered")


def collected(logged: Iterable[Any]) -> Iterator[str]:
    """The items whose answers stand among the lines that were logged of exchanges."""
    for line in logged:
        if isinstance(line, dict) and isinstance(item := line.get("item"), str):
            yield item


def _key(item: str) -> str:
    return item.split("-")[1]


def _outcome(given: str, came: Came) -> Received | Failure:
    """What is logged of one request, with its batch. Raises Rejected."""
    if came.rejected:
        raise Rejected(came.rejected)
    where = {"batch": given, "item": came.item}
    if came.reply is not None:
        return Received(came.reply, where)
    return Failure({**(came.failure or {}), **where}, came.missing or "timeout", final=came.final)


def _parts(group: Sequence[Gathered]) -> Iterator[tuple[list[Gathered], int]]:
    """A group in parts that the vendor takes at once, each with the characters of its requests."""
    bulk = group[0].line.vendor.bulk
    part: list[Gathered] = []
    characters = whole = 0
    for each in group:
        text = json.dumps(each.request, ensure_ascii=False)
        size = len(text.encode("utf-8", "replace")) + PER_ITEM
        if part and (len(part) == bulk.most_requests or whole + size > bulk.most_bytes):
            yield part, characters
            part, characters, whole = [], 0, 0
        part.append(each)
        characters, whole = characters + len(text), whole + size
    yield part, characters
