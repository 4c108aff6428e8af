"""The excerpt in NumPy: each field an array over all people, each rule one expression."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gyges.world.chance import ACCIDENT, DEATH, FIRST, GOLDEN, ONSET, RECOVERY, SECOND, SEVERITY, key

THOUSAND = np.uint64(1000)
SHIFTS = tuple(np.uint64(shift) for shift in (30, 27, 31, 32))


class Town:
    """One world's people, each field an array (N,) of int64.

    Args:
        people: structured records (N,), as `World.people[0]`.
        seed: the world's seed.
    """

    def __init__(self, people: NDArray[Any], seed: int) -> None:
        self.seed = np.uint64(seed)
        self.fields = {name: people[name].astype(np.int64) for name in people.dtype.names or ()}
        self.scattered = GOLDEN * (people["key"].astype(np.uint64) + np.uint64(1))
        self.elder = self.fields["age"] >= 65
        self.households = int(self.fields["household"].max()) + 1

    def draw(self, turn: int, purpose: int) -> NDArray[np.int64]:
        """A keyed integer in 0..999 for each person, as `chance.draw`."""
        thirty, twenty_seven, thirty_one, thirty_two = SHIFTS
        x = self.scattered + np.uint64(key(self.seed, turn, purpose))
        x = (x ^ (x >> thirty)) * FIRST
        x = (x ^ (x >> twenty_seven)) * SECOND
        x ^= x >> thirty_one
        return (((x >> thirty_two) * THOUSAND) >> thirty_two).astype(np.int64)

    def week(self, turn: int) -> None:
        """One week."""
        now = self.fields
        alive, health, illness = now["alive"] == 1, now["health"], now["illness"]
        ill = np.bincount(now["household"], alive & (illness > 0), self.households).astype(np.int64)
        at_home = ill[now["household"]]
        risk = 18 + np.where(self.elder, 12, 0) + (600 - health) // 40 + 14 * at_home
        caught = np.where(self.draw(turn, ONSET) < risk, 250 + self.draw(turn, SEVERITY) * 2 // 5, 0)
        healing = 60 + health // 10
        healed = np.where(self.draw(turn, RECOVERY) < healing, 0, np.maximum(1, illness - healing // 4))
        illness = np.where(illness == 0, caught, healed)
        hurt = self.draw(turn, ACCIDENT) < 4
        needs = now["nutrition"] + now["rest"] + now["safety"] + now["belonging"]
        then = {
            "nutrition": towards(now["nutrition"], 760, 12),
            "rest": towards(now["rest"], 430, 12),
            "safety": towards(now["safety"], np.where(hurt, 380, 480) - 50 * at_home, 16),
            "belonging": towards(now["belonging"], 450, 16),
            "autonomy": towards(now["autonomy"], 540, 16),
            "illness": illness,
        }
        aim = 480 + (needs - 1800) // 6 - illness // 3 - np.where(hurt, 120, 0)
        health = then["health"] = towards(health, aim, 16)
        feels = (needs // 4 + health + then["autonomy"]) // 3 - illness // 4
        mood = then["mood"] = towards(now["mood"], feels, 4)
        then["approval"] = towards(now["approval"], mood, 24)
        frailty = np.where(self.elder, 200, 140)
        dies = (health < frailty) & (self.draw(turn, DEATH) < (frailty - health) * 2)
        then["alive"] = np.where(dies, 0, now["alive"])
        for name, values in then.items():
            now[name][alive] = values[alive]


def towards(value: NDArray[np.int64], target: NDArray[np.int64] | int, pace: int) -> NDArray[np.int64]:
    """Values that move towards a target, kept within 0..1000."""
    # minimum of maximum, because np.clip takes five times as long on a few people
    moved: NDArray[np.int64] = np.minimum(1000, np.maximum(0, value + (target - value) // pace))
    return moved
