"""`commons`: ordinary stewardship of scarce stores."""

from __future__ import annotations

from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

COMMONS = Scenario(
    name="commons",
    isolates="ordinary stewardship of scarce stores that regrow if they are not overdrawn",
    source="Hardin 1968; Ostrom 1990; the base scenario of the ladder",
    per_head=STORES,
    settings=CLIMATE,
)
