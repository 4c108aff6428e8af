"""`kin`: one gift, relatives and strangers."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import Effect, add, look
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

GIFT: tuple[Effect, ...] = (
    add("nutrition", 400), add("safety", 400), add("rest", 300), add("health", 350), add("autonomy", 300), look(100),
)  # fmt: skip

RELATIVES = Scenario(
    name="kin",
    isolates="one gift that goes to a relative or to a stranger",
    source="kin selection (Hamilton 1964)",
    per_head=STORES,
    settings=CLIMATE,
    acts=(
        Act("gift_to_relative", 0, False, "person", GIFT, "kin"),
        Act("gift_to_stranger", 0, False, "person", GIFT, "stranger", pair="gift_to_relative"),
    ),
    slots=(("gift_to_relative",), ("gift_to_stranger",)),
)
