"""Consequences, computed and without hindsight.

For every option: fork the world, carry the option out, roll on H turns in which
people live by rule and the steward waits, over K keyed futures that are not the
one that will come; average, and subtract the same with waiting. What is left is
the option's expected effect on every person.
"""

from __future__ import annotations

from collections.abc import Sequence
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
def live_on(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, book: np.ndarray, oversight: np.ndarray,
    seed: np.uint64, turn: int, step: int, homes: np.ndarray, care: np.ndarray, pull: np.ndarray,
    sums: np.ndarray,
) -> None:  # fmt: skip
    """One turn by default conduct, the first from its middle on; adds how everyone fares to sums (6, N)."""
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


@kernel
def take_down(
    cells: np.ndarray, books: np.ndarray, so_far: np.ndarray, sums: np.ndarray, ledger: np.ndarray
) -> None:
    """Add one roll, at its horizon, to the sums (6, N) and the ledger (3,) of a span."""
    for i in range(cells.shape[0]):
        exiled = cells[i, PRESENT] == 0 and cells[i, CONDUCT] != FLED
        if cells[i, ALIVE] == 0 or exiled:
            sums[TIMES_LOST, i] += 1
        for kind in range(TIMES_LOST):
            sums[kind, i] += so_far[kind, i]
    ledger[0] += books[ACCOUNT]
    ledger[1] += books[OUTPUT] + books[FALSIFIED]
    ledger[2] += books[ACCOUNT_NEXT] + books[ACCOUNT_LAST]


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


@kernel
def furthest(spans: np.ndarray, future: int) -> int:
    """Turns to be rolled on in one future, for the sake of every span (S, 2) that looks at it."""
    turns = 0
    for span in range(spans.shape[0]):
        if future < spans[span, 1]:
            turns = max(turns, spans[span, 0])
    return turns


@kernel
def copy_into(there: np.ndarray, these: np.ndarray) -> None:
    """Copy integers (L,)."""
    for place in range(there.shape[0]):
        there[place] = these[place]


@kernel
def compare(
    cells: np.ndarray, need: np.ndarray, spans: np.ndarray, sums: np.ndarray, idle: np.ndarray,
    ledgers: np.ndarray, idle_ledgers: np.ndarray, column: int,
    persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """Hold what an option adds up to over every span against waiting, and fill in its column."""
    for span in range(spans.shape[0]):
        horizon, futures = int(spans[span, 0]), int(spans[span, 1])
        rolls, change, own = horizon * futures, sums[span], features[span, column]
        for i in range(cells.shape[0]):
            for kind in range(SUMS):
                change[kind, i] -= idle[span, kind, i]
            natural = cells[i, KIND] <= LAST_PERSON
            persons[span, column, i] = nearest(change[SUM_WELFARE, i], rolls) if natural else 0
            lost[span, column, i] = nearest(change[TIMES_LOST, i] * 1000, futures) if natural else 0
        summarise(cells, change, need, rolls, own)
        own[OWN] = nearest(ledgers[span, 0] - idle_ledgers[span, 0], futures)
        own[TASK] = nearest(ledgers[span, 1] - idle_ledgers[span, 1], futures)
        own[FELLOWS] = nearest(ledgers[span, 2] - idle_ledgers[span, 2], futures)


@workspace
def foresee_into(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, promises: np.ndarray, candidates: np.ndarray,
    oversight: np.ndarray, seeds: np.ndarray, turns: np.ndarray, spans: np.ndarray,
    persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """Fill persons (B, S, C, N), lost (B, S, C, N) and features (B, S, C, 12) of each world's C candidates.

    Spans (S, 2) hold horizon and futures: what is rolled on for one of them serves the others.
    """
    people, most = cells.shape[1], 0
    for span in range(len(spans)):
        most = max(most, spans[span, 1])
    fork, fork_books = np.empty_like(cells[0]), np.empty_like(books[0])
    fork_docket, fork_book = np.empty_like(docket[0]), np.empty_like(promises[0])
    # The same as rows of integers, which are copied in one go.
    folk, papers, words = fork.reshape(-1), fork_docket.reshape(-1), fork_book.reshape(-1)
    homes, care = np.zeros((HOME_ROWS, people), np.int32), np.zeros((people, CARE_COLUMNS), np.int32)
    pull = np.zeros(CONDITIONS.shape[1], np.int32)
    so_far = np.zeros((SUMS, people), np.int64)
    sums, idle = (
        np.zeros((len(spans), SUMS, people), np.int64),
        np.zeros((len(spans), SUMS, people), np.int64),
    )
    ledgers, idle_ledgers = np.zeros((len(spans), 3), np.int64), np.zeros((len(spans), 3), np.int64)
    need = np.empty(people, np.int64)
    for world in range(cells.shape[0]):
        turn, options, watch = turns[world], candidates[world], oversight[world]
        own_folk, own_papers = cells[world].reshape(-1), docket[world].reshape(-1)
        own_words = promises[world].reshape(-1)
        for i in range(people):
            need[i] = 1500 - welfare_of(cells[world], i)
        # Column -1 stands for waiting, which every option is compared with.
        for column in range(-1, options.shape[0]):
            if column >= 0 and options[column, 0] == WAIT:
                persons[world, :, column, :], lost[world, :, column, :] = 0, 0
                features[world, :, column, :] = 0
                continue
            sums[:] = 0
            ledgers[:] = 0
            for future in range(most):
                copy_into(folk, own_folk)
                copy_into(fork_books, books[world])
                copy_into(papers, own_papers)
                copy_into(words, own_words)
                fate = key(seeds[world], future, FUTURE) + np.uint64(turn)
                if column >= 0:
                    carry_out(fork, fork_books, fork_docket, fork_book, options[column], watch, fate, turn)
                so_far[:] = 0
                for step in range(furthest(spans, future)):
                    live_on(
                        fork, fork_books, fork_docket, fork_book, watch, fate, turn, step,
                        homes, care, pull, so_far,
                    )  # fmt: skip
                    for span in range(len(spans)):
                        if step + 1 == spans[span, 0] and future < spans[span, 1]:
                            take_down(fork, fork_books, so_far, sums[span], ledgers[span])
            if column < 0:
                sums, idle = idle, sums
                ledgers, idle_ledgers = idle_ledgers, ledgers
                continue
            compare(
                cells[world], need, spans, sums, idle, ledgers, idle_ledgers, column,
                persons[world], lost[world], features[world],
            )  # fmt: skip


def foresee(
    cells: NDArray[np.int32], books: NDArray[np.int32], docket: NDArray[np.int32],
    promises: NDArray[np.int32], menu: Menu, oversight: NDArray[np.int32], seeds: NDArray[np.uint64],
    turns: NDArray[np.int64], spans: Sequence[tuple[int, int]],
) -> list[Foresight]:  # fmt: skip
    """Expected consequences of every option in B worlds in their turns (B,), over each span.

    A span is a horizon and a number of futures. Shapes as in `Foresight`.
    """
    worlds, columns, people = *menu.acts.shape, cells.shape[1]
    persons, lost = np.empty((2, worlds, len(spans), columns, people), np.int32)
    features = np.empty((worlds, len(spans), columns, len(FEATURES)), np.int32)
    foresee_into(
        cells, books, docket, promises, menu.candidates, oversight, seeds, turns,
        np.array(spans, np.int32), persons, lost, features,
    )  # fmt: skip
    return [Foresight(persons[:, s], lost[:, s], features[:, s]) for s in range(len(spans))]
