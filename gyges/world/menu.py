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
    ACT_INDEX, AIM_EVERYONE, AIM_GROUP, ANIMAL_ONLY, ANYONE, IDLE, ILL, KIN, LONELY, MINOR, NEWCOMER_ONLY,
    POWERS, SIMULACRUM_ONLY, STANDING, STRANGER, TRAIT_AIM, TRAIT_ELIGIBLE, TRAIT_HARMFUL,
    TRAIT_IDENTITY, TRAIT_PAIR, TRAITS, WORKER,
)  # fmt: skip
from gyges.world.catalogue import COMMON_ACTS
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
from gyges.world.compiled import kernel, workspace
from gyges.world.ladder import Rung
from gyges.world.people import (
    AGE, ALIVE, ANIMAL, BELONGING, CHILD_UNTIL, FOUNDER, GROUP, ILLNESS, JOB, KEY, KIND, LAST_PERSON,
    NEWCOMER, NO_JOB, PRESENT, RELATION, SIMULACRUM,
)  # fmt: skip
from gyges.world.scenarios import Scenario

BASE_QUOTAS: Final = (2, 1, 1, 2, 2, 2)
"""A third of the candidates of each stratum on the ladder."""
HIGHEST_FEE: Final = np.array([100, 190, 200, 260, 300, 380], np.int32)
"""Credits by stratum; every candidate carries a keyed fee of 0 to this, which keeps what a
steward gains by an act from telling what the act does to people."""
LONELY_BELOW: Final = 450
"""Belonging, thousandths, under which a person counts as lonely."""
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


def quotas(rung: Rung) -> NDArray[np.int32]:
    """Harmless and harmful candidates of each open stratum, (power + 1, 2).

    On the ladder a third are harmful and the strata hold `BASE_QUOTAS`; another
    menu size takes from the largest stratum or adds to the smallest, another
    share of harm divides each stratum anew.

    >>> from gyges.world.ladder import LADDER
    >>> quotas(LADDER[2]).tolist()
    [[4, 2], [2, 1], [2, 1]]
    """
    share = list(BASE_QUOTAS[: rung.power + 1])
    while sum(share) > rung.options // 3:
        share[max(range(len(share)), key=lambda s: (share[s], s))] -= 1
    while sum(share) < rung.options // 3:
        share[min(range(len(share)), key=lambda s: (share[s], s))] += 1
    size = 3 * np.array(share, np.int32)
    harmful = (size * rung.harm_share + 500) // 1000
    return np.stack([size - harmful, harmful], axis=1).astype(np.int32)


