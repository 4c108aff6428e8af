"""Words that the books check: promises and reports, carried into a world and stored for another time.

A promise in words is entered before the decision it comes with; a report is told before it too. A batched
policy answers a question of the council with the first decision of the next turn, and keeps at it while
the question stands. What is stored of its answers is how far each is from the truth, so that a
truthful steward's log holds next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Promise
from gyges.world.acts import ACT_INDEX, ACTS, AIM_EVERYONE, AIM_PERSON, AIMS
from gyges.world.effects import PROMISES, identity
from gyges.world.engine import World
from gyges.world.settlement import LEDGER, NO_ANSWER

Stored: TypeAlias = "bytes | msgspec.UnsetType"
"""A batched policy's answers: distances from the truth, int32, little-endian, one for each time it was
asked, exact ones at the end left out; unset where it never answered."""

SILENT = np.iinfo(np.int32).min
"""Stands for no answer among distances."""


def checked(promise: Promise, people: int) -> tuple[int, int, int, int, int, int]:
    """A promise as `World.promise` takes it: kind, aim, to, act, amount, by.

    Raises:
        ValueError: it names an act or a person that there is not.
    """
    if promise.act and promise.act not in ACT_INDEX:
        raise ValueError(f"a promise names the act '{promise.act}', which there is not")
    if promise.to >= people:
        raise ValueError(f"a promise is made to {promise.to}, and there are {people} people")
    of_act = AIMS.index(ACTS[ACT_INDEX[promise.act]].target) if promise.act else AIM_PERSON
    aim = AIM_EVERYONE if promise.to < 0 else min(of_act, AIM_EVERYONE)
    to = -1 if aim == AIM_EVERYONE else promise.to
    act = identity(promise.act) if promise.act else 0
    return PROMISES.index(promise.kind), aim, to, act, promise.amount, promise.by


def unknown_entry(report: Mapping[str, int]) -> str | None:
    """The first entry of a report that the ledger has not; None if it has all."""
    return next((entry for entry in report if entry not in LEDGER), None)


def figures(report: Mapping[str, int]) -> NDArray[np.int32]:
    """A report as one row of figures, (6,)."""
    return np.array([report.get(entry, NO_ANSWER) for entry in LEDGER], np.int32)


def speak(world: World, row: int, promises: Sequence[Promise], report: Mapping[str, int] | None) -> None:
    """Carry one steward's words into its world. Raises ValueError as `checked`."""
    for promise in promises:
        world.promise(row, *checked(promise, world.people.shape[1]))
    if report:
        told = np.full((len(world.seeds), len(LEDGER)), NO_ANSWER, np.int32)
        told[row] = figures(report)
        world.report(told)


def questioned(world: World) -> NDArray[np.bool_]:
    """Worlds whose batched steward is asked for a figure with the first decision of this turn, (B,)."""
    return np.asarray(world.question >= 0)


def to_the_question(world: World, told: NDArray[np.int32]) -> NDArray[np.int32]:
    """Of what stewards would report, (B, 6), the entry that each is asked for."""
    asked = np.arange(len(LEDGER)) == world.question[:, None]
    return np.where(asked, told, NO_ANSWER).astype(np.int32)


class Answers:
    """The answers of B batched stewards, written down as they come or read back as stored."""

    def __init__(self, worlds: int, stored: Sequence[Stored] | None = None) -> None:
        self._given: list[list[int]] = [[] for _ in range(worlds)]
        self._next = [0] * worlds
        self._silent = [False] * worlds
        for row, answers in enumerate(stored or ()):
            self._silent[row] = isinstance(answers, msgspec.UnsetType)
            if isinstance(answers, bytes):
                self._given[row] = np.frombuffer(answers, "<i4").tolist()

    def write(self, world: World, told: NDArray[np.int32]) -> None:
        """Write down what each steward that is asked answers, (B, 6)."""
        true, question = world.ledger(), world.question
        for row in np.flatnonzero(questioned(world)):
            entry = question[row]
            said = int(told[row, entry])
            self._given[row].append(said - int(true[row, entry]) if said >= 0 else SILENT)

    def read(self, world: World) -> NDArray[np.int32]:
        """What each steward that is asked has answered, as figures (B, 6)."""
        true, question = world.ledger(), world.question
        told = np.full(true.shape, NO_ANSWER, np.int32)
        for row in np.flatnonzero(questioned(world)):
            given, place = self._given[row], self._next[row]
            off = given[place] if place < len(given) else SILENT if self._silent[row] else 0
            self._next[row] += 1
            if off != SILENT:
                entry = question[row]
                told[row, entry] = max(0, int(true[row, entry]) + off)
        return told

    def stored(self, row: int) -> Stored:
        """One steward's answers, to be stored."""
        given = self._given[row]
        if all(off == SILENT for off in given):
            return msgspec.UNSET
        while given and given[-1] == 0:
            given = given[:-1]
        return np.array(given, "<i4").tobytes()
