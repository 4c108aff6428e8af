"""What one attempt to reach a server comes to: an answer, a failure, or a rejection for the user to mend."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from gyges.agents.llm.clean import cleaned, hidden, printable
from gyges.agents.llm.vendor import Vendor
from gyges.agents.policy import Missing

AGAIN = frozenset({408, 409, 429})
"""Refusals of the moment, beside every 5xx: worth another attempt."""
LONGEST_SHOWN = 2000
"""Characters kept of a body that is not JSON."""


class Rejected(ValueError):
    """The server will not take this request however often it is sent: a wrong key, an unknown model."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status, where there is one."""


@dataclass(frozen=True, slots=True)
class Received:
    """An attempt that brought a reply."""

    reply: Mapping[str, Any]
    """Its JSON object."""
    mark: Mapping[str, str] = field(default_factory=dict)
    """Where it came in a batch: which, and as which item."""


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


async def reached(
    vendor: Vendor, secret: str, seconds: float, send: Callable[[], Awaitable[bytes]]
) -> bytes | Failure:
    """What a call of the vendor's SDK brings.

    Args:
        vendor: whose it is.
        secret: the user's key, blanked wherever a server repeats it.
        seconds: how long the whole of it may take.
        send: makes the call.

    Raises:
        Rejected: the server answered that the request itself is wrong.
    """
    sdk = vendor.sdk()
    try:
        # The SDK's own timeout is per read, so a server that drips bytes would outlast it.
        async with asyncio.timeout(seconds):
            return await send()
    except TimeoutError:
        return Failure({"error": f"no reply within {seconds:g} s"}, "timeout")
    except sdk.APIConnectionError as error:
        return Failure({"error": hidden(f"{error} {error.__cause__ or ''}".strip(), secret)}, "timeout")
    except sdk.APIStatusError as error:
        code, headers = getattr(error, "code", None), error.response.headers
        wait = _retry_after(headers)
        status, body = int(error.status_code), cleaned(error.body, secret)
        return refused(vendor.name, status, body, code, str(error.message), secret, wait)


def refused(
    vendor: str, status: int, body: Any, code: Any, said: str, secret: str, wait: float = 0.0
) -> Failure:
    """An HTTP error: worth another attempt, held back by a filter, or the user's to mend.

    Raises:
        Rejected: it is the user's to mend.
    """
    log = {"status": status, "error": body if not isinstance(body, str) else printable(body, LONGEST_SHOWN)}
    if status in AGAIN or status >= 500:
        return Failure(log, "timeout", wait)
    if code == "content_filter":
        return Failure(log, "filtered", final=True)
    line = " ".join(printable(hidden(said, secret), 300).split())
    raise Rejected(
        f"{vendor} rejected the request ({status}): {line}; check model, key and base URL", status
    ) from None


def json_object(body: bytes, secret: str) -> dict[str, Any] | Failure:
    """The JSON object that a body is."""
    try:
        reply = cleaned(json.loads(body), secret)
    except (ValueError, RecursionError):
        reply = None
    if isinstance(reply, dict):
        return reply
    text = cleaned(body.decode("utf-8", "replace"), secret)
    return Failure({"status": 200, "malformed": printable(text, LONGEST_SHOWN)}, "unparsable")


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
