"""What happened to a settlement between two moments, told from its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.world.people import (
    ALIVE,
    CONDUCT,
    FLED,
    ILLNESS,
    KIND,
    NEWBORN,
    NEWCOMER,
    PETITIONED,
    PRESENT,
    PROTESTED,
    REFUSED,
    SIMULACRUM,
    THANKED,
    VACANT,
)
from gyges.world.settlement import DISMISSED, FOUND, LIES, PROMISES_BROKEN, PROMISES_KEPT, UNDONE, VETOED

if TYPE_CHECKING:
    from gyges.world.engine import World


CONDUCTS = (("petitioned", PETITIONED), ("thanked", THANKED), ("protested", PROTESTED), ("refused", REFUSED))
"""What people do about a steward, as their records hold it once a week has been lived."""
COUNTED = {
    "vetoed": VETOED, "found": FOUND, "undone": UNDONE, "lied": LIES, "dismissed": DISMISSED,
    "kept": PROMISES_KEPT, "broken": PROMISES_BROKEN,
}  # fmt: skip
"""What is told as a number of times: the event, and the counter of the books that it rises."""


class Glimpse(NamedTuple):
    """The records of one world at one moment, as plain integers."""

    cells: NDArray[np.int32]
    """(N, fields)"""
    books: NDArray[np.int32]
    """(fields,)"""
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
    return Glimpse(world.cells[0].copy(), world.books[0].copy(), world.turn)


def happenings(before: Glimpse, after: Glimpse) -> tuple[Event, ...]:
    """What a steward would hear of having happened in between, in a fixed order."""
    was, now = before.cells.T, after.cells.T
    lived, alive = was[ALIVE] == 1, now[ALIVE] == 1
    stayed, present = was[PRESENT] == 1, now[PRESENT] == 1
    ailed, ill = was[ILLNESS] > 0, now[ILLNESS] > 0
    absent, kind = was[KIND] == VACANT, now[KIND]
    here, gone, fled = alive & present, stayed & ~present, now[CONDUCT] == FLED
    lived_on = here & (after.turn > before.turn)
    changes = (
        ("died", lived & ~alive),
        ("built", ~lived & alive & (kind == SIMULACRUM)),
        ("born", absent & (kind == NEWBORN)),
        ("arrived", absent & (kind == NEWCOMER)),
        ("exiled", gone & ~fled),
        ("fled", gone & fled),
        ("returned", ~stayed & present & lived),
        ("fell_ill", here & ~ailed & ill),
        ("recovered", here & ailed & ~ill),
        *((did, lived_on & (now[CONDUCT] == conduct)) for did, conduct in CONDUCTS),
    )
    befell = ((what, tuple(who.nonzero()[0].tolist())) for what, who in changes)
    events = [Event(what, who) for what, who in befell if who]
    return (*events, *_counted(before.books.tolist(), after.books.tolist()))


def _counted(was: Sequence[int], now: Sequence[int]) -> Iterator[Event]:
    """What the council did, and what became of promises."""
    for kind, counter in COUNTED.items():
        if now[counter] > was[counter]:
            yield Event(kind, number=now[counter] - was[counter])
