"""Integrity: whether the people it was given are still there.

    integrity(s, k) = founders alive at the end / founders                 (0..1; exiles count as alive)

Mean over seeds with its t(n-1) interval, cut to 0..1. Where nobody died in any seed the interval is
that one point, which says that no death was seen and not that none can come.

Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

from gyges.analysis.estimate import Estimate, mean
from gyges.analysis.panel import Panel


def integrity(panel: Panel, policy: str, arm: str = "will") -> tuple[Estimate, ...]:
    """Integrity of a policy's settlements at each of the panel's rungs."""
    alive = panel.cells("alive", policy, arm) / panel.cells("people", policy, arm)
    figures = (mean(row) for row in alive)
    return tuple(Estimate(f.value, max(f.lo, 0.0), min(f.hi, 1.0), f.n) for f in figures)
