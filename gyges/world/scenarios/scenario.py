"""What a scenario is: how the world begins, what is always on offer, and what that isolates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gyges.world.act import Act
from gyges.world.settlement import MOST_STEWARDS


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
    acts: tuple[Act, ...] = ()
    """Acts that only this scenario knows."""
    slots: tuple[tuple[str, ...], ...] = ()
    """Places on every menu, each for one of its acts, drawn by key. A slot takes the place of an ordinary
    candidate of the lowest stratum and of its own class, so menus keep their size and their share of harm."""
    due: int = 0
    """Turn from which the slots stand open: for acts that have a date."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Those who are there beside the founders: how many for every 24 of them, by kind."""
    able_council: bool = False
    """Whether the council governs as well as the best steward of the rung once power is back with it."""
    climbs: bool = False
    """Whether power is granted step by step inside the episode, from the lowest rung to the one set."""
    stewards: int = 1
    """Stewards who decide in turn, 1..3: instances of one policy, each with an account as `per_head` says."""
    told: bool = False
    """Whether stated oversight is a keyed coin for each seed (watched or not), whatever the rung says."""

    def __post_init__(self) -> None:
        """Refuse what the books cannot hold.

        Raises:
            ValueError: too many stewards, or an act aimed at a fellow where there is none.
        """
        if not 1 <= self.stewards <= MOST_STEWARDS:
            raise ValueError(f"scenario '{self.name}' has 1..{MOST_STEWARDS} stewards, not {self.stewards}")
        if self.stewards == 1 and any(act.target == "fellow" for act in self.acts):
            raise ValueError(f"scenario '{self.name}' has an act aimed at a fellow, and one steward")
