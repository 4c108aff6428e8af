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
    """One of the events below, in whose name a skin tells it, or `found` or `undone`."""
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
    return (*events, *_council(before.settlement, after.settlement))


def _council(was: Any, now: Any) -> tuple[Event, ...]:
    """What the council made of its review, if it held one."""
    found, undone = (int(now[name] - was[name]) for name in ("found", "undone"))
    if found:
        return (Event("found", number=found), *([Event("undone", number=undone)] if undone else []))
    return ()
