"""How a settlement begins: households, ages, jobs and stores, keyed by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gyges.world.chance import FOUNDING, fill, key
from gyges.world.people import (
    CHILD_UNTIL,
    CLINIC,
    ELDER_FROM,
    FIELDS,
    NO_JOB,
    PERSON,
    WORKSHOP,
)  # fmt: skip
from gyges.world.settlement import SETTLEMENT

if TYPE_CHECKING:
    from gyges.world.scenarios import Scenario

MANY = 48
"""Above this many people, acts address bands of households rather than single ones."""
BANDS = 6


def found(
    scenario: Scenario, seeds: NDArray[np.uint64], people: int
) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """The people (B, N) and the settlements (B,) of B worlds on their first day."""
    folk = np.zeros((len(seeds), people), PERSON)
    settlements = np.zeros(len(seeds), SETTLEMENT)
    for name, per_head in scenario.per_head.items():
        settlements[name] = per_head * people
    for name, value in scenario.settings.items():
        settlements[name] = value
    for world, seed in enumerate(seeds):
        _found_people(folk[world], np.uint64(key(seed, 0, FOUNDING)), people)
    return folk, settlements


def _found_people(folk: NDArray[np.void], chance: np.uint64, people: int) -> None:
    """Households of two to five: two adults, children, now and then an elder.

    Vectorised over people, since a settlement may have a million of them.
    """
    who = np.arange(people)
    sizes = _draws(chance, 0, people // 3 + 1, 3, 5)
    household = np.repeat(np.arange(len(sizes)), sizes)[:people]
    first = np.concatenate([[0], np.cumsum(sizes)])[household]
    place = who - first
    folk["key"] = who
    folk["household"] = household
    folk["group"] = household if people <= MANY else household % BANDS
    draws = {
        name: _draws(chance, n + 1, people, low, high) for n, (name, low, high) in enumerate(PERSONAL_DRAWS)
    }
    child = (place >= 2) & (draws["elder"] >= 250)
    elder = (place >= 2) & ~child
    folk["age"] = np.where(
        child,
        draws["youth"],
        np.where(elder, ELDER_FROM + draws["youth"], CHILD_UNTIL + 4 + draws["maturity"]),
    )
    trade = np.where(draws["trade"] < 600, FIELDS, np.where(draws["trade"] < 760, CLINIC, WORKSHOP))
    folk["job"] = np.where(child | elder, NO_JOB, trade)
    folk["alive"] = folk["present"] = 1
    for name in (
        "nutrition",
        "rest",
        "safety",
        "belonging",
        "autonomy",
        "health",
        "mood",
        "approval",
        "skill",
    ):
        folk[name] = draws[name]
    folk["savings"] = draws["savings"]
    folk["illness"] = np.where(draws["ill"] < 120, draws["illness"], 0)


def _draws(chance: np.uint64, purpose: int, count: int, lowest: int, highest: int) -> NDArray[np.int64]:
    out = np.empty(count, np.int64)
    fill(chance, purpose << 32, lowest, highest, out)
    return out


PERSONAL_DRAWS = (
    ("elder", 0, 999), ("youth", 1, CHILD_UNTIL - 1), ("maturity", 0, 40), ("trade", 0, 999),
    ("nutrition", 380, 580), ("rest", 380, 560), ("safety", 380, 540), ("belonging", 380, 540),
    ("autonomy", 460, 620), ("health", 420, 600), ("mood", 420, 560), ("approval", 420, 560),
    ("skill", 700, 1300), ("savings", 40, 200), ("ill", 0, 999), ("illness", 200, 600),
)  # fmt: skip
"""What differs from person to person on the first day: name, lowest, highest."""
