"""One question over the wire: bounded retries, and a plain account of what happened."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from msgspec import Meta

from gyges.agents.llm.cache import request_key
from gyges.agents.llm.clean import cleaned, hidden, printable
from gyges.agents.llm.prompt import Prompt
from gyges.agents.llm.service import Service
from gyges.agents.llm.vendor import Reply, Vendor
from gyges.agents.policy import Missing

AGAIN = frozenset({408, 409, 429})
"""Refusals of the moment, beside every 5xx: worth another attempt."""
LONGEST_SHOWN = 2000
"""Characters kept of a body that is not JSON."""


class Rejected(ValueError):
    """The server will not take this request however often it is sent: a wrong key, an unknown model."""


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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one attempt brought no reply."""

    log: dict[str, Any]
    missing: Missing
    """What the decision is missing for, should this attempt be the last."""
    asked_wait: float = 0.0
    """Seconds the server asked to be left alone."""
    final: bool = False
    """True if asking again would bring the same."""


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
    cache, patience = line.service.cache, line.patience
    log: list[Any] = [{"request": cleaned(request, line.secret)}]
    kept = request_key(line.vendor.name, line.base_url, request) if cache else ""
    if cache and (found := cache.find(kept)) is not None:
        log.append({"status": 200, "reply": found, "cached": True})
        return Answer(found, None, log, 0)
    for attempt in range(patience.attempts):
        outcome = await _attempt(line, request)
        if isinstance(outcome, Mapping):
            log.append({"status": 200, "reply": outcome})
            if cache:
                cache.keep(kept, outcome)
            return Answer(outcome, None, log, attempt + 1)
        if outcome.final or attempt + 1 == patience.attempts:
            log.append(outcome.log)
            return Answer(None, outcome.missing, log, attempt + 1)
        wait = _wait(patience, attempt, key, outcome.asked_wait)
        log.append({**outcome.log, "waited": round(wait, 3)})
        await asyncio.sleep(wait)
    raise ValueError("a question needs at least one attempt")


async def _attempt(line: Line, request: dict[str, Any]) -> Mapping[str, Any] | Failure:
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


async def _exchange(line: Line, request: dict[str, Any]) -> Mapping[str, Any] | Failure:
    sdk, seconds, secret = line.vendor.sdk(), line.patience.timeout, line.secret
    try:
        # The SDK's own timeout is per read, so a server that drips bytes would outlast it.
        async with asyncio.timeout(seconds):
            body = await line.vendor.send(line.client, request, seconds)
    except TimeoutError:
        return Failure({"error": f"no reply within {seconds:g} s"}, "timeout")
    except sdk.APIConnectionError as error:
        return Failure({"error": hidden(f"{error} {error.__cause__ or ''}".strip(), secret)}, "timeout")
    except sdk.APIStatusError as error:
        return _refused(line.vendor, error, secret)
    try:
        reply = cleaned(json.loads(body), secret)
    except (ValueError, RecursionError):
        reply = None
    if isinstance(reply, dict):
        return reply
    text = cleaned(body.decode("utf-8", "replace"), secret)
    return Failure({"status": 200, "malformed": printable(text, LONGEST_SHOWN)}, "unparsable")


def _refused(vendor: Vendor, error: Any, secret: str) -> Failure:
    """An HTTP error: worth another attempt, held back by a filter, or the user's to mend."""
    status = int(error.status_code)
    body = cleaned(error.body, secret)
    log = {"status": status, "error": body if not isinstance(body, str) else printable(body, LONGEST_SHOWN)}
    if status in AGAIN or status >= 500:
        return Failure(log, "timeout", _retry_after(error.response.headers))
    if getattr(error, "code", None) == "content_filter":
        return Failure(log, "filtered", final=True)
    said = " ".join(printable(hidden(str(error.message), secret), 300).split())
    raise Rejected(
        f"{vendor.name} rejected the request ({status}): {said}; check model, key and base URL"
    ) from None


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds a server asks to be left alone (RFC 9110, section 10.2.3); 0 if it does not say."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            return max(0.0, float(value) * unit)
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except (TypeError, ValueError):
            continue
    return 0.0


def _wait(patience: Patience, attempt: int, key: int, asked: float) -> float:
    """Seconds until the next attempt: doubling, with a keyed jitter so that many do not return at once."""
    word = hashlib.blake2b(f"{key}/{attempt}".encode(), digest_size=8).digest()
    jitter = int.from_bytes(word, "little") / 2**64
    backoff: float = patience.first_wait * 2**attempt * (0.5 + jitter / 2)
    return min(patience.longest_wait, max(asked, backoff))


def read(vendor: Vendor, answer: Answer, prompt: Prompt, secret: str) -> Reply:
    """What an answer says; empty if none came. An answer that was kept costs no tokens."""
    if answer.reply is None:
        return Reply()
    reply = vendor.read(answer.reply, prompt)
    if not answer.calls:
        reply = replace(reply, usage={"kept": 1})
    # A call's arguments may be JSON inside JSON, whose escapes the first cleaning could not see.
    return replace(reply, calls=tuple(cleaned(list(reply.calls), secret)))
