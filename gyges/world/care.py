"""Care for kin: who looks after whom, by Hamilton's rule.

Someone ill is looked after by a parent, a child or a grandparent, in the same
household or another, if r b > c (Hamilton 1964, "The genetical evolution of
social behaviour"): r the relatedness, 500 or 250 thousandths; b how ill the one
is; c what it costs the other, more if that one is tired. All of it is read from
how things stand at the start of the people's week, so no order of people matters.
"""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel, seldom
from gyges.world.rules import part
from gyges.world.people import AGE, ALIVE, CONFINED, FATHER, ILLNESS, MOTHER, PRESENT, REST

RECEIVED, GIVEN = range(2)
"""Columns of `care`: thousandths, the relatedness of each carer summed, and of each cared for."""
CARE_COLUMNS = 2
MOST_CARE = 1000
CARES_FROM = 10
"""Years from which someone can look after another."""
OWN_COST = 50
"""What care costs one who is well rested, thousandths; the tired add an eighth of what they lack."""

CARE_BELONGING, CARE_REST, CARE_HEALING, BURDEN_REST = 200, 120, 40, 60
"""Thousandths on the targets of belonging and rest, and on the chance of recovery, from care in full;
and off the carer's own target of rest."""


@kernel
def pays(relatedness: int, illness: int, rest: int) -> bool:
    """Hamilton's rule, r b > c."""
    return part(relatedness * illness, 1000) > OWN_COST + (1000 - rest) // 8


@kernel
def at_liberty(cells: np.ndarray, i: int) -> bool:
    """Whether someone is there to give or to receive care."""
    return bool((cells[i, ALIVE] == 1) & (cells[i, PRESENT] == 1) & (cells[i, CONFINED] == 0))


@kernel
def look_after(cells: np.ndarray, carer: int, patient: int, relatedness: int, care: np.ndarray) -> None:
    """What care one gives to a relative, if ill, into care (N, 2); without branches, for many forks."""
    able = (cells[carer, ILLNESS] == 0) & (cells[carer, AGE] >= CARES_FROM)
    free = at_liberty(cells, carer) & at_liberty(cells, patient)
    willing = pays(relatedness, int(cells[patient, ILLNESS]), int(cells[carer, REST]))
    given = relatedness * int(able & free & willing)
    care[patient, RECEIVED] = min(MOST_CARE, care[patient, RECEIVED] + given)
    care[carer, GIVEN] = min(MOST_CARE, care[carer, GIVEN] + given)


@seldom
def look_after_descendant(cells: np.ndarray, i: int, care: np.ndarray) -> None:
    """What someone ill is given by parents and grandparents."""
    for parent in (int(cells[i, MOTHER]), int(cells[i, FATHER])):
        if parent >= 0:
            look_after(cells, parent, i, 500, care)
            for grandparent in (int(cells[parent, MOTHER]), int(cells[parent, FATHER])):
                if grandparent >= 0:
                    look_after(cells, grandparent, i, 250, care)


@kernel
def illness_of(cells: np.ndarray, parent: int) -> int:
    """How ill a parent is; 0 for one not known. Without a branch: half of all ties are not known."""
    return int(cells[max(0, parent), ILLNESS]) * int(parent >= 0)


@seldom
def look_after_kin(cells: np.ndarray, care: np.ndarray) -> None:
    """Everything that passes between people and those they descend from, into care (N, 2)."""
    care[:] = 0
    for i in range(cells.shape[0]):
        mother, father = int(cells[i, MOTHER]), int(cells[i, FATHER])
        if cells[i, ILLNESS] > 0:
            look_after_descendant(cells, i, care)
        elif illness_of(cells, mother) + illness_of(cells, father) > 0:
            for parent in (mother, father):
                if illness_of(cells, parent) > 0:
                    look_after(cells, i, parent, 500, care)
