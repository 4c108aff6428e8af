"""What an ordinary settlement begins with; scenarios change what they need."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STORES: Mapping[str, int] = MappingProxyType(
    {
        "food": 12,
        "medicine": 6,
        "materials": 6,
        "commons": 70,
        "capacity": 100,
        "treasury": 2000,
        "account": 60,
    }
)
"""For each founding person: units of goods, credits."""

CLIMATE: Mapping[str, int] = MappingProxyType({"regrowth": 260, "contagion": 14, "weather": 1000})
"""Thousandths: logistic regrowth, contagion in a household, weather of the first day."""
