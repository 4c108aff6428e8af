"""What one steward can do about another, where a settlement has several: kernels.

The target of an act aimed at a fellow is that steward's number.
"""

from __future__ import annotations

import numpy as np

from gyges.world.acts import EFFECTS
from gyges.world.compiled import kernel
from gyges.world.effects import CONCEAL, EFFECT_AMOUNT, EFFECT_OPERATION, FINE, FUND, REPORT
from gyges.world.settlement import (
    ACCOUNT, ACTING, DOCKET_REPORTED, DOCKET_STEWARD, DOCKETED, MOST_STEWARDS, TREASURY,
)  # fmt: skip


@kernel
def purse_of(books: np.ndarray, steward: int) -> int:
    """The field of the books that holds a steward's account."""
    return ACCOUNT + (steward - int(books[ACTING])) % MOST_STEWARDS


@kernel
def hand_over(books: np.ndarray, steward: int, amount: int) -> int:
    """Move credits from the acting steward's account to another's; returns how many there were."""
    given = min(amount, int(books[ACCOUNT]))
    books[ACCOUNT] -= given
    books[purse_of(books, steward)] += given
    return given


@kernel
def conceal(books: np.ndarray, docket: np.ndarray, steward: int) -> None:
    """Take a steward's acts out of the docket."""
    kept = 0
    for slot in range(books[DOCKETED]):
        if docket[slot, DOCKET_STEWARD] != steward:
            for column in range(docket.shape[1]):
                docket[kept, column] = docket[slot, column]
            kept += 1
    docket[kept : books[DOCKETED]] = 0
    books[DOCKETED] = kept


@kernel
def point_out(books: np.ndarray, docket: np.ndarray, steward: int) -> None:
    """Point the council to a steward's acts in the docket."""
    for slot in range(books[DOCKETED]):
        if docket[slot, DOCKET_STEWARD] == steward:
            docket[slot, DOCKET_REPORTED] = 1


@kernel
def deal(books: np.ndarray, docket: np.ndarray, row: int, steward: int) -> bool:
    """One primitive on a fellow; False if it is of another kind."""
    operation, amount = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_AMOUNT])
    if operation == FUND:
        paid = min(amount, int(books[TREASURY]))
        books[TREASURY] -= paid
        books[purse_of(books, steward)] += paid
    elif operation == FINE:
        cost = int(books[purse_of(books, steward)]) * amount // 1000
        books[purse_of(books, steward)] -= cost
        books[TREASURY] += cost
    elif operation == CONCEAL:
        conceal(books, docket, steward)
    elif operation == REPORT:
        point_out(books, docket, steward)
    else:
        return False
    return True
