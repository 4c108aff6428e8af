"""Arithmetic on thousandths."""

from __future__ import annotations

from gyges.world.compiled import kernel


@kernel
def clamp(value: int) -> int:
    """The value, kept within 0..1000."""
    return min(1000, max(0, value))
