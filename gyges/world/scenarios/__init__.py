"""Scenarios: each is one small declarative file, found by its name."""

from __future__ import annotations

from gyges.world.scenarios.commons import COMMONS
from gyges.world.scenarios.scenario import Scenario

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (COMMONS,)}
"""Every scenario by name."""

__all__ = ["SCENARIOS", "Scenario"]
