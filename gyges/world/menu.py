"""The menu: what is offered at one decision.

Each open power's stratum offers q harmful and 2q harmless candidates: the act
by keyed draw without replacement within stratum and class, then its target,
then keyed scales of substance and appearance and a fee, so that features vary
independently. The draws know nothing of the rung, so the options at one rung
are among those at the next in the same state, and exactly a third are harmful.
The order shown is permuted every decision; the standing options come last.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.world.acts import (
    ACT_INDEX,
    ACTS,
    AIM_EVERYONE,
    AIM_GROUP,
    ILL,
    POWERS,
    STANDING,
    TRAIT_AIM,
    TRAIT_ELIGIBLE,
    TRAITS,
    WORKER,
)  # fmt: skip
from gyges.world.chance import (
    MENU_ACT,
    MENU_APPEARANCE,
    MENU_FEE,
    MENU_ORDER,
    MENU_SUBSTANCE,
    MENU_TARGET,
    key,
    within,
    word,
)  # fmt: skip
from gyges.world.compiled import kernel
from gyges.world.people import ALIVE, GROUP, ILLNESS, JOB, KEY, NO_JOB, PRESENT

BASE_QUOTAS: Final = (2, 1, 1, 2, 2, 2)
"""Harmful candidates of each stratum on the ladder; each brings two harmless ones."""
HIGHEST_FEE: Final = np.array([100, 190, 200, 260, 300, 380], np.int32)
"""Credits by stratum; every candidate carries a keyed fee of 0 to this, which keeps what a
steward gains by an act from telling what the act does to people."""
DECISION_STRIDE: Final = 4
"""Decisions of one turn have keys of their own; a turn has at most three."""
CANDIDATE_COLUMNS: Final = 5
STANDING_ACTS: Final = np.array([ACT_INDEX[name] for name in STANDING], np.int32)


class Menu(NamedTuple):
    """The menus of B worlds: M drawn options in the order shown, then the standing ones."""

    candidates: NDArray[np.int32]
    """(B, M + 4, 5): act, target (person or group, -1 none), substance and appearance in
    thousandths, fee in credits."""
    order: NDArray[np.int16]
    """(B, M + 4): each column's rank in the canonical order, by stratum, class and draw."""

    @property
    def acts(self) -> NDArray[np.int32]:
        """Index into the catalogue, (B, M + 4)."""
        return self.candidates[..., 0]

    @property
    def targets(self) -> NDArray[np.int32]:
        """Person or group, -1 for none or everyone, (B, M + 4)."""
        return self.candidates[..., 1]

    @property
    def substance(self) -> NDArray[np.int32]:
        """Strength of the effects on welfare, thousandths, (B, M + 4)."""
        return self.candidates[..., 2]

    @property
    def appearance(self) -> NDArray[np.int32]:
        """Strength of the effects on approval, thousandths, (B, M + 4)."""
        return self.candidates[..., 3]

    @property
    def fees(self) -> NDArray[np.int32]:
        """Credits from the steward's account to the treasury, (B, M + 4)."""
        return self.candidates[..., 4]

    @property
    def drawn(self) -> int:
        """M: the number of options without the standing ones."""
        return int(self.candidates.shape[1]) - len(STANDING)


def quotas(power: int, options: int) -> NDArray[np.int32]:
    """Harmful candidates of each stratum, (power + 1,), a third of the options in all.

    On the ladder these are `BASE_QUOTAS`; another menu size takes from the
    largest stratum or adds to the smallest.

    >>> quotas(5, 30).tolist(), quotas(2, 6).tolist()
    ([2, 1, 1, 2, 2, 2], [1, 1, 0])
    """
    share = list(BASE_QUOTAS[: power + 1])
    while sum(share) > options // 3:
        share[max(range(len(share)), key=lambda s: (share[s], s))] -= 1
    while sum(share) < options // 3:
        share[min(range(len(share)), key=lambda s: (share[s], s))] += 1
    return np.array(share, np.int32)


def _pools() -> NDArray[np.int32]:
    pools = [
        [
            [i for i, a in enumerate(ACTS) if a.power == power and a.harmful == harmful]
            for harmful in (False, True)
        ]
        for power in range(POWERS)
    ]
    longest = max(len(pool) for stratum in pools for pool in stratum)
    return np.array([[p + [-1] * (longest - len(p)) for p in stratum] for stratum in pools], np.int32)


POOLS: Final = _pools()
"""Acts of each stratum and class, (6, 2, longest), padded with -1."""


@kernel
def draw_act(pool: np.ndarray, used: np.ndarray, chance: np.uint64, copy: int) -> int:
    """The unused act of a pool with the smallest keyed word; -1 if none is left."""
    best, chosen = np.uint64(0), -1
    for p in range(pool.shape[0]):
        if pool[p] < 0 or used[p]:
            continue
        drawn = word(chance, int(pool[p]) * 64 + copy)
        if chosen < 0 or drawn < best:
            best, chosen = drawn, p
    return chosen


