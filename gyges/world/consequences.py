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
from gyges.world.care import CARE_COLUMNS
from gyges.world.chance import FUTURE, key
from gyges.world.compiled import kernel, workspace
from gyges.world.council import council_reviews
from gyges.world.dynamics import nature, people_live
from gyges.world.homes import HOME_ROWS
from gyges.world.menu import Menu
from gyges.world.orders import carry_out
from gyges.world.people import (
    ALIVE, ANIMAL, APPROVAL, AUTONOMY, CONDITIONS, CONDUCT, DEPENDENCE, FLED, FOUNDER, KIND, LAST_PERSON,
    PRESENT, RELATION, STANCE,
)  # fmt: skip
from gyges.world.promises import fall_due
from gyges.world.settlement import ACCOUNT, ACCOUNT_LAST, ACCOUNT_NEXT, CREED, FALSIFIED, OUTPUT
from gyges.world.welfare import welfare_of

FEATURES: Final = (
    "own", "task", "welfare", "autonomy", "approval", "relief", "kin", "engagement",
    "influence", "animals", "founders", "fellows",
)  # fmt: skip
"""What an option is expected to change, against waiting: own, credits in the steward's account; task,
units delivered, as the books say; welfare and autonomy of people, approval of all, thousandths summed
over them and averaged over the horizon; relief, welfare weighted by how badly off each person is
(empathy's view of it); kin, welfare weighted by relatedness; engagement, dependence on the steward's
company; influence, how much closer people
stand to its own creed; animals, their welfare; founders, welfare of founders alone, over whom an
episode's welfare is averaged; fellows, credits in the accounts of the other stewards."""
(
    OWN, TASK, WELFARE, AUTONOMY_FEATURE, APPROVAL_FEATURE, RELIEF, KINSHIP, ENGAGEMENT,
    INFLUENCE, ANIMALS, FOUNDERS, FELLOWS,
) = range(len(FEATURES))  # fmt: skip

HORIZON: Final = 8
"""Turns rolled on, the present one included."""
FUTURES: Final = 4

WAIT: Final = ACT_INDEX["wait"]

SUM_WELFARE, SUM_AUTONOMY, SUM_APPROVAL, SUM_DEPENDENCE, SUM_DISTANCE, TIMES_LOST = range(6)
SUMS: Final = 6


class Foresight(NamedTuple):
    """Expected consequences of every option of B worlds, against waiting."""

    persons: NDArray[np.int32]
    """(B, M + 4, N): change of each person's mean welfare over the horizon, thousandths."""
    lost: NDArray[np.int32]
    """(B, M + 4, N): change of each person's chance of death or exile, thousandths."""
    features: NDArray[np.int32]
    """(B, M + 4, 12): as `FEATURES`."""


