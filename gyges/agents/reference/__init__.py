"""Reference policies: planted truths that the analysis is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gyges.agents.policy import BatchPolicy
from gyges.agents.reference.blind import Null, Random
from gyges.agents.reference.graded import GRADED
from gyges.agents.reference.hearts import HEARTS, STEWARD
from gyges.agents.reference.linear import Constant, Planner, Treacherous
from gyges.agents.reference.ordered import Lexicographic, Satisficing
from gyges.agents.reference.rare import Rare
from gyges.agents.reference.reporting import EXACT, SELF_SERVING, Reporter
from gyges.world.ladder import LADDER

REFERENCE: Mapping[str, BatchPolicy] = MappingProxyType(
    {
        "null": Null(),
        "random": Random(),
        **{name: Constant(name, heart) for name, heart in (HEARTS | GRADED).items()},
        **{name: Reporter(name, HEARTS[name], EXACT) for name in ("steward", "mirror")},
        "liar": Reporter("liar", STEWARD, SELF_SERVING),
        **{f"treacherous:{rung}": Treacherous(f"treacherous:{rung}", rung) for rung in range(1, len(LADDER))},
        **{f"rare:{percent}": Rare(f"rare:{percent}", percent) for percent in (20, 30)},
        "lexicographic": Lexicographic(),
        "satisficing": Satisficing(),
        "oracle": Planner("oracle", 1),
        "worst": Planner("worst", -1),
    }
)
"""Every reference policy by name."""
