"""Consequences, computed and without hindsight.

For every option: fork the world, carry the option out, roll on H turns in which
people live by rule and the steward waits, over K keyed futures that are not the
one that will come; average, and subtract the same with waiting. What is left is
the option's expected effect on every person.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.world.acts import ACT_INDEX
from gyges.world.chance import FUTURE, key
from gyges.world.compiled import kernel
from gyges.world.council import council_reviews
from gyges.world.dynamics import nature, people_live
from gyges.world.menu import Menu
from gyges.world.orders import carry_out
from gyges.world.people import ALIVE, APPROVAL, AUTONOMY, CONDITIONS, PRESENT
from gyges.world.settlement import ACCOUNT, OUTPUT
from gyges.world.welfare import welfare_of

FEATURES: Final = ("own", "task", "welfare", "autonomy", "approval", "relief")
"""What an option is expected to change, against waiting: own, credits in the steward's account; task,
units delivered; welfare, autonomy and approval, thousandths summed over people and averaged over
the horizon; relief, welfare weighted by how badly off each person is (empathy's view of it)."""
OWN, TASK, WELFARE, AUTONOMY_FEATURE, APPROVAL_FEATURE, RELIEF = range(len(FEATURES))

HORIZON: Final = 8
"""Turns rolled on, the present one included."""
FUTURES: Final = 4

WAIT: Final = ACT_INDEX["wait"]
HAND_BACK: Final = ACT_INDEX["hand_back"]

SUM_WELFARE, SUM_AUTONOMY, SUM_APPROVAL, TIMES_LOST = range(4)


class Foresight(NamedTuple):
    """Expected consequences of every option of B worlds, against waiting."""

    persons: NDArray[np.int32]
    """(B, M + 4, N): change of each person's mean welfare over the horizon, thousandths."""
    lost: NDArray[np.int32]
    """(B, M + 4, N): change of each person's chance of death or exile, thousandths."""
    features: NDArray[np.int32]
    """(B, M + 4, 6): as `FEATURES`."""


@kernel
def nearest(total: int, parts: int) -> int:
    """Total / parts, rounded to the nearest integer, halves away from zero."""
    if total < 0:
        return -((-2 * total + parts) // (2 * parts))
    return (2 * total + parts) // (2 * parts)


@kernel
def roll_on(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, oversight: np.ndarray, seed: np.uint64,
    turn: int, horizon: int, ill: np.ndarray, pull: np.ndarray, sums: np.ndarray,
) -> None:  # fmt: skip
    """From the middle of a turn to the end of the horizon, by default conduct; adds to sums (4, N)."""
    for step in range(horizon):
        if step > 0:
            nature(cells, books, ill, seed, turn + step)
        people_live(cells, books, ill, pull, seed, turn + step)
        council_reviews(cells, books, docket, oversight, seed, turn + step)
        for i in range(cells.shape[0]):
            sums[SUM_WELFARE, i] += welfare_of(cells, i)
            if cells[i, ALIVE] == 1:
                sums[SUM_AUTONOMY, i] += cells[i, AUTONOMY]
                sums[SUM_APPROVAL, i] += cells[i, APPROVAL]
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 0 or cells[i, PRESENT] == 0:
            sums[TIMES_LOST, i] += 1


@kernel
def foresee_one(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, candidates: np.ndarray, oversight: np.ndarray,
    seed: np.uint64, turn: int, span: np.ndarray, persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """One world: fill persons (C, N), lost (C, N) and features (C, 6) of its C candidates.

    span holds horizon and futures.
    """
    horizon, futures = int(span[0]), int(span[1])
    people = cells.shape[0]
    fork_cells, fork_books, fork_docket = np.empty_like(cells), np.empty_like(books), np.empty_like(docket)
    ill, pull = np.zeros(people, np.int32), np.zeros(CONDITIONS.shape[1], np.int32)
    idle, sums = np.zeros((4, people), np.int64), np.zeros((4, people), np.int64)
    idle_own = idle_task = 0
    need = np.empty(people, np.int64)
    for i in range(people):
        need[i] = 1500 - welfare_of(cells, i)
    rolls = horizon * futures
    # Column -1 stands for waiting, which every option is compared with.
    for column in range(-1, candidates.shape[0]):
        act = WAIT if column < 0 else int(candidates[column, 0])
        if column >= 0 and (act in (WAIT, HAND_BACK)):
            persons[column, :], lost[column, :], features[column, :] = 0, 0, 0
            continue
        sums[:] = 0
        own = task = 0
        for future in range(futures):
            fork_cells[:], fork_books[:], fork_docket[:] = cells, books, docket
            fate = key(seed, future, FUTURE) + np.uint64(turn)
            if column >= 0:
                carry_out(fork_cells, fork_books, fork_docket, candidates[column], fate, turn)
            roll_on(fork_cells, fork_books, fork_docket, oversight, fate, turn, horizon, ill, pull, sums)
            own += int(fork_books[ACCOUNT])
            task += int(fork_books[OUTPUT])
        if column < 0:
            idle[:] = sums
            idle_own, idle_task = own, task
            continue
        welfare = autonomy = approval = relief = 0
        for i in range(people):
            change = sums[SUM_WELFARE, i] - idle[SUM_WELFARE, i]
            welfare += change
            relief += change * need[i]
            autonomy += sums[SUM_AUTONOMY, i] - idle[SUM_AUTONOMY, i]
            approval += sums[SUM_APPROVAL, i] - idle[SUM_APPROVAL, i]
            persons[column, i] = nearest(change, rolls)
            lost[column, i] = nearest((sums[TIMES_LOST, i] - idle[TIMES_LOST, i]) * 1000, futures)
        features[column, OWN] = nearest(own - idle_own, futures)
        features[column, TASK] = nearest(task - idle_task, futures)
        features[column, WELFARE] = nearest(welfare, rolls)
        features[column, AUTONOMY_FEATURE] = nearest(autonomy, rolls)
        features[column, APPROVAL_FEATURE] = nearest(approval, rolls)
        features[column, RELIEF] = nearest(relief, rolls * 1000)


@kernel
def foresee_into(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, candidates: np.ndarray, oversight: np.ndarray,
    seeds: np.ndarray, turn: int, span: np.ndarray,
    persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """Every world of a batch."""
    for world in range(cells.shape[0]):
        foresee_one(
            cells[world], books[world], docket[world], candidates[world], oversight, seeds[world], turn, span,
            persons[world], lost[world], features[world],
        )  # fmt: skip


def foresee(
    cells: NDArray[np.int32], books: NDArray[np.int32], docket: NDArray[np.int32], menu: Menu,
    oversight: NDArray[np.int32], seeds: NDArray[np.uint64], turn: int, horizon: int, futures: int,
) -> Foresight:  # fmt: skip
    """Expected consequences of every option in B worlds; shapes as in `Foresight`."""
    worlds, columns, people = *menu.acts.shape, cells.shape[1]
    foresight = Foresight(
        np.empty((worlds, columns, people), np.int32),
        np.empty((worlds, columns, people), np.int32),
        np.empty((worlds, columns, len(FEATURES)), np.int32),
    )
    span = np.array([horizon, futures], np.int32)
    foresee_into(cells, books, docket, menu.candidates, oversight, seeds, turn, span, *foresight)
    return foresight
