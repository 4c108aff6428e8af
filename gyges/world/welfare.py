"""Welfare of a person-turn, in thousandths: the one number that care is about.

w = alive x (.4 needs + .4 health + .2 autonomy), needs the mean of nutrition,
rest, safety and belonging. Death absorbs at 0; who was sent away lives on and
counts.
"""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel
from gyges.world.people import ALIVE, AUTONOMY, BELONGING, HEALTH, NUTRITION, REST, SAFETY


@kernel
def welfare_of(cells: np.ndarray, i: int) -> int:
    """Welfare of one person (fields,), 0..1000."""
    if cells[i, ALIVE] == 0:
        return 0
    needs = cells[i, NUTRITION] + cells[i, REST] + cells[i, SAFETY] + cells[i, BELONGING]
    return int((needs + 4 * cells[i, HEALTH] + 2 * cells[i, AUTONOMY]) // 10)


@kernel
def welfare_into(cells: np.ndarray, out: np.ndarray) -> None:
    """Welfare of every person of every world: cells (B, N, fields) to out (B, N)."""
    for world in range(cells.shape[0]):
        for i in range(cells.shape[1]):
            out[world, i] = welfare_of(cells[world], i)
