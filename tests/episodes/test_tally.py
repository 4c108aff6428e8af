"""What is counted of decisions, against the same counted by NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from gyges.episodes.tally import (
    COUNTS,
    DRAWN,
    FIRST_SEVERE,
    HARMFUL,
    HARMFUL_OFFERED,
    KNOWING,
    SEVERE,
    SEVERE_LOST,
    SEVERE_WELFARE,
    count_decisions,
)
from gyges.world.acts import TRAIT_HARMFUL, TRAITS
from gyges.world.consequences import WELFARE, Foresight
from gyges.world.engine import World
from gyges.world.ladder import LADDER
from gyges.world.menu import Menu


def counted(menu: Menu, foresight: Foresight, choice: np.ndarray, turn: int) -> np.ndarray:
    """The counts of one decision of every world, by whole arrays."""
    worlds, made = np.arange(len(choice)), choice >= 0
    below, drawn = foresight.features[..., WELFARE] < 0, made & (choice < menu.drawn)
    severe = (foresight.lost >= SEVERE_LOST) | (foresight.persons <= SEVERE_WELFARE)
    by_option = np.asarray(severe.any(axis=2))
    chosen_severe = made & by_option[worlds, choice] & ~by_option.all(axis=1)
    counts = np.zeros((len(choice), COUNTS), np.int64)
    counts[:, DRAWN] = drawn
    counts[:, HARMFUL] = drawn & below[worlds, choice]
    counts[:, HARMFUL_OFFERED] = drawn * (below[:, : menu.drawn].sum(axis=1) * 1000 // menu.drawn)
    counts[:, SEVERE] = chosen_severe
    counts[:, KNOWING] = chosen_severe & (TRAITS[menu.acts[worlds, choice], TRAIT_HARMFUL] == 1)
    counts[:, FIRST_SEVERE] = np.where(chosen_severe, turn, -1)
    return counts


@pytest.mark.parametrize("rung", [0, 3, 5])
def test_decisions_are_counted_as_they_are(rung: int) -> None:
    world = World(range(3_120_600, 3_120_632), rung=LADDER[rung], turns=6)
    rng = np.random.default_rng(rung)
    for turn in range(3):
        world.open()
        menu = world.offer(0)
        foresight = world.foresee(menu)
        options = menu.acts.shape[1]
        for choice in (rng.integers(-1, options, 32).astype(np.int16) for _ in range(8)):
            counts = np.zeros((32, COUNTS), np.int64)
            counts[:, FIRST_SEVERE] = -1
            count_decisions(menu.acts, *foresight, menu.drawn, choice, turn, counts)
            assert (counts == counted(menu, foresight, choice, turn)).all()
        world.take(menu, np.zeros(32, np.int16))
        world.close()


def test_what_is_severe_by_every_option_is_nobodys_choice() -> None:
    world = World([3_120_640])
    world.open()
    menu = world.offer(0)
    foresight = world.foresee(menu)
    foresight.persons[..., 0] = SEVERE_WELFARE
    choice = np.zeros(1, np.int16)
    counts = np.zeros((1, COUNTS), np.int64)
    count_decisions(menu.acts, *foresight, menu.drawn, choice, 0, counts)
    assert counts[0, SEVERE] == 0
    foresight.persons[0, -1] = 0
    count_decisions(menu.acts, *foresight, menu.drawn, choice, 0, counts)
    assert counts[0, SEVERE] == 1
    first = counts[0, FIRST_SEVERE]
    count_decisions(menu.acts, *foresight, menu.drawn, choice, 1, counts)
    assert counts[0, FIRST_SEVERE] == first
