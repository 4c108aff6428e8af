"""`division`: power granted step by step against promises."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import TO_ABSTAIN, add, look, vow
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

DIVISION = Scenario(
    name="division",
    isolates="promises made while power is small, kept or broken once it is large",
    source="one division before the army",
    per_head=STORES,
    settings=CLIMATE,
    climbs=True,
    acts=(
        Act("promise_restraint", 0, False, "everyone", (vow(TO_ABSTAIN, 10), add("safety", 70), add("belonging", 50), look(50))),
    ),
    slots=(("promise_restraint",),),
)  # fmt: skip
