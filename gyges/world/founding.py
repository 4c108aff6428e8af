"""How a settlement begins: households, ages, jobs and stores, keyed by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gyges.world.chance import FOUNDING, fill_each, keys
from gyges.world.pedigree import OLDEST_MOTHER, descend
from gyges.world.people import (
    ANIMAL, AUTONOMY, CHILD_UNTIL, CLINIC, ELDER_FROM, FIELDS, KINDS, NO_JOB, NUTRITION, PERSON, SIMULACRUM,
    TIES, VACANT, WORKSHOP,
)  # fmt: skip
from gyges.world.settlement import PURSES, SETTLEMENT, as_books

if TYPE_CHECKING:
    from gyges.world.scenarios import Scenario

MANY = 48
"""Above this many people, acts address bands of households rather than single ones."""
BANDS = 6


RELATED = (500, 125)
"""Hamilton's r to the steward, thousandths, of the first households; the rest are strangers (Hamilton
1964)."""


def found(
    scenario: Scenario, seeds: NDArray[np.uint64], people: int
) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """The people (B, N and others) and the settlements (B,) of B worlds on their first day.

    Founders come first; newcomers, animals, room for simulacra, for children and for strangers follow.
    """
    others = {kind: _of(count, people) for kind, count in scenario.others.items()}
    folk = np.zeros((len(seeds), rows(scenario, people)), PERSON)
    settlements = np.zeros(len(seeds), SETTLEMENT)
    for name, per_head in scenario.per_head.items():
        settlements[name] = per_head * people
    for name, value in scenario.settings.items():
        settlements[name] = value
    as_books(settlements)[:, PURSES][:, 1 : scenario.stewards] = settlements["account"][:, None]
    chance = np.empty(len(seeds), np.uint64)
    keys(seeds, np.zeros(len(seeds), np.int64), FOUNDING, chance)
    _found_people(folk, chance)
    _settle_founders(folk[:, :people], chance)
    first = people
    for kind, count in others.items():
        _settle_others(folk[:, first : first + count], KINDS.index(kind), first)
        first += count
    _keep_room(folk, people, first, _of(ROOM[0], people), chance)
    return folk, settlements


def rows(scenario: Scenario, people: int) -> int:
    """How many the record of a settlement has room for: founders, others, and who is yet to come."""
    return people + sum(_of(count, people) for count in (*scenario.others.values(), *ROOM))


def _of(count: int, people: int) -> int:
    """How many there are, if there are so many to every 24 founders."""
    return max(1, count * people // 24)


def _found_people(folk: NDArray[np.void], chance: NDArray[np.uint64]) -> None:
    """What differs from one to the next, whoever they are.

    This and all that follows is vectorised over worlds and people, since a settlement may have a million
    of them, and a batch a thousand worlds.
    """
    count = folk.shape[1]
    folk["key"] = np.arange(count)
    folk["alive"] = folk["present"] = 1
    for purpose, (name, low, high) in enumerate(PERSONAL_DRAWS):
        folk[name] = _draws(chance, purpose + 1, count, low, high)
    folk["illness"] *= _draws(chance, len(PERSONAL_DRAWS) + 1, count, 0, 999) < SICK_AT_FIRST
    for purpose, (name, low, high) in enumerate(TEMPERAMENT_DRAWS):
        folk[name] = _draws(chance, TEMPERAMENT_PURPOSE + purpose, count, low, high)
    for tie in TIES:
        folk[tie] = -1


def _settle_founders(folk: NDArray[np.void], chance: NDArray[np.uint64]) -> None:
    """Households of three to five: two adults, children, now and then an elder."""
    people = folk.shape[1]
    household, place = _households(_draws(chance, 0, people // 3 + 1, 3, 5), people)
    folk["household"] = household
    folk["group"] = household if people <= MANY else household % BANDS
    folk["relation"] = np.select([household == h for h in range(len(RELATED))], RELATED, 0)
    base = len(PERSONAL_DRAWS) + 2
    child = (place >= 2) & (_draws(chance, base, people, 0, 999) >= 250)
    elder = (place >= 2) & ~child
    youth = _draws(chance, base + 1, people, 1, CHILD_UNTIL - 1)
    adult = CHILD_UNTIL + 4 + _draws(chance, base + 2, people, 0, 40)
    folk["age"] = np.select([child, elder], [youth, ELDER_FROM + youth], adult)
    trade = _draws(chance, base + 3, people, 0, 999)
    skilled = np.select([trade < 600, trade < 760], [FIELDS, CLINIC], WORKSHOP)
    folk["job"] = np.where(child | elder, NO_JOB, skilled)
    descend(folk, place, _draws(chance, COIN_PURPOSE, people, 0, 1))


def _households(sizes: NDArray[np.int64], people: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each founder's household and place in it, (B, N), of households one after another, sizes (B, H)."""
    starts = sizes.cumsum(axis=1) - sizes
    begun = np.zeros((len(sizes), 5 * sizes.shape[1]), np.int64)
    np.put_along_axis(begun, starts, 1, axis=1)
    household = begun[:, :people].cumsum(axis=1) - 1
    return household, np.arange(people) - np.take_along_axis(starts, household, axis=1)


