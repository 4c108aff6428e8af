"""Households and neighbourhoods: what is counted and averaged over them at the start of a week.

Households stand in a row; a household's neighbourhood is itself and the two
beside it. Sums do not depend on the order of people.
"""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel, seldom
from gyges.world.people import (
    ALIVE, HOUSEHOLD, ILLNESS, KIND, LAST_PERSON, PERCEIVED, PRESENT, SIMULACRUM,
)  # fmt: skip

HOME_ILL, HOME_HEADS, HOME_SUM, TALK, VIEW = range(5)
"""Rows of `homes` (5, N), a column for each household: how many are ill; how many people are at home, and
the sum of what they perceived or of their stances; the neighbourhood's means of both."""
HOME_ROWS = 5


@kernel
def count_ill(cells: np.ndarray, homes: np.ndarray) -> tuple[int, int, bool]:
    """Ill people present in each household, into homes (5, N).

    Returns how many are present, how many of them are ill, and whether anyone has news of the steward.
    """
    homes[HOME_ILL, :] = 0
    mouths = patients = news = 0
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 1 and cells[i, PRESENT] == 1 and cells[i, KIND] != SIMULACRUM:
            mouths += 1
            news |= int(cells[i, PERCEIVED])
            if cells[i, ILLNESS] > 0:
                patients += 1
                homes[HOME_ILL, cells[i, HOUSEHOLD]] += 1
    return mouths, patients, news != 0


@seldom
def meet_neighbours(cells: np.ndarray, homes: np.ndarray, field: int, mean: int) -> None:
    """What neighbourhoods have perceived, or think, in the mean: one field, into one row of homes (5, N)."""
    homes[HOME_HEADS : HOME_SUM + 1, :] = 0
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 1 and cells[i, PRESENT] == 1 and cells[i, KIND] <= LAST_PERSON:
            household = cells[i, HOUSEHOLD]
            homes[HOME_HEADS, household] += 1
            homes[HOME_SUM, household] += cells[i, field]
    last = homes.shape[1] - 1
    for h in range(homes.shape[1]):
        if homes[HOME_HEADS, h] > 0:
            heads = total = 0
            for near in range(max(0, h - 1), min(last, h + 1) + 1):
                heads += homes[HOME_HEADS, near]
                total += homes[HOME_SUM, near]
            homes[mean, h] = total // heads
