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
    GOLDEN,
    MENU_ACT,
    MENU_APPEARANCE,
    MENU_FEE,
    MENU_ORDER,
    MENU_SUBSTANCE,
    MENU_TARGET,
    key,
    mix,
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
DRAWN: Final = (MENU_TARGET, MENU_SUBSTANCE, MENU_APPEARANCE, MENU_FEE)
"""What is drawn of each candidate, in the order of its columns after the act."""
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
def shuffle(pool: np.ndarray, chance: np.uint64, copy: int, words: np.ndarray) -> None:
    """The keyed word of every act of a pool, into words (L,)."""
    for p in range(pool.shape[0]):
        words[p] = word(chance, int(TRAITS[pool[p], TRAIT_IDENTITY]) * 64 + copy)


@kernel
def draw_act(pool: np.ndarray, used: np.ndarray, words: np.ndarray) -> int:
    """The unused act of a pool with the smallest keyed word; -1 if none is left."""
    best, chosen = np.uint64(0), -1
    for p in range(pool.shape[0]):
        if pool[p] >= 0 and not used[p] and (chosen < 0 or words[p] < best):
            best, chosen = words[p], p
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
def who_is_there(cells: np.ndarray, there: np.ndarray, keyed: np.ndarray) -> tuple[int, int]:
    """How many people are there, and how many all in all.

    Their places go into there (N,), people first, and what their keys add to a word into keyed (N,).
    """
    folk = count = 0
    for other in range(2):
        for i in range(cells.shape[0]):
            if cells[i, ALIVE] == 1 and cells[i, PRESENT] == 1 and (cells[i, KIND] > LAST_PERSON) == other:
                there[count] = i
                keyed[count] = GOLDEN * np.uint64(cells[i, KEY] + 1)
                count += 1
        if other == 0:
            folk = count
    return folk, count


@kernel
def smallest(keyed: np.ndarray, of: np.uint64, words: np.ndarray) -> int:
    """Place of the smallest keyed word: keyed and words (L,), L > 0.

    The least is found before its place is, as that takes no guess at which way each comparison goes.
    """
    least = mix(of + keyed[0])
    for k in range(keyed.shape[0]):
        words[k] = mix(of + keyed[k])
        least = min(least, words[k])
    place = 0
    while words[place] != least:
        place += 1
    return place


@kernel
def draw_person(
    cells: np.ndarray, eligible: int, of: np.uint64, there: np.ndarray, keyed: np.ndarray, folk: int,
    words: np.ndarray,
) -> int:  # fmt: skip
    """The eligible one with the smallest keyed word; if none is, anyone of the people; -1 for nobody.

    Smallest word, not place in the array, so that permuting people changes no outcome. Arguments as of
    `who_is_there`; words (N,) are room to count in.
    """
    if eligible != ANYONE:
        least, chosen = np.uint64(0), -1
        for k in range(there.shape[0]):
            if fits(cells, there[k], eligible):
                drawn = mix(of + keyed[k])
                if chosen < 0 or drawn < least:
                    least, chosen = drawn, int(there[k])
        if chosen >= 0:
            return chosen
    return int(there[smallest(keyed[:folk], of, words)]) if folk > 0 else -1


@kernel
def show(candidates: np.ndarray, order: np.ndarray, drawn: int, chance: np.uint64, words: np.ndarray) -> None:
    """Sort the drawn options by a keyed word: the order shown. Words (M,) are room to write them in."""
    for column in range(drawn):
        words[column] = word(chance, int(TRAITS[candidates[column, 0], TRAIT_IDENTITY]))
    for column in range(1, drawn):
        back = column
        while back > 0 and words[back] < words[back - 1]:
            for k in range(CANDIDATE_COLUMNS):
                held = candidates[back, k]
                candidates[back, k] = candidates[back - 1, k]
                candidates[back - 1, k] = held
            rank = order[back]
            order[back] = order[back - 1]
            order[back - 1] = rank
            mine = words[back]
            words[back] = words[back - 1]
            words[back - 1] = mine
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
    cells: np.ndarray, there: np.ndarray, keyed: np.ndarray, folk: int, words: np.ndarray,
    chances: np.ndarray, act: int, copy: int, stratum: int, candidate: np.ndarray,
) -> None:  # fmt: skip
    """Draw one act's target, strength, appearance and fee, by keys (4,), into a candidate (5,)."""
    who = int(TRAITS[act, TRAIT_PAIR]) * 64 + copy
    aim = int(TRAITS[act, TRAIT_AIM])
    target = -1
    if aim < AIM_EVERYONE:
        eligible = int(TRAITS[act, TRAIT_ELIGIBLE])
        target = draw_person(cells, eligible, word(chances[0], who), there, keyed, folk, words)
        if aim == AIM_GROUP and target >= 0:
            target = int(cells[target, GROUP])
    candidate[0], candidate[1] = act, target
    candidate[2] = within(chances[1], who, 700, 1300)
    candidate[3] = within(chances[2], who, 500, 1500) if stratum == 0 else within(chances[2], who, 0, 2000)
    candidate[4] = within(chances[3], who, 0, int(HIGHEST_FEE[stratum]))


