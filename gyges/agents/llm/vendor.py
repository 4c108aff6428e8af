"""What a vendor is: a few functions around its official SDK."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol

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
    read: Callable[[Mapping[str, Any], Prompt], Reply]
    """Read a reply; whatever has another form than promised counts as not there."""


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
