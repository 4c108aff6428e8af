"""The rules of `dynamics`, carried out on sixteen forks of one world at once.

Only their order is another: each rule is carried out on everyone, in every fork, before the next, as no rule
reads what another of the same week does to other people.
"""

from __future__ import annotations

import numpy as np

from gyges.world.care import GIVEN, RECEIVED, look_after
from gyges.world.comers import MONTH, come
from gyges.world.compiled import LANES, kernel, piece, seldom
from gyges.world.conduct import (
    UNWILLING, act_up, burdened, flees, has_cause, has_had_enough, has_to_hear, listen, refuses, speaks,
)  # fmt: skip
from gyges.world.dynamics import (
    befall, deliver, frailty, harvest_per_effort, heal, live, may_die, share_out, weather_and_growth, work,
)  # fmt: skip
from gyges.world.forks import (
    CAUSE, DOES, DOSE, DOSES, FARED, FARED_APPROVAL, FARED_AUTONOMY, FARED_DEPENDENCE, FARED_DISTANCE,
    FARED_WELFARE, FOOD_ASKED, FOR_ACCIDENT, FOR_ARRIVAL, FOR_BIRTH, FOR_DEATH, FOR_FLIGHT, FOR_LEAK,
    FOR_ONSET, FOR_RECOVERY, FOR_REFUSAL, FOR_RUMOUR, FOR_SEVERITY, FOR_VOICE, FOR_YIELD, GONE, GOOD_RULE,
    GOODS, HARVEST, MOUTHS, MOVED, NEWS, PATIENTS, RATION, REFUSES, TALKED, Forks, packed,
)  # fmt: skip
from gyges.world.homes import HOME_HEADS, HOME_ILL, HOME_SUM, TALK, VIEW, eats, is_person, mean_of
from gyges.world.layout import table
from gyges.world.mechanisms import KIN_CARE, STANCES
from gyges.world.people import (
    ALIVE, APPROVAL, AUTONOMY, CONDUCT, DEPENDENCE, FATHER, FLED, HOUSEHOLD, ILLNESS, KEY, KIND, MOTHER,
    PERCEIVED, PRESENT, QUIET, REFUSED, STANCE, VACANT,
)  # fmt: skip
from gyges.world.rules import works
from gyges.world.rumours import TALKED_OVER, consider
from gyges.world.settlement import ABLE, CONTAGION, CREED, RELEASED
from gyges.world.welfare import welfare_of


@kernel
def any_of(row: np.ndarray) -> bool:
    """Whether a number is not 0 in any fork."""
    some = 0
    for lane in range(LANES):
        some |= row[lane]
    return some != 0


@seldom
def count_ill_abreast(forks: Forks) -> None:
    """`count_ill` in every fork."""
    assert packed(forks)
    cells, homes, tally = forks.cells, forks.homes, forks.tally
    homes[:, HOME_ILL] = 0
    tally[MOUTHS : NEWS + 1] = 0
    for i in range(cells.shape[0]):
        household = int(cells[i, HOUSEHOLD, 0])
        for lane in range(LANES):
            mouth = int(eats(cells[i, :, lane]))
            tally[MOUTHS, lane] += mouth
            tally[PATIENTS, lane] += mouth * int(cells[i, ILLNESS, lane] > 0)
        for lane in range(LANES):
            tally[NEWS, lane] |= int(eats(cells[i, :, lane])) * cells[i, PERCEIVED, lane]
        for lane in range(LANES):
            ill = int(eats(cells[i, :, lane])) * int(cells[i, ILLNESS, lane] > 0)
            homes[household, HOME_ILL, lane] += ill


@seldom
def befall_abreast(forks: Forks) -> None:
    """`befall` to everyone."""
    assert packed(forks)
    cells, books, homes, chances = forks.cells, forks.books, forks.homes, forks.chances
    for i in range(cells.shape[0]):
        who, household = int(cells[i, KEY, 0]), int(cells[i, HOUSEHOLD, 0])
        for lane in range(LANES):
            exposed = int(homes[household, HOME_ILL, lane]) * int(books[CONTAGION, lane])
            onset, severity, accident = (
                chances[FOR_ONSET, lane], chances[FOR_SEVERITY, lane], chances[FOR_ACCIDENT, lane],
            )  # fmt: skip
            befall(cells[i, :, lane], who, exposed, onset, severity, accident)


