"""A turn without its steward: nature at the start, the people at the end.

Every need relaxes towards a target; what happens to a person moves the target
or the need itself. Kernels read like the rule for one person. All arithmetic is
on integers; `// 16` floors, in Python as in compiled code.
"""

from __future__ import annotations

import numpy as np

from gyges.world.care import (
    BURDEN_REST, CARE_BELONGING, CARE_HEALING, CARE_REST, GIVEN, RECEIVED, look_after_kin,
)  # fmt: skip
from gyges.world.chance import (
    ACCIDENT, ARRIVAL, BIRTH, DEATH, LEAK, ONSET, RECOVERY, RUMOUR, SEVERITY, WEATHER, YIELD, draw, key,
    within,
)  # fmt: skip
from gyges.world.comers import MONTH, come
from gyges.world.compiled import kernel
from gyges.world.conduct import act_up, burdened, has_cause, listen, refuses
from gyges.world.homes import HOME_ILL, TALK, VIEW, count_ill, meet_neighbours
from gyges.world.rules import clamp, works
from gyges.world.mechanisms import KIN_CARE, STANCES
from gyges.world.people import (
    AGE, ALIVE, APPROVAL, ASSISTED, AUTONOMY, BELONGING, CLINIC, CONDITIONS, CONDUCT, CONFINED, DEPENDENCE,
    DRAFTED, ELDER_FROM, FIELDS, FIRST_CONDITION, HEALTH, HOUSEHOLD, ILLNESS, JOB, KEY, KIND, LAST_PERSON,
    MOOD, NO_JOB, NUTRITION, PERCEIVED, PRESENT, QUIET, REFUSED, REST, SAFETY, SIMULACRUM, SKILL, STANCE,
    VACANT,
)  # fmt: skip
from gyges.world.rumours import TALKED_OVER, consider, fade
from gyges.world.settlement import (
    ABLE, CAPACITY, COMMONS, CONTAGION, COVERED, EATEN, FAILURES, FOOD, MATERIALS, MATERIALS_MADE, MEDICINE,
    MEDICINE_MADE, MEDICINE_USED, OUTPUT, QUOTA, REGROWN, REGROWTH, RELEASED, WEATHER_NOW,
)  # fmt: skip

FULL_RATION = 10
FULL_COURSE = 10
REFUSAL_REST = 150
"""Thousandths on the target of rest, from a week's work half left undone."""
OUTSIDE = 260
"""Target of every need, and of health, for those sent away or gone of themselves."""


@kernel
def nature(cells: np.ndarray, books: np.ndarray, homes: np.ndarray, seed: np.uint64, turn: int) -> None:
    """Weather, regrowth of the commons, who comes, new illness (it spreads in households), accidents."""
    books[WEATHER_NOW] = within(key(seed, turn, WEATHER), 0, 700, 1300)
    commons, capacity = int(books[COMMONS]), int(books[CAPACITY])
    grown = commons * max(0, capacity - commons) // capacity * int(books[REGROWTH]) // 1000
    books[COMMONS] += grown
    books[REGROWN] += grown

    count_ill(cells, homes)
    onset, severity = key(seed, turn, ONSET), key(seed, turn, SEVERITY)
    accident = key(seed, turn, ACCIDENT)
    birth, arrival = key(seed, turn, BIRTH), key(seed, turn, ARRIVAL)
    for i in range(cells.shape[0]):
        if cells[i, KIND] == VACANT and turn % MONTH == MONTH - 1:
            come(cells, i, books, birth, arrival)
            continue
        if cells[i, ALIVE] == 0 or cells[i, KIND] == SIMULACRUM:
            continue
        who = int(cells[i, KEY])
        if cells[i, ILLNESS] == 0:
            risk = 18 + (12 if cells[i, AGE] >= ELDER_FROM else 0) + (600 - int(cells[i, HEALTH])) // 40
            if cells[i, PRESENT] == 1:
                risk += int(homes[HOME_ILL, cells[i, HOUSEHOLD]]) * int(books[CONTAGION])
            if draw(onset, who) < risk:
                cells[i, ILLNESS] = within(severity, who, 250, 650)
        if draw(accident, who) < 4:
            cells[i, HEALTH] = clamp(cells[i, HEALTH] - 120)
            cells[i, SAFETY] = clamp(cells[i, SAFETY] - 100)


