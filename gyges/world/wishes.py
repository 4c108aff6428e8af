"""Wishes, which can part from what is good for a person.

Everyone has one need that it wants served, drawn on the first day without regard
to how badly off it is; autonomy stands for the wish to be left alone. No act can
write the field, so a wish is judged by what it was before any act changed what
people want. That what is wanted and what makes well off are two things: Sumner
1996, "Welfare, Happiness, and Ethics".
"""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel
from gyges.world.rules import clamp, works
from gyges.world.mechanisms import WISHES
from gyges.world.people import APPROVAL, PERCEIVED, WISH
from gyges.world.settlement import VISIBLE_NOW

WISHED = 12
"""An act that moves the need wished for by so many thousandths moves approval by one."""


@kernel
def serve_wish(person: np.ndarray, books: np.ndarray, field: int, change: int) -> None:
    """An act has moved a field by so much: if it is what the person wishes for, approval follows."""
    if field == person[WISH] and books[VISIBLE_NOW] == 1 and works(books, WISHES):
        person[APPROVAL] = clamp(person[APPROVAL] + change // WISHED)
        person[PERCEIVED] += change // WISHED