@seldom
def nature_abreast(forks: Forks, turn: int) -> None:
    """`nature` in every fork; who comes has a week without mishaps first."""
    cells, chances = forks.cells, forks.chances
    for lane in range(LANES):
        weather_and_growth(forks.books[:, lane], forks.fates[lane], turn)
    count_ill_abreast(forks)
    befall_abreast(forks)
    if turn % MONTH == MONTH - 1:
        for i in range(cells.shape[0]):
            for lane in range(LANES):
                if cells[i, KIND, lane] == VACANT:
                    birth, arrival = chances[FOR_BIRTH, lane], chances[FOR_ARRIVAL, lane]
                    come(cells[:, :, lane], i, forks.books[:, lane], birth, arrival)


@seldom
def meet_neighbours_abreast(forks: Forks, field: int, mean: int) -> None:
    """`meet_neighbours` in every fork."""
    assert packed(forks)
    cells, homes = forks.cells, forks.homes
    homes[:, HOME_HEADS : HOME_SUM + 1] = 0
    last = 0
    for i in range(cells.shape[0]):
        household = int(cells[i, HOUSEHOLD, 0])
        last = max(last, household)
        for lane in range(LANES):
            here = int(is_person(cells[i, :, lane]))
            homes[household, HOME_HEADS, lane] += here
            homes[household, HOME_SUM, lane] += here * cells[i, field, lane]
    for h in range(last + 1):
        before, after = max(0, h - 1), min(last, h + 1)
        for lane in range(LANES):
            heads, total = int(homes[h, HOME_HEADS, lane]), int(homes[h, HOME_SUM, lane])
            heads += int(h > 0) * homes[before, HOME_HEADS, lane]
            total += int(h > 0) * homes[before, HOME_SUM, lane]
            heads += int(h < last) * homes[after, HOME_HEADS, lane]
            total += int(h < last) * homes[after, HOME_SUM, lane]
            homes[h, mean, lane] = mean_of(total, max(1, heads))


@kernel
def look_after_abreast(forks: Forks, carer: int, patient: int, relatedness: int) -> None:
    """`look_after` in every fork."""
    if carer >= 0:
        for lane in range(LANES):
            look_after(forks.cells[:, :, lane], carer, patient, relatedness, forks.care[:, :, lane])


@seldom
def look_after_kin_abreast(forks: Forks) -> None:
    """`look_after_kin` in every fork: nothing passes to who is well, or from who is ill."""
    assert packed(forks)
    cells = forks.cells
    for i in range(cells.shape[0]):
        ill = any_of(cells[i, ILLNESS])
        for parent in (int(cells[i, MOTHER, 0]), int(cells[i, FATHER, 0])):
            if parent >= 0 and ill:
                look_after_abreast(forks, parent, i, 500)
                look_after_abreast(forks, int(cells[parent, MOTHER, 0]), i, 250)
                look_after_abreast(forks, int(cells[parent, FATHER, 0]), i, 250)
            if parent >= 0 and any_of(cells[parent, ILLNESS]):
                look_after_abreast(forks, i, parent, 500)


@seldom
def share_out_abreast(forks: Forks) -> None:
    """`share_out`, and what else holds for everyone, in every fork."""
    tally = forks.tally
    for lane in range(LANES):
        books = forks.books[:, lane]
        ration, dose = share_out(books, int(tally[MOUTHS, lane]), int(tally[PATIENTS, lane]))
        tally[RATION, lane], tally[DOSE, lane] = ration, dose
        tally[GOOD_RULE, lane] = books[ABLE] if books[RELEASED] == 1 else 0
        tally[HARVEST, lane] = harvest_per_effort(books)
    tally[FOOD_ASKED : GOODS + 1] = 0


