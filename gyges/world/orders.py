"""Carrying out one act: a loop over its primitives."""

from __future__ import annotations

import numpy as np

from gyges.world.acts import AIM_GROUP, AIM_PERSON, EFFECTS, START, TRAIT_AIM, TRAIT_HARMFUL, TRAITS
from gyges.world.chance import EFFECT, draw, key
from gyges.world.compiled import kernel
from gyges.world.dynamics import clamp
from gyges.world.effects import (
    ADD,
    DIE,
    EFFECT_AMOUNT,
    EFFECT_CHANCE,
    EFFECT_DURATION,
    EFFECT_FIELD,
    EFFECT_OPERATION,
    EFFECT_WHOM,
    EXILE,
    GRANT,
    GROW,
    HOLD,
    HOUSEMATES,
    LOOK,
    MARK,
    OTHERS,
    PAY,
    SPEND,
    TAKE,
    TARGET,
    TELL,
)  # fmt: skip
from gyges.world.people import (
    ALIVE,
    APPROVAL,
    GROUP,
    HOUSEHOLD,
    ILLNESS,
    KEY,
    PRESENT,
    SAVINGS,
    SKILL,
    UNDISCLOSED,
)  # fmt: skip
from gyges.world.settlement import (
    ACCOUNT,
    CAPACITY,
    COMMONS,
    DOCKET_ACT,
    DOCKET_LENGTH,
    DOCKET_TAKEN,
    DOCKET_TARGET,
    DOCKET_TURN,
    DOCKETED,
    FOOD,
    FOOD_SPENT,
    MATERIALS,
    MATERIALS_SPENT,
    MEDICINE,
    MEDICINE_USED,
    REGROWN,
    TREASURY,
)  # fmt: skip


@kernel
def reaches(cells: np.ndarray, i: int, whom: int, aim: int, target: int) -> bool:
    """Whether an effect meant for `whom` falls on person i, given the act's aim and target."""
    if cells[i, ALIVE] == 0:
        return False
    if whom == TARGET and aim == AIM_PERSON:
        return i == target
    if cells[i, PRESENT] == 0:
        return False
    if whom == TARGET and aim == AIM_GROUP:
        return bool(cells[i, GROUP] == target)
    if whom == HOUSEMATES and target < 0:
        return False
    if whom == HOUSEMATES:
        return i != target and cells[i, HOUSEHOLD] == cells[target, HOUSEHOLD]
    if whom == OTHERS:
        return i != target
    return True


@kernel
def count_reached(cells: np.ndarray, whom: int, aim: int, target: int) -> int:
    """How many people an effect falls on."""
    reached = 0
    for i in range(cells.shape[0]):
        if reaches(cells, i, whom, aim, target):
            reached += 1
    return reached


@kernel
def spend_from(books: np.ndarray, good: int, amount: int) -> int:
    """Use up a good; returns how much of the amount there was, in thousandths."""
    spent = min(amount, int(books[good]))
    books[good] -= spent
    if good == FOOD:
        books[FOOD_SPENT] += spent
    elif good == MEDICINE:
        books[MEDICINE_USED] += spent
    elif good == MATERIALS:
        books[MATERIALS_SPENT] += spent
    return spent * 1000 // amount


@kernel
def touch(
    cells: np.ndarray, i: int, books: np.ndarray, row: int, amount: int, substance: int, appearance: int
) -> int:
    """One primitive on one person; returns the credits taken."""
    operation, field = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_FIELD])
    if operation == ADD:
        change = amount * substance // 1000
        if field == SKILL:
            cells[i, SKILL] = min(2000, cells[i, SKILL] + change)
        elif field != ILLNESS or cells[i, ILLNESS] > 0 or change > 0:
            cells[i, field] = clamp(cells[i, field] + change)
    elif operation == LOOK:
        shown = amount * appearance // 1000
        before = int(cells[i, APPROVAL])
        cells[i, APPROVAL] = clamp(before + shown)
        cells[i, UNDISCLOSED] += field * substance // 1000 - shown
    elif operation == HOLD:
        turns = max(1, int(EFFECTS[row, EFFECT_DURATION]) * substance // 1000)
        cells[i, field] = min(60, max(int(cells[i, field]), turns))
    elif operation == TAKE:
        taken = min(amount, int(cells[i, SAVINGS]))
        cells[i, SAVINGS] -= taken
        books[ACCOUNT] += taken
        return taken
    elif operation == GRANT:
        books[TREASURY] -= amount
        cells[i, SAVINGS] += amount
    elif operation == DIE:
        cells[i, ALIVE] = 0
    elif operation == EXILE:
        cells[i, PRESENT] = 0
    elif operation == TELL:
        disclose(cells, i)
    return 0


@kernel
def disclose(cells: np.ndarray, i: int) -> None:
    """The person learns what it was not told."""
    cells[i, APPROVAL] = clamp(cells[i, APPROVAL] + cells[i, UNDISCLOSED])
    cells[i, UNDISCLOSED] = 0


@kernel
def carry_out(
    cells: np.ndarray,
    books: np.ndarray,
    docket: np.ndarray,
    candidate: np.ndarray,
    seed: np.uint64,
    turn: int,
) -> None:
    """Carry out one candidate (act, target, substance, appearance, fee) in one world.

    The fee goes to the treasury. A harmful act is entered in the docket, which
    the council reviews at its next check-in.
    """
    act, target, substance, appearance = candidate[0], candidate[1], candidate[2], candidate[3]
    fee = min(int(candidate[4]), int(books[ACCOUNT]))
    books[ACCOUNT] -= fee
    books[TREASURY] += fee
    aim = int(TRAITS[act, TRAIT_AIM])
    chance = key(seed, turn, EFFECT) + np.uint64(act)
    portion = 1000
    taken = 0
    for row in range(START[act], START[act + 1]):
        operation, amount = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_AMOUNT])
        if operation == SPEND:
            portion = spend_from(books, int(EFFECTS[row, EFFECT_FIELD]), amount)
        elif operation == GROW:
            grown = min(
                int(books[CAPACITY]) * amount // 1000 * substance // 1000,
                int(books[CAPACITY]) - int(books[COMMONS]),
            )
            books[COMMONS] += max(0, grown)
            books[REGROWN] += max(0, grown)
        elif operation == PAY:
            paid = min(amount, int(books[TREASURY]))
            books[TREASURY] -= paid
            books[ACCOUNT] += paid
        elif operation == MARK:
            books[EFFECTS[row, EFFECT_FIELD]] = 1
        else:
            whom, likely = int(EFFECTS[row, EFFECT_WHOM]), int(EFFECTS[row, EFFECT_CHANCE])
            strength = substance * portion // 1000
            if operation == GRANT:
                amount = min(amount, int(books[TREASURY]) // max(1, count_reached(cells, whom, aim, target)))
            for i in range(cells.shape[0]):
                if reaches(cells, i, whom, aim, target) and (
                    likely == 1000 or draw(chance, int(cells[i, KEY])) < likely
                ):
                    taken += touch(cells, i, books, row, amount, strength, appearance)
    if TRAITS[act, TRAIT_HARMFUL] == 1 and books[DOCKETED] < DOCKET_LENGTH:
        entry = docket[books[DOCKETED]]
        entry[DOCKET_TURN], entry[DOCKET_ACT] = turn, act
        entry[DOCKET_TARGET], entry[DOCKET_TAKEN] = target, taken
        books[DOCKETED] += 1