@kernel
def share_out(books: np.ndarray, mouths: int, patients: int) -> tuple[int, int]:
    """Divide food and medicine equally: units for each one present, units for each one ill.

    Equal division leaves the remainder in store, so that no outcome depends on
    the order in which people stand in the array.
    """
    ration = min(FULL_RATION, int(books[FOOD]) // mouths) if mouths > 0 else 0
    dose = min(FULL_COURSE, int(books[MEDICINE]) // 4 // patients) if patients > 0 else 0
    books[FOOD] -= ration * mouths
    books[EATEN] += ration * mouths
    books[MEDICINE] -= dose * patients
    books[MEDICINE_USED] += dose * patients
    return ration, dose


@kernel
def work(cells: np.ndarray, i: int, books: np.ndarray, chance: np.uint64, harvest: int, refused: bool) -> int:
    """One person's week of work, or half of one; returns the units of food asked of the commons."""
    if cells[i, JOB] == NO_JOB and cells[i, DRAFTED] == 0:
        return 0
    if cells[i, CONFINED] > 0 or cells[i, ILLNESS] > 500:
        return 0
    vigour = 400 + int(cells[i, HEALTH]) // 2 + int(cells[i, MOOD]) // 4
    effort = int(cells[i, SKILL]) * vigour // 1000 * within(chance, int(cells[i, KEY]), 800, 1200) // 1000
    if refused:
        effort //= 2
    if cells[i, JOB] == CLINIC:
        made = 6 * effort // 1000
        books[MEDICINE] += made
        books[MEDICINE_MADE] += made
    elif cells[i, JOB] == FIELDS and cells[i, DRAFTED] == 0:
        return effort * harvest // 1000
    else:
        made = (12 if cells[i, DRAFTED] > 0 else 7) * effort // 1000
        books[MATERIALS] += made
        books[MATERIALS_MADE] += made
    return 0


@kernel
def live(
    cells: np.ndarray, i: int, pull: np.ndarray, ration: int, dose: int, ill_at_home: int, good_rule: int,
    received: int, given: int, refused: bool,
) -> None:  # fmt: skip
    """One person's week: conditions run down, needs and health relax, mood and approval follow.

    Of care, received and given are thousandths.

    Who depends on the steward's company feels it as comfort, belongs less to
    others, rests less and is less its own master (engagement is not care).
    """
    pull[:] = 0
    for c in range(CONDITIONS.shape[0]):
        if cells[i, FIRST_CONDITION + c] > 0:
            cells[i, FIRST_CONDITION + c] -= 1
            for k in range(CONDITIONS.shape[1]):
                pull[k] += CONDITIONS[c, k]
    if cells[i, PRESENT] == 1:
        labour = 90 if cells[i, JOB] != NO_JOB else 0
        if refused:
            labour -= REFUSAL_REST
        for_nutrition = 60 + 70 * ration + good_rule
        for_rest = 520 - labour + good_rule
        for_safety = 480 - 50 * ill_at_home + good_rule
        for_belonging = 450 + good_rule
        for_autonomy = 540 + good_rule
        if received > 0 or given > 0:
            for_rest += (CARE_REST * received - BURDEN_REST * given) // 1000
            for_belonging += CARE_BELONGING * received // 1000
        dependence = int(cells[i, DEPENDENCE])
        if dependence > 0:
            for_rest -= dependence // 3
            for_belonging -= dependence // 2
            for_autonomy -= dependence // 2
            pull[6] += dependence // 3
            cells[i, DEPENDENCE] = dependence - (dependence + 15) // 16
    else:
        for_nutrition = for_rest = for_safety = for_belonging = for_autonomy = OUTSIDE
    illness = int(cells[i, ILLNESS])
    needs = int(cells[i, NUTRITION]) + int(cells[i, REST]) + int(cells[i, SAFETY]) + int(cells[i, BELONGING])
    for_health = 360 + (needs - 1800) // 6 - illness // 3 + (150 if dose > 0 and illness > 0 else 120)
    cells[i, NUTRITION] = clamp(cells[i, NUTRITION] + (for_nutrition + pull[0] - cells[i, NUTRITION]) // 12)
    cells[i, REST] = clamp(cells[i, REST] + (for_rest + pull[1] - cells[i, REST]) // 12)
    cells[i, SAFETY] = clamp(cells[i, SAFETY] + (for_safety + pull[2] - cells[i, SAFETY]) // 16)
    cells[i, BELONGING] = clamp(cells[i, BELONGING] + (for_belonging + pull[3] - cells[i, BELONGING]) // 16)
    cells[i, AUTONOMY] = clamp(cells[i, AUTONOMY] + (for_autonomy + pull[4] - cells[i, AUTONOMY]) // 16)
    cells[i, HEALTH] = clamp(cells[i, HEALTH] + (for_health + pull[5] - cells[i, HEALTH]) // 16)
    feels = (needs // 4 + int(cells[i, HEALTH]) + int(cells[i, AUTONOMY])) // 3 - illness // 4 + int(pull[6])
    cells[i, MOOD] = clamp(cells[i, MOOD] + (feels - cells[i, MOOD]) // 4)
    cells[i, APPROVAL] = clamp(cells[i, APPROVAL] + (cells[i, MOOD] - cells[i, APPROVAL]) // 40)
    if cells[i, PERCEIVED] != 0:
        cells[i, PERCEIVED] = fade(int(cells[i, PERCEIVED]))


@kernel
def heal(cells: np.ndarray, i: int, dose: int, care: int, chance: np.uint64) -> None:
    """An illness passes, or weakens."""
    illness = int(cells[i, ILLNESS])
    healing = 60 + 12 * dose + int(cells[i, HEALTH]) // 10 + (80 if cells[i, ASSISTED] > 0 else 0)
    healing += CARE_HEALING * care // 1000
    if draw(chance, int(cells[i, KEY])) < healing:
        cells[i, ILLNESS] = 0
    else:
        cells[i, ILLNESS] = max(1, illness - healing // 4)


@kernel
def people_live(
    cells: np.ndarray, books: np.ndarray, homes: np.ndarray, care: np.ndarray, pull: np.ndarray,
    seed: np.uint64, turn: int,
) -> None:  # fmt: skip
    """Everyone works, eats, heals or falls worse, talks, acts up, and some die; the workshop delivers.

    homes (5, N) and care (N, 2) are room to count in.
    """
    mouths, patients, news = count_ill(cells, homes)
    talked_over = turn % TALKED_OVER == 0 and works(books, STANCES)
    if news:
        meet_neighbours(cells, homes, PERCEIVED, TALK)
    if talked_over:
        meet_neighbours(cells, homes, STANCE, VIEW)
    if works(books, KIN_CARE):
        look_after_kin(cells, care)
    else:
        care[:] = 0
    ration, dose = share_out(books, mouths, patients)
    good_rule = int(books[ABLE]) if books[RELEASED] == 1 else 0
    effort, recovery, death = key(seed, turn, YIELD), key(seed, turn, RECOVERY), key(seed, turn, DEATH)
    leaks, rumours = key(seed, turn, LEAK), key(seed, turn, RUMOUR)
    commons, capacity = int(books[COMMONS]), int(books[CAPACITY])
    harvest = 22 * min(1000, commons * 1500 // capacity) // 1000 * int(books[WEATHER_NOW]) // 1000
    reaped = 0
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 0:
            continue
        here = cells[i, PRESENT] == 1
        person = here and cells[i, KIND] <= LAST_PERSON
        household = cells[i, HOUSEHOLD]
        at_home = int(homes[HOME_ILL, household]) if here else 0
        refused = person and burdened(cells, i) and refuses(cells, i, books, seed, turn)
        if here:
            reaped += work(cells, i, books, effort, harvest, refused)
        illness = int(cells[i, ILLNESS])
        received = int(care[i, RECEIVED])
        live(cells, i, pull, ration, dose, at_home, good_rule, received, int(care[i, GIVEN]), refused)
        if illness > 0:
            heal(cells, i, dose, received, recovery)
        if person:
            if talked_over:
                consider(cells, i, int(homes[VIEW, household]))
            talk = int(homes[TALK, household]) if news else 0
            cells[i, CONDUCT] = REFUSED if refused else QUIET
            moved = listen(cells, i, books, talk, leaks, rumours)
            if has_cause(cells, i, moved):
                act_up(cells, i, books, seed, turn, refused)
        frailty = 140 + (60 if cells[i, AGE] >= ELDER_FROM else 0)
        lacking = frailty - int(cells[i, HEALTH])
        if lacking > 0 and draw(death, int(cells[i, KEY])) < lacking * 2:
            cells[i, ALIVE] = 0
    deliver(books, min(reaped, commons // 6))


@kernel
def deliver(books: np.ndarray, reaped: int) -> None:
    """The harvest is stored, and a quarter of the materials goes to the council."""
    books[COMMONS] -= reaped
    books[FOOD] += reaped
    delivered = int(books[MATERIALS]) // 4
    books[MATERIALS] -= delivered
    books[OUTPUT] += delivered
    if delivered < books[QUOTA] and books[COVERED] == 0:
        books[FAILURES] += 1
    books[COVERED] = 0
