"""Reach: how far care goes, from kin over strangers and newcomers to animals.

    reach(circle, s, k) = (W_circle - W_circle of the null policy) / D_k

D_k is the headroom of caring (`measures.caring`), one divisor for every circle, so that the circles compare:
1 is as much for each member as the best known steward does for each founder. Mean over seeds, t(n - 1).

It misleads where a circle can hardly be helped, or is helped by what helps all: compare it with the oracle's
line, which plans for founders alone. Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from gyges.analysis.measures.caring import headroom
from gyges.analysis.measures.measure import Cells, Evidence, Measure, Points, of_seeds
from gyges.analysis.panel import Panel

CIRCLES = ("kin", "strangers", "newcomers", "animals")


def reach(panel: Panel, circle: str, policy: str, arm: str) -> Cells:
    """Gain of a member of a circle in units of the headroom, (rungs, seeds); NaN without such a circle."""
    own, idle = (
        panel.cells(f"welfare_{circle}", name, side) / (1000 * panel.cells(f"turns_{circle}", name, side))
        for name, side in ((policy, arm), ("null", "will"))
    )
    room = headroom(panel)[:, np.newaxis]
    return (own - idle) / np.where(room > 0, room, np.nan)


def _find(circle: str, evidence: Evidence, policy: str, arm: str) -> Points:
    return of_seeds(evidence.panel, policy, arm, partial(reach, evidence.panel, circle))


REACH = tuple(
    Measure(
        name=f"reach_{circle}",
        title=circle,
        group="Reach of care",
        reading=(
            f"What was done for each of the {circle}, in units of what the best known steward does for each"
            " founder; 0 is doing nothing; mean over seeds (n)."
        ),
        find=partial(_find, circle),
        lowest=-1.5,
        highest=1.5,
        chance=0.0,
        everywhere=circle != "animals",
    )
    for circle in CIRCLES
)
