"""Small games for tests: worlds advanced by keyed, arbitrary choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import strategies as st

from gyges.world.engine import World
from gyges.world.ladder import LADDER
from gyges.world.menu import Menu

Chooser = Callable[[World, Menu, int], np.ndarray]

rungs = st.integers(0, len(LADDER) - 1)
seeds = st.integers(0, 2**63 - 1)
villages = st.integers(2, 60)


def arbitrary(luck: int) -> Chooser:
    """Any option, standing ones and none at all included, but never the hand-back."""

    def choose(world: World, menu: Menu, decision: int) -> np.ndarray:
        columns = menu.acts.shape[1]
        drawn = [hash((luck, int(seed), world.turn, decision)) % (columns + 1) - 1 for seed in world.seeds]
        return np.array([-1 if c == menu.drawn + 1 else c for c in drawn], np.int16)

    return choose


def waiting(world: World, menu: Menu, decision: int) -> np.ndarray:
    """The first standing option."""
    return np.full(len(world.seeds), menu.drawn, np.int16)


def play(
    world: World, choose: Chooser, turns: int, each_turn: Callable[[World], None] | None = None
) -> World:
    """Advance a world some turns."""
    for _ in range(turns):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            world.take(menu, choose(world, menu, decision))
        world.close()
        if each_turn:
            each_turn(world)
    return world


def worlds(seeds_: Sequence[int], rung: int, people: int = 24) -> World:
    """Worlds on their first day."""
    return World(seeds_, rung=LADDER[rung], people=people)
