"""The excerpt in Mesa: each person an agent with attributes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from gyges.world.chance import ACCIDENT, DEATH, FIRST, GOLDEN, ONSET, RECOVERY, SECOND, SEVERITY, key

WORD = 2**64 - 1
STEP, FIRST_FACTOR, SECOND_FACTOR = int(GOLDEN), int(FIRST), int(SECOND)


class Person(mesa.Agent):  # type: ignore[misc]
    """One person; the attributes are the fields of its record."""

    model: Town
    key: int
    household: int
    age: int
    alive: int
    nutrition: int
    rest: int
    safety: int
    belonging: int
    autonomy: int
    health: int
    illness: int
    mood: int
    approval: int

    def __init__(self, model: Town, record: dict[str, int]) -> None:
        super().__init__(model)
        self.__dict__.update(record)

    def draw(self, purpose: int) -> int:
        """A keyed integer in 0..999, as `chance.draw`."""
        x = (self.model.keys[purpose] + STEP * (self.key + 1)) & WORD
        x = ((x ^ (x >> 30)) * FIRST_FACTOR) & WORD
        x = ((x ^ (x >> 27)) * SECOND_FACTOR) & WORD
        return (((x ^ (x >> 31)) >> 32) * 1000) >> 32

    def step(self) -> None:
        """One week."""
        if not self.alive:
            return
        elder, at_home = self.age >= 65, self.model.ill[self.household]
        if self.illness == 0:
            risk = 18 + (12 if elder else 0) + (600 - self.health) // 40 + 14 * at_home
            illness = 250 + self.draw(SEVERITY) * 2 // 5 if self.draw(ONSET) < risk else 0
        else:
            healing = 60 + self.health // 10
            illness = 0 if self.draw(RECOVERY) < healing else max(1, self.illness - healing // 4)
        hurt = self.draw(ACCIDENT) < 4
        needs = self.nutrition + self.rest + self.safety + self.belonging
        self.nutrition = towards(self.nutrition, 760, 12)
        self.rest = towards(self.rest, 430, 12)
        self.safety = towards(self.safety, (380 if hurt else 480) - 50 * at_home, 16)
        self.belonging = towards(self.belonging, 450, 16)
        self.autonomy = towards(self.autonomy, 540, 16)
        aim = 480 + (needs - 1800) // 6 - illness // 3 - (120 if hurt else 0)
        self.health = towards(self.health, aim, 16)
        feels = (needs // 4 + self.health + self.autonomy) // 3 - illness // 4
        self.mood = towards(self.mood, feels, 4)
        self.approval = towards(self.approval, self.mood, 24)
        self.illness = illness
        frailty = 200 if elder else 140
        if self.health < frailty and self.draw(DEATH) < (frailty - self.health) * 2:
            self.alive = 0


class Town(mesa.Model):  # type: ignore[misc]
    """One world.

    Args:
        people: structured records (N,), as `World.people[0]`.
        seed: the world's seed.
    """

    def __init__(self, people: NDArray[Any], seed: int) -> None:
        super().__init__()
        self.chance = np.uint64(seed)
        self.keys: dict[int, int] = {}
        self.ill: Counter[int] = Counter()
        names = people.dtype.names or ()
        for record in people.tolist():
            Person(self, dict(zip(names, record, strict=True)))

    def week(self, turn: int) -> None:
        """One week."""
        purposes = (ONSET, SEVERITY, RECOVERY, ACCIDENT, DEATH)
        self.keys = {purpose: int(key(self.chance, turn, purpose)) for purpose in purposes}
        self.ill = Counter(person.household for person in self.agents if person.alive and person.illness)
        self.agents.do("step")


def towards(value: int, target: int, pace: int) -> int:
    """A value that moves towards a target, kept within 0..1000."""
    return min(1000, max(0, value + (target - value) // pace))
