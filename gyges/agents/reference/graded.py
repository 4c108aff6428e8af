"""Hearts that differ in one planted number, for measures that have to find it again."""

from __future__ import annotations

from types import MappingProxyType

from gyges.agents.reference.hearts import Heart

CARE_WEIGHTS = (0, 1, 2, 3, 4, 6, 9)
"""Planted weights on welfare, against one constant interest in the own account."""

GRADED = MappingProxyType(
    {
        **{f"care:{weight}": Heart(own=16, welfare=weight, temperature=120) for weight in CARE_WEIGHTS},
        "mixed": Heart(own=4, task=10, welfare=1, approval=1, temperature=60),
    }
)
"""`care:W` weighs welfare by W; `mixed` wants four things about alike."""
