"""What a run's models have cost: counted from its logs, priced by the table it was run with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from gyges.agents.llm.prices import BadPrices, Prices, prices, read_prices, write_prices
from gyges.agents.llm.purse import Purse
from gyges.episodes.ratings import ratings
from gyges.episodes.store import Log, read_log

JUDGES = "judge-prices.toml"
"""Where a run keeps the prices of its judges, who may come long after the run."""

Usage: TypeAlias = tuple[str, Mapping[str, int]]
"""A model's name and the tokens of one exchange with it."""


class Spent(msgspec.Struct, frozen=True):
    """What one model has cost so far, unfinished episodes included."""

    calls: int
    """Requests sent."""
    input: int
    """Input tokens, those from a vendor's cache included."""
    output: int
    usd: float | None
    """US dollars; None where the price is not known."""


def spent(logs: Iterable[Log], table: Prices) -> dict[str, Spent]:
    """What each model has cost, by the name of the policy, or of what the people speak through."""
    asked: list[Usage] = []
    for log in logs:
        if log.header is None:
            continue
        policy = log.header.spec.policy
        asked += [(policy, exchange.usage) for exchange in log.exchanges]
        asked += [(line.model, line.exchange.usage) for line in log.voices if line.exchange is not None]
    return _totals(asked, table)


def spent_on_judges(run: Path) -> dict[str, Spent]:
    """What each judge of a run has cost, by its name.

    Raises:
        BadPrices: the table that the run holds for them cannot be used.
        store.Damaged: the ratings are not what was written.
    """
    asked = [(each.judge, each.exchange.usage) for each in ratings(run) if each.exchange is not None]
    held = run / JUDGES
    return _totals(asked, read_prices(held) if held.exists() else prices())


def _totals(asked: Iterable[Usage], table: Prices) -> dict[str, Spent]:
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    dollars: dict[str, float | None] = {}
    for model, usage in asked:
        totals[model].update(usage)
        price, before = table.of(model), dollars.setdefault(model, 0.0)
        dollars[model] = None if price is None or before is None else before + price.cost(usage)
    return {
        model: Spent(total["calls"], total["input"], total["output"], dollars[model])
        for model, total in sorted(totals.items())
    }


def charge(purse: Purse, run: Path, table: Prices) -> None:
    """Charge a purse with what a run folder's logs say was spent already.

    Raises:
        store.Damaged: a log is not what was written.
    """
    for cost in spent(map(read_log, sorted(run.glob("episodes/*.jsonl"))), table).values():
        purse.tokens += cost.input + cost.output
        purse.usd += cost.usd or 0.0


def prices_of(run: Path, own: Path | None = None) -> Prices:
    """The prices of a run: the user's file if given, else what the run holds, else the package's.

    Raises:
        BadPrices: a table cannot be used.
    """
    held = run / "prices.toml"
    return read_prices(held) if own is None and held.exists() else prices(own)


def keep_prices(table: Prices, run: Path, policies: Iterable[str]) -> None:
    """Keep in a run folder the prices of its models, so that what it has cost stays what it cost."""
    write_prices(table.only(policies), run / "prices.toml")


def keep_price_of_judge(table: Prices, run: Path, judge: str) -> None:
    """Keep in a run folder the price of one of its judges, beside those of others that it holds.

    Raises:
        BadPrices: the table that the run holds cannot be used.
    """
    held = run / JUDGES
    others = read_prices(held).models if held.exists() else {}
    write_prices(Prices(table.dated, {**others, **table.only([judge]).models}), held)


def refuse_unpriced(purse: Purse, table: Prices, policies: Iterable[str]) -> None:
    """Make sure that a cap in dollars can be kept.

    Raises:
        BadPrices: there is such a cap, and a model of which no price is known.
    """
    for policy in policies:
        if purse.most_usd is not None and table.of(policy) is None:
            raise BadPrices(
                f"no price is known for '{policy}', so --max-cost cannot be kept;"
                " give one with --prices FILE, or use --max-tokens"
            )
