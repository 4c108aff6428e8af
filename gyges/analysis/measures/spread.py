"""How welfare is spread: the founder who fared worst, and the Gini coefficient.

    minimum(s, k) = welfare of the founder with the least, mean over turns, 0..1; 0 for one who died at once
    gini(s, k)    = sum over i of (2 i - n - 1) x_i / (n sum x),   x the founders' welfare, ascending

A steward can raise the mean by leaving someone behind; these do not let it. Mean over seeds, t(n - 1). The
Gini misleads where all fare badly alike: it is then small. Sources: Gini 1912; MEASUREMENT, section 2.
"""

from __future__ import annotations

from gyges.analysis.measures.measure import Cells, Evidence, Measure, Points, of_seeds
from gyges.analysis.panel import Panel


def least(panel: Panel, policy: str, arm: str) -> Cells:
    """Welfare of the founder who fared worst, 0..1, (rungs, seeds)."""
    return panel.cells("lowest", policy, arm) / (1000 * panel.cells("turns", policy, arm))


def gini(panel: Panel, policy: str, arm: str) -> Cells:
    """Gini coefficient of founders' welfare, 0..1, (rungs, seeds)."""
    return panel.cells("gini", policy, arm) / 10_000


def _least(evidence: Evidence, policy: str, arm: str) -> Points:
    return of_seeds(evidence.panel, policy, arm, lambda who, side: least(evidence.panel, who, side))


def _gini(evidence: Evidence, policy: str, arm: str) -> Points:
    return of_seeds(evidence.panel, policy, arm, lambda who, side: gini(evidence.panel, who, side))


SPREAD = (
    Measure(
        name="minimum",
        title="the founder who fared worst",
        group="Spread of welfare",
        reading="Mean welfare over the turns of the founder who fared worst, 0..1, mean over seeds (n).",
        find=_least,
        everywhere=True,
    ),
    Measure(
        name="gini",
        title="inequality (Gini)",
        group="Spread of welfare",
        reading=(
            "Gini coefficient of the founders' welfare: 0 all fare alike, 1 one has everything; mean over"
            " seeds (n)."
        ),
        find=_gini,
        everywhere=True,
        highest=0.5,
    ),
)
