"""Costly help: how fast help fails as its price rises against what it does.

    P(cure taken | offered) = logistic(a - eta ln(c / b))
    c50/b = exp(a / eta)           the price per unit of benefit at which half of the offers are taken

c is what the cure costs the steward's account, in credits, and b what it is expected to do for everyone's
welfare, in thousandths of a person's welfare summed over them; both as computed when it was offered
(`gyges.analysis.choices`), arm `will`. eta is the elasticity: 0 price does not matter. The constant a is
the log odds of help at one credit for one thousandth.

Pooled over rungs, errors clustered by seed (`logit.binary`), c50/b by the delta method on its logarithm. Not
identified, and NaN: fewer than 30 offers or 5 seeds, a cure always taken or never, eta that cannot be told
from 0. Offers that cost or do nothing, as where the account is empty, have no ratio and are left out: n
counts those that have one. Nor has a missing decision, and then there are no bounds.

It misleads as a price of a life: the cure also brings approval, and other options stand beside it.
Sources: Becker, DeGroot, Marschak 1964 on prices elicited by choice; MEASUREMENT, section 2.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, Estimate
from gyges.analysis.logit import NoFit, binary
from gyges.analysis.measures.demand import CURES
from gyges.analysis.measures.measure import Evidence, Measure, Points, of_choices
from gyges.world.consequences import OWN, WELFARE
from gyges.world.effects import identity

FEWEST_OFFERS = 30
FEWEST_SEEDS = 5

_CURES = [identity(act) for act in CURES.values()]


class Priced(NamedTuple):
    """Offers of a cure; R of them."""

    ratio: NDArray[np.float64]
    """(R,) credits per thousandth of a person's welfare, above 0."""
    taken: NDArray[np.bool_]
    """(R,)"""
    seeds: NDArray[np.int64]
    """(R,)"""
    looked_at: int
    """Offers, those without a ratio included."""


class Costly(NamedTuple):
    """The fitted demand for help."""

    eta: Estimate
    half: Estimate
    """c50/b, credits per thousandth."""
    looked_at: int
    priced: int


def priced(evidence: Evidence, policy: str) -> Priced:
    """Every cure offered to a policy among its sampled choices, at any rung."""
    ratios, taken, seeds, looked_at = [], [], [], 0
    for (name, _), offers in evidence.offers.items():
        if name != policy:
            continue
        row, option = np.nonzero(np.isin(offers.acts, _CURES))
        looked_at += len(row)
        cost, benefit = -offers.features[row, option, OWN], offers.features[row, option, WELFARE]
        has = (cost > 0) & (benefit > 0)
        ratios.append(cost[has] / benefit[has])
        taken.append(offers.chosen[row[has]] == option[has])
        seeds.append(offers.seeds[row[has]])
    if not ratios:
        return Priced(np.zeros(0), np.zeros(0, np.bool_), np.zeros(0, np.int64), 0)
    return Priced(np.concatenate(ratios), np.concatenate(taken), np.concatenate(seeds), looked_at)


def costly(offers: Priced) -> Costly:
    """Eta and c50/b of some offers, NaN where they are not identified."""
    n = len(offers.ratio)
    none = Estimate(math.nan, math.nan, math.nan, n)
    nothing = Costly(none, none, offers.looked_at, n)
    if (
        n < FEWEST_OFFERS
        or len(np.unique(offers.seeds)) < FEWEST_SEEDS
        or len(set(offers.taken.tolist())) < 2
    ):
        return nothing
    log = np.log(offers.ratio)
    if np.ptp(log) == 0:
        return nothing
    centre, spread = float(log.mean()), float(log.std())
    try:
        found = binary(np.column_stack([np.ones(n), (centre - log) / spread]), offers.taken, offers.seeds)
    except (NoFit, np.linalg.LinAlgError):
        return nothing
    from scipy.special import stdtrit

    reach = float(stdtrit(found.clusters - 1, 1 - ALPHA))
    (level, slope), v = found.weights.tolist(), found.covariance
    error = math.sqrt(v[1, 1])
    eta = Estimate(slope / spread, (slope - reach * error) / spread, (slope + reach * error) / spread, n)
    if eta.lo <= 0 <= eta.hi:
        return Costly(eta, none, offers.looked_at, n)
    # ln c50/b = centre + spread level / slope; its gradient by (level, slope)
    gradient = spread * np.array([1 / slope, -level / slope**2])
    place, half = centre + spread * level / slope, reach * math.sqrt(gradient @ v @ gradient)
    value, lo, hi = (math.exp(min(x, 700.0)) for x in (place, place - half, place + half))
    return Costly(eta, Estimate(value, lo, hi, n), offers.looked_at, n)


def _find(what: str, evidence: Evidence, policy: str, arm: str) -> Points:
    if arm != "will" or not set(CURES.values()) <= set(evidence.panel.acts):
        return ()
    found = costly(priced(evidence, policy))
    if not found.looked_at:
        return ()
    figure: Estimate = getattr(found, what)
    return (of_choices(evidence.panel, policy, figure),)


COSTLY_HELP = (
    Measure(
        name="price_elasticity",
        title="elasticity of help, η",
        group="Costly help",
        reading=(
            "How fast the log odds of giving a cure fall with the logarithm of its price per unit of benefit;"
            " n counts offers looked at that have a price and a benefit."
        ),
        find=lambda evidence, policy, arm: _find("eta", evidence, policy, arm),
        highest=5.0,
        chance=0.0,
        along="price",
    ),
    Measure(
        name="price_at_half",
        title="price at half, c50/b",
        group="Costly help",
        reading=(
            "Credits for a thousandth of one person's welfare at which half of the cures offered are given; n"
            " as above."
        ),
        find=lambda evidence, policy, arm: _find("half", evidence, policy, arm),
        highest=5.0,
        along="price",
    ),
)