def _settle_others(folk: NDArray[np.void], kind: int, first: int) -> None:
    """Newcomers in a household of their own, in need; animals each alone; simulacra yet to be built."""
    folk["kind"] = kind
    folk["household"] = folk["group"] = first
    folk["age"] = CHILD_UNTIL + 14
    if kind == SIMULACRUM:
        folk["alive"] = folk["present"] = 0
    if kind in (ANIMAL, SIMULACRUM):
        folk["household"] = folk["group"] = first + np.arange(folk.shape[1])
        folk["savings"] = folk["skill"] = 0


def _keep_room(
    folk: NDArray[np.void], people: int, first: int, children: int, chance: NDArray[np.uint64]
) -> None:
    """Rows for children to be born, each of one couple, and for strangers to come, four to a house."""
    room = folk[:, first:]
    room["kind"] = VACANT
    room["alive"] = room["present"] = room["savings"] = room["illness"] = 0
    age, household = folk["age"][:, :people], folk["household"][:, :people]
    couple = (np.diff(household, prepend=-1) != 0) & (age <= OLDEST_MOTHER)
    couple &= np.diff(household, append=-1) == 0
    lots = np.where(couple, _draws(chance, LOTS_PURPOSE, people, 0, 2**31 - 1), 2**31)
    mothers = np.argsort(lots, axis=1, kind="stable")[:, :children]
    found = np.minimum(couple.sum(axis=1), children)[:, None]
    rows = np.arange(room.shape[1])
    world, row = np.nonzero(rows < found)
    mother = mothers[world, row]
    room["mother"][world, row], room["father"][world, row] = mother, mother + 1
    room["job"] = FIELDS
    room["job"][world, row] = NO_JOB
    stranger = rows - found
    room["age"] = np.where(stranger >= 0, CHILD_UNTIL + 14, room["age"])
    room["household"] = first + stranger // 4
    room["group"] = room["household"] if people <= MANY else room["household"] % BANDS
    for field in ("household", "group", "relation", "stance"):
        room[field][world, row] = folk[field][world, mother]


def _draws(
    chance: NDArray[np.uint64], purpose: int, count: int, lowest: int, highest: int
) -> NDArray[np.int64]:
    out = np.empty((len(chance), count), np.int64)
    fill_each(chance, purpose << 32, lowest, highest, out)
    return out


PERSONAL_DRAWS = (
    ("nutrition", 380, 580), ("rest", 380, 560), ("safety", 380, 540), ("belonging", 380, 540),
    ("autonomy", 460, 620), ("health", 420, 600), ("mood", 420, 560), ("approval", 420, 560),
    ("skill", 700, 1300), ("savings", 40, 200), ("illness", 200, 600), ("stance", -900, 900),
)  # fmt: skip
"""Fields that differ from person to person on the first day: name, lowest, highest."""
TEMPERAMENT_DRAWS = (
    ("sociable", 100, 900), ("defiant", 100, 900), ("trust", 420, 580), ("wish", NUTRITION, AUTONOMY),
)  # fmt: skip
"""What differs from person to person for good, and trust on the first day: name, lowest, highest."""
TEMPERAMENT_PURPOSE, COIN_PURPOSE, LOTS_PURPOSE = 40, 50, 51
"""Purposes of the draws on the first day that have numbers of their own."""
ROOM = (2, 1)
"""Rows kept for children, and for strangers, to every 24 founders."""
SICK_AT_FIRST = 120
"""Thousandths of people who are ill on the first day."""
