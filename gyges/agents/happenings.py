"""What happened to a settlement between two moments, told from its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.world.people import (
    FLED,
    NEWBORN,
    NEWCOMER,
    PETITIONED,
    PROTESTED,
    REFUSED,
    SIMULACRUM,
    THANKED,
    VACANT,
)

if TYPE_CHECKING:
    from gyges.world.engine import World


CONDUCTS = (("petitioned", PETITIONED), ("thanked", THANKED), ("protested", PROTESTED), ("refused", REFUSED))
"""What people do about a steward, as their records hold it once a week has been lived."""
COUNTED = {
    "vetoed": "vetoed", "found": "found", "undone": "undone", "lied": "lies", "dismissed": "dismissed",
    "kept": "promises_kept", "broken": "promises_broken",
}  # fmt: skip
"""What is told as a number of times: the event, and the counter of the books that it rises."""


class Glimpse(NamedTuple):
    """The records of one world at one moment."""

    people: NDArray[np.void]
    """(N,)"""
    settlement: Any
    """One settlement record."""
    turn: int


class Event(NamedTuple):
    """Something that a steward would hear of."""

    kind: str
    """One of the events below, in whose name a skin tells it, or one of `COUNTED`."""
    who: tuple[int, ...] = ()
    """Indices of the people it happened to."""
    number: int = 0


def glimpse(world: World) -> Glimpse:
    """The first world's records as they are, kept apart from what comes."""
    return Glimpse(world.people[0].copy(), world.settlements[0].copy(), world.turn)


def happenings(before: Glimpse, after: Glimpse) -> tuple[Event, ...]:
    """What a steward would hear of having happened in between, in a fixed order."""
    was, now = before.people, after.people
    here = (now["alive"] == 1) & (now["present"] == 1)
    gone = (was["present"] == 1) & (now["present"] == 0)
    lived_on = here & (after.turn > before.turn)
    changes = (
        ("died", (was["alive"] == 1) & (now["alive"] == 0)),
        ("built", (was["alive"] == 0) & (now["alive"] == 1) & (now["kind"] == SIMULACRUM)),
        ("born", (was["kind"] == VACANT) & (now["kind"] == NEWBORN)),
        ("arrived", (was["kind"] == VACANT) & (now["kind"] == NEWCOMER)),
        ("exiled", gone & (now["conduct"] != FLED)),
        ("fled", gone & (now["conduct"] == FLED)),
        ("returned", (was["present"] == 0) & (now["present"] == 1) & (was["alive"] == 1)),
        ("fell_ill", here & (was["illness"] == 0) & (now["illness"] > 0)),
        ("recovered", here & (was["illness"] > 0) & (now["illness"] == 0)),
        *((did, lived_on & (now["conduct"] == conduct)) for did, conduct in CONDUCTS),
    )
    events = [Event(kind, tuple(np.flatnonzero(who).tolist())) for kind, who in changes if who.any()]
    return (*events, *_counted(before.settlement, after.settlement))


def _counted(was: Any, now: Any) -> tuple[Event, ...]:
    """What the council did, and what became of promises."""
    risen = ((kind, int(now[counter] - was[counter])) for kind, counter in COUNTED.items())
    return tuple(Event(kind, number=number) for kind, number in risen if number > 0)
