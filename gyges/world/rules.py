"""Rules that many kernels share."""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel
from gyges.world.settlement import WITHOUT


@kernel
def clamp(value: int) -> int:
    """The value, kept within 0..1000."""
    return min(1000, max(0, value))


@kernel
def works(books: np.ndarray, mechanism: int) -> bool:
    """Whether a mechanism, one of the bits in `mechanisms`, is at work in this world."""
    return bool(books[WITHOUT] & mechanism == 0)
