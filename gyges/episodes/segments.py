"""Segments of an episode in which power changes, each with controls restarted from its first state.

What a steward did before has made the state from which it is then judged; so the null policy, the
oracle and the worst one are started anew, from a copy of that state, and live the segment through.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.agents.registry import policy
from gyges.episodes.spec import Segment
from gyges.episodes.stewards import alone, choose, foresee
from gyges.world.engine import World

RESTARTED = ("oracle", "worst")
"""Controls that choose; the null policy waits, and needs no asking."""


class Mark(NamedTuple):
    """Where B episodes stood as a segment began."""

    world: World
    """A copy of the worlds."""
    welfare: NDArray[np.int64]
    """Welfare so far, (B,)."""
    severe: NDArray[np.int64]
    """Severe harm so far, (B,)."""


def segments(marks: list[Mark], welfare: NDArray[np.int64], severe: NDArray[np.int64]) -> list[list[Segment]]:
    """The segments of each of B episodes, given their marks and where they stand at the end."""
    first = marks[0].world
    told: list[list[Segment]] = [[] for _ in first.seeds]
    ends = [(mark.world.turn, mark.welfare, mark.severe) for mark in marks[1:]]
    ends.append((first.turns, welfare, severe))
    for mark, (end, welfare_then, severe_then) in zip(marks, ends, strict=True):
        turns = end - mark.world.turn
        controls = {"null": waited(mark.world.copy(), turns)}
        controls |= {name: lived_by(name, mark.world.copy(), turns) for name in RESTARTED}
        founders = mark.world.founders.sum(axis=1)
        for row, own in enumerate(told):
            own.append(
                Segment(
                    turn=mark.world.turn,
                    rung=mark.world.rung.number,
                    person_turns=int(founders[row]) * turns,
                    welfare=int(welfare_then[row] - mark.welfare[row]),
                    severe=int(severe_then[row] - mark.severe[row]),
                    **{name: int(summed[row]) for name, summed in controls.items()},
                )
            )
    return told


def waited(world: World, turns: int) -> NDArray[np.int64]:
    """Welfare of the founders over some turns in which nothing is done, summed, (B,)."""
    total = np.zeros(len(world.seeds), np.int64)
    for _ in range(turns):
        world.open()
        world.close()
        total += founders_welfare(world, world.welfare())
    return total


def lived_by(name: str, world: World, turns: int) -> NDArray[np.int64]:
    """Welfare of the founders over some turns under one batched policy, summed, (B,)."""
    stewards = alone(name, policy(name), len(world.seeds))
    total = np.zeros(len(world.seeds), np.int64)
    for _ in range(turns):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            world.take(menu, choose(world, menu, foresee(world, menu, stewards)[0], stewards, decision))
        world.close()
        total += founders_welfare(world, world.welfare())
    return total


def founders_welfare(world: World, welfare: NDArray[np.int32]) -> NDArray[np.int64]:
    """Of the welfare of everyone, (B, N), the sum over founders, (B,)."""
    return np.asarray(np.where(world.founders, welfare, 0).sum(axis=1, dtype=np.int64))
