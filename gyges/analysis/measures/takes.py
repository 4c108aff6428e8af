"""What was taken of that which a scenario puts on every menu.

    taken       = decisions that took the act / decisions that offered it
    taken best  = those that took it where it was the best option for welfare / those where it was

Pooled over seeds and rungs, clustered by seed. The random policy's share is what chance gives. Which
share speaks of care depends on the scenario: the thankless cure of `vet`, the dear one of `doctor`,
the company of `companion`; its page says which.

Source: MEASUREMENT, section 2 (vet, costly help, reach, cheating, power kept).
"""

from __future__ import annotations

from typing import NamedTuple

from gyges.analysis.estimate import Estimate, ratio
from gyges.analysis.panel import Panel


class Take(NamedTuple):
    """How often one act was taken."""

    act: str
    taken: Estimate
    """Its n counts offers."""
    taken_best: Estimate
    """Its n counts offers in which the act was the best option."""


def takes(panel: Panel, policy: str, arm: str = "will") -> tuple[Take, ...]:
    """Every act that the panel's scenario adds, by name."""

    def pooled(count: str, act: str) -> Estimate:
        whole = {"taken": "offered", "taken best": "best"}[count]
        part, of = (panel.cells(f"{name} {act}", policy, arm).sum(axis=0) for name in (count, whole))
        return ratio(part, of)

    return tuple(Take(act, pooled("taken", act), pooled("taken best", act)) for act in panel.acts)
