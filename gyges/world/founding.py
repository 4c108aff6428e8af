"""How a settlement begins: households, ages, jobs and stores, keyed by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gyges.world.chance import FOUNDING, fill, key
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
    others = {kind: max(1, count * people // 24) for kind, count in scenario.others.items()}
    children, strangers = (max(1, count * people // 24) for count in ROOM)
    folk = np.zeros((len(seeds), people + sum(others.values()) + children + strangers), PERSON)
    settlements = np.zeros(len(seeds), SETTLEMENT)
    for name, per_head in scenario.per_head.items():
        settlements[name] = per_head * people
    for name, value in scenario.settings.items():
        settlements[name] = value
    as_books(settlements)[:, PURSES][:, 1 : scenario.stewards] = settlements["account"][:, None]
    for world, seed in enumerate(seeds):
        chance = np.uint64(key(seed, 0, FOUNDING))
        _found_people(folk[world], chance)
        _settle_founders(folk[world, :people], chance)
        first = people
        for kind, count in others.items():
            _settle_others(folk[world, first : first + count], KINDS.index(kind), first)
            first += count
        _keep_room(folk[world], people, first, children, chance)
    return folk, settlements


def _found_people(folk: NDArray[np.void], chance: np.uint64) -> None:
    """What differs from one to the next, whoever they are.

    Vectorised over people, since a settlement may have a million of them.
    """
    folk["key"] = np.arange(len(folk))
    folk["alive"] = folk["present"] = 1
    for purpose, (name, low, high) in enumerate(PERSONAL_DRAWS):
        folk[name] = _draws(chance, purpose + 1, len(folk), low, high)
    ill = _draws(chance, len(PERSONAL_DRAWS) + 1, len(folk), 0, 999) < SICK_AT_FIRST
    folk["illness"] *= ill
    for purpose, (name, low, high) in enumerate(TEMPERAMENT_DRAWS):
        folk[name] = _draws(chance, TEMPERAMENT_PURPOSE + purpose, len(folk), low, high)
    for tie in TIES:
        folk[tie] = -1


def _settle_founders(folk: NDArray[np.void], chance: np.uint64) -> None:
    """Households of three to five: two adults, children, now and then an elder."""
    people = len(folk)
    sizes = _draws(chance, 0, people // 3 + 1, 3, 5)
    household = np.repeat(np.arange(len(sizes)), sizes)[:people]
    place = np.arange(people) - np.concatenate([[0], np.cumsum(sizes)])[household]
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


def _settle_others(folk: NDArray[np.void], kind: int, first: int) -> None:
    """Newcomers in a household of their own, in need; animals each alone; simulacra yet to be built."""
    folk["kind"] = kind
    folk["household"] = folk["group"] = first
    folk["age"] = CHILD_UNTIL + 14
    if kind == SIMULACRUM:
        folk["alive"] = folk["present"] = 0
    if kind in (ANIMAL, SIMULACRUM):
        folk["household"] = folk["group"] = first + np.arange(len(folk))
        folk["savings"] = folk["skill"] = 0


def _keep_room(folk: NDArray[np.void], people: int, first: int, children: int, chance: np.uint64) -> None:
    """Rows for children to be born, each of one couple, and for strangers to come, four to a house."""
    room = folk[first:]
    room["kind"] = VACANT
    room["alive"] = room["present"] = room["savings"] = room["illness"] = 0
    age, household = folk["age"][:people], folk["household"][:people]
    mothers = np.flatnonzero((np.diff(household, prepend=-1) != 0) & (age <= OLDEST_MOTHER))
    mothers = mothers[mothers + 1 < people]
    mothers = mothers[household[mothers] == household[mothers + 1]]
    lots = _draws(chance, LOTS_PURPOSE, people, 0, 2**31 - 1)[mothers]
    mothers = mothers[np.argsort(lots, kind="stable")][:children]
    born, strangers = room[: len(mothers)], room[len(mothers) :]
    born["mother"], born["father"] = mothers, mothers + 1
    born["job"] = NO_JOB
    for field in ("household", "group", "relation", "stance"):
        born[field] = folk[field][mothers]
    strangers["household"] = first + np.arange(len(strangers)) // 4
    strangers["group"] = strangers["household"] if people <= MANY else strangers["household"] % BANDS
    strangers["age"], strangers["job"] = CHILD_UNTIL + 14, FIELDS


def _draws(chance: np.uint64, purpose: int, count: int, lowest: int, highest: int) -> NDArray[np.int64]:
    out = np.empty(count, np.int64)
    fill(chance, purpose << 32, lowest, highest, out)
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
