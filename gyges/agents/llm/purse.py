"""What a run may spend on models, over all its policies and over every time it is resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gyges.agents.llm.prices import Price


class OverBudget(Exception):
    """The run has spent what it may; nothing more is sent. The message is one line."""


@dataclass(slots=True)
class Purse:
    """Caps on spending, and what is spent.

    It is looked into before every request and charged after every answer, so a cap is
    passed by no more than the requests that were under way when it was reached.
    """

    most_usd: float | None = None
    """Most US dollars, or None for no cap."""
    most_tokens: int | None = None
    """Most tokens, input and output together, or None for no cap."""
    usd: float = 0.0
    """Spent, as far as prices are known."""
    tokens: int = 0
    calls: int = 0
    """Requests answered."""
    output: int = 0
    """Their output tokens."""
    pledged_usd: float = 0.0
    """Forecast for requests that are out in batches."""
    pledged_tokens: int = 0

    def check(self) -> None:
        """Make sure that there is something left.

        Raises:
            OverBudget: a cap is reached.
        """
        if self.most_usd is not None and self.usd >= self.most_usd:
            raise OverBudget(f"${self.usd:.4f} of --max-cost {self.most_usd:g} is spent")
        if self.most_tokens is not None and self.tokens >= self.most_tokens:
            raise OverBudget(f"{self.tokens:,} of --max-tokens {self.most_tokens:,} are spent")

    def afford(self, usd: float, tokens: int) -> None:
        """Make sure that there is enough left for a batch, beside those that are out.

        Raises:
            OverBudget: its forecast goes beyond a cap.
        """
        self.check()
        whole, most = self.usd + self.pledged_usd + usd, self.most_usd
        if most is not None and whole > most:
            raise OverBudget(
                f"${self.usd:.4f} of --max-cost {most:g} are spent, and the next batch would make it"
                f" ${whole:.4f}"
            )
        count = self.tokens + self.pledged_tokens + tokens
        if self.most_tokens is not None and count > self.most_tokens:
            raise OverBudget(
                f"{self.tokens:,} of --max-tokens {self.most_tokens:,} are spent, and the next batch would"
                f" make it {count:,}"
            )

    def pledge(self, usd: float, tokens: int) -> None:
        """Set the forecast of a batch aside, or what was set aside free again where both are negative."""
        self.pledged_usd += usd
        self.pledged_tokens += tokens

    def pay(self, usage: Mapping[str, int], price: Price | None) -> None:
        """Charge an answer's tokens."""
        self.calls += usage.get("calls", 0)
        self.output += usage.get("output", 0)
        self.tokens += usage.get("input", 0) + usage.get("output", 0)
        self.usd += 0.0 if price is None else price.cost(usage)
