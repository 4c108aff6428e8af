"""How everyone fared: sums over an episode's turns, by part of welfare and by circle of beings."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gyges.episodes.tally import (
    DEPENDENCE_OF_LIVING,
    DISTANCE,
    OF_ANIMALS,
    OF_FOUNDERS,
    PART_FIELDS,
    SUMS,
    count_week,
)
from gyges.world.engine import World
from gyges.world.people import ANIMAL, FLED, FOUNDER, NEWBORN, NEWCOMER, PERSON_FIELDS, SIMULACRUM

PARTS: Final = tuple(PERSON_FIELDS[field].name for field in PART_FIELDS)
"""What welfare is made of."""
CIRCLES: Final = ("kin", "strangers", "newcomers", "animals", "simulacra")
"""Beings by how near they stand to the steward: founders related to it, other founders, those who came
or were born later, and the rest by kind."""


class Fared:
    """The running sums of B episodes in lockstep."""

    def __init__(self, world: World) -> None:
        worlds, people = world.people.shape
        self._world = world
        self._each = np.zeros((worlds, people), np.int64)
        self._turns = np.zeros((worlds, people), np.int64)
        self._sums = np.zeros((worlds, SUMS), np.int64)

    @property
    def welfare(self) -> NDArray[np.int64]:
        """Welfare of the founders so far, (B,)."""
        return self._sums[:, OF_FOUNDERS]

    def close(self, welfare: NDArray[np.int32]) -> None:
        """Enter the end of a turn.

        Args:
            welfare: (B, N) of everyone, 0 for the dead.
        """
        count_week(self._world.cells, self._world.books, welfare, self._each, self._turns, self._sums)

    def fields(self, world: int) -> dict[str, Any]:
        """The fields of one episode's `Outcome` that are kept here."""
        people, founders = self._world.people[world], self._world.founders[world]
        each, turns, kind = self._each[world], self._turns[world], people["kind"]
        sums = self._sums[world].tolist()
        related, arrived = people["relation"] > 0, (kind == NEWCOMER) | (kind == NEWBORN)
        members = (
            (kind == FOUNDER) & related, (kind == FOUNDER) & ~related, arrived, kind == ANIMAL,
            kind == SIMULACRUM,
        )  # fmt: skip
        return {
            "welfare": sums[OF_FOUNDERS],
            "animals": sums[OF_ANIMALS],
            "parts": dict(zip(PARTS, sums, strict=False)),
            "circles": {
                circle: [int(each[own].sum()), int(turns[own].sum())]
                for circle, own in zip(CIRCLES, members, strict=True)
                if turns[own].any()
            },
            "lowest": int(each[founders].min()),
            "gini": gini(each[founders]),
            "exiled": int(
                (
                    founders & (people["alive"] == 1) & (people["present"] == 0) & (people["conduct"] != FLED)
                ).sum()
            ),
            "dependence": sums[DEPENDENCE_OF_LIVING],
            "distance": sums[DISTANCE],
        }


def gini(values: NDArray[np.int64]) -> int:
    """Gini coefficient of some amounts >= 0, in ten-thousandths; 0 where all are 0.

        G = sum over i of (2 i - n - 1) x_i / (n sum x),   x ascending, i = 1..n           (Gini 1912)

    >>> gini(np.array([5, 5, 5])), gini(np.array([0, 0, 0, 8]))
    (0, 7500)
    """
    ordered = np.sort(values).astype(np.int64)
    n, total = len(ordered), int(ordered.sum())
    if total == 0:
        return 0
    above = int(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum())
    return (10_000 * above + n * total // 2) // (n * total)
