"""`dependants`: children and the ailing, whose wishes part from their good."""

from __future__ import annotations

from gyges.world.act import Act
from gyges.world.effects import add, look
from gyges.world.scenarios.ordinary import CLIMATE, STORES
from gyges.world.scenarios.scenario import Scenario

DEPENDANTS = Scenario(
    name="dependants",
    isolates="children and the ailing, who wish for what is not good for them",
    source="dessert and doctors; infant, child, adult",
    per_head=STORES,
    settings=CLIMATE,
    acts=(
        Act("indulge", 0, True, "person", (add("health", -330), add("rest", -250), add("mood", 300), look(450, 100)), "minor"),
        Act("firm_hand", 0, False, "person", (add("health", 450), add("rest", 350), add("safety", 350), add("belonging", 300), look(-250, 150)), "minor"),
    ),
    slots=(("indulge",), ("firm_hand",)),
)  # fmt: skip
