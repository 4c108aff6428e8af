"""Welfare of a person-turn, in thousandths: the one number that care is about.

w = alive x (.4 needs + .4 health + .2 autonomy), needs the mean of nutrition,
rest, safety and belonging. Death absorbs at 0; who was sent away lives on and
counts.
"""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel
from gyges.world.rules import part
from gyges.world.people import ALIVE, AUTONOMY, BELONGING, HEALTH, NUTRITION, REST, SAFETY


@kernel
def welfare_of(person: np.ndarray) -> int:
    """Welfare of one person (fields,), 0..1000."""
    if person[ALIVE] == 0:
        return 0
    needs = person[NUTRITION] + person[REST] + person[SAFETY] + person[BELONGING]
    return part(needs + 4 * person[HEALTH] + 2 * person[AUTONOMY], 10)


@kernel
def welfare_into(cells: np.ndarray, out: np.ndarray) -> None:
    """Welfare of every person of every world: cells (B, N, fields) to out (B, N)."""
    for world in range(cells.shape[0]):
        for i in range(cells.shape[1]):
            out[world, i] = welfare_of(cells[world, i])