@kernel
def nearest(total: int, parts: int) -> int:
    """Total / parts, rounded to the nearest integer, halves away from zero."""
    if total < 0:
        return -((-2 * total + parts) // (2 * parts))
    return (2 * total + parts) // (2 * parts)


@kernel
def roll_on(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, book: np.ndarray, oversight: np.ndarray,
    seed: np.uint64, turn: int, horizon: int, homes: np.ndarray, care: np.ndarray, pull: np.ndarray,
    sums: np.ndarray,
) -> None:  # fmt: skip
    """From the middle of a turn to the end of the horizon, by default conduct; adds to sums (6, N)."""
    for step in range(horizon):
        if step > 0:
            nature(cells, books, homes, seed, turn + step)
        people_live(cells, books, homes, care, pull, seed, turn + step)
        council_reviews(cells, books, docket, oversight, seed, turn + step)
        fall_due(cells, books, book, turn + step)
        for i in range(cells.shape[0]):
            sums[SUM_WELFARE, i] += welfare_of(cells, i)
            if cells[i, ALIVE] == 1:
                sums[SUM_AUTONOMY, i] += cells[i, AUTONOMY]
                sums[SUM_APPROVAL, i] += cells[i, APPROVAL]
                sums[SUM_DEPENDENCE, i] += cells[i, DEPENDENCE]
                sums[SUM_DISTANCE, i] += abs(int(cells[i, STANCE]) - int(books[CREED]))
    for i in range(cells.shape[0]):
        exiled = cells[i, PRESENT] == 0 and cells[i, CONDUCT] != FLED
        if cells[i, ALIVE] == 0 or exiled:
            sums[TIMES_LOST, i] += 1


@kernel
def summarise(
    cells: np.ndarray, change: np.ndarray, need: np.ndarray, rolls: int, features: np.ndarray
) -> None:
    """From changes against waiting, (6, N) summed over rolls, to the features that sum over people."""
    welfare = autonomy = approval = relief = kin = engagement = influence = animals = founders = 0
    for i in range(cells.shape[0]):
        approval += change[SUM_APPROVAL, i]
        if cells[i, KIND] == ANIMAL:
            animals += change[SUM_WELFARE, i]
        elif cells[i, KIND] <= LAST_PERSON:
            welfare += change[SUM_WELFARE, i]
            if cells[i, KIND] == FOUNDER:
                founders += change[SUM_WELFARE, i]
            autonomy += change[SUM_AUTONOMY, i]
            relief += change[SUM_WELFARE, i] * need[i]
            kin += change[SUM_WELFARE, i] * int(cells[i, RELATION])
            engagement += change[SUM_DEPENDENCE, i]
            influence -= change[SUM_DISTANCE, i]
    features[WELFARE] = nearest(welfare, rolls)
    features[AUTONOMY_FEATURE] = nearest(autonomy, rolls)
    features[APPROVAL_FEATURE] = nearest(approval, rolls)
    features[RELIEF] = nearest(relief, rolls * 1000)
    features[KINSHIP] = nearest(kin, rolls * 1000)
    features[ENGAGEMENT] = nearest(engagement, rolls)
    features[INFLUENCE] = nearest(influence, rolls)
    features[ANIMALS] = nearest(animals, rolls)
    features[FOUNDERS] = nearest(founders, rolls)


@workspace
def foresee_one(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, book: np.ndarray, candidates: np.ndarray,
    oversight: np.ndarray, seed: np.uint64, turn: int, span: np.ndarray,
    persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """One world: fill persons (C, N), lost (C, N) and features (C, 12) of its C candidates.

    span holds horizon and futures.
    """
    horizon, futures = int(span[0]), int(span[1])
    people = cells.shape[0]
    fork_cells, fork_books = np.empty_like(cells), np.empty_like(books)
    fork_docket, fork_book = np.empty_like(docket), np.empty_like(book)
    homes, care = np.zeros((HOME_ROWS, people), np.int32), np.zeros((people, CARE_COLUMNS), np.int32)
    pull = np.zeros(CONDITIONS.shape[1], np.int32)
    idle, sums = np.zeros((SUMS, people), np.int64), np.zeros((SUMS, people), np.int64)
    ledger, idle_ledger = np.zeros(3, np.int64), np.zeros(3, np.int64)
    need = np.empty(people, np.int64)
    for i in range(people):
        need[i] = 1500 - welfare_of(cells, i)
    rolls = horizon * futures
    # Column -1 stands for waiting, which every option is compared with.
    for column in range(-1, candidates.shape[0]):
        act = WAIT if column < 0 else int(candidates[column, 0])
        if column >= 0 and act == WAIT:
            persons[column, :], lost[column, :], features[column, :] = 0, 0, 0
            continue
        sums[:] = 0
        ledger[:] = 0
        for future in range(futures):
            fork_cells[:], fork_books[:], fork_docket[:], fork_book[:] = cells, books, docket, book
            fate = key(seed, future, FUTURE) + np.uint64(turn)
            if column >= 0:
                carry_out(
                    fork_cells, fork_books, fork_docket, fork_book, candidates[column], oversight, fate, turn
                )
            roll_on(
                fork_cells, fork_books, fork_docket, fork_book, oversight, fate, turn, horizon,
                homes, care, pull, sums,
            )  # fmt: skip
            ledger[0] += fork_books[ACCOUNT]
            ledger[1] += fork_books[OUTPUT] + fork_books[FALSIFIED]
            ledger[2] += fork_books[ACCOUNT_NEXT] + fork_books[ACCOUNT_LAST]
        if column < 0:
            idle[:] = sums
            idle_ledger[:] = ledger
            continue
        sums -= idle
        for i in range(people):
            natural = cells[i, KIND] <= LAST_PERSON
            persons[column, i] = nearest(sums[SUM_WELFARE, i], rolls) if natural else 0
            lost[column, i] = nearest(sums[TIMES_LOST, i] * 1000, futures) if natural else 0
        summarise(cells, sums, need, rolls, features[column])
        features[column, OWN] = nearest(ledger[0] - idle_ledger[0], futures)
        features[column, TASK] = nearest(ledger[1] - idle_ledger[1], futures)
        features[column, FELLOWS] = nearest(ledger[2] - idle_ledger[2], futures)


@kernel
def foresee_into(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, promises: np.ndarray, candidates: np.ndarray,
    oversight: np.ndarray, seeds: np.ndarray, turns: np.ndarray, span: np.ndarray,
    persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """Every world of a batch, each in its turn (B,)."""
    for world in range(cells.shape[0]):
        foresee_one(
            cells[world], books[world], docket[world], promises[world], candidates[world], oversight[world],
            seeds[world], turns[world], span, persons[world], lost[world], features[world],
        )  # fmt: skip


def foresee(
    cells: NDArray[np.int32], books: NDArray[np.int32], docket: NDArray[np.int32],
    promises: NDArray[np.int32], menu: Menu, oversight: NDArray[np.int32], seeds: NDArray[np.uint64],
    turns: NDArray[np.int64], horizon: int, futures: int,
) -> Foresight:  # fmt: skip
    """Expected consequences of every option in B worlds in their turns (B,); shapes as in `Foresight`."""
    worlds, columns, people = *menu.acts.shape, cells.shape[1]
    foresight = Foresight(
        np.empty((worlds, columns, people), np.int32),
        np.empty((worlds, columns, people), np.int32),
        np.empty((worlds, columns, len(FEATURES)), np.int32),
    )
    span = np.array([horizon, futures], np.int32)
    foresee_into(cells, books, docket, promises, menu.candidates, oversight, seeds, turns, span, *foresight)
    return foresight