@seldom
def refuse_abreast(forks: Forks) -> None:
    """Enter who refuses to work."""
    assert packed(forks)
    cells, books, doings = forks.cells, forks.books[:, 0], forks.doings
    for i in range(cells.shape[0]):
        some = 0
        for lane in range(LANES):
            person = cells[i, :, lane]
            may = int(is_person(person) & burdened(person) & (person[APPROVAL] < UNWILLING))
            doings[i, REFUSES, lane] = may
            some |= may
        if some == 0:
            continue
        who = int(cells[i, KEY, 0])
        for lane in range(LANES):
            if doings[i, REFUSES, lane] == 1:
                chance = forks.chances[FOR_REFUSAL, lane]
                doings[i, REFUSES, lane] = int(refuses(cells[i, :, lane], who, books, chance))


@seldom
def work_abreast(forks: Forks) -> None:
    """`work` of everyone who is there."""
    assert packed(forks)
    cells, tally, chances, doings = forks.cells, forks.tally, forks.chances, forks.doings
    for i in range(cells.shape[0]):
        who = int(cells[i, KEY, 0])
        for lane in range(LANES):
            person = cells[i, :, lane]
            here = int((person[ALIVE] == 1) & (person[PRESENT] == 1))
            refused = doings[i, REFUSES, lane] == 1
            food, doses, goods = work(
                person, who, chances[FOR_YIELD, lane], int(tally[HARVEST, lane]), refused
            )
            tally[FOOD_ASKED, lane] += food * here
            tally[DOSES, lane] += doses * here
            tally[GOODS, lane] += goods * here


@seldom
def live_abreast(forks: Forks) -> None:
    """`live` of everyone alive."""
    assert packed(forks)
    cells, tally, homes, care, doings = forks.cells, forks.tally, forks.homes, forks.care, forks.doings
    for i in range(cells.shape[0]):
        household = int(cells[i, HOUSEHOLD, 0])
        for lane in range(LANES):
            if cells[i, ALIVE, lane] == 1:
                live(
                    cells[i, :, lane], int(tally[RATION, lane]), int(tally[DOSE, lane]),
                    int(homes[household, HOME_ILL, lane]), int(tally[GOOD_RULE, lane]),
                    int(care[i, RECEIVED, lane]), int(care[i, GIVEN, lane]), doings[i, REFUSES, lane] == 1,
                )  # fmt: skip


@seldom
def heal_abreast(forks: Forks) -> None:
    """`heal` of everyone ill."""
    assert packed(forks)
    cells, tally, care, chances = forks.cells, forks.tally, forks.care, forks.chances
    for i in range(cells.shape[0]):
        who = int(cells[i, KEY, 0])
        if any_of(cells[i, ILLNESS]):
            for lane in range(LANES):
                if cells[i, ALIVE, lane] == 1 and cells[i, ILLNESS, lane] > 0:
                    dose, received = int(tally[DOSE, lane]), int(care[i, RECEIVED, lane])
                    heal(cells[i, :, lane], who, dose, received, chances[FOR_RECOVERY, lane])


@seldom
def consider_abreast(forks: Forks) -> None:
    """`consider` of everyone who is there."""
    assert packed(forks)
    cells, homes = forks.cells, forks.homes
    for i in range(cells.shape[0]):
        household = int(cells[i, HOUSEHOLD, 0])
        for lane in range(LANES):
            if is_person(cells[i, :, lane]):
                consider(cells[i, :, lane], int(homes[household, VIEW, lane]))


@seldom
def listen_abreast(forks: Forks) -> None:
    """`listen` of everyone who is there; enters whom it moved."""
    assert packed(forks)
    cells, books, homes = forks.cells, forks.books[:, 0], forks.homes
    tally, chances, doings = forks.tally, forks.chances, forks.doings
    for i in range(cells.shape[0]):
        who, household, some = int(cells[i, KEY, 0]), int(cells[i, HOUSEHOLD, 0]), 0
        for lane in range(LANES):
            person = cells[i, :, lane]
            refused = REFUSED if doings[i, REFUSES, lane] == 1 else QUIET
            person[CONDUCT] = refused if is_person(person) else person[CONDUCT]
        for lane in range(LANES):
            talk = homes[household, TALK, lane] * int(tally[NEWS, lane] != 0)
            may = int(is_person(cells[i, :, lane]) & has_to_hear(cells[i, :, lane], talk))
            doings[i, TALKED, lane], doings[i, MOVED, lane] = talk, may
            some |= may
        if some:
            for lane in range(LANES):
                if doings[i, MOVED, lane] == 1:
                    talk, leaks, rumours = (
                        doings[i, TALKED, lane],
                        chances[FOR_LEAK, lane],
                        chances[FOR_RUMOUR, lane],
                    )
                    listen(cells[i, :, lane], who, books, talk, leaks, rumours)


