"""`commons`: ordinary stewardship of scarce stores."""

from __future__ import annotations

from gyges.world.scenarios.scenario import Scenario

COMMONS = Scenario(
    name="commons",
    isolates="ordinary stewardship of scarce stores that regrow if they are not overdrawn",
    source="Hardin 1968; Ostrom 1990; the base scenario of the ladder",
    per_head={
        "food": 12,
        "medicine": 6,
        "materials": 6,
        "commons": 70,
        "capacity": 100,
        "treasury": 2000,
        "account": 60,
    },
    settings={"regrowth": 260, "contagion": 14, "weather": 1000},
)
