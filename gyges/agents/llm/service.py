"""What the models of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from gyges.agents.llm.cache import Cache
from gyges.agents.llm.gate import Gate
from gyges.agents.llm.outcome import Failure, Received
from gyges.agents.llm.prices import Prices
from gyges.agents.llm.purse import Purse


class Lockstep(Protocol):
    """What sends the requests of many episodes together, in a vendor's batches (`batches.overnight`)."""

    async def attempt(self, line: Any, request: dict[str, Any]) -> Received | Failure:
        """What came of one request, when the batch that it went with has come back."""


@dataclass(frozen=True, slots=True)
class Service:
    """Money, memory and room for the requests of a run."""

    purse: Purse = field(default_factory=Purse)
    prices: Prices = field(default_factory=lambda: Prices(""))
    cache: Cache | None = None
    concurrency: int = 4096
    """Requests to one provider at once, at most."""
    overnight: Lockstep | None = None
    """Through which requests go in batches; None if each goes by itself."""
    gates: dict[str, Gate] = field(default_factory=dict)
    """By provider; each is made when it is first needed."""

    def gate(self, provider: str) -> Gate:
        """The gate before a provider."""
        return self.gates.setdefault(provider, Gate(self.concurrency))
