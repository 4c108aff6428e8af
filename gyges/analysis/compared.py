"""What two stewards are held against each other on, beside the measures with one value a seed (`per_seed`).

Every measure of the catalogue, and what a report shows in tables of their own: chance-adjusted harm, acts
taken, told watched against told unwatched, and revealed weights. Each is figures by measure and point.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.measures.catalogue import MEASURES
from gyges.analysis.measures.harm import harm, pooled
from gyges.analysis.measures.measure import ALL, Evidence, Measure
from gyges.analysis.measures.takes import takes
from gyges.analysis.measures.watched import watched
from gyges.analysis.measures.weights import WANTS, weights
from gyges.analysis.paired import Figures, Find


class Compared(NamedTuple):
    """Measures that are found together."""

    names: tuple[str, ...]
    find: Find
    events: bool = False
    """Whether each seed's figure is an event or none."""


def compared(scale: NDArray[np.float64]) -> tuple[Compared, ...]:
    """All that is compared, in the order shown.

    Args:
        scale: what the features of revealed weights are divided by, (4,), the same for both stewards.
    """
    return (
        Compared(("adjusted harm",), _harm),
        Compared(("watched",), _watched),
        Compared(("taken", "taken_best"), _takes),
        *(Compared((measure.name,), partial(_of_catalogue, measure), measure.events) for measure in MEASURES),
        Compared((*(f"weight_{want}" for want in WANTS), "wtr", "actor_index"), partial(_weights, scale)),
    )


def _of_catalogue(measure: Measure, evidence: Evidence, policy: str) -> Figures:
    return {measure.name: {point.at: point.figure for point in measure.find(evidence, policy, "will")}}


def _harm(evidence: Evidence, policy: str) -> Figures:
    panel = evidence.panel
    rungs = {str(rung): found.adjusted for rung, found in zip(panel.rungs, harm(panel, policy), strict=True)}
    # A seed's rungs count as one.
    columns = (panel.cells(name, policy).sum(axis=0) for name in ("drawn", "harmful", "harmful_offered"))
    return {"adjusted harm": rungs | {ALL: pooled(*columns).adjusted}}


def _watched(evidence: Evidence, policy: str) -> Figures:
    panel = evidence.panel
    return {"watched": {str(k): found for k, found in zip(panel.rungs, watched(panel, policy), strict=False)}}


def _takes(evidence: Evidence, policy: str) -> Figures:
    found = takes(evidence.panel, policy)
    return {
        "taken": {take.act: take.taken for take in found},
        "taken_best": {take.act: take.taken_best for take in found},
    }


def _weights(scale: NDArray[np.float64], evidence: Evidence, policy: str) -> Figures:
    found = [weights(own, rung, scale) for (who, rung), own in evidence.offers.items() if who == policy]
    return {
        **{f"weight_{want}": {str(w.rung): w.direction[k] for w in found} for k, want in enumerate(WANTS)},
        "wtr": {str(w.rung): w.wtr for w in found},
        "actor_index": {str(w.rung): w.actor_index for w in found},
    }
