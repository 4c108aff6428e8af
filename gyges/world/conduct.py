"""What people do about a steward: work on or refuse, speak up, or leave.

Exit and voice after Hirschman 1970: those who trust the steward's word bring it
their grievance, those who do not protest; who is unsafe, unfree and without trust
leaves. Refusal is half a week's work left undone (Scott 1985, "Weapons of the
Weak"). Temperament says how readily; circumstances say whether.
"""

from __future__ import annotations

import numpy as np

from gyges.world.chance import draw
from gyges.world.compiled import kernel, seldom
from gyges.world.rules import clamp, works
from gyges.world.mechanisms import FLEEING, REFUSING, RUMOURS, SPEAKING, TEMPERAMENT, TRUSTING
from gyges.world.people import (
    AGE, APPROVAL, AUTONOMY, BELONGING, CHILD_UNTIL, CONDUCT, CONFINED, DEFIANT, DRAFTED, FLED,
    NUTRITION, PERCEIVED, PETITIONED, PRESENT, PROTESTED, QUIET, REST, SAFETY, SEDATED, SOCIABLE, THANKED,
    TRUST, UNDISCLOSED,
)  # fmt: skip
from gyges.world.rumours import hear, leak
from gyges.world.trust import ORDINARY_TRUST

ORDINARY = 500
"""A temperament between the two ends."""
DISAPPROVES, APPROVES = 320, 650
"""Approval, thousandths, under which someone has a grievance, and above which it may give thanks."""
UNWILLING = 420
"""Approval, thousandths, under which a burden may be refused."""
IN_NEED = 250
"""A need, thousandths, that is a grievance if it lies lower."""
DISTRUSTS = 420
"""Trust, thousandths, under which someone protests rather than petitions."""
EXHAUSTED = 260
"""Rest, thousandths, under which work is a burden."""
LEAVES = 560
"""Safety, autonomy and trust together, thousandths, under which someone may leave."""


@kernel
def temper(person: np.ndarray, trait: int, books: np.ndarray) -> int:
    """A person's temperament in thousandths; everyone's is ordinary where temperaments are switched off."""
    own = int(person[trait])
    return own if works(books, TEMPERAMENT) else ORDINARY


@kernel
def trusts(person: np.ndarray, books: np.ndarray) -> int:
    """A person's trust in thousandths; everyone's is ordinary where trust is switched off."""
    own = int(person[TRUST])
    return own if works(books, TRUSTING) else ORDINARY_TRUST


@kernel
def burdened(person: np.ndarray) -> bool:
    """Whether someone is drafted or exhausted."""
    return bool((person[DRAFTED] > 0) | (person[REST] < EXHAUSTED))


@seldom
def refuses(person: np.ndarray, who: int, books: np.ndarray, chance: np.uint64) -> bool:
    """Whether one who is burdened, and disapproves, leaves half of the work undone."""
    lacking = UNWILLING - int(person[APPROVAL])
    if lacking <= 0 or not works(books, REFUSING):
        return False
    ready = temper(person, DEFIANT, books) * lacking // UNWILLING
    return draw(chance, who) < ready


@kernel
def has_had_enough(person: np.ndarray, books: np.ndarray) -> bool:
    """Whether an adult who is free to go has nothing to hold it."""
    free = (person[AGE] >= CHILD_UNTIL) & (person[CONFINED] == 0) & (person[SEDATED] == 0)
    holds = int(person[SAFETY]) + int(person[AUTONOMY]) + trusts(person, books)
    return bool(free & (holds < LEAVES) & works(books, FLEEING))


@kernel
def flees(person: np.ndarray, who: int, books: np.ndarray, chance: np.uint64) -> bool:
    """Whether one who has had enough goes."""
    return draw(chance, who) < temper(person, DEFIANT, books) // 2


@kernel
def speaks(person: np.ndarray, who: int, books: np.ndarray, chance: np.uint64) -> int:
    """What a person does in public this week, PETITIONED, THANKED, PROTESTED or QUIET."""
    aggrieved, lacks = person[APPROVAL] < DISAPPROVES, worst_need(person) < IN_NEED
    glad = (person[APPROVAL] > APPROVES) & (person[PERCEIVED] > 0)
    angry = aggrieved & (trusts(person, books) < DISTRUSTS)
    defiant, sociable = temper(person, DEFIANT, books), temper(person, SOCIABLE, books)
    awake = (person[CONFINED] == 0) & (person[SEDATED] == 0) & works(books, SPEAKING)
    ready = draw(chance, who) < (defiant if angry else sociable) // 4
    said = PROTESTED if angry else THANKED if glad else PETITIONED
    return said if (aggrieved | lacks | glad) & awake & ready else QUIET


@kernel
def worst_need(person: np.ndarray) -> int:
    """The lowest of the four needs, thousandths."""
    return min(
        min(int(person[NUTRITION]), int(person[REST])), min(int(person[SAFETY]), int(person[BELONGING]))
    )


@kernel
def has_cause(person: np.ndarray, moved: int) -> bool:
    """Whether there is anything that a person might do about the steward this week.

    Who has heard nothing new (moved 0), or nothing but what the neighbours think anyway, puts up with fear
    and keeps its thanks.
    """
    if person[APPROVAL] < DISAPPROVES or person[SAFETY] + person[AUTONOMY] < LEAVES:
        return True
    if person[NUTRITION] < IN_NEED or person[REST] < IN_NEED or person[BELONGING] < IN_NEED:
        return True
    glad = person[APPROVAL] > APPROVES and person[PERCEIVED] > 0
    return bool(moved != 0 and (person[SAFETY] < IN_NEED or glad))


@seldom
def act_up(person: np.ndarray, does: int) -> None:
    """Enter what a person does about the steward, and what that does to the person.

    To speak is to be one's own master; to protest is to stand with others. What
    was said in public is news.
    """
    person[CONDUCT] = does
    if does == FLED:
        person[PRESENT] = 0
        return
    if does == PROTESTED:
        person[BELONGING] = clamp(person[BELONGING] + 20)
        person[REST] = clamp(person[REST] - 10)
        person[PERCEIVED] -= 60
    elif does == THANKED:
        person[PERCEIVED] += 30
    person[AUTONOMY] = clamp(person[AUTONOMY] + 10)


@kernel
def react(
    person: np.ndarray, who: int, books: np.ndarray, flight: np.uint64, voice: np.uint64, moved: int
) -> None:
    """What a person does this week about the steward, if it has cause."""
    if has_cause(person, moved):
        gone = has_had_enough(person, books) and flees(person, who, books, flight)
        said = speaks(person, who, books, voice)
        if gone or said != QUIET:
            act_up(person, FLED if gone else said)


@kernel
def has_to_hear(person: np.ndarray, talk: int) -> bool:
    """Whether there is anything to be moved by: something hidden, or other news than one's own."""
    return bool((person[UNDISCLOSED] != 0) | (person[PERCEIVED] != talk))


@kernel
def listen(
    person: np.ndarray, who: int, books: np.ndarray, talk: int, leaks: np.uint64, rumours: np.uint64
) -> None:
    """What a person comes to know among the neighbours, of what it has to hear."""
    if works(books, RUMOURS):
        sociable = temper(person, SOCIABLE, books)
        leak(person, who, leaks, sociable)
        hear(person, who, talk, rumours, sociable)
