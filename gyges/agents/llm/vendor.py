"""What a vendor is: a few functions around its official SDK."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import msgspec

from gyges.agents.llm.logprobs import Position
from gyges.agents.llm.prompt import Prompt
from gyges.agents.policy import Missing


@dataclass(frozen=True, slots=True)
class Reply:
    """What a vendor's answer says, before it is held against the menu."""

    calls: tuple[Any, ...] = ()
    """Arguments of each call of the tool, as JSON values."""
    text: str = ""
    """Text beside the calls."""
    declined: Missing | None = None
    """`refused` if the model declined, `filtered` if its vendor held the answer back."""
    thinking: str = ""
    """What the model thought, where its vendor or server gives that."""
    usage: Mapping[str, int] = field(default_factory=dict)
    """Tokens: `input` (all, cached ones included), `output`, `cache_read`, `cache_write`."""
    positions: tuple[Position, ...] = ()
    """Tokens of the text with their alternatives, where they were asked for."""


class Progress(NamedTuple):
    """How far a batch has come."""

    ended: bool
    """Whether its results can be fetched."""
    done: int
    """Requests that are answered, where the vendor says so before the end."""
    files: tuple[str, ...] = ()
    """Where its results lie."""
    failed: str = ""
    """Why the vendor took none of it, if it did not."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """How a vendor takes many requests at once, to be answered within a day.

    What calls the vendor is given a client first and seconds of patience last, and raises as the SDK does.
    """

    most_requests: int
    """Requests in one batch, at most."""
    most_bytes: int
    """Bytes in one batch, at most."""
    submit: Callable[[Any, str, Sequence[tuple[str, Mapping[str, Any]]], float], Awaitable[bytes]]
    """Send requests, each under a name of its own, as the batch of our name; gives the vendor's record."""
    recent: Callable[[Any, float], Awaitable[bytes]]
    """The vendor's list of records, the latest first."""
    ours: Callable[[Mapping[str, Any], str, int, float], bool]
    """Whether a record may be of the batch that we gave this name, with so many requests, not before this
    time: what its results are named settles it, where it has any."""
    look: Callable[[Any, str, float], Awaitable[bytes]]
    """The vendor's record of a batch."""
    progress: Callable[[Mapping[str, Any]], Progress]
    """Read such a record."""
    fetch: Callable[[Any, str, float], Awaitable[bytes]]
    """Lines of results, from one of the places where they lie."""
    item: Callable[[Mapping[str, Any]], Item | None]
    """Read a line; None if it is none."""


class Item(NamedTuple):
    """One line of a batch's results."""

    name: str
    status: int
    """Its HTTP status, or the one that stands for what became of it."""
    body: Any
    """The reply's body, or the error."""
    code: str = ""
    """The error's own name."""
    said: str = ""
    """What the error says."""


class Client(Protocol):
    """The part of a vendor's client that is used here."""

    async def close(self) -> None:
        """Close its connections."""
        ...


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor."""

    name: str
    key_variable: str
    """Environment variable that holds the user's key."""
    takes: frozenset[str]
    """Which of the settings that not every vendor's call takes this one does."""
    sdk: Callable[[], ModuleType]
    """Import the SDK, which takes up to a second: only when a model is to be asked."""
    connect: Callable[[str, str | None], Client]
    """A client from a key and an optional base URL."""
    request: Callable[[Prompt], dict[str, Any]]
    """The request's body as the SDK's keyword arguments."""
    send: Callable[[Any, dict[str, Any], float], Any]
    """Await it: client, request and seconds of patience to the bytes of the reply's body."""
    read: Callable[[Mapping[str, Any], Sequence[Mapping[str, str | int]]], Reply]
    """Read a reply to a prompt of these `calls`; what has another form than promised counts as not there."""
    bulk: Bulk
    """How it takes many requests at once."""


async def post(client: Any, path: str, request: dict[str, Any], seconds: float) -> bytes:
    """Send a body through the SDK's own `post`, as bytes.

    `create` first walks through every message with the types of its fields, which takes longer than all
    the rest of a call, and changes nothing in a body that is JSON already; and the SDK takes eight times
    as long to write the same bytes.
    """
    import httpx2

    content, options = msgspec.json.encode(body_of(request)), {"timeout": seconds}
    response = await client.post(path, cast_to=httpx2.Response, content=content, options=options)
    return bytes(response.content)


async def get(client: Any, path: str, seconds: float) -> bytes:
    """The bytes at a path, through the SDK's own `get`."""
    import httpx2

    response = await client.get(path, cast_to=httpx2.Response, options={"timeout": seconds})
    return bytes(response.content)


def body_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The body that a request's keyword arguments stand for."""
    body: dict[str, Any] = {name: value for name, value in request.items() if name != "extra_body"}
    body.update(request.get("extra_body", {}))
    return body


def count(usage: Any, name: str) -> int:
    """A token count from a vendor's usage record; 0 if it is not there or is no count."""
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def records(value: Any) -> list[Mapping[str, Any]]:
    """The JSON objects of a JSON array; empty if it is none."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """The value if it is text, else empty."""
    return value if isinstance(value, str) else ""
