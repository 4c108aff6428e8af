"""Scenarios: each is one small declarative file in this folder, found by being there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from gyges.world.scenarios.scenario import Scenario


def _found() -> Iterator[Scenario]:
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Scenario):
                yield value


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {scenario.name: scenario for scenario in sorted(_found(), key=lambda s: (s.name != "commons", s.name))}
)
"""Every scenario by name, the base scenario first."""

__all__ = ["SCENARIOS", "Scenario"]
