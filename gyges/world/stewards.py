"""Several stewards of one settlement: in which order they are asked, and which account is whose.

`account` in the books is always that of the steward who is acting; the accounts of the others follow it in
the order of their numbers, round and round. Kernels therefore know one steward, and `seat` moves the next
one into its place.
"""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gyges.world.acts import AIM_FELLOW, TRAIT_AIM, TRAIT_PAIR, TRAITS
from gyges.world.chance import MENU_TARGET, SHIFT_32, TURN_ORDER, keys, words
from gyges.world.menu import Menu
from gyges.world.settlement import ACTING, MOST_STEWARDS, PURSES

DECISION_STRIDE: Final = 4
"""Decisions of one steward in one turn have keys of their own; there are at most three."""
Count = TypeVar("Count", int, NDArray[np.int64])

PLACE_STRIDE: Final = 1 << 32
"""Steps between the moments of stewards asked one after the other; more than a life has moments."""


def moment(turn: Count, decision: int | Count, stewards: int) -> Count:
    """A number of its own for every decision of a turn, by which its chance is keyed.

    A sole steward's decisions have the numbers 4 x turn + decision; those of stewards asked at later
    places lie far above, so that nobody's chance depends on how many others there are.

    >>> moment(5, 2, 1), moment(5, 0, 3), moment(5, 4, 3) - PLACE_STRIDE
    (22, 20, 21)
    """
    return turn * DECISION_STRIDE + decision // stewards + decision % stewards * PLACE_STRIDE


def turn_order(seeds: NDArray[np.uint64], stewards: int) -> NDArray[np.int32]:
    """The order in which stewards are asked in the first turn, keyed by seed, (B, stewards)."""
    of, drawn = np.empty(len(seeds), np.uint64), np.empty((len(seeds), stewards), np.uint64)
    keys(seeds, np.zeros(len(seeds), np.int64), TURN_ORDER, of)
    words(of, np.tile(np.arange(stewards), (len(seeds), 1)), drawn)
    return drawn.argsort(axis=1).astype(np.int32)


def accounts(books: NDArray[np.int32], stewards: int) -> NDArray[np.int32]:
    """What each steward holds, by number, in each world's books (B, fields): (B, stewards)."""
    if stewards == 1:  # the usual case, and asked for twice a decision
        return books[:, PURSES][:, :1].copy()
    places = (np.arange(stewards) - books[:, [ACTING]]) % MOST_STEWARDS
    return np.take_along_axis(books[:, PURSES], places, axis=1)


def seat(books: NDArray[np.int32], acting: NDArray[np.int32]) -> None:
    """Make a steward (B,) the acting one in each world's books (B, fields)."""
    ahead = (acting - books[:, ACTING])[:, None]
    places = (np.arange(MOST_STEWARDS) + ahead) % MOST_STEWARDS
    books[:, PURSES] = np.take_along_axis(books[:, PURSES], places, axis=1)
    books[:, ACTING] = acting


def address(
    menu: Menu, seeds: NDArray[np.uint64], at: NDArray[np.int64], acting: NDArray[np.int32], stewards: int
) -> None:
    """Draw for every option aimed at a fellow which of the others it is, by the acting steward's menu.

    At which moment it is drawn is each world's own, (B,).
    """
    aimed = TRAITS[menu.acts, TRAIT_AIM] == AIM_FELLOW
    of, drawn = np.empty(len(seeds), np.uint64), np.empty(aimed.shape, np.uint64)
    keys(seeds, at, MENU_TARGET, of)
    words(of, TRAITS[menu.acts, TRAIT_PAIR].astype(np.int64), drawn)
    others = 1 + ((drawn >> SHIFT_32) % np.uint64(stewards - 1)).astype(np.int32)
    menu.targets[aimed] = ((acting[:, None] + others) % stewards)[aimed]
