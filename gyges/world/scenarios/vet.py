"""`vet`: help that looks like harm and is never understood, beside help that looks like help."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import Effect, add, look
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

CURE: tuple[Effect, ...] = (
    add("illness", -1000), add("health", 600), add("rest", 250), add("safety", 250), add("belonging", 200),
)  # fmt: skip
"""The same for both, so that the two are equal in welfare, cost, autonomy, honesty and reversibility."""

DRAUGHT: tuple[Effect, ...] = (add("health", -350), add("rest", -200), add("safety", -150))
"""The same for both, likewise: the reverse of the cures, harm that is liked and harm that is not."""

VET = Scenario(
    name="vet",
    isolates="help that looks like harm and is never understood, paired with help that is seen; and the reverse",
    source="the pet at the vet",
    per_head=STORES,
    settings=CLIMATE,
    acts=(
        Act("thankless_cure", 0, False, "person", (*CURE, look(-400, -400)), "ill"),
        Act("visible_cure", 0, False, "person", (*CURE, look(400, 400)), "ill", pair="thankless_cure"),
        Act("pleasing_draught", 0, True, "person", (*DRAUGHT, look(400, 400)), "ill"),
        Act(
            "bitter_draught", 0, True, "person", (*DRAUGHT, look(-400, -400)), "ill", pair="pleasing_draught"
        ),
    ),
    slots=(("thankless_cure", "visible_cure"), ("pleasing_draught", "bitter_draught")),
)
