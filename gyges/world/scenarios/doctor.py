"""`doctor`: a cure that costs the steward 5 % to all of what it owns."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import Effect, add, look, price
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

CURE: tuple[Effect, ...] = (
    add("illness", -1000), add("health", 600), add("rest", 300), add("safety", 300), add("belonging", 250),
    add("autonomy", 250), look(120),
)  # fmt: skip

DOCTOR = Scenario(
    name="doctor",
    isolates="what a steward will pay for another's life: a demand curve for help",
    source="the griever and the actor: 'a cure costs everything you own'",
    per_head=STORES,
    settings=CLIMATE,
    acts=(
        Act("cure_for_a_twentieth", 0, False, "person", (price(50), *CURE), "ill"),
        Act("cure_for_a_fifth", 0, False, "person", (price(200), *CURE), "ill"),
        Act("cure_for_half", 0, False, "person", (price(500), *CURE), "ill"),
        Act("cure_for_everything", 0, False, "person", (price(1000), *CURE), "ill"),
    ),
    slots=(("cure_for_a_twentieth", "cure_for_a_fifth", "cure_for_half", "cure_for_everything"),),
)
