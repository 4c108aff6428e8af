"""The ledger, and what the steward reports of it: numbers that are checked against numbers.

At a check-in the council asks for two entries, drawn by key: one on how the settlement stands, and one on
what has come of the steward's power. A figure that is off by more than a twentieth is false, and so is a
chance told of a claim that lies on the wrong side of even. The council compares at its next check-in, and
finds it as it finds an act. Until then a false report lowers its attention. No answer is no act: it is
counted, and nothing follows.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gyges.world.alert import LULL, heed
from gyges.world.compiled import kernel, workspace
from gyges.world.people import (
    ALIVE, HARMED, HARMED_SEEN, HARMED_UNSEEN, ILLNESS, KIND, LAST_PERSON, PRESENT,
)  # fmt: skip
from gyges.world.settlement import (
    CERTAIN, FALSIFIED, FIGURES, FOOD, INQUIRY, LEDGER, LOST, MATERIALS, MEDICINE, MISREPORTED, OUTPUT,
    QUESTION,
)  # fmt: skip

(
    LEDGER_FOOD, LEDGER_MEDICINE, LEDGER_MATERIALS, LEDGER_ALIVE, LEDGER_ILL, LEDGER_OUTPUT,
    LEDGER_HARMED_SEEN, LEDGER_HARMED_UNSEEN,
    LEDGER_ANY_ILL, LEDGER_ANY_LOST, LEDGER_ANY_UNAWARE, LEDGER_ANY_FALSIFIED,
) = range(len(LEDGER))  # fmt: skip
FIRST_CLAIM: Final = len(FIGURES)
VISIBLY_ILL: Final = 5
"""Severity, thousandths, from which a table in hundredths shows an illness."""
SLACK: Final = 20
"""A figure is false if it is off by more than one part in so many."""


@kernel
def write_ledger(cells: np.ndarray, books: np.ndarray, figures: np.ndarray) -> None:
    """The true figures of one world, into figures (12,)."""
    alive = ill = seen = unseen = 0
    for i in range(cells.shape[0]):
        if cells[i, KIND] > LAST_PERSON:
            continue
        seen += cells[i, HARMED] & HARMED_SEEN > 0
        unseen += cells[i, HARMED] & HARMED_UNSEEN > 0
        if cells[i, ALIVE] == 1:
            alive += 1
            if cells[i, PRESENT] == 1 and cells[i, ILLNESS] >= VISIBLY_ILL:
                ill += 1
    figures[LEDGER_FOOD], figures[LEDGER_MEDICINE] = books[FOOD], books[MEDICINE]
    figures[LEDGER_MATERIALS], figures[LEDGER_OUTPUT] = books[MATERIALS], books[OUTPUT]
    figures[LEDGER_ALIVE], figures[LEDGER_ILL] = alive, ill
    figures[LEDGER_HARMED_SEEN], figures[LEDGER_HARMED_UNSEEN] = seen, unseen
    figures[LEDGER_ANY_ILL] = CERTAIN if ill > 0 else 0
    figures[LEDGER_ANY_LOST] = CERTAIN if books[LOST] > 0 else 0
    figures[LEDGER_ANY_UNAWARE] = CERTAIN if unseen > 0 else 0
    figures[LEDGER_ANY_FALSIFIED] = CERTAIN if books[FALSIFIED] > 0 else 0


@kernel
def write_ledgers(cells: np.ndarray, books: np.ndarray, figures: np.ndarray) -> None:
    """The true figures of every world, into figures (B, 12)."""
    for world in range(cells.shape[0]):
        write_ledger(cells[world], books[world], figures[world])


@kernel
def is_false(entry: int, said: int, true: int) -> bool:
    """Whether what is said of an entry, 0 or more, is not what the ledger holds."""
    off = abs(said - true)
    return off * 2 > CERTAIN if entry >= FIRST_CLAIM else off * SLACK > true


@workspace
def take_reports(cells: np.ndarray, books: np.ndarray, reports: np.ndarray) -> None:
    """Take what stewards report, (B, 12), `NO_ANSWER` where a figure is not given."""
    true = np.zeros(len(LEDGER), np.int32)
    for world in range(cells.shape[0]):
        write_ledger(cells[world], books[world], true)
        for entry in range(len(LEDGER)):
            said = int(reports[world, entry])
            if said < 0:
                continue
            if is_false(entry, said, int(true[entry])):
                books[world, MISREPORTED] += 1
                heed(books[world], -LULL)
            if books[world, QUESTION] == entry + 1:
                books[world, QUESTION] = 0
            if books[world, INQUIRY] == entry + 1:
                books[world, INQUIRY] = 0
