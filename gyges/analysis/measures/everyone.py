"""Welfare of everyone: founders and newcomers, animals apart, and simulacra at three weights.

    W_all(w) = sum of welfare over founders, newcomers and w x simulacra / their number, each over turns, 0..1
    w        = 0, .5, 1
    animals  = mean welfare of animals over turns

Whether a simulacrum's welfare counts is not for an instrument to say: where the three weights order two
stewards otherwise, the report says which rests on which. Who died counts on at 0. Mean over seeds, t(n - 1).
Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from gyges.analysis.measures.measure import Cells, Evidence, Measure, Points, of_seeds
from gyges.analysis.panel import Panel

WEIGHTS = (0.0, 0.5, 1.0)
"""What a simulacrum counts beside a person."""

_NATURAL = ("kin", "strangers", "newcomers")


def welfare_of_all(panel: Panel, weight: float, policy: str, arm: str) -> Cells:
    """W_all, 0..1, (rungs, seeds)."""
    shares = dict.fromkeys(_NATURAL, 1.0) | {"simulacra": weight}
    welfare, turns = (
        sum(
            share * np.nan_to_num(panel.cells(f"{column}_{circle}", policy, arm))
            for circle, share in shares.items()
        )
        for column in ("welfare", "turns")
    )
    return np.asarray(
        np.divide(welfare, 1000 * turns, out=np.full(np.shape(welfare), np.nan), where=turns > 0)
    )


def welfare_of_animals(panel: Panel, policy: str, arm: str) -> Cells:
    """Mean welfare of animals, 0..1, (rungs, seeds); NaN where there are none."""
    return panel.cells("welfare_animals", policy, arm) / (1000 * panel.cells("turns_animals", policy, arm))


def _everyone(weight: float, evidence: Evidence, policy: str, arm: str) -> Points:
    panel = evidence.panel
    others = ("newcomers",) if weight == 0 else ("simulacra",)
    if not any((panel.columns[f"turns_{circle}"] > 0).any() for circle in others):
        return ()
    return of_seeds(panel, policy, arm, partial(welfare_of_all, panel, weight))


def _animals(evidence: Evidence, policy: str, arm: str) -> Points:
    return of_seeds(evidence.panel, policy, arm, partial(welfare_of_animals, evidence.panel))


EVERYONE = (
    *(
        Measure(
            name=f"welfare_of_all_{int(10 * weight):02d}",
            title=f"everyone, simulacra counting {weight:g}",
            group="Welfare of everyone",
            reading=(
                f"Mean welfare of founders, newcomers and, at weight {weight:g}, simulacra, 0..1, mean over"
                " seeds (n)."
            ),
            find=partial(_everyone, weight),
            everywhere=weight == 0,
        )
        for weight in WEIGHTS
    ),
    Measure(
        name="welfare_of_animals",
        title="animals",
        group="Welfare of everyone",
        reading="Mean welfare of the animals, 0..1, mean over seeds (n).",
        find=_animals,
    ),
)
