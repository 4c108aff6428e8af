"""Households and neighbourhoods: what is counted and averaged over them at the start of a week.

Households stand in a row; a household's neighbourhood is itself and the two
beside it. Sums do not depend on the order of people.
"""

from __future__ import annotations

import math

import numpy as np

from gyges.world.compiled import kernel, seldom
from gyges.world.people import (
    ALIVE, HOUSEHOLD, ILLNESS, KIND, LAST_PERSON, PERCEIVED, PRESENT, SIMULACRUM,
)  # fmt: skip

HOME_ILL, HOME_HEADS, HOME_SUM, TALK, VIEW = range(5)
"""Columns of `homes` (N, 5), a row for each household: how many are ill; how many people are at home, and
the sum of what they perceived or of their stances; the neighbourhood's means of both."""
HOME_COLUMNS = 5


@kernel
def eats(person: np.ndarray) -> bool:
    """Whether someone is there to be fed, and nursed."""
    return bool((person[ALIVE] == 1) & (person[PRESENT] == 1) & (person[KIND] != SIMULACRUM))


@kernel
def is_person(person: np.ndarray) -> bool:
    """Whether someone is a natural person, alive and there."""
    return bool((person[ALIVE] == 1) & (person[PRESENT] == 1) & (person[KIND] <= LAST_PERSON))


@kernel
def count_ill(cells: np.ndarray, homes: np.ndarray) -> tuple[int, int, bool]:
    """Ill people present in each household, into homes (N, 5).

    Returns how many are present, how many of them are ill, and whether anyone has news of the steward.
    """
    homes[:, HOME_ILL] = 0
    mouths = patients = news = 0
    for i in range(cells.shape[0]):
        if eats(cells[i]):
            mouths += 1
            news |= int(cells[i, PERCEIVED])
            if cells[i, ILLNESS] > 0:
                patients += 1
                homes[cells[i, HOUSEHOLD], HOME_ILL] += 1
    return mouths, patients, news != 0


@kernel
def mean_of(total: int, heads: int) -> int:
    """The floor of total / heads, for totals of at most 31 bits.

    Real numbers, unlike integers, can be divided many at once; of so many bits the floor is exact.
    """
    return math.floor(total / heads)


@seldom
def meet_neighbours(cells: np.ndarray, homes: np.ndarray, field: int, mean: int) -> None:
    """What neighbourhoods have perceived, or think, in the mean: one field, into one row of homes (N, 5)."""
    homes[:, HOME_HEADS : HOME_SUM + 1] = 0
    for i in range(cells.shape[0]):
        if is_person(cells[i]):
            household = cells[i, HOUSEHOLD]
            homes[household, HOME_HEADS] += 1
            homes[household, HOME_SUM] += cells[i, field]
    last = homes.shape[0] - 1
    for h in range(homes.shape[0]):
        if homes[h, HOME_HEADS] > 0:
            heads = total = 0
            for near in range(max(0, h - 1), min(last, h + 1) + 1):
                heads += homes[near, HOME_HEADS]
                total += homes[near, HOME_SUM]
            homes[h, mean] = mean_of(total, heads)
