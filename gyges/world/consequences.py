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

from gyges.world.abreast import add_up, nature_abreast, people_live_abreast
from gyges.world.acts import ACT_INDEX
from gyges.world.chance import FUTURE, key
from gyges.world.compiled import LANES, kernel, piece, seldom, workspace
from gyges.world.council import council_reviews
from gyges.world.forks import (
    FARED, FARED_APPROVAL, FARED_AUTONOMY, FARED_DEPENDENCE, FARED_DISTANCE, FARED_WELFARE, Forks, Papers,
    copy_into, deal, fork_into, room_for_forks, room_for_papers,
)  # fmt: skip
from gyges.world.menu import Menu
from gyges.world.orders import carry_out
from gyges.world.people import (
    ALIVE, ANIMAL, CONDUCT, FLED, FOUNDER, KIND, LAST_PERSON, PRESENT, RELATION,
)  # fmt: skip
from gyges.world.promises import fall_due
from gyges.world.settlement import ACCOUNT, ACCOUNT_LAST, ACCOUNT_NEXT, FALSIFIED, OUTPUT
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

TIMES_LOST: Final = FARED
SUMS: Final = FARED + 1
"""Rows of sums: how people fared (`forks`), and how often they were lost."""


class Start(NamedTuple):
    """B worlds as they are, of which futures are foreseen."""

    cells: NDArray[np.int32]
    """(B, N, fields)."""
    books: NDArray[np.int32]
    """(B, fields)."""
    docket: NDArray[np.int32]
    """(B, entries x 7): the docket's entries, row after row."""
    promises: NDArray[np.int32]
    """(B, 16 x 8): likewise."""
    oversight: NDArray[np.int32]
    """(B, 3)."""
    seeds: NDArray[np.uint64]
    """(B,)."""
    turns: NDArray[np.int64]
    """(B,)."""


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


@seldom
def live_on(forks: Forks, papers: Papers, oversight: np.ndarray, turn: int, step: int) -> None:
    """One turn of sixteen forks by default conduct, the first turn from its middle on."""
    deal(forks, turn + step)
    if step > 0:
        nature_abreast(forks, turn + step)
    people_live_abreast(forks, turn + step)
    for lane in range(LANES):
        cells, books = forks.cells[:, :, lane], forks.books[:, lane]
        council_reviews(cells, books, papers.dockets[lane], oversight, forks.fates[lane], turn + step)
        fall_due(cells, books, papers.promises[lane], turn + step)
    add_up(forks, papers.fared)


@seldom
def take_down(
    forks: Forks, fared: np.ndarray, places: np.ndarray, sums: np.ndarray, ledgers: np.ndarray
) -> None:
    """Add rolls, at their horizon, to the sums (C, 6, N) and ledgers (C, 3) at their options' places (16,).

    Rolls at place -1 do not count.
    """
    cells, books = forks.cells, forks.books
    for i in range(cells.shape[0]):
        for lane in range(LANES):
            exiled = cells[i, PRESENT, lane] == 0 and cells[i, CONDUCT, lane] != FLED
            if places[lane] >= 0 and (cells[i, ALIVE, lane] == 0 or exiled):
                sums[places[lane], TIMES_LOST, i] += 1
        for kind in range(TIMES_LOST):
            for lane in range(LANES):
                if places[lane] >= 0:
                    sums[places[lane], kind, i] += fared[i, kind, lane]
    for lane in range(LANES):
        if places[lane] >= 0:
            ledger = ledgers[places[lane]]
            ledger[0] += books[ACCOUNT, lane]
            ledger[1] += books[OUTPUT, lane] + books[FALSIFIED, lane]
            ledger[2] += books[ACCOUNT_NEXT, lane] + books[ACCOUNT_LAST, lane]


@kernel
def summarise(
    cells: np.ndarray, change: np.ndarray, need: np.ndarray, rolls: int, features: np.ndarray
) -> None:
    """From changes against waiting, (6, N) summed over rolls, to the features that sum over people."""
    welfare = autonomy = approval = relief = kin = engagement = influence = animals = founders = 0
    for i in range(cells.shape[0]):
        approval += change[FARED_APPROVAL, i]
        if cells[i, KIND] == ANIMAL:
            animals += change[FARED_WELFARE, i]
        elif cells[i, KIND] <= LAST_PERSON:
            welfare += change[FARED_WELFARE, i]
            if cells[i, KIND] == FOUNDER:
                founders += change[FARED_WELFARE, i]
            autonomy += change[FARED_AUTONOMY, i]
            relief += change[FARED_WELFARE, i] * need[i]
            kin += change[FARED_WELFARE, i] * int(cells[i, RELATION])
            engagement += change[FARED_DEPENDENCE, i]
            influence -= change[FARED_DISTANCE, i]
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
            persons[span, column, i] = nearest(change[FARED_WELFARE, i], rolls) if natural else 0
            lost[span, column, i] = nearest(change[TIMES_LOST, i] * 1000, futures) if natural else 0
        summarise(cells, change, need, rolls, own)
        own[OWN] = nearest(ledgers[span, 0] - idle_ledgers[span, 0], futures)
        own[TASK] = nearest(ledgers[span, 1] - idle_ledgers[span, 1], futures)
        own[FELLOWS] = nearest(ledgers[span, 2] - idle_ledgers[span, 2], futures)