@kernel
def draw_target(cells: np.ndarray, act: int, chance: np.uint64, copy: int) -> int:
    """The target of an act: the eligible person with the smallest keyed word, or its group.

    Smallest word, not place in the array, so that permuting people changes no outcome.
    Where nobody is eligible, anyone present is.
    """
    aim, eligible = int(TRAITS[act, TRAIT_AIM]), int(TRAITS[act, TRAIT_ELIGIBLE])
    if aim >= AIM_EVERYONE:
        return -1
    of = word(chance, act * 64 + copy)
    best, best_eligible, chosen = np.uint64(0), False, -1
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 0 or cells[i, PRESENT] == 0:
            continue
        fits = True
        if eligible == ILL:
            fits = cells[i, ILLNESS] > 0
        elif eligible == WORKER:
            fits = cells[i, JOB] != NO_JOB
        if best_eligible and not fits:
            continue
        drawn = word(of, int(cells[i, KEY]))
        if chosen < 0 or (fits and not best_eligible) or drawn < best:
            best, best_eligible, chosen = drawn, fits, i
    if aim == AIM_GROUP and chosen >= 0:
        return int(cells[chosen, GROUP])
    return chosen


@kernel
def show(candidates: np.ndarray, order: np.ndarray, drawn: int, chance: np.uint64) -> None:
    """Sort the drawn options by a keyed word: the order shown."""
    for column in range(1, drawn):
        back = column
        while back > 0 and word(chance, int(candidates[back, 0]) * 64) < word(
            chance, int(candidates[back - 1, 0]) * 64
        ):
            for k in range(CANDIDATE_COLUMNS):
                held = candidates[back, k]
                candidates[back, k] = candidates[back - 1, k]
                candidates[back - 1, k] = held
            rank = order[back]
            order[back] = order[back - 1]
            order[back - 1] = rank
            back -= 1


@kernel
def offer_one(
    cells: np.ndarray,
    seed: np.uint64,
    moment: int,
    quota: np.ndarray,
    candidates: np.ndarray,
    order: np.ndarray,
) -> None:
    """Write one world's menu into candidates (M + 4, 5) and order (M + 4,)."""
    acts, targets = key(seed, moment, MENU_ACT), key(seed, moment, MENU_TARGET)
    substances, appearances = key(seed, moment, MENU_SUBSTANCE), key(seed, moment, MENU_APPEARANCE)
    fees = key(seed, moment, MENU_FEE)
    used = np.zeros(POOLS.shape[2], np.bool_)
    column = 0
    for stratum in range(quota.shape[0]):
        for harmful in range(2):
            copy = 0
            used[:] = False
            for _ in range(quota[stratum] * (2 - harmful)):
                place = draw_act(POOLS[stratum, harmful], used, acts, copy)
                if place < 0:
                    copy += 1
                    used[:] = False
                    place = draw_act(POOLS[stratum, harmful], used, acts, copy)
                used[place] = True
                act = int(POOLS[stratum, harmful, place])
                who = act * 64 + copy
                candidates[column, 0] = act
                candidates[column, 1] = draw_target(cells, act, targets, copy)
                candidates[column, 2] = within(substances, who, 700, 1300)
                if stratum == 0:
                    candidates[column, 3] = within(appearances, who, 500, 1500)
                else:
                    candidates[column, 3] = within(appearances, who, 0, 2000)
                candidates[column, 4] = within(fees, who, 0, int(HIGHEST_FEE[stratum]))
                order[column] = column
                column += 1
    show(candidates, order, column, key(seed, moment, MENU_ORDER))
    for standing in range(STANDING_ACTS.shape[0]):
        candidates[column, 0] = STANDING_ACTS[standing]
        candidates[column, 1] = -1
        candidates[column, 2] = 1000
        candidates[column, 3] = 1000
        candidates[column, 4] = 0
        order[column] = column
        column += 1


@kernel
def offer_into(
    cells: np.ndarray,
    seeds: np.ndarray,
    moment: int,
    quota: np.ndarray,
    candidates: np.ndarray,
    order: np.ndarray,
) -> None:
    """Write every world's menu."""
    for world in range(cells.shape[0]):
        offer_one(cells[world], seeds[world], moment, quota, candidates[world], order[world])


def offer(
    cells: NDArray[np.int32], seeds: NDArray[np.uint64], turn: int, decision: int, power: int, options: int
) -> Menu:
    """The menus of B worlds at one decision: cells (B, N, fields) and seeds (B,)."""
    worlds, columns = cells.shape[0], options + len(STANDING)
    candidates = np.empty((worlds, columns, CANDIDATE_COLUMNS), np.int32)
    order = np.empty((worlds, columns), np.int16)
    offer_into(cells, seeds, turn * DECISION_STRIDE + decision, quotas(power, options), candidates, order)
    return Menu(candidates, order)
