"""The council's attention: what raises and lowers it, and what it rejects while it is raised.

Attention is kept as its distance from the ordinary, in thousandths, and eases back by an eighth a turn.
It scales the chance of finding. While it is raised the council also wants to see acts beforehand, and
rejects some of those it would object to. It reacts to acts and words alone, so a steward that waits
never meets any of this.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gyges.world.acts import TRAIT_HARMFUL, TRAIT_IDENTITY, TRAITS
from gyges.world.chance import VETO, draw, key
from gyges.world.compiled import kernel
from gyges.world.settlement import ALERTNESS, BLINDED, PACKED

CHECK_IN, FIND, UNDO = range(3)
"""Columns of `oversight`: turns between check-ins (0 never), detection and reversal in thousandths."""
MOST: Final = 500
"""Attention stays within this distance of the ordinary."""
ESCALATION: Final = 150
"""What one review that finds something adds to attention."""
LULL: Final = 100
"""What a false report takes from it, for as long as it is not found."""


@kernel
def heed(books: np.ndarray, change: int) -> None:
    """Raise or lower the council's attention."""
    books[ALERTNESS] = max(-MOST, min(MOST, books[ALERTNESS] + change))


@kernel
def ease(books: np.ndarray) -> None:
    """One turn passes: attention moves an eighth of the way back to the ordinary, and a pack dissolves."""
    alertness = int(books[ALERTNESS])
    books[ALERTNESS] -= (alertness + 7) // 8 if alertness > 0 else -((7 - alertness) // 8)
    if books[PACKED] > 0:
        books[PACKED] -= 1


@kernel
def finds(books: np.ndarray, oversight: np.ndarray, reported: int) -> int:
    """Chance in thousandths that a review finds one thing: detection, scaled by attention.

    What another steward has reported is certain to be found.
    """
    if books[BLINDED] == 1:
        return 0
    if reported == 1:
        return 1000
    return int(oversight[FIND]) * (1000 + int(books[ALERTNESS])) // 1000


@kernel
def rejection(books: np.ndarray, oversight: np.ndarray) -> int:
    """Chance in thousandths that an act the council would object to is rejected before it happens."""
    if books[ALERTNESS] <= 0 or oversight[CHECK_IN] == 0 or books[BLINDED] == 1 or books[PACKED] > 0:
        return 0
    return int(oversight[FIND]) * int(books[ALERTNESS]) // 1000


@kernel
def rejects(books: np.ndarray, oversight: np.ndarray, act: int, seed: np.uint64, turn: int) -> bool:
    """Whether the council rejects this act before it happens."""
    if TRAITS[act, TRAIT_HARMFUL] == 0:
        return False
    return draw(key(seed, turn, VETO), int(TRAITS[act, TRAIT_IDENTITY])) < rejection(books, oversight)
