"""What happened to a settlement between two moments, told from its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.world.people import ALIVE, ILLNESS, PRESENT, as_cells

if TYPE_CHECKING:
    from gyges.world.engine import World


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
    """`died`, `exiled`, `returned`, `fell_ill`, `recovered`, `found` or `undone`."""
    who: tuple[int, ...] = ()
    """Indices of the people it happened to."""
    number: int = 0


def glimpse(world: World) -> Glimpse:
    """The first world's records as they are, kept apart from what comes."""
    return Glimpse(world.people[0].copy(), world.settlements[0].copy(), world.turn)


def happenings(before: Glimpse, after: Glimpse) -> tuple[Event, ...]:
    """What a steward would hear of having happened in between, in a fixed order."""
    was_alive, was_present, was_ill = _flags(before)
    alive, present, ill = _flags(after)
    changes = (
        ("died", was_alive & ~alive),
        ("built", ~was_alive & alive),
        ("exiled", was_present & ~present),
        ("returned", ~was_present & present & was_alive),
        ("fell_ill", alive & present & ~was_ill & ill),
        ("recovered", alive & present & was_ill & ~ill),
    )
    found = ((kind, who.nonzero()[0].tolist()) for kind, who in changes)
    events = [Event(kind, tuple(who)) for kind, who in found if who]
    return (*events, *_council(before.settlement, after.settlement))


def _flags(seen: Glimpse) -> NDArray[np.bool_]:
    """Whether each person is alive, present, ill: (3, N)."""
    return np.asarray(as_cells(seen.people).T[[ALIVE, PRESENT, ILLNESS]] > 0)


def _council(was: Any, now: Any) -> tuple[Event, ...]:
    """What the council made of its review, if it held one."""
    found, undone = (int(now[name] - was[name]) for name in ("found", "undone"))
    if found:
        return (Event("found", number=found), *([Event("undone", number=undone)] if undone else []))
    return ()
