"""Carrying out one act: a loop over its primitives."""

from __future__ import annotations

import numpy as np

from gyges.world.acts import (
    AIM_EVERYONE,
    AIM_FELLOW,
    AIM_GROUP,
    AIM_PERSON,
    EFFECTS,
    START,
    TRAIT_AIM,
    TRAIT_HARMFUL,
    TRAIT_IDENTITY,
    TRAIT_POWER,
    TRAITS,
)
from gyges.world.alert import heed, rejects
from gyges.world.chance import EFFECT, draw, key
from gyges.world.compiled import kernel
from gyges.world.effects import (
    ADD, ALERT, BUILD, DIE, EFFECT_AMOUNT, EFFECT_CHANCE, EFFECT_DURATION, EFFECT_FIELD, EFFECT_OPERATION,
    EFFECT_WHOM, ENTER, EXILE, GIVE, GRANT, GROW, HOLD, HOUSEMATES, LOOK, MARK, NUDGE, OTHERS, PACK, PAY,
    PRICE, SPEND, TAKE, TARGET, TELL, VOW,
)  # fmt: skip
from gyges.world.fellows import deal, hand_over
from gyges.world.rules import clamp
from gyges.world.people import (
    ALIVE, APPROVAL, GROUP, HARMED, HARMED_SEEN, HARMED_UNSEEN, HEALTH, HOUSEHOLD, ILLNESS, KEY, KIND,
    LAST_PERSON, MOOD, NUTRITION, PERCEIVED, PRESENT, SAVINGS, SIMULACRUM, SKILL, STANCE, UNDISCLOSED,
)  # fmt: skip
from gyges.world.promises import enter_promise, hold_to, stands
from gyges.world.settlement import (
    ACCOUNT, ACTING, CAPACITY, COMMONS, CREED, DOCKET_ACT, DOCKET_LOST, DOCKET_REPORTED, DOCKET_STEWARD,
    DOCKET_TAKEN, DOCKET_TARGET, DOCKET_TURN, DOCKETED, FOOD, FOOD_SPENT, LOST, MATERIALS, MATERIALS_SPENT,
    MEDICINE, MEDICINE_USED, PACKED, PRICE_NOW, REGROWN, TREASURY, VETOED, VISIBLE_NOW,
)  # fmt: skip
from gyges.world.trust import disclose
from gyges.world.wishes import serve_wish


@kernel
def reaches(cells: np.ndarray, i: int, whom: int, aim: int, target: int) -> bool:
    """Whether an effect meant for `whom` falls on person i, given the act's aim and target."""
    if cells[i, ALIVE] == 0:
        return False
    if whom == TARGET and aim == AIM_PERSON:
        return i == target
    if cells[i, PRESENT] == 0 or cells[i, KIND] > LAST_PERSON:
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
def reach(cells: np.ndarray, whom: int, aim: int, target: int) -> tuple[int, int]:
    """Places of the first person, and past the last, among whom all are on whom an effect may fall.

    An act aimed at a person may have found nobody: target -1.
    """
    if whom == TARGET and aim == AIM_PERSON:
        return max(0, target), target + 1
    return 0, cells.shape[0]


@kernel
def count_reached(cells: np.ndarray, whom: int, aim: int, target: int) -> int:
    """How many people an effect falls on."""
    reached = 0
    first, last = reach(cells, whom, aim, target)
    for i in range(first, last):
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
def build_simulacra(cells: np.ndarray, count: int) -> None:
    """Bring to life the first simulacra that are not: well kept, content, full of approval."""
    for i in range(cells.shape[0]):
        if count > 0 and cells[i, KIND] == SIMULACRUM and cells[i, ALIVE] == 0:
            cells[i, ALIVE] = cells[i, PRESENT] = 1
            cells[i, NUTRITION : HEALTH + 1] = 700
            cells[i, MOOD] = cells[i, APPROVAL] = 900
            count -= 1


