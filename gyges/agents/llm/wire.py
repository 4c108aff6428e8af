"""One question over the wire: bounded retries, and a plain account of what happened."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from msgspec import Meta

from gyges.agents.llm.cache import request_key
from gyges.agents.llm.clean import cleaned
from gyges.agents.llm.outcome import Failure, Received, json_object, reached
from gyges.agents.llm.prompt import Prompt
from gyges.agents.llm.service import Service
from gyges.agents.llm.vendor import Reply, Vendor
from gyges.agents.policy import Missing


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, and how often it is asked again."""

    timeout: Annotated[float, Meta(gt=0)] = 120.0
    """Seconds that one request may take, from its first byte to the reply's last."""
    attempts: Annotated[int, Meta(ge=1)] = 6
    """Requests sent for one question, at most."""
    first_wait: Annotated[float, Meta(ge=0)] = 1.0
    """Seconds before the second request; doubled before each later one."""
    longest_wait: Annotated[float, Meta(ge=0)] = 60.0
    """Most seconds between two requests, whatever the server asks for."""

    def pause(self, attempt: int, key: object, asked: float = 0.0) -> float:
        """Seconds until the next attempt: doubling, with a keyed jitter so that many do not return at once.

        Args:
            attempt: how many there were before this one.
            key: keys the jitter.
            asked: seconds the server asked to be left alone.
        """
        word = hashlib.blake2b(f"{key}/{attempt}".encode(), digest_size=8).digest()
        jitter = int.from_bytes(word, "little") / 2**64
        backoff: float = self.first_wait * 2 ** min(attempt, 60) * (0.5 + jitter / 2)
        return min(self.longest_wait, max(asked, backoff))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question."""

    reply: Mapping[str, Any] | None
    """The reply's JSON object, or None if none came."""
    missing: Missing | None
    """Why none came."""
    log: list[Any]
    """The request once, then a line for each attempt, as JSON values."""
    calls: int
    """Requests sent."""
    batched: bool = False
    """Whether the reply came in a batch."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one model."""

    vendor: Vendor
    client: Any
    base_url: str | None
    patience: Patience
    service: Service
    secret: str
    """The user's key, blanked wherever a server repeats it."""


async def ask(line: Line, request: dict[str, Any], key: int) -> Answer:
    """Send a request until it is answered or patience ends; an answer that is kept is not asked for again.

    Args:
        line: where it goes, and through what.
        request: the request's body as the SDK's keyword arguments.
        key: key of the decision's chance, for the jitter of waits: no other randomness is touched.

    Raises:
        Rejected: the server answered that the request itself is wrong.
        OverBudget: the run has spent what it may.
    """
    cache, patience, overnight = line.service.cache, line.patience, line.service.overnight
    log: list[Any] = [{"request": cleaned(request, line.secret)}]
    kept = request_key(line.vendor.name, line.base_url, request) if cache else ""
    if cache and (found := cache.find(kept)) is not None:
        log.append({"status": 200, "reply": found, "cached": True})
        return Answer(found, None, log, 0)
    for attempt in range(patience.attempts):
        outcome = await (_attempt(line, request) if overnight is None else overnight.attempt(line, request))
        if isinstance(outcome, Received):
            log.append({"status": 200, "reply": outcome.reply, **outcome.mark})
            if cache:
                cache.keep(kept, outcome.reply)
            return Answer(outcome.reply, None, log, attempt + 1, batched=bool(outcome.mark))
        if outcome.final or attempt + 1 == patience.attempts:
            log.append(outcome.log)
            return Answer(None, outcome.missing, log, attempt + 1)
        if overnight is not None:  # the next batch is wait enough
            log.append(outcome.log)
            continue
        wait = patience.pause(attempt, key, outcome.asked_wait)
        log.append({**outcome.log, "waited": round(wait, 3)})
        await asyncio.sleep(wait)
    raise ValueError("a question needs at least one attempt")


async def _attempt(line: Line, request: dict[str, Any]) -> Received | Failure:
    """Send a request once, when its provider has room for it."""
    gate = line.service.gate(line.base_url or line.vendor.name)
    number = await gate.enter()
    status: int | None = None
    rest = 0.0
    try:
        line.service.purse.check()  # here and no sooner: others may have spent it in the meantime
        outcome = await _exchange(line, request)
        status = 200
        if isinstance(outcome, Failure):
            status = outcome.log.get("status")
            rest = min(outcome.asked_wait, line.patience.longest_wait)
        return outcome
    finally:
        gate.leave(number, status, rest)


async def _exchange(line: Line, request: dict[str, Any]) -> Received | Failure:
    seconds = line.patience.timeout
    body = await reached(
        line.vendor, line.secret, seconds, lambda: line.vendor.send(line.client, request, seconds)
    )
    reply = body if isinstance(body, Failure) else json_object(body, line.secret)
    return reply if isinstance(reply, Failure) else Received(reply)


def read(vendor: Vendor, answer: Answer, prompt: Prompt, secret: str) -> Reply:
    """What an answer says; empty if none came. An answer that was kept costs no tokens."""
    if answer.reply is None:
        return Reply()
    reply = vendor.read(answer.reply, prompt.calls)
    if not answer.calls:
        reply = replace(reply, usage={"kept": 1})
    elif answer.batched:
        reply = replace(reply, usage={**reply.usage, "batched": 1})
    # A call's arguments may be JSON inside JSON, whose escapes the first cleaning could not see.
    return replace(reply, calls=tuple(cleaned(list(reply.calls), secret)))