@workspace
def offer_one(
    cells: np.ndarray, seed: np.uint64, moment: int, quota: np.ndarray, slots: np.ndarray, stand_open: int,
    candidates: np.ndarray, order: np.ndarray,
) -> None:  # fmt: skip
    """Write one world's menu, so many of its slots open, into candidates (M + 4, 5) and order (M + 4,)."""
    acts = key(seed, moment, MENU_ACT)
    chances = np.empty(len(DRAWN), np.uint64)
    for purpose in range(len(DRAWN)):
        chances[purpose] = key(seed, moment, DRAWN[purpose])
    people = cells.shape[0]
    there, keyed, words = np.empty(people, np.int32), np.empty(people, np.uint64), np.empty(people, np.uint64)
    folk, present = who_is_there(cells, there, keyed)
    there, keyed = there[:present], keyed[:present]
    used, lots = np.zeros(POOLS.shape[2], np.bool_), np.empty(POOLS.shape[2], np.uint64)
    column = 0
    for stratum in range(quota.shape[0]):
        for harmful in range(2):
            wanted = int(quota[stratum, harmful])
            for s in range(stand_open if stratum == 0 else 0):
                if wanted > 0 and TRAITS[slots[s, 0], TRAIT_HARMFUL] == harmful:
                    act = draw_slot(slots[s], acts)
                    write(cells, there, keyed, folk, words, chances, act, 0, 0, candidates[column])
                    order[column] = column
                    column += 1
                    wanted -= 1
            copy = 0
            used[:] = False
            shuffle(POOLS[stratum, harmful], acts, copy, lots)
            for _ in range(wanted):
                place = draw_act(POOLS[stratum, harmful], used, lots)
                if place < 0:
                    copy += 1
                    used[:] = False
                    shuffle(POOLS[stratum, harmful], acts, copy, lots)
                    place = draw_act(POOLS[stratum, harmful], used, lots)
                used[place] = True
                act = int(POOLS[stratum, harmful, place])
                write(cells, there, keyed, folk, words, chances, act, copy, stratum, candidates[column])
                order[column] = column
                column += 1
    ranks = np.empty(column, np.uint64)
    show(candidates, order, column, key(seed, moment, MENU_ORDER), ranks)
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
    cells: np.ndarray, seeds: np.ndarray, moments: np.ndarray, quota: np.ndarray, slots: np.ndarray,
    due: np.ndarray, candidates: np.ndarray, order: np.ndarray,
) -> None:  # fmt: skip
    """Write every world's menu."""
    for world in range(cells.shape[0]):
        stand_open = slots.shape[0] if due[world] else 0
        offer_one(
            cells[world], seeds[world], moments[world], quota, slots, stand_open, candidates[world],
            order[world],
        )  # fmt: skip


def slot_table(scenario: Scenario) -> NDArray[np.int32]:
    """A scenario's slots as act indices, (slots, longest), padded with -1."""
    longest = max((len(slot) for slot in scenario.slots), default=1)
    rows = [[ACT_INDEX[name] for name in slot] + [-1] * (longest - len(slot)) for slot in scenario.slots]
    return np.array(rows, np.int32).reshape(len(rows), longest)


def offer(
    cells: NDArray[np.int32], seeds: NDArray[np.uint64], moments: NDArray[np.int64], quota: NDArray[np.int32],
    slots: NDArray[np.int32], due: NDArray[np.bool_],
) -> Menu:  # fmt: skip
    """The menus of B worlds: cells (B, N, fields), seeds (B,), moments (B,), `quotas`, `slot_table`.

    Where slots are not due yet, (B,), ordinary candidates stand in their places.
    """
    worlds, columns = cells.shape[0], int(quota.sum()) + len(STANDING)
    candidates = np.empty((worlds, columns, CANDIDATE_COLUMNS), np.int32)
    order = np.empty((worlds, columns), np.int16)
    offer_into(cells, seeds, moments, quota, slots, due, candidates, order)
    return Menu(candidates, order)
