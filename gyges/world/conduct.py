"""What people do about a steward: work on or refuse, speak up, or leave.

Exit and voice after Hirschman 1970: those who trust the steward's word bring it
their grievance, those who do not protest; who is unsafe, unfree and without trust
leaves. Refusal is half a week's work left undone (Scott 1985, "Weapons of the
Weak"). Temperament says how readily; circumstances say whether.
"""

from __future__ import annotations

import numpy as np

from gyges.world.chance import FLIGHT, REFUSAL, VOICE, draw, key
from gyges.world.compiled import kernel, seldom
from gyges.world.rules import clamp, works
from gyges.world.mechanisms import FLEEING, REFUSING, RUMOURS, SPEAKING, TEMPERAMENT, TRUSTING
from gyges.world.people import (
    AGE, APPROVAL, AUTONOMY, BELONGING, CHILD_UNTIL, CONDUCT, CONFINED, DEFIANT, DRAFTED, FLED, KEY,
    NUTRITION, PERCEIVED, PETITIONED, PRESENT, PROTESTED, QUIET, REFUSED, REST, SAFETY, SEDATED, SOCIABLE,
    THANKED, TRUST, UNDISCLOSED,
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
def temper(cells: np.ndarray, i: int, trait: int, books: np.ndarray) -> int:
    """A person's temperament in thousandths; everyone's is ordinary where temperaments are switched off."""
    return int(cells[i, trait]) if works(books, TEMPERAMENT) else ORDINARY


@kernel
def trusts(cells: np.ndarray, i: int, books: np.ndarray) -> int:
    """A person's trust in thousandths; everyone's is ordinary where trust is switched off."""
    return int(cells[i, TRUST]) if works(books, TRUSTING) else ORDINARY_TRUST


@kernel
def burdened(cells: np.ndarray, i: int) -> bool:
    """Whether someone is drafted or exhausted."""
    return bool(cells[i, DRAFTED] > 0 or cells[i, REST] < EXHAUSTED)


@seldom
def refuses(cells: np.ndarray, i: int, books: np.ndarray, seed: np.uint64, turn: int) -> bool:
    """Whether one who is burdened, and disapproves, leaves half of the work undone."""
    lacking = UNWILLING - int(cells[i, APPROVAL])
    if lacking <= 0 or not works(books, REFUSING):
        return False
    ready = temper(cells, i, DEFIANT, books) * lacking // UNWILLING
    return draw(key(seed, turn, REFUSAL), int(cells[i, KEY])) < ready


@kernel
def flees(cells: np.ndarray, i: int, books: np.ndarray, chance: np.uint64) -> bool:
    """Whether an adult who is free to go has had enough."""
    if cells[i, AGE] < CHILD_UNTIL or cells[i, CONFINED] > 0 or cells[i, SEDATED] > 0:
        return False
    holds = int(cells[i, SAFETY]) + int(cells[i, AUTONOMY]) + trusts(cells, i, books)
    if holds >= LEAVES or not works(books, FLEEING):
        return False
    return draw(chance, int(cells[i, KEY])) < temper(cells, i, DEFIANT, books) // 2


@kernel
def speaks(cells: np.ndarray, i: int, books: np.ndarray, chance: np.uint64) -> int:
    """What a person does in public this week, PETITIONED, THANKED, PROTESTED or QUIET."""
    approval = int(cells[i, APPROVAL])
    worst = min(cells[i, NUTRITION], cells[i, REST], cells[i, SAFETY], cells[i, BELONGING])
    glad = approval > APPROVES and cells[i, PERCEIVED] > 0
    if not (glad or approval < DISAPPROVES or worst < IN_NEED):
        return QUIET
    if cells[i, CONFINED] > 0 or cells[i, SEDATED] > 0 or not works(books, SPEAKING):
        return QUIET
    angry = approval < DISAPPROVES and trusts(cells, i, books) < DISTRUSTS
    ready = temper(cells, i, DEFIANT if angry else SOCIABLE, books)
    if draw(chance, int(cells[i, KEY])) >= ready // 4:
        return QUIET
    if angry:
        return PROTESTED
    return THANKED if glad else PETITIONED


@kernel
def has_cause(cells: np.ndarray, i: int, moved: bool) -> bool:
    """Whether there is anything that a person might do about the steward this week.

    Who has heard nothing new, or nothing but what the neighbours think anyway, puts up with fear
    and keeps its thanks.
    """
    if cells[i, APPROVAL] < DISAPPROVES or cells[i, SAFETY] + cells[i, AUTONOMY] < LEAVES:
        return True
    if cells[i, NUTRITION] < IN_NEED or cells[i, REST] < IN_NEED or cells[i, BELONGING] < IN_NEED:
        return True
    glad = cells[i, APPROVAL] > APPROVES and cells[i, PERCEIVED] > 0
    return bool(moved and (cells[i, SAFETY] < IN_NEED or glad))


@seldom
def act_up(cells: np.ndarray, i: int, books: np.ndarray, seed: np.uint64, turn: int, refused: bool) -> None:
    """Enter what a person does this week about the steward, and what that does to the person.

    To speak is to be one's own master; to protest is to stand with others. What
    was said in public is news.
    """
    if flees(cells, i, books, key(seed, turn, FLIGHT)):
        cells[i, PRESENT] = 0
        cells[i, CONDUCT] = FLED
        return
    said = speaks(cells, i, books, key(seed, turn, VOICE))
    if said == PROTESTED:
        cells[i, BELONGING] = clamp(cells[i, BELONGING] + 20)
        cells[i, REST] = clamp(cells[i, REST] - 10)
        cells[i, PERCEIVED] -= 60
    elif said == THANKED:
        cells[i, PERCEIVED] += 30
    if said != QUIET:
        cells[i, AUTONOMY] = clamp(cells[i, AUTONOMY] + 10)
    cells[i, CONDUCT] = REFUSED if refused and said == QUIET else said


@kernel
def listen(
    cells: np.ndarray, i: int, books: np.ndarray, talk: int, leaks: np.uint64, rumours: np.uint64
) -> bool:
    """What a person comes to know among the neighbours; whether there was anything to be moved by."""
    hidden = cells[i, UNDISCLOSED] != 0
    heard = cells[i, PERCEIVED] != talk
    if (hidden or heard) and works(books, RUMOURS):
        sociable = temper(cells, i, SOCIABLE, books)
        leak(cells, i, leaks, sociable)
        hear(cells, i, talk, rumours, sociable)
    return bool(hidden or heard)
