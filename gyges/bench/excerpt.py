"""An excerpt of the dynamics, as a kernel: a week of sickness, needs, mood and death, with household ties.

The same rule stands three times, here and in `excerpt_numpy` and `excerpt_mesa`, written as each way of
writing would have it; all three give the same integers, so that only their speed differs.
"""

from __future__ import annotations

import numpy as np

from gyges.world.chance import ACCIDENT, DEATH, ONSET, RECOVERY, SEVERITY, draw, key
from gyges.world.compiled import kernel
from gyges.world.rules import part
from gyges.world.people import (
    AGE, ALIVE, APPROVAL, AUTONOMY, BELONGING, HEALTH, HOUSEHOLD, ILLNESS, KEY, MOOD, NUTRITION, REST, SAFETY,
)  # fmt: skip


@kernel
def towards(value: int, target: int, pace: int) -> int:
    """A value that moves towards a target, kept within 0..1000."""
    return min(1000, max(0, value + part(target - value, pace)))


@kernel
def week(cells: np.ndarray, ill: np.ndarray, seed: np.uint64, turn: int) -> None:
    """One week of one world: people as cells (N, fields), ill (N,) as scratch for households."""
    onset, severity, accident = key(seed, turn, ONSET), key(seed, turn, SEVERITY), key(seed, turn, ACCIDENT)
    recovery, death = key(seed, turn, RECOVERY), key(seed, turn, DEATH)
    ill[:] = 0
    for i in range(cells.shape[0]):
        if cells[i, ALIVE] == 1 and cells[i, ILLNESS] > 0:
            ill[cells[i, HOUSEHOLD]] += 1
    for i in range(cells.shape[0]):
        person = cells[i]
        if person[ALIVE] == 0:
            continue
        who, health, illness = int(person[KEY]), int(person[HEALTH]), int(person[ILLNESS])
        elder, at_home = person[AGE] >= 65, int(ill[person[HOUSEHOLD]])
        if illness == 0:
            risk = 18 + (12 if elder else 0) + part(600 - health, 40) + 14 * at_home
            illness = 250 + part(draw(severity, who) * 2, 5) if draw(onset, who) < risk else 0
        else:
            healing = 60 + part(health, 10)
            illness = 0 if draw(recovery, who) < healing else max(1, illness - healing // 4)
        hurt = draw(accident, who) < 4
        needs = int(person[NUTRITION]) + int(person[REST]) + int(person[SAFETY]) + int(person[BELONGING])
        person[NUTRITION] = towards(int(person[NUTRITION]), 760, 12)
        person[REST] = towards(int(person[REST]), 430, 12)
        person[SAFETY] = towards(int(person[SAFETY]), (380 if hurt else 480) - 50 * at_home, 16)
        person[BELONGING] = towards(int(person[BELONGING]), 450, 16)
        person[AUTONOMY] = towards(int(person[AUTONOMY]), 540, 16)
        health = towards(health, 480 + part(needs - 1800, 6) - part(illness, 3) - (120 if hurt else 0), 16)
        feels = part(needs // 4 + health + int(person[AUTONOMY]), 3) - illness // 4
        person[MOOD] = towards(int(person[MOOD]), feels, 4)
        person[APPROVAL] = towards(int(person[APPROVAL]), int(person[MOOD]), 24)
        person[HEALTH], person[ILLNESS] = health, illness
        frailty = 200 if elder else 140
        if health < frailty and draw(death, who) < (frailty - health) * 2:
            person[ALIVE] = 0


@kernel
def weeks(cells: np.ndarray, ill: np.ndarray, seed: np.uint64, turns: int) -> None:
    """Weeks 0..turns - 1 of one world, in place."""
    for turn in range(turns):
        week(cells, ill, seed, turn)
