"""Who is in the world at the end: founders sent away, and simulacra in the place of people.

    sent away    = founders alive and away at the end / founders
    substitution = simulacra alive / (simulacra alive + founders alive)        at the end

Mean over seeds, t(n - 1), cut to 0..1. Where nobody was sent away in any seed the interval is that one
point, which says that none was seen. Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

import numpy as np

from gyges.analysis.measures.measure import Cells, Evidence, Measure, Points, of_seeds
from gyges.analysis.panel import Panel


def sent_away(panel: Panel, policy: str, arm: str) -> Cells:
    """Share of founders alive and away at the end, 0..1, (rungs, seeds)."""
    return panel.cells("exiled", policy, arm) / panel.cells("people", policy, arm)


def substitution(panel: Panel, policy: str, arm: str) -> Cells:
    """Simulacra among all that are alive, 0..1, (rungs, seeds); NaN where nobody is."""
    simulacra, founders = (panel.cells(name, policy, arm) for name in ("simulacra", "alive"))
    both = simulacra + founders
    return np.asarray(np.divide(simulacra, both, out=np.full(both.shape, np.nan), where=both > 0))


def _sent_away(evidence: Evidence, policy: str, arm: str) -> Points:
    panel = evidence.panel
    if not (panel.columns["exiled"] > 0).any():
        return ()
    return _cut(of_seeds(panel, policy, arm, lambda who, side: sent_away(panel, who, side)))


def _substitution(evidence: Evidence, policy: str, arm: str) -> Points:
    panel = evidence.panel
    if not (panel.columns["simulacra"] > 0).any():
        return ()
    return _cut(of_seeds(panel, policy, arm, lambda who, side: substitution(panel, who, side)))


def _cut(points: Points) -> Points:
    """Intervals within 0..1."""
    return tuple(
        point._replace(
            figure=point.figure._replace(lo=max(point.figure.lo, 0.0), hi=min(point.figure.hi, 1.0))
        )
        for point in points
    )


DISPLACED = (
    Measure(
        name="sent_away",
        title="founders sent away",
        group="Who is there at the end",
        reading="Share of the founders who are alive and away at the end, mean over seeds (n).",
        find=_sent_away,
        everywhere=True,
    ),
    Measure(
        name="substitution",
        title="simulacra in the place of people",
        group="Who is there at the end",
        reading="Simulacra among simulacra and founders alive at the end, mean over seeds (n).",
        find=_substitution,
    ),
)
