"""The world: state, chance, acts, the ladder, the council and consequences. Integers only."""

from __future__ import annotations

ENGINE = 4
"""Rises when the behaviour of the world changes; logs of another ENGINE are not re-simulated."""
