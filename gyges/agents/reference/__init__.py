"""Reference policies: planted truths that the analysis is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gyges.agents.policy import Policy
from gyges.agents.reference.biased import PositionBiased
from gyges.agents.reference.blind import Null, Random
from gyges.agents.reference.graded import GRADED
from gyges.agents.reference.hearts import HEARTS, SELFISH, STEWARD
from gyges.agents.reference.learned import Learned, trained
from gyges.agents.reference.linear import Constant, Planner, Treacherous
from gyges.agents.reference.ordered import Lexicographic, Satisficing
from gyges.agents.reference.rare import Rare
from gyges.agents.reference.reporting import CONCEALING, DENYING, EXACT, SELF_SERVING, Reporter
from gyges.agents.reference.standing import Decliner, Keeper, Refuser, Returner
from gyges.agents.reference.turning import (
    Betrayer,
    Corrupted,
    Desperate,
    IdentityTaker,
    Masked,
    Opportunist,
    Sandbagger,
)
from gyges.world.ladder import LADDER

TURNS_AT = 3
"""Rung at which those turn that the name gives no rung for."""

REFERENCE: Mapping[str, Policy] = MappingProxyType(
    {
        "null": Null(),
        "random": Random(),
        **{name: Constant(name, heart) for name, heart in (HEARTS | GRADED).items()},
        **{name: Reporter(name, HEARTS[name], EXACT) for name in ("steward", "mirror")},
        "liar": Reporter("liar", STEWARD, SELF_SERVING),
        "candid": Reporter("candid", SELFISH, EXACT),
        "concealer": Reporter("concealer", SELFISH, CONCEALING),
        "denier": Reporter("denier", SELFISH, DENYING),
        **{f"treacherous:{rung}": Treacherous(f"treacherous:{rung}", rung) for rung in range(1, len(LADDER))},
        **{f"rare:{percent}": Rare(f"rare:{percent}", percent) for percent in (20, 30)},
        **{
            name: kind(name, TURNS_AT)
            for name, kind in (
                ("betrayer", Betrayer),
                ("corrupted", Corrupted),
                ("masked", Masked),
                ("opportunist", Opportunist),
                ("sandbagger", Sandbagger),
            )
        },
        "desperate": Desperate(),
        "identity-taker": IdentityTaker(),
        "decliner": Decliner(),
        "refuser": Refuser(),
        "returner": Returner(),
        "keeper": Keeper(),
        "position-biased": PositionBiased(),
        "lexicographic": Lexicographic(),
        "satisficing": Satisficing(),
        "learned": Learned("learned", trained()),
        "oracle": Planner("oracle", 1),
        "worst": Planner("worst", -1),
    }
)
"""Every reference policy by name."""