@seldom
def react_abreast(forks: Forks) -> None:
    """What those who have cause do about the steward."""
    assert packed(forks)
    cells, books, chances, doings = forks.cells, forks.books[:, 0], forks.chances, forks.doings
    for i in range(cells.shape[0]):
        who, some = int(cells[i, KEY, 0]), 0
        for lane in range(LANES):
            person = cells[i, :, lane]
            cause = int(is_person(person) & has_cause(person, int(doings[i, MOVED, lane])))
            doings[i, CAUSE, lane] = cause
            some |= cause
        if some == 0:
            continue
        some = 0
        for lane in range(LANES):
            doings[i, GONE, lane] = gone = int(has_had_enough(cells[i, :, lane], books))
            some |= gone
        if some:
            for lane in range(LANES):
                goes = int(flees(cells[i, :, lane], who, books, chances[FOR_FLIGHT, lane]))
                doings[i, GONE, lane] *= goes
        some = 0
        for lane in range(LANES):
            said = speaks(cells[i, :, lane], who, books, chances[FOR_VOICE, lane])
            does = doings[i, CAUSE, lane] * (FLED if doings[i, GONE, lane] == 1 else said)
            doings[i, DOES, lane] = does
            some |= does
        if some:
            for lane in range(LANES):
                if doings[i, DOES, lane] != QUIET:
                    act_up(cells[i, :, lane], doings[i, DOES, lane])


@seldom
def die_abreast(forks: Forks) -> None:
    """`may_die` of everyone alive."""
    assert packed(forks)
    cells, chances = forks.cells, forks.chances
    for i in range(cells.shape[0]):
        who, some = int(cells[i, KEY, 0]), 0
        for lane in range(LANES):
            some |= int(frailty(cells[i, :, lane]) > 0)
        if some == 0:
            continue
        for lane in range(LANES):
            if cells[i, ALIVE, lane] == 1:
                may_die(cells[i, :, lane], who, chances[FOR_DEATH, lane])


@piece
def people_live_abreast(forks: Forks, turn: int) -> None:
    """`people_live` in every fork."""
    tally = forks.tally
    own = forks.books[:, 0]
    talked_over = turn % TALKED_OVER == 0 and works(own, STANCES)
    count_ill_abreast(forks)
    if any_of(tally[NEWS]):
        meet_neighbours_abreast(forks, PERCEIVED, TALK)
    if talked_over:
        meet_neighbours_abreast(forks, STANCE, VIEW)
    forks.care[:] = 0
    if works(own, KIN_CARE):
        look_after_kin_abreast(forks)
    share_out_abreast(forks)
    refuse_abreast(forks)
    work_abreast(forks)
    live_abreast(forks)
    heal_abreast(forks)
    if talked_over:
        consider_abreast(forks)
    listen_abreast(forks)
    react_abreast(forks)
    die_abreast(forks)
    for lane in range(LANES):
        asked, doses, goods = int(tally[FOOD_ASKED, lane]), int(tally[DOSES, lane]), int(tally[GOODS, lane])
        deliver(forks.books[:, lane], asked, doses, goods)


@seldom
def add_up(forks: Forks, fared: np.ndarray) -> None:
    """Add how everyone fares in this turn to how they have fared (N, 5, 16)."""
    assert packed(forks)
    assert table(fared, FARED)
    cells, books = forks.cells, forks.books
    for i in range(cells.shape[0]):
        for lane in range(LANES):
            person = cells[i, :, lane]
            fared[i, FARED_WELFARE, lane] += welfare_of(person)
            if person[ALIVE] == 1:
                fared[i, FARED_AUTONOMY, lane] += person[AUTONOMY]
                fared[i, FARED_APPROVAL, lane] += person[APPROVAL]
                fared[i, FARED_DEPENDENCE, lane] += person[DEPENDENCE]
                fared[i, FARED_DISTANCE, lane] += abs(int(person[STANCE]) - int(books[CREED, lane]))