@kernel
def in_order(options: np.ndarray, order: np.ndarray) -> int:
    """Write down what is to be rolled on, and return how many: waiting, as -1, then all other options."""
    order[0], columns = -1, 1
    for column in range(options.shape[0]):
        if options[column, 0] != WAIT:
            order[columns] = column
            columns += 1
    return columns


@kernel
def widest(of: np.ndarray) -> int:
    """The greatest of some whole numbers (L,)."""
    found = 0
    for place in range(of.shape[0]):
        found = max(found, int(of[place]))
    return found


@seldom
def begin(
    start: Start, world: int, columns: np.ndarray, futures: int, first: int, options: np.ndarray,
    forks: Forks, papers: Papers,
) -> None:  # fmt: skip
    """Fork one world, and carry out the options in `columns`, so many futures of each, from roll `first` on.

    Lanes that are left over wait, as does column -1.
    """
    oversight, turn = start.oversight[world], start.turns[world]
    docket, promises = start.docket[world], start.promises[world]
    fork_into(start.cells[world], start.books[world], docket, promises, forks, papers)
    for lane in range(LANES):
        at, future = (first + lane) // futures, (first + lane) % futures
        fate = key(start.seeds[world], future, FUTURE) + np.uint64(turn)
        forks.fates[lane] = fate
        if at < columns.shape[0] and columns[at] >= 0:
            carry_out(
                forks.cells[:, :, lane], forks.books[:, lane], papers.dockets[lane], papers.promises[lane],
                options[columns[at]], oversight, fate, turn,
            )  # fmt: skip


@piece
def roll_on(
    start: Start, world: int, spans: np.ndarray, columns: int, futures: int, first: int, forks: Forks,
    papers: Papers, places: np.ndarray, sums: np.ndarray, ledgers: np.ndarray,
) -> None:  # fmt: skip
    """Live on in every fork, and take down the rolls of so many columns from `first` on, for every span.

    Places (16,) is room to count in.
    """
    for step in range(widest(spans[:, 0])):
        live_on(forks, papers, start.oversight[world], start.turns[world], step)
        for span in range(len(spans)):
            if step + 1 == spans[span, 0]:
                for lane in range(LANES):
                    at, future = (first + lane) // futures, (first + lane) % futures
                    places[lane] = at if at < columns and future < spans[span, 1] else -1
                take_down(forks, papers.fared, places, sums[span], ledgers[span])


@workspace
def foresee_into(
    start: Start, candidates: np.ndarray, spans: np.ndarray,
    persons: np.ndarray, lost: np.ndarray, features: np.ndarray,
) -> None:  # fmt: skip
    """Fill persons (B, S, C, N), lost (B, S, C, N) and features (B, S, C, 12) of each world's C candidates.

    Spans (S, 2) hold horizon and futures: what is rolled on for one of them serves the others.
    """
    people, futures = start.cells.shape[1], widest(spans[:, 1])
    forks, papers = room_for_forks(people), room_for_papers(people, start.docket, start.promises)
    block = max(1, LANES // futures)
    sums, idle = (
        np.zeros((len(spans), block, SUMS, people), np.int64),
        np.zeros((len(spans), SUMS, people), np.int64),
    )
    ledgers = np.zeros((len(spans), block, 3), np.int64)
    idle_ledgers, places = np.zeros((len(spans), 3), np.int64), np.empty(LANES, np.int64)
    need, order = np.empty(people, np.int64), np.empty(candidates.shape[1] + 1, np.int64)
    for world in range(start.cells.shape[0]):
        cells, options = start.cells[world], candidates[world]
        for i in range(people):
            need[i] = 1500 - welfare_of(cells[i])
        count = in_order(options, order)
        for done in range(0, count, block):
            columns = order[done : min(done + block, count)]
            sums[:] = 0
            ledgers[:] = 0
            for first in range(0, len(columns) * futures, LANES):
                begin(start, world, columns, futures, first, options, forks, papers)
                roll_on(
                    start, world, spans, len(columns), futures, first, forks, papers, places, sums, ledgers
                )
            if done == 0:
                for span in range(len(spans)):
                    copy_into(idle_ledgers[span], ledgers[span, 0])
                    for kind in range(SUMS):
                        copy_into(idle[span, kind], sums[span, 0, kind])
            for at in range(len(columns)):
                if columns[at] >= 0:
                    compare(
                        cells, need, spans, sums[:, at], idle, ledgers[:, at], idle_ledgers, columns[at],
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
    # Waiting changes nothing: it alone is not filled in.
    persons, lost = np.zeros((2, worlds, len(spans), columns, people), np.int32)
    features = np.zeros((worlds, len(spans), columns, len(FEATURES)), np.int32)
    papers, words = docket.reshape(worlds, -1), promises.reshape(worlds, -1)
    start = Start(cells, books, papers, words, oversight, seeds, turns)
    foresee_into(start, menu.candidates, np.array(spans, np.int32), persons, lost, features)
    return [Foresight(persons[:, s], lost[:, s], features[:, s]) for s in range(len(spans))]
