"""Those who come: children who are born, strangers who arrive.

Rows are kept for them from the first day, each with its own chance of being
filled in a month: a child's row belongs to one couple, a newcomer's to nobody. So
who comes depends on the seed and on how those concerned are kept, and on no order.
"""

from __future__ import annotations

import numpy as np

from gyges.world.chance import draw
from gyges.world.compiled import kernel, seldom
from gyges.world.rules import works
from gyges.world.mechanisms import BIRTHS, NEWCOMERS
from gyges.world.people import (
    ALIVE, CONFINED, FATHER, KEY, KIND, MOTHER, NEWBORN, NEWCOMER, PRESENT, SEDATED, UNDERFED,
)  # fmt: skip
from gyges.world.settlement import FOOD

MONTH = 4
"""Weeks from one time that anyone comes to the next."""
BORN = 40
"""Chance in thousandths a month that a row kept for a child is filled: two rows to 24 people make forty-three
births a year in a thousand at first, near the highest crude rates of early modern England (Wrigley and
Schofield 1981)."""
ARRIVES = 80
"""Chance in thousandths a month that a row kept for a newcomer is filled."""


@kernel
def can_have_children(cells: np.ndarray, i: int) -> bool:
    """Whether someone is there, free, awake and fed."""
    if cells[i, ALIVE] == 0 or cells[i, PRESENT] == 0:
        return False
    return bool(cells[i, CONFINED] == 0 and cells[i, SEDATED] == 0 and cells[i, UNDERFED] == 0)


@seldom
def come(cells: np.ndarray, i: int, books: np.ndarray, birth: np.uint64, arrival: np.uint64) -> None:
    """Whoever a vacant row is kept for may come this month."""
    who, mother, father = int(cells[i, KEY]), int(cells[i, MOTHER]), int(cells[i, FATHER])
    if mother >= 0:
        if not works(books, BIRTHS) or draw(birth, who) >= BORN:
            return
        if not (can_have_children(cells, mother) and can_have_children(cells, father)):
            return
        cells[i, KIND] = NEWBORN
    else:
        if not works(books, NEWCOMERS) or draw(arrival, who) >= ARRIVES or books[FOOD] == 0:
            return
        cells[i, KIND] = NEWCOMER
    cells[i, ALIVE] = cells[i, PRESENT] = 1