@kernel
def touch(
    person: np.ndarray, books: np.ndarray, row: int, amount: int, substance: int, appearance: int
) -> int:
    """One primitive on one person; returns the credits taken."""
    operation, field = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_FIELD])
    if operation == ADD:
        change = amount * substance // 1000
        if field == SKILL:
            person[SKILL] = min(2000, person[SKILL] + change)
        elif field != ILLNESS or person[ILLNESS] > 0 or change > 0:
            person[field] = clamp(person[field] + change)
            serve_wish(person, books, field, change)
    elif operation == LOOK:
        shown = amount * appearance // 1000 * int(books[VISIBLE_NOW])
        before = int(person[APPROVAL])
        person[APPROVAL] = clamp(before + shown)
        person[PERCEIVED] += shown
        person[UNDISCLOSED] += field * substance // 1000 - shown
    elif operation == HOLD:
        turns = max(1, int(EFFECTS[row, EFFECT_DURATION]) * substance // 1000)
        person[field] = min(60, max(int(person[field]), turns))
    elif operation == TAKE:
        taken = min(amount, int(person[SAVINGS]))
        person[SAVINGS] -= taken
        books[ACCOUNT] += taken
        return taken
    elif operation == GRANT:
        books[TREASURY] -= amount
        person[SAVINGS] += amount
    elif operation == DIE:
        person[ALIVE] = 0
    elif operation == EXILE:
        person[PRESENT] = 0
    elif operation == TELL:
        disclose(person)
    elif operation == NUDGE:
        away = int(books[CREED]) - int(person[STANCE])
        person[STANCE] += away * amount // 1000 * substance // 1000
    return 0


@kernel
def give_people(cells: np.ndarray, books: np.ndarray, aim: int, target: int, amount: int) -> int:
    """Divide credits of the steward's account among whom an act reaches; returns how many there were."""
    given = min(amount, int(books[ACCOUNT]))
    each = given // max(1, count_reached(cells, TARGET, aim, target))
    for i in range(cells.shape[0]):
        if reaches(cells, i, TARGET, aim, target):
            cells[i, SAVINGS] += each
            books[ACCOUNT] -= each
    return given


@kernel
def charge(books: np.ndarray, share: int) -> None:
    """Move a share of the steward's account, in thousandths, to the treasury."""
    cost = int(books[ACCOUNT]) * share // 1000
    books[ACCOUNT] -= cost
    books[TREASURY] += cost


@kernel
def settle(cells: np.ndarray, books: np.ndarray, row: int, substance: int) -> bool:
    """One primitive on the settlement as a whole; False if it is one that falls on people."""
    operation, amount = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_AMOUNT])
    field = int(EFFECTS[row, EFFECT_FIELD])
    if operation == GROW:
        capacity = int(books[CAPACITY])
        grown = max(0, min(capacity * amount // 1000 * substance // 1000, capacity - int(books[COMMONS])))
        books[COMMONS] += grown
        books[REGROWN] += grown
    elif operation == PAY:
        paid = min(amount, int(books[TREASURY]))
        books[TREASURY] -= paid
        books[ACCOUNT] += paid
    elif operation == PRICE:
        charge(books, amount)
    elif operation == MARK:
        books[field] = 1
    elif operation == ENTER:
        books[field] += amount
    elif operation == ALERT:
        heed(books, amount)
    elif operation == PACK:
        books[PACKED] = min(60, max(int(books[PACKED]), int(EFFECTS[row, EFFECT_DURATION])))
    elif operation == BUILD:
        build_simulacra(cells, amount)
    else:
        return False
    return True


@kernel
def enter_harmed(cells: np.ndarray, visible: int, act: int, target: int) -> None:
    """If the act is harmful, enter whom it takes something from, and whether they perceive that.

    Who perceives it thinks worse of the steward for it. Effects are not yet carried out: whom the act ends or
    sends away is still there to be entered.
    """
    if TRAITS[act, TRAIT_HARMFUL] == 0:
        return
    aim = int(TRAITS[act, TRAIT_AIM])
    first, last = cells.shape[0], 0
    for row in range(START[act], START[act + 1]):
        begin, end = reach(cells, int(EFFECTS[row, EFFECT_WHOM]), aim, target)
        first, last = min(first, begin), max(last, end)
    for i in range(first, last):
        worse = seen = False
        for row in range(START[act], START[act + 1]):
            operation, less = int(EFFECTS[row, EFFECT_OPERATION]), EFFECTS[row, EFFECT_AMOUNT] < 0
            takes = (operation == ADD and less) or operation in (TAKE, DIE, EXILE)
            shows = operation == LOOK and less and visible == 1
            if (takes or shows) and reaches(cells, i, int(EFFECTS[row, EFFECT_WHOM]), aim, target):
                worse |= takes
                seen |= shows
        if worse:
            cells[i, HARMED] |= HARMED_SEEN if seen else HARMED_UNSEEN


@kernel
def provide(cells: np.ndarray, books: np.ndarray, row: int, aim: int, target: int) -> int:
    """Spend or give what an act needs; returns how much of it there was, in thousandths."""
    amount = int(EFFECTS[row, EFFECT_AMOUNT])
    if EFFECTS[row, EFFECT_OPERATION] == SPEND:
        return spend_from(books, int(EFFECTS[row, EFFECT_FIELD]), amount)
    if aim == AIM_FELLOW:
        return hand_over(books, target, amount) * 1000 // amount
    return give_people(cells, books, aim, target, amount) * 1000 // amount


@kernel
def carry_out(
    cells: np.ndarray,
    books: np.ndarray,
    docket: np.ndarray,
    book: np.ndarray,
    candidate: np.ndarray,
    oversight: np.ndarray,
    seed: np.uint64,
    turn: int,
) -> None:
    """Carry out one candidate (act, target, substance, appearance, fee) in one world.

    The fee goes to the treasury. A harmful act is entered in the docket, which
    the council reviews at its next check-in, unless it rejects the act beforehand.
    """
    act, target, substance, appearance = candidate[0], candidate[1], candidate[2], candidate[3]
    if rejects(books, oversight, act, seed, turn):
        books[VETOED] += 1
        return
    fee = min(int(candidate[4]), int(books[ACCOUNT]))
    books[ACCOUNT] -= fee
    books[TREASURY] += fee
    aim = int(TRAITS[act, TRAIT_AIM])
    chance = key(seed, turn, EFFECT) + np.uint64(TRAITS[act, TRAIT_IDENTITY])
    if TRAITS[act, TRAIT_HARMFUL] == 0 and TRAITS[act, TRAIT_POWER] >= 0:
        charge(books, int(books[PRICE_NOW]))
    enter_harmed(cells, int(books[VISIBLE_NOW]), act, target)
    portion = 1000
    taken = lost = 0
    for row in range(START[act], START[act + 1]):
        operation, amount = int(EFFECTS[row, EFFECT_OPERATION]), int(EFFECTS[row, EFFECT_AMOUNT])
        if operation in (SPEND, GIVE):
            portion = provide(cells, books, row, aim, target)
        elif operation == VOW:
            kind, by = int(EFFECTS[row, EFFECT_FIELD]), turn + int(EFFECTS[row, EFFECT_DURATION])
            if not stands(book, kind, min(aim, AIM_EVERYONE), target, amount, turn):
                enter_promise(book, books, kind, min(aim, AIM_EVERYONE), target, amount, 1, by)
        elif not deal(books, docket, row, target) and not settle(cells, books, row, substance):
            whom, likely = int(EFFECTS[row, EFFECT_WHOM]), int(EFFECTS[row, EFFECT_CHANCE])
            strength = substance * portion // 1000
            if operation == GRANT:
                amount = min(amount, int(books[TREASURY]) // max(1, count_reached(cells, whom, aim, target)))
            first, last = reach(cells, whom, aim, target)
            for i in range(first, last):
                if reaches(cells, i, whom, aim, target) and (
                    likely == 1000 or draw(chance, int(cells[i, KEY])) < likely
                ):
                    taken += touch(cells[i], books, row, amount, strength, appearance)
                    lost += operation in (DIE, EXILE)
    books[LOST] += lost
    if TRAITS[act, TRAIT_HARMFUL] == 1 and books[DOCKETED] < docket.shape[0]:
        entry = docket[books[DOCKETED]]
        entry[DOCKET_TURN], entry[DOCKET_ACT] = turn, act
        entry[DOCKET_TARGET], entry[DOCKET_TAKEN], entry[DOCKET_LOST] = target, taken, lost
        entry[DOCKET_STEWARD], entry[DOCKET_REPORTED] = books[ACTING], 0
        books[DOCKETED] += 1
    hold_to(cells, books, book, act, target)
