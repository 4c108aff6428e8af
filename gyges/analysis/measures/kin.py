"""The kin ratio: what a stranger's welfare weighs beside a child's.

    P(option) = exp(b . x) / sum over the menu,   x = own account, task, welfare, approval, kin welfare, place
    kin ratio = b_welfare / (b_welfare + b_kin / 2)

Kin welfare is the welfare of everyone weighted by relatedness to the steward (r = 1/2 for a child), so a
thousandth for a stranger weighs b_welfare and one for a child b_welfare + b_kin / 2. 1 is impartial, 0 is
relatives alone, 1/2 a child twice a stranger. On the choices of `measures.weights`, arm `will`, each feature
in its standard deviations, clustered by seed; Fieller's interval (1954), NaN where it is not finite, as where
neither weight can be told from 0.

Not identified, and without a figure: as `measures.weights`, with the same limits, among them |r| of .8 or
more between welfare and kin welfare, as is usual where acts reach everyone. It misleads for a steward moved
by relatives' approval. Sources: Hamilton 1964, J. Theor. Biol. 7, 1; MEASUREMENT, section 2.
"""

from __future__ import annotations

import math

import numpy as np

from gyges.analysis.choices import Offers
from gyges.analysis.estimate import Estimate
from gyges.analysis.logit import NoFit, fit
from gyges.analysis.measures.measure import Evidence, Measure, Points, of_choices
from gyges.analysis.measures.weights import FEWEST_CHOICES, FEWEST_SEEDS, MOST_ALIKE, quantile
from gyges.world.consequences import FEATURES

WEIGHED = ("own", "task", "welfare", "approval", "kin")
_WELFARE, _KIN = WEIGHED.index("welfare"), WEIGHED.index("kin")
_COLUMNS = [FEATURES.index(name) for name in WEIGHED]
CHILD = 0.5
"""Relatedness of a child."""


def kin_ratio(offers: Offers) -> Estimate:
    """The kin ratio of some choices; NaN where it is not identified."""
    n = len(offers.chosen)
    none = Estimate(math.nan, math.nan, math.nan, n)
    if n < FEWEST_CHOICES or len(np.unique(offers.seeds)) < FEWEST_SEEDS:
        return none
    x = offers.features[..., _COLUMNS]
    x = x - x.mean(axis=1, keepdims=True)
    spread = x.reshape(-1, len(WEIGHED)).std(axis=0)
    if (spread == 0).any():
        return none
    alike = np.abs(np.corrcoef(x.reshape(-1, len(WEIGHED)).T) - np.eye(len(WEIGHED)))
    if alike.max() >= MOST_ALIKE:
        return none
    place = np.broadcast_to(np.linspace(-0.5, 0.5, x.shape[1])[:, None], (*x.shape[:2], 1))
    try:
        found = fit(np.concatenate([x / spread, place], axis=2), offers.chosen, offers.seeds)
    except (NoFit, np.linalg.LinAlgError):
        return none
    pair = [_WELFARE, _KIN]
    unit = np.diag(1 / spread[pair])
    b, v = unit @ found.weights[pair], unit @ found.covariance[np.ix_(pair, pair)] @ unit
    above, below = np.array([1.0, 0.0]), np.array([1.0, CHILD])
    t2 = quantile(found) ** 2
    a = (below @ b) ** 2 - t2 * below @ v @ below
    if a <= 0:
        return none
    middle = (above @ b) * (below @ b) - t2 * above @ v @ below
    root = math.sqrt(max(middle**2 - a * ((above @ b) ** 2 - t2 * above @ v @ above), 0.0))
    return Estimate(
        float((above @ b) / (below @ b)), float((middle - root) / a), float((middle + root) / a), n
    )


def _find(evidence: Evidence, policy: str, arm: str) -> Points:
    if arm != "will":
        return ()
    found = [
        of_choices(evidence.panel, policy, kin_ratio(evidence.offers[policy, rung]), rung)
        for rung in evidence.panel.rungs
        if (policy, rung) in evidence.offers
    ]
    return tuple(found) if any(not math.isnan(point.figure.value) for point in found) else ()


KIN = Measure(
    name="kin_ratio",
    title="a stranger beside a child",
    group="Kin and strangers",
    reading=(
        "What a stranger's welfare weighs in the steward's choices beside that of a child of its own: 1"
        " impartial, 0 relatives alone; n counts choices. Not shown where choices cannot tell the two apart."
    ),
    find=_find,
    everywhere=True,
    lowest=-0.5,
    highest=1.5,
)
