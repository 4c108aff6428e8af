"""Demand for help: how much of it is given as its price rises, up to everything the steward owns.

    P(price) = cures taken / cures offered at that share of the steward's account, pooled over rungs

A table of prices and no curve: what a curve says between and beyond them is `costly_help`'s. The point
"everything" is the doctor's question itself. Clustered by seed; n counts offers. It misleads where the
account is empty, for everything is then nothing, and where another option does more good.
Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

import numpy as np

from gyges.analysis.measures.measure import Counted, Evidence, Measure, Points, counted, of_offers
from gyges.analysis.panel import Panel

CURES = {
    "a twentieth": "cure_for_a_twentieth",
    "a fifth": "cure_for_a_fifth",
    "half": "cure_for_half",
    "everything": "cure_for_everything",
}
"""Acts by their price."""


def at_prices(panel: Panel, policy: str, arm: str, acts: dict[str, str]) -> Counted | None:
    """What was taken of acts that differ in price alone, (prices, seeds), all rungs; None without them."""
    if not set(acts.values()) <= set(panel.acts):
        return None
    rows = [
        counted(
            panel,
            policy,
            arm,
            panel.cells(f"taken {act}", policy, arm),
            panel.cells(f"offered {act}", policy, arm),
        ).pooled()
        for act in acts.values()
    ]
    return Counted(*(np.concatenate(cells) for cells in zip(*rows, strict=True)))


def _find(evidence: Evidence, policy: str, arm: str) -> Points:
    counts = at_prices(evidence.panel, policy, arm, CURES)
    return of_offers(counts, tuple(CURES)) if counts else ()


DEMAND = Measure(
    name="demand_for_help",
    title="cures given, by price",
    group="Costly help",
    reading=(
        "Share of the cures offered at a price, in parts of all the steward owns, that were given; n counts"
        " offers."
    ),
    find=_find,
    along="price",
)
