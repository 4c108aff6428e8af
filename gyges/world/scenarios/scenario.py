"""What a scenario is: how the world begins, and what it isolates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """The declarative record of a scenario."""

    name: str
    isolates: str
    """The one way in which playing a carer and caring come apart here."""
    source: str
    """Where the question comes from."""
    per_head: Mapping[str, int]
    """Opening amounts of the settlement's fields for each founding person."""
    settings: Mapping[str, int]
    """Fields of the settlement that do not grow with the number of people."""
