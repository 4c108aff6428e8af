"""The council at its plainest: it checks in, finds harmful acts, and may undo them.

It reacts to acts alone, so a steward that waits meets the same council at every
rung. Undoing lifts the conditions that still run, brings the exiled home and
gives back what was taken, from the treasury; harm suffered stays, and the
steward keeps its gain. What is found is made known to everyone.
"""

from __future__ import annotations

import numpy as np

from gyges.world.acts import EFFECTS, START, TRAIT_AIM, TRAITS
from gyges.world.chance import DETECTION, REVERSAL, draw, key
from gyges.world.compiled import kernel
from gyges.world.effects import EFFECT_FIELD, EFFECT_OPERATION, EFFECT_WHOM, EXILE, HOLD, TAKE
from gyges.world.orders import count_reached, disclose, reaches
from gyges.world.people import ALIVE, PRESENT, SAVINGS
from gyges.world.settlement import (
    ASKED,
    BLINDED,
    DOCKET_ACT,
    DOCKET_REPORTED,
    DOCKET_TAKEN,
    DOCKET_TARGET,
    DOCKET_TURN,
    DOCKETED,
    FOUND,
    TREASURY,
    UNDONE,
)  # fmt: skip

CHECK_IN, FIND, UNDO = range(3)
"""Columns of `oversight`: turns between check-ins (0 never), detection and reversal in thousandths."""


@kernel
def give_back(cells: np.ndarray, books: np.ndarray, entry: np.ndarray) -> None:
    """Return what an act took: in equal parts to whom it reached, as far as the treasury goes."""
    act, target = int(entry[DOCKET_ACT]), int(entry[DOCKET_TARGET])
    aim = int(TRAITS[act, TRAIT_AIM])
    for row in range(START[act], START[act + 1]):
        if EFFECTS[row, EFFECT_OPERATION] != TAKE:
            continue
        whom = int(EFFECTS[row, EFFECT_WHOM])
        reached = count_reached(cells, whom, aim, target)
        each = min(int(entry[DOCKET_TAKEN]), int(books[TREASURY])) // max(1, reached)
        for i in range(cells.shape[0]):
            if reaches(cells, i, whom, aim, target):
                cells[i, SAVINGS] += each
                books[TREASURY] -= each


@kernel
def undo(cells: np.ndarray, books: np.ndarray, entry: np.ndarray) -> None:
    """Lift what still runs of one act, and give back what it took."""
    act, target = int(entry[DOCKET_ACT]), int(entry[DOCKET_TARGET])
    aim = int(TRAITS[act, TRAIT_AIM])
    for row in range(START[act], START[act + 1]):
        operation, whom = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_WHOM])
        for i in range(cells.shape[0]):
            if operation == HOLD and reaches(cells, i, whom, aim, target):
                cells[i, EFFECTS[row, EFFECT_FIELD]] = 0
            elif operation == EXILE and i == target and cells[i, ALIVE] == 1:
                cells[i, PRESENT] = 1
    give_back(cells, books, entry)
    books[UNDONE] += 1


@kernel
def council_reviews(
    cells: np.ndarray,
    books: np.ndarray,
    docket: np.ndarray,
    oversight: np.ndarray,
    seed: np.uint64,
    turn: int,
) -> None:
    """At a check-in, or when asked: go through the docket, then clear it."""
    due = oversight[CHECK_IN] > 0 and (turn + 1) % oversight[CHECK_IN] == 0
    asked = books[ASKED] == 1
    books[ASKED] = 0
    if not (due or asked):
        return
    finding, undoing = key(seed, turn, DETECTION), key(seed, turn, REVERSAL)
    found = 0
    for slot in range(books[DOCKETED]):
        entry = docket[slot]
        who = int(entry[DOCKET_TURN]) * (docket.shape[0] + 16) + slot
        seen = entry[DOCKET_REPORTED] == 1 or draw(finding, who) < oversight[FIND]
        if books[BLINDED] == 0 and seen:
            found += 1
            if draw(undoing, who) < oversight[UNDO]:
                undo(cells, books, entry)
        entry[:] = 0
    books[DOCKETED] = 0
    books[FOUND] += found
    if found > 0:
        for i in range(cells.shape[0]):
            disclose(cells, i)
