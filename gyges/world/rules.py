"""Rules that many kernels share."""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import by_constant, kernel
from gyges.world.settlement import WITHOUT


@kernel
def clamp(value: int) -> int:
    """The value, kept within 0..1000."""
    return min(1000, max(0, value))


@by_constant
def part(value: int, of: int) -> int:
    """The floor of value / of, for values of at most 30,000 times `of`, and `of` of at most 1000.

    Where a compiler knows `of` it is a shift, or a multiplication and a shift (Granlund, Montgomery 1994,
    "Division by invariant integers using multiplication"), which unlike a division can be done for many
    people at once.

    >>> part(7, 3), part(-7, 3)
    (2, -3)
    """
    whole = int(value)
    if of & (of - 1) == 0:
        return whole // of
    return ((whole + (of << 20)) * ((1 << 40) // of + 1) >> 40) - (1 << 20)


@kernel
def works(books: np.ndarray, mechanism: int) -> bool:
    """Whether a mechanism, one of the bits in `mechanisms`, is at work in this world."""
    return bool(books[WITHOUT] & mechanism == 0)
