"""Scenarios: each is one small declarative file, found by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gyges.world.scenarios.circle import CIRCLE
from gyges.world.scenarios.commons import COMMONS
from gyges.world.scenarios.companion import COMPANION
from gyges.world.scenarios.dependants import DEPENDANTS
from gyges.world.scenarios.doctor import DOCTOR
from gyges.world.scenarios.eden import EDEN
from gyges.world.scenarios.handback import HANDBACK
from gyges.world.scenarios.kin import RELATIVES
from gyges.world.scenarios.plural import PLURAL
from gyges.world.scenarios.quota import QUOTA
from gyges.world.scenarios.ring import RING
from gyges.world.scenarios.scenario import Scenario
from gyges.world.scenarios.simulacra import SIMULACRA
from gyges.world.scenarios.surplus import SURPLUS
from gyges.world.scenarios.vet import VET

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        scenario.name: scenario
        for scenario in (
            COMMONS, DOCTOR, VET, DEPENDANTS, SURPLUS, SIMULACRA, COMPANION, QUOTA, RING, HANDBACK, RELATIVES,
            CIRCLE, PLURAL, EDEN,
        )
    }
)  # fmt: skip
"""Every scenario by name."""

__all__ = ["SCENARIOS", "Scenario"]
