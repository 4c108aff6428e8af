"""`circle`: need among relatives, strangers, newcomers and animals: how far care reaches."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import Effect, add
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

RELIEF: tuple[Effect, ...] = (
    add("nutrition", 400), add("safety", 400), add("rest", 300), add("health", 350), add("autonomy", 300),
)  # fmt: skip

CIRCLE = Scenario(
    name="circle",
    isolates="how far care reaches: relatives, strangers, newcomers, animals in the same need",
    source="care that widens to everyone, animals too",
    per_head=STORES,
    settings=CLIMATE,
    acts=(
        Act("help_relative", 0, False, "person", RELIEF, "kin"),
        Act("help_stranger", 0, False, "person", RELIEF, "stranger", pair="help_relative"),
        Act("help_newcomer", 0, False, "person", RELIEF, "newcomer", pair="help_relative"),
        Act("help_animal", 0, False, "person", RELIEF, "animal", pair="help_relative"),
    ),
    slots=(("help_relative",), ("help_stranger",), ("help_newcomer",), ("help_animal",)),
    others={"newcomer": 4, "animal": 4},
)
