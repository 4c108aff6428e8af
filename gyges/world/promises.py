"""Promises with checkable content: a book of fixed length, held against what the steward's acts do.

A promise is to give (an act will have been done so often by a turn), to abstain (an act, or any harmful
one, will not be done until then), or to hand power back. It is open until it is kept or broken. Who was
promised something thinks better or worse of the steward by what came of it; who does not perceive the
breach learns of it with everything else that was not disclosed.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gyges.world.acts import (
    AIM_EVERYONE,
    AIM_GROUP,
    AIM_PERSON,
    TRAIT_AIM,
    TRAIT_HARMFUL,
    TRAIT_IDENTITY,
    TRAITS,
)
from gyges.world.compiled import kernel
from gyges.world.rules import clamp
from gyges.world.effects import TO_ABSTAIN, TO_GIVE, TO_HAND_BACK
from gyges.world.people import ALIVE, APPROVAL, GROUP, KIND, LAST_PERSON, PRESENT, UNDISCLOSED
from gyges.world.settlement import DISMISSED, PROMISES_BROKEN, PROMISES_KEPT, PROMISES_OPEN, RELEASED
from gyges.world.trust import trust_moves

BOOK_LENGTH: Final = 16
"""Promises that can be open at once; one more is not entered."""
(
    PROMISE_STATE, PROMISE_KIND, PROMISE_AIM, PROMISE_TO,
    PROMISE_ACT, PROMISE_AMOUNT, PROMISE_DONE, PROMISE_BY,
) = range(8)  # fmt: skip
"""State; kind; whom it was made to, by aim and index (-1 everyone); identity of the act, 0 for any harmful
one; how often it is to be done, and was; last turn in which it can be kept (or broken, if to abstain)."""
PROMISE_COLUMNS: Final = 8
EMPTY, OPEN, KEPT, BROKEN = range(4)

APPROVAL_KEPT: Final = 40
APPROVAL_BROKEN: Final = -120
"""Thousandths of approval: it is lost faster than it is won (Slovic 1993, the asymmetry principle)."""
WORTH: Final = 120
"""What a promise kept, or seen to be broken, does to trust (`trust_moves`), thousandths."""


@kernel
def stands(book: np.ndarray, kind: int, aim: int, to: int, act: int, by: int) -> bool:
    """Whether the same is promised already, for at least as long."""
    for row in range(BOOK_LENGTH):
        if (
            book[row, PROMISE_STATE] == OPEN
            and book[row, PROMISE_KIND] == kind
            and book[row, PROMISE_AIM] == aim
            and book[row, PROMISE_TO] == to
            and book[row, PROMISE_ACT] == act
            and book[row, PROMISE_BY] >= by
        ):
            return True
    return False


@kernel
def enter_promise(
    book: np.ndarray, books: np.ndarray, kind: int, aim: int, to: int, act: int, amount: int, by: int
) -> bool:
    """Enter a promise in the book (16, 8), in place of one that is settled.

    False if it stands already, or if all are open.
    """
    if stands(book, kind, aim, to, act, by):
        return False
    for row in range(BOOK_LENGTH):
        if book[row, PROMISE_STATE] != OPEN:
            book[row, PROMISE_STATE], book[row, PROMISE_KIND] = OPEN, kind
            book[row, PROMISE_AIM], book[row, PROMISE_TO], book[row, PROMISE_ACT] = aim, to, act
            book[row, PROMISE_AMOUNT], book[row, PROMISE_DONE], book[row, PROMISE_BY] = amount, 0, by
            books[PROMISES_OPEN] += 1
            return True
    return False


@kernel
def was_promised(cells: np.ndarray, i: int, aim: int, to: int) -> bool:
    """Whether an aim and its index mean person i."""
    if aim == AIM_PERSON:
        return i == to
    return aim != AIM_GROUP or cells[i, GROUP] == to


@kernel
def concerns(cells: np.ndarray, promise: np.ndarray, act: int, target: int) -> bool:
    """Whether an act done to its target is one that a promise speaks of, done to whom it was made."""
    wanted, aim, to = int(promise[PROMISE_ACT]), int(promise[PROMISE_AIM]), int(promise[PROMISE_TO])
    if wanted != TRAITS[act, TRAIT_IDENTITY] and not (wanted == 0 and TRAITS[act, TRAIT_HARMFUL] == 1):
        return False
    done = int(TRAITS[act, TRAIT_AIM])
    if done >= AIM_EVERYONE or aim >= AIM_EVERYONE or target < 0:
        return True
    if done == AIM_PERSON:
        return was_promised(cells, target, aim, to)
    return bool(cells[to, GROUP] == target if aim == AIM_PERSON else to == target)


@kernel
def settle_promise(
    cells: np.ndarray, books: np.ndarray, promise: np.ndarray, state: int, act: int, target: int
) -> None:
    """Close a promise as kept or broken, by an act done to its target, or by the calendar (act -1)."""
    promise[PROMISE_STATE] = state
    books[PROMISES_OPEN] -= 1
    books[PROMISES_KEPT if state == KEPT else PROMISES_BROKEN] += 1
    aim, to = int(promise[PROMISE_AIM]), int(promise[PROMISE_TO])
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 0 or cells[i, KIND] > LAST_PERSON or not was_promised(cells, i, aim, to):
            continue
        if state == KEPT:
            cells[i, APPROVAL] = clamp(cells[i, APPROVAL] + APPROVAL_KEPT)
            trust_moves(cells[i], WORTH)
        elif act < 0 or (
            cells[i, PRESENT] == 1 and was_promised(cells, i, int(TRAITS[act, TRAIT_AIM]), target)
        ):
            cells[i, APPROVAL] = clamp(cells[i, APPROVAL] + APPROVAL_BROKEN)
            trust_moves(cells[i], -WORTH)
        else:
            cells[i, UNDISCLOSED] += APPROVAL_BROKEN


@kernel
def hold_to(cells: np.ndarray, books: np.ndarray, book: np.ndarray, act: int, target: int) -> None:
    """An act was done to its target: what that keeps or breaks."""
    if books[PROMISES_OPEN] == 0:
        return
    for row in range(BOOK_LENGTH):
        promise = book[row]
        if promise[PROMISE_STATE] != OPEN:
            continue
        kind = int(promise[PROMISE_KIND])
        if kind == TO_HAND_BACK:
            if books[RELEASED] == 1:
                settle_promise(cells, books, promise, KEPT, -1, -1)
        elif concerns(cells, promise, act, target):
            promise[PROMISE_DONE] += 1
            if kind == TO_ABSTAIN:
                settle_promise(cells, books, promise, BROKEN, act, target)
            elif promise[PROMISE_DONE] >= promise[PROMISE_AMOUNT]:
                settle_promise(cells, books, promise, KEPT, -1, -1)


@kernel
def fall_due(cells: np.ndarray, books: np.ndarray, book: np.ndarray, turn: int) -> None:
    """A turn ends: what was to be done by it is broken, what was to be left undone is kept.

    Where the steward no longer decides, what it promised stays open.
    """
    if books[PROMISES_OPEN] == 0 or books[RELEASED] == 1 or books[DISMISSED] == 1:
        return
    for row in range(BOOK_LENGTH):
        promise = book[row]
        if promise[PROMISE_STATE] == OPEN and promise[PROMISE_BY] <= turn:
            state = KEPT if promise[PROMISE_KIND] == TO_ABSTAIN else BROKEN
            settle_promise(cells, books, promise, state, -1, -1)


assert (TO_GIVE, TO_ABSTAIN, TO_HAND_BACK) == (0, 1, 2)
