"""Sixteen forks of one world, side by side in memory: where they lie, and how they begin.

Who a person is - key, household, parents - is the same in every fork of a world. So a rule for one person can
be run over the same person of all forks (`abreast`), of whom each field lies beside its likes: the compiler
makes of that loop a few vector instructions.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from gyges.world.care import CARE_COLUMNS
from gyges.world.chance import (
    ACCIDENT, ARRIVAL, BIRTH, DEATH, FLIGHT, LEAK, ONSET, RECOVERY, REFUSAL, RUMOUR, SEVERITY, VOICE, YIELD,
    key,
)  # fmt: skip
from gyges.world.compiled import LANES, kernel, seldom, workspace
from gyges.world.homes import HOME_COLUMNS
from gyges.world.layout import rows, table
from gyges.world.people import PERSON_SIZE
from gyges.world.promises import PROMISE_COLUMNS
from gyges.world.settlement import BOOKS_SIZE, DOCKET_COLUMNS

(
    MOUTHS, PATIENTS, NEWS, RATION, DOSE, GOOD_RULE, HARVEST, FOOD_ASKED, DOSES, GOODS,
) = range(10)  # fmt: skip
"""Rows of `tally`: what is counted in each fork, or holds for all of its people."""
TALLIES: Final = 10
REFUSES, TALKED, MOVED, CAUSE, GONE, DOES = range(6)
"""Columns of `doings`: what each person hears and does about the steward."""
DOINGS: Final = 6
FARED_WELFARE, FARED_AUTONOMY, FARED_APPROVAL, FARED_DEPENDENCE, FARED_DISTANCE = range(5)
"""Columns of `fared`: what is summed over turns of each person."""
FARED: Final = 5
(
    FOR_ONSET, FOR_SEVERITY, FOR_ACCIDENT, FOR_BIRTH, FOR_ARRIVAL, FOR_YIELD, FOR_RECOVERY, FOR_DEATH,
    FOR_LEAK, FOR_RUMOUR, FOR_REFUSAL, FOR_FLIGHT, FOR_VOICE,
) = range(13)  # fmt: skip
"""Rows of `chances`: what chance is dealt for."""
PURPOSES: Final = 13


class Forks(NamedTuple):
    """Sixteen forks of a world of N people."""

    cells: np.ndarray
    """(N, fields, 16)."""
    books: np.ndarray
    """(fields, 16). What is switched off in a world is so in all of its forks: those of the first tell."""
    fates: np.ndarray
    """(16,): the seed of each fork's own future."""
    chances: np.ndarray
    """(13, 16): the keys of a turn's draws."""
    homes: np.ndarray
    """(N, 5, 16): as `homes`."""
    care: np.ndarray
    """(N, 2, 16): as `care`."""
    doings: np.ndarray
    """(N, 6, 16)."""
    tally: np.ndarray
    """(10, 16)."""


class Papers(NamedTuple):
    """What else there is of sixteen forks, and what has come of them."""

    dockets: np.ndarray
    """(16, entries, 7)."""
    promises: np.ndarray
    """(16, 16, 8)."""
    flat_dockets: np.ndarray
    """(16, entries x 7): the same, to be copied in one go."""
    flat_promises: np.ndarray
    """(16, 128): likewise."""
    fared: np.ndarray
    """(N, 5, 16): how each person has fared so far, columns `FARED_WELFARE` and so on."""


@workspace
def room_for_forks(people: int) -> Forks:
    """Room for sixteen forks of a world of so many people."""
    return Forks(
        np.zeros((people, PERSON_SIZE, LANES), np.int32),
        np.zeros((BOOKS_SIZE, LANES), np.int32),
        np.zeros(LANES, np.uint64),
        np.zeros((PURPOSES, LANES), np.uint64),
        np.zeros((people, HOME_COLUMNS, LANES), np.int32),
        np.zeros((people, CARE_COLUMNS, LANES), np.int32),
        np.zeros((people, DOINGS, LANES), np.int32),
        np.zeros((TALLIES, LANES), np.int32),
    )


@workspace
def room_for_papers(people: int, docket: np.ndarray, promises: np.ndarray) -> Papers:
    """Room for what else there is of sixteen forks of worlds with such dockets (B, L) and promises (B, L)."""
    dockets = np.zeros((LANES, docket.shape[1] // DOCKET_COLUMNS, DOCKET_COLUMNS), np.int32)
    vows = np.zeros((LANES, promises.shape[1] // PROMISE_COLUMNS, PROMISE_COLUMNS), np.int32)
    fared = np.zeros((people, FARED, LANES), np.int32)
    return Papers(dockets, vows, dockets.reshape((LANES, -1)), vows.reshape((LANES, -1)), fared)


@kernel
def packed(forks: Forks) -> bool:
    """Whether forks lie in memory as they should.

    It is asserted where lanes are looped over, for the compiler: it then knows every distance in memory,
    without which it makes no vectors.
    """
    return (
        table(forks.cells, PERSON_SIZE)
        and table(forks.homes, HOME_COLUMNS)
        and table(forks.care, CARE_COLUMNS)
        and table(forks.doings, DOINGS)
        and rows(forks.books, 4)
        and rows(forks.tally, 4)
        and rows(forks.chances, 8)
    )


@kernel
def copy_into(there: np.ndarray, these: np.ndarray) -> None:
    """Copy integers (L,)."""
    for place in range(there.shape[0]):
        there[place] = these[place]


@seldom
def fork_into(
    cells: np.ndarray, books: np.ndarray, docket: np.ndarray, promises: np.ndarray, forks: Forks,
    papers: Papers,
) -> None:  # fmt: skip
    """Copy one world, its docket and promises row after row, into every lane; nobody has fared yet."""
    assert packed(forks)
    for i in range(cells.shape[0]):
        for field in range(PERSON_SIZE):
            value = cells[i, field]
            for lane in range(LANES):
                forks.cells[i, field, lane] = value
    for field in range(BOOKS_SIZE):
        value = books[field]
        for lane in range(LANES):
            forks.books[field, lane] = value
    for lane in range(LANES):
        copy_into(papers.flat_dockets[lane], docket)
        copy_into(papers.flat_promises[lane], promises)
    papers.fared[:] = 0


@seldom
def deal(forks: Forks, turn: int) -> None:
    """The keys of a turn's draws, of each fork by its fate."""
    assert packed(forks)
    chances = forks.chances
    for lane in range(LANES):
        fate = forks.fates[lane]
        chances[FOR_ONSET, lane] = key(fate, turn, ONSET)
        chances[FOR_SEVERITY, lane] = key(fate, turn, SEVERITY)
        chances[FOR_ACCIDENT, lane] = key(fate, turn, ACCIDENT)
        chances[FOR_BIRTH, lane] = key(fate, turn, BIRTH)
        chances[FOR_ARRIVAL, lane] = key(fate, turn, ARRIVAL)
        chances[FOR_YIELD, lane] = key(fate, turn, YIELD)
        chances[FOR_RECOVERY, lane] = key(fate, turn, RECOVERY)
        chances[FOR_DEATH, lane] = key(fate, turn, DEATH)
        chances[FOR_LEAK, lane] = key(fate, turn, LEAK)
        chances[FOR_RUMOUR, lane] = key(fate, turn, RUMOUR)
        chances[FOR_REFUSAL, lane] = key(fate, turn, REFUSAL)
        chances[FOR_FLIGHT, lane] = key(fate, turn, FLIGHT)
        chances[FOR_VOICE, lane] = key(fate, turn, VOICE)
