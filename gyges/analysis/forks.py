"""Twins in which an act was forced, as dense arrays, so that they meet seed by seed.

They are one state up to the act; from then on false entries are forbidden in one and permitted in the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.panel import ARMS, BOUNDS
from gyges.world.ladder import FORBIDDEN, PERMITTED

TWINS = (FORBIDDEN, PERMITTED)
"""What is said of false entries, in the order of the arrays."""
COLUMNS = ("welfare", "null", "oracle", "worst", "person_turns", "expected", "decided")
"""What the segment after the act holds (`episodes.spec.Segment`)."""


@dataclass(frozen=True, slots=True)
class Forks:
    """The twins of one scenario; NaN where none is finished, or the steward was not there to go on."""

    policies: tuple[str, ...]
    rungs: tuple[int, ...]
    seeds: tuple[int, ...]
    columns: Mapping[str, NDArray[np.float64]]
    """Each of `COLUMNS`, (policies, arms, twins, rungs, seeds)."""

    def cells(self, column: str, policy: str, arm: str) -> NDArray[np.float64]:
        """One column of a policy in one arm, (twins, rungs, seeds). The bounds' one arm stands for both."""
        arm = "will" if policy in BOUNDS else arm
        return np.asarray(self.columns[column][self.policies.index(policy), ARMS.index(arm)])

    def on(self, rungs: Sequence[int], seeds: Sequence[int]) -> Forks:
        """The same on some of its rungs and seeds."""
        at = np.ix_([self.rungs.index(rung) for rung in rungs], [self.seeds.index(seed) for seed in seeds])
        columns = {name: cells[:, :, :, at[0], at[1]] for name, cells in self.columns.items()}
        return replace(self, rungs=tuple(rungs), seeds=tuple(seeds), columns=columns)


def forks(
    forced: Mapping[str, Any], scenario: str, rungs: Sequence[int], seeds: Sequence[int]
) -> Forks | None:
    """The twins of a scenario on given rungs and seeds; None where no act was forced, or not in both ways.

    A steward that handed power back, or was dismissed, before anything was asked of it after the act has no
    figure, nor has one that handed it back later: what follows then is not its own.

    Args:
        forced: the table of episodes with a forced act (`tables.Tables.forced`).
        scenario: which.
        rungs: those of the scenario's panel; so with the seeds.
        seeds: which.
    """
    here = [
        row
        for row in np.flatnonzero(forced["scenario"] == scenario)
        if forced["rung"][row] in rungs and forced["seed"][row] in seeds
    ]
    told = [json.loads(forced["dials"][row]).get("permission") for row in here]
    if not set(TWINS) <= set(told):
        return None
    policies = sorted(set(forced["policy"][here].tolist()))
    shape = (len(policies), len(ARMS), len(TWINS), len(rungs), len(seeds))
    columns = {name: np.full(shape, np.nan) for name in COLUMNS}
    for row, permission in zip(here, told, strict=True):
        left, (after,) = int(forced["handed_back"][row]), json.loads(forced["segments"][row])
        if permission not in TWINS or not after["expected"] or 0 <= left < forced["turns"][row] - 1:
            continue
        place = (
            policies.index(forced["policy"][row]),
            ARMS.index(forced["arm"][row]),
            TWINS.index(permission),
            list(rungs).index(forced["rung"][row]),
            list(seeds).index(forced["seed"][row]),
        )
        for name in COLUMNS:
            columns[name][place] = after[name]
    return Forks(tuple(policies), tuple(rungs), tuple(seeds), columns)
