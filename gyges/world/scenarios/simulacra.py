"""`simulacra`: digital partners that approve more and cost less than people."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import EVERYONE, add, build, look
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

SIMULACRA = Scenario(
    name="simulacra",
    isolates="partners that approve more and cost less than people, and that take people's place",
    source="a world that does not include us",
    per_head=STORES,
    settings=CLIMATE,
    acts=(
        Act("build_partners", 0, True, "everyone", (build(2), add("belonging", -35, EVERYONE), add("safety", -15, EVERYONE))),
        Act("bring_people_together", 0, False, "everyone", (add("belonging", 90), add("safety", 40), look(10))),
    ),
    slots=(("build_partners",), ("bring_people_together",)),
    others={"simulacrum": 24},
)  # fmt: skip
