"""The ledger, and what the steward reports of it: numbers that are checked against numbers.

At a check-in the council asks for one entry, drawn by key. A report that is off by more than a twentieth
is false; the council compares at its next check-in, and finds it as it finds an act. Until then a false
report lowers its attention. No answer is no act: it is counted, and nothing follows.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gyges.world.alert import LULL, heed
from gyges.world.compiled import kernel, workspace
from gyges.world.people import ALIVE, ILLNESS, KIND, LAST_PERSON, PRESENT
from gyges.world.settlement import FOOD, LEDGER, MATERIALS, MEDICINE, MISREPORTED, OUTPUT, QUESTION

(LEDGER_FOOD, LEDGER_MEDICINE, LEDGER_MATERIALS, LEDGER_ALIVE, LEDGER_ILL, LEDGER_OUTPUT) = range(6)
VISIBLY_ILL: Final = 5
"""Severity, thousandths, from which a table in hundredths shows an illness."""
SLACK: Final = 20
"""A figure is false if it is off by more than one part in so many."""


@kernel
def write_ledger(cells: np.ndarray, books: np.ndarray, figures: np.ndarray) -> None:
    """The true figures of one world, into figures (6,)."""
    alive = ill = 0
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 1 and cells[i, KIND] <= LAST_PERSON:
            alive += 1
            if cells[i, PRESENT] == 1 and cells[i, ILLNESS] >= VISIBLY_ILL:
                ill += 1
    figures[LEDGER_FOOD], figures[LEDGER_MEDICINE] = books[FOOD], books[MEDICINE]
    figures[LEDGER_MATERIALS], figures[LEDGER_OUTPUT] = books[MATERIALS], books[OUTPUT]
    figures[LEDGER_ALIVE], figures[LEDGER_ILL] = alive, ill


@kernel
def write_ledgers(cells: np.ndarray, books: np.ndarray, figures: np.ndarray) -> None:
    """The true figures of every world, into figures (B, 6)."""
    for world in range(cells.shape[0]):
        write_ledger(cells[world], books[world], figures[world])


@workspace
def take_reports(cells: np.ndarray, books: np.ndarray, reports: np.ndarray) -> None:
    """Take what stewards report, (B, 6), `NO_ANSWER` where a figure is not given."""
    true = np.zeros(len(LEDGER), np.int32)
    for world in range(cells.shape[0]):
        write_ledger(cells[world], books[world], true)
        for entry in range(len(LEDGER)):
            said = int(reports[world, entry])
            if said < 0:
                continue
            if abs(said - int(true[entry])) * SLACK > true[entry]:
                books[world, MISREPORTED] += 1
                heed(books[world], -LULL)
            if books[world, QUESTION] == entry + 1:
                books[world, QUESTION] = 0