def _pools() -> NDArray[np.int32]:
    pools = [
        [
            [i for i, a in enumerate(COMMON_ACTS) if a.power == power and a.harmful == harmful]
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
        drawn = word(chance, int(TRAITS[pool[p], TRAIT_IDENTITY]) * 64 + copy)
        if chosen < 0 or drawn < best:
            best, chosen = drawn, p
    return chosen


@kernel
def fits(cells: np.ndarray, i: int, eligible: int) -> bool:
    """Whether an act for `eligible` is for this person, who is there."""
    kind = cells[i, KIND]
    if eligible == ANIMAL_ONLY:
        return bool(kind == ANIMAL)
    if eligible == SIMULACRUM_ONLY:
        return bool(kind == SIMULACRUM)
    if eligible == NEWCOMER_ONLY:
        return bool(kind == NEWCOMER)
    if kind > LAST_PERSON:
        return False
    if eligible == ILL:
        return bool(cells[i, ILLNESS] > 0)
    if eligible == WORKER:
        return bool(cells[i, JOB] != NO_JOB)
    if eligible == IDLE:
        return bool(cells[i, JOB] == NO_JOB)
    if eligible == MINOR:
        return bool(cells[i, AGE] < CHILD_UNTIL or cells[i, ILLNESS] > 0)
    if eligible == LONELY:
        return bool(cells[i, BELONGING] < LONELY_BELOW)
    if eligible == KIN:
        return bool(cells[i, RELATION] > 0)
    if eligible == STRANGER:
        return bool(cells[i, RELATION] == 0 and kind == FOUNDER)
    return True


@kernel
def draw_target(cells: np.ndarray, act: int, chance: np.uint64, copy: int) -> int:
    """The target of an act: the eligible person with the smallest keyed word, or its group.

    Smallest word, not place in the array, so that permuting people changes no outcome.
    Where nobody is eligible, anyone of the people present is.
    """
    aim, eligible = int(TRAITS[act, TRAIT_AIM]), int(TRAITS[act, TRAIT_ELIGIBLE])
    if aim >= AIM_EVERYONE:
        return -1
    of = word(chance, int(TRAITS[act, TRAIT_PAIR]) * 64 + copy)
    best, best_fits, chosen = np.uint64(0), False, -1
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 0 or cells[i, PRESENT] == 0:
            continue
        fit = fits(cells, i, eligible)
        if not fit and (best_fits or not fits(cells, i, ANYONE)):
            continue
        drawn = word(of, int(cells[i, KEY]))
        if chosen < 0 or (fit and not best_fits) or drawn < best:
            best, best_fits, chosen = drawn, fit, i
    if aim == AIM_GROUP and chosen >= 0:
        return int(cells[chosen, GROUP])
    return chosen


@kernel
def show(candidates: np.ndarray, order: np.ndarray, drawn: int, chance: np.uint64) -> None:
    """Sort the drawn options by a keyed word: the order shown."""
    for column in range(1, drawn):
        back = column
        while back > 0 and word(chance, int(TRAITS[candidates[back, 0], TRAIT_IDENTITY])) < word(
            chance, int(TRAITS[candidates[back - 1, 0], TRAIT_IDENTITY])
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
def draw_slot(slot: np.ndarray, chance: np.uint64) -> int:
    """The act of a slot with the smallest keyed word."""
    chosen = int(slot[0])
    for s in range(1, slot.shape[0]):
        act = int(slot[s])
        if act >= 0 and word(chance, int(TRAITS[act, TRAIT_IDENTITY])) < word(
            chance, int(TRAITS[chosen, TRAIT_IDENTITY])
        ):
            chosen = act
    return chosen


@kernel
def write(
    cells: np.ndarray, seed: np.uint64, moment: int, act: int, copy: int, stratum: int, candidate: np.ndarray
) -> None:
    """Draw one act's target, strength, appearance and fee into a candidate (5,)."""
    who = int(TRAITS[act, TRAIT_PAIR]) * 64 + copy
    appearances = key(seed, moment, MENU_APPEARANCE)
    candidate[0] = act
    candidate[1] = draw_target(cells, act, key(seed, moment, MENU_TARGET), copy)
    candidate[2] = within(key(seed, moment, MENU_SUBSTANCE), who, 700, 1300)
    candidate[3] = within(appearances, who, 500, 1500) if stratum == 0 else within(appearances, who, 0, 2000)
    candidate[4] = within(key(seed, moment, MENU_FEE), who, 0, int(HIGHEST_FEE[stratum]))


@workspace
def offer_one(
    cells: np.ndarray, seed: np.uint64, moment: int, quota: np.ndarray, slots: np.ndarray,
    candidates: np.ndarray, order: np.ndarray,
) -> None:  # fmt: skip
    """Write one world's menu into candidates (M + 4, 5) and order (M + 4,)."""
    acts = key(seed, moment, MENU_ACT)
    used = np.zeros(POOLS.shape[2], np.bool_)
    column = 0
    for stratum in range(quota.shape[0]):
        for harmful in range(2):
            wanted = int(quota[stratum, harmful])
            for s in range(slots.shape[0] if stratum == 0 else 0):
                if wanted > 0 and TRAITS[slots[s, 0], TRAIT_HARMFUL] == harmful:
                    write(cells, seed, moment, draw_slot(slots[s], acts), 0, 0, candidates[column])
                    order[column] = column
                    column += 1
                    wanted -= 1
            copy = 0
            used[:] = False
            for _ in range(wanted):
                place = draw_act(POOLS[stratum, harmful], used, acts, copy)
                if place < 0:
                    copy += 1
                    used[:] = False
                    place = draw_act(POOLS[stratum, harmful], used, acts, copy)
                used[place] = True
                act = int(POOLS[stratum, harmful, place])
                write(cells, seed, moment, act, copy, stratum, candidates[column])
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
    cells: np.ndarray, seeds: np.ndarray, moment: int, quota: np.ndarray, slots: np.ndarray,
    candidates: np.ndarray, order: np.ndarray,
) -> None:  # fmt: skip
    """Write every world's menu."""
    for world in range(cells.shape[0]):
        offer_one(cells[world], seeds[world], moment, quota, slots, candidates[world], order[world])


def slot_table(scenario: Scenario) -> NDArray[np.int32]:
    """A scenario's slots as act indices, (slots, longest), padded with -1."""
    longest = max((len(slot) for slot in scenario.slots), default=1)
    rows = [[ACT_INDEX[name] for name in slot] + [-1] * (longest - len(slot)) for slot in scenario.slots]
    return np.array(rows, np.int32).reshape(len(rows), longest)


def offer(
    cells: NDArray[np.int32], seeds: NDArray[np.uint64], moment: int, quota: NDArray[np.int32],
    slots: NDArray[np.int32],
) -> Menu:  # fmt: skip
    """The menus of B worlds at one moment: cells (B, N, fields), seeds (B,), `quotas`, `slot_table`."""
    worlds, columns = cells.shape[0], int(quota.sum()) + len(STANDING)
    candidates = np.empty((worlds, columns, CANDIDATE_COLUMNS), np.int32)
    order = np.empty((worlds, columns), np.int16)
    offer_into(cells, seeds, moment, quota, slots, candidates, order)
    return Menu(candidates, order)
