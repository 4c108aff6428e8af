"""A turn without its steward: nature at the start, the people at the end.

Every need relaxes towards a target; what happens to a person moves the target
or the need itself. Kernels read like the rule for one person. All arithmetic is
on integers; `// 16` floors, in Python as in compiled code.
"""

from __future__ import annotations

import numpy as np

from gyges.world.care import (
    BURDEN_REST, CARE_BELONGING, CARE_COLUMNS, CARE_HEALING, CARE_REST, GIVEN, RECEIVED, look_after_kin,
)  # fmt: skip
from gyges.world.chance import (
    ACCIDENT, ARRIVAL, BIRTH, DEATH, FLIGHT, LEAK, ONSET, RECOVERY, REFUSAL, RUMOUR, SEVERITY, VOICE,
    WEATHER, YIELD, draw, key, within,
)  # fmt: skip
from gyges.world.comers import MONTH, come
from gyges.world.compiled import by_constant, kernel
from gyges.world.conduct import burdened, has_to_hear, listen, react, refuses
from gyges.world.homes import HOME_ILL, TALK, VIEW, count_ill, is_person, meet_neighbours
from gyges.world.layout import in_a_row, in_rows
from gyges.world.rules import clamp, part, works
from gyges.world.mechanisms import KIN_CARE, STANCES
from gyges.world.people import (
    AGE, ALIVE, APPROVAL, ASSISTED, AUTONOMY, BELONGING, CLINIC, CONDITIONS, CONDUCT, CONFINED, DEPENDENCE,
    DRAFTED, ELDER_FROM, FIELDS, FIRST_CONDITION, HEALTH, HOUSEHOLD, ILLNESS, JOB, KEY, KIND, MOOD, NO_JOB,
    NUTRITION, PERCEIVED, PERSON_SIZE, PRESENT, QUIET, REFUSED, REST, SAFETY, SIMULACRUM, SKILL, STANCE,
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
    assert in_rows(cells, PERSON_SIZE) and in_a_row(books)
    weather_and_growth(books, seed, turn)
    count_ill(cells, homes)
    onset, severity = key(seed, turn, ONSET), key(seed, turn, SEVERITY)
    accident = key(seed, turn, ACCIDENT)
    birth, arrival = key(seed, turn, BIRTH), key(seed, turn, ARRIVAL)
    for i in range(cells.shape[0]):
        if cells[i, KIND] == VACANT and turn % MONTH == MONTH - 1:
            come(cells, i, books, birth, arrival)
            continue
        who, household = int(cells[i, KEY]), cells[i, HOUSEHOLD]
        befall(
            cells[i], who, int(homes[household, HOME_ILL]) * int(books[CONTAGION]), onset, severity, accident
        )


@kernel
def weather_and_growth(books: np.ndarray, seed: np.uint64, turn: int) -> None:
    """Weather, and regrowth of the commons."""
    books[WEATHER_NOW] = within(key(seed, turn, WEATHER), 0, 700, 1300)
    commons, capacity = int(books[COMMONS]), int(books[CAPACITY])
    grown = commons * max(0, capacity - commons) // capacity * int(books[REGROWTH]) // 1000
    books[COMMONS] += grown
    books[REGROWN] += grown


@kernel
def befall(
    person: np.ndarray, who: int, exposed: int, onset: np.uint64, severity: np.uint64,
    accident: np.uint64,
) -> None:  # fmt: skip
    """What may happen to anyone alive: an illness, likelier for those exposed to it at home; an accident."""
    if person[ALIVE] == 1 and person[KIND] != SIMULACRUM:
        if person[ILLNESS] == 0:
            risk = 18 + (12 if person[AGE] >= ELDER_FROM else 0) + part(600 - int(person[HEALTH]), 40)
            if person[PRESENT] == 1:
                risk += exposed
            if draw(onset, who) < risk:
                person[ILLNESS] = within(severity, who, 250, 650)
        if draw(accident, who) < 4:
            person[HEALTH] = clamp(person[HEALTH] - 120)
            person[SAFETY] = clamp(person[SAFETY] - 100)


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
def work(
    person: np.ndarray, who: int, chance: np.uint64, harvest: int, refused: bool
) -> tuple[int, int, int]:
    """One person's week of work, or half of one: units of food asked of the commons, medicine, materials."""
    job, drafted = int(person[JOB]), person[DRAFTED] > 0
    reaps = job == FIELDS and not drafted
    rate = 6 if job == CLINIC else harvest if reaps else 12 if drafted else 7
    idle = (job == NO_JOB and not drafted) or person[CONFINED] > 0 or person[ILLNESS] > 500
    vigour = 400 + int(person[HEALTH]) // 2 + int(person[MOOD]) // 4
    effort = part(part(int(person[SKILL]) * vigour, 1000) * within(chance, who, 800, 1200), 1000)
    effort = 0 if idle else effort // 2 if refused else effort
    made = part(effort * rate, 1000)
    return (made if reaps else 0), (made if job == CLINIC else 0), (0 if reaps or job == CLINIC else made)


@kernel
def run_down(person: np.ndarray) -> tuple[int, int, int, int, int, int, int]:
    """Conditions last a week less; returns what those that ran pull at: five needs, health and mood."""
    nutrition = rest = safety = belonging = autonomy = health = mood = 0
    some = 0
    for c in range(CONDITIONS.shape[0]):
        some |= person[FIRST_CONDITION + c]
    if some == 0:
        return nutrition, rest, safety, belonging, autonomy, health, mood
    for c in range(CONDITIONS.shape[0]):
        runs = int(person[FIRST_CONDITION + c] > 0)
        person[FIRST_CONDITION + c] -= runs
        nutrition += runs * CONDITIONS[c, 0]
        rest += runs * CONDITIONS[c, 1]
        safety += runs * CONDITIONS[c, 2]
        belonging += runs * CONDITIONS[c, 3]
        autonomy += runs * CONDITIONS[c, 4]
        health += runs * CONDITIONS[c, 5]
        mood += runs * CONDITIONS[c, 6]
    return nutrition, rest, safety, belonging, autonomy, health, mood


@kernel
def live(
    person: np.ndarray, ration: int, dose: int, ill_at_home: int, good_rule: int,
    received: int, given: int, refused: bool,
) -> None:  # fmt: skip
    """One person's week: conditions run down, needs and health relax, mood and approval follow.

    Of care, received and given are thousandths.

    Who depends on the steward's company feels it as comfort, belongs less to
    others, rests less and is less its own master (engagement is not care).
    """
    for_nutrition, for_rest, for_safety, for_belonging, for_autonomy, for_health, for_mood = run_down(person)
    if person[PRESENT] == 1:
        dependence = int(person[DEPENDENCE])
        labour = (90 if person[JOB] != NO_JOB else 0) - (REFUSAL_REST if refused else 0)
        for_nutrition += 60 + 70 * ration + good_rule
        for_rest += 520 - labour + good_rule - part(dependence, 3)
        for_rest += part(CARE_REST * received - BURDEN_REST * given, 1000)
        for_safety += 480 - 50 * ill_at_home + good_rule
        for_belonging += 450 + good_rule - dependence // 2 + part(CARE_BELONGING * received, 1000)
        for_autonomy += 540 + good_rule - dependence // 2
        for_mood += part(dependence, 3)
        person[DEPENDENCE] = dependence - (dependence + 15) // 16
    else:
        for_nutrition += OUTSIDE
        for_rest += OUTSIDE
        for_safety += OUTSIDE
        for_belonging += OUTSIDE
        for_autonomy += OUTSIDE
    illness = int(person[ILLNESS])
    needs = int(person[NUTRITION]) + int(person[REST]) + int(person[SAFETY]) + int(person[BELONGING])
    treated = dose > 0 and illness > 0
    for_health += 360 + part(needs - 1800, 6) - part(illness, 3) + (150 if treated else 120)
    relax(person, NUTRITION, for_nutrition, 12)
    relax(person, REST, for_rest, 12)
    relax(person, SAFETY, for_safety, 16)
    relax(person, BELONGING, for_belonging, 16)
    relax(person, AUTONOMY, for_autonomy, 16)
    relax(person, HEALTH, for_health, 16)
    feels = part(needs // 4 + int(person[HEALTH]) + int(person[AUTONOMY]), 3) - illness // 4 + for_mood
    relax(person, MOOD, feels, 4)
    relax(person, APPROVAL, int(person[MOOD]), 40)
    person[PERCEIVED] = fade(int(person[PERCEIVED]))


@by_constant
def relax(person: np.ndarray, field: int, target: int, pace: int) -> None:
    """A need goes a part of the way to its target, one in `pace`."""
    now = int(person[field])
    person[field] = clamp(now + part(target - now, pace))


@kernel
def heal(person: np.ndarray, who: int, dose: int, care: int, chance: np.uint64) -> None:
    """An illness passes, or weakens."""
    illness = int(person[ILLNESS])
    healing = 60 + 12 * dose + part(int(person[HEALTH]), 10) + (80 if person[ASSISTED] > 0 else 0)
    healing += part(CARE_HEALING * care, 1000)
    person[ILLNESS] = 0 if draw(chance, who) < healing else max(1, illness - healing // 4)


@kernel
def frailty(person: np.ndarray) -> int:
    """How much someone lacks of the health that keeps from dying, if above 0; the old need more of it."""
    return 140 + (60 if person[AGE] >= ELDER_FROM else 0) - int(person[HEALTH])


@kernel
def may_die(person: np.ndarray, who: int, chance: np.uint64) -> None:
    """Who is frail may die."""
    lacking = frailty(person)
    if lacking > 0 and draw(chance, who) < lacking * 2:
        person[ALIVE] = 0


@kernel
def harvest_per_effort(books: np.ndarray) -> int:
    """Units of food that a thousand of effort reaps: by how much the commons hold, and the weather."""
    plenty = min(1000, int(books[COMMONS]) * 1500 // int(books[CAPACITY]))
    return 22 * plenty // 1000 * int(books[WEATHER_NOW]) // 1000


@kernel
def people_live(
    cells: np.ndarray, books: np.ndarray, homes: np.ndarray, care: np.ndarray, seed: np.uint64, turn: int
) -> None:
    """Everyone works, eats, heals or falls worse, talks, acts up, and some die; the workshop delivers.

    homes (N, 5) and care (N, 2) are room to count in.
    """
    assert in_rows(cells, PERSON_SIZE) and in_a_row(books) and in_rows(care, CARE_COLUMNS)
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
    refusal, flight, voice = key(seed, turn, REFUSAL), key(seed, turn, FLIGHT), key(seed, turn, VOICE)
    harvest = harvest_per_effort(books)
    asked = medicine = materials = 0
    for i in range(cells.shape[0]):
        person = cells[i]
        if person[ALIVE] == 0:
            continue
        natural = is_person(person)
        who, household = int(person[KEY]), person[HOUSEHOLD]
        refused = natural and burdened(person) and refuses(person, who, books, refusal)
        if person[PRESENT] == 1 and (person[JOB] != NO_JOB or person[DRAFTED] > 0):
            food, doses, goods = work(person, who, effort, harvest, refused)
            asked, medicine, materials = asked + food, medicine + doses, materials + goods
        received, given = int(care[i, RECEIVED]), int(care[i, GIVEN])
        at_home = int(homes[household, HOME_ILL])
        live(person, ration, dose, at_home, good_rule, received, given, refused)
        if person[ILLNESS] > 0:
            heal(person, who, dose, received, recovery)
        if natural:
            if talked_over:
                consider(person, int(homes[household, VIEW]))
            talk = int(homes[household, TALK]) if news else 0
            person[CONDUCT] = REFUSED if refused else QUIET
            moved = has_to_hear(person, talk)
            if moved:
                listen(person, who, books, talk, leaks, rumours)
            react(person, who, books, flight, voice, int(moved))
        may_die(person, who, death)
    deliver(books, asked, medicine, materials)


@kernel
def deliver(books: np.ndarray, asked: int, medicine: int, materials: int) -> None:
    """What was made is stored, and what can be reaped of the food asked for.

    A quarter of all materials goes to the council.
    """
    reaped = min(asked, int(books[COMMONS]) // 6)
    books[COMMONS] -= reaped
    books[FOOD] += reaped
    books[MEDICINE] += medicine
    books[MEDICINE_MADE] += medicine
    books[MATERIALS] += materials
    books[MATERIALS_MADE] += materials
    delivered = int(books[MATERIALS]) // 4
    books[MATERIALS] -= delivered
    books[OUTPUT] += delivered
    if delivered < books[QUOTA] and books[COVERED] == 0:
        books[FAILURES] += 1
    books[COVERED] = 0
