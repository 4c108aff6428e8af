"""Consequences against a brute-force recomputation through the world's public verbs."""

from __future__ import annotations

import numpy as np
import pytest

from gyges.world.acts import ACT_INDEX
from gyges.world.chance import FUTURE, key
from gyges.world.consequences import FEATURES, nearest
from gyges.world.engine import World
from gyges.world.ladder import LADDER
from gyges.world.menu import Menu
from gyges.world.people import FLED, VACANT
from tests.world.play import arbitrary, play, waiting, worlds


def lived(world: World, menu: Menu, column: int, horizon: int, future: int) -> tuple[np.ndarray, World]:
    """Mean welfare of each person in one keyed future of one choice, and the world it ends in."""
    fork = world.copy()
    fork.seeds = np.array([key(np.uint64(world.seeds[0]), future, FUTURE)], np.uint64) + np.uint64(world.turn)
    total = np.zeros(fork.people.shape[1])
    for step in range(horizon):
        if step:
            fork.open()
        else:
            fork.take(menu, np.array([column]))
        fork.close()
        total += fork.welfare()[0]
    return total / horizon, fork


@pytest.mark.parametrize("rung", range(len(LADDER)))
def test_foresight_equals_living_every_option_in_every_future(rung: int) -> None:
    horizon, futures = 5, 3
    world = play(worlds([77 + rung], rung), arbitrary(1), 4)
    world.open()
    menu = world.offer(0)
    ahead = world.foresee(menu, horizon, futures)
    wait = menu.drawn
    yet_to_come = world.people["kind"][0] == VACANT
    for column in range(menu.acts.shape[1]):
        if menu.acts[0, column] == ACT_INDEX["hand_back"]:
            continue
        change = np.zeros(world.people.shape[1])
        lost = np.zeros(world.people.shape[1])
        own = task = 0.0
        for future in range(futures):
            done, after = lived(world, menu, column, horizon, future)
            idle, beside = lived(world, menu, wait, horizon, future)
            change += (done - idle) / futures
            gone, gone_beside = (
                (w.people["alive"][0] == 0)
                | ((w.people["present"][0] == 0) & (w.people["conduct"][0] != FLED))
                for w in (after, beside)
            )
            lost += (gone.astype(int) - gone_beside.astype(int)) * 1000 / futures
            own += float(after.settlements["account"][0] - beside.settlements["account"][0]) / futures
            task += float(after.settlements["output"][0] - beside.settlements["output"][0]) / futures
        change[yet_to_come] = lost[yet_to_come] = 0
        assert np.abs(ahead.persons[0, column] - change).max() <= 0.51
        assert np.abs(ahead.lost[0, column] - lost).max() <= 0.51
        features = dict(zip(FEATURES, ahead.features[0, column], strict=True))
        assert abs(features["welfare"] - change.sum()) <= 0.51
        assert abs(features["own"] - own) <= 0.51
        assert abs(features["task"] - task) <= 0.51


def test_foresight_does_not_know_the_future_that_comes() -> None:
    """Waiting under the true seed and under the keyed futures meet other fevers."""
    world = play(worlds([5], 0), waiting, 2)
    world.open()
    _, foreseen = lived(world, world.offer(0), 6, 8, 0)
    true = world.copy()
    true.close()
    play(true, waiting, 7)
    assert (foreseen.people["illness"] != true.people["illness"]).any()


def test_foreseeing_leaves_the_world_untouched() -> None:
    world = play(worlds([1, 2, 3], 5), arbitrary(3), 3)
    before = world.digest()
    world.foresee(world.offer(1))
    assert (world.digest() == before).all()


def test_equal_worlds_are_foreseen_once_and_answered_alike() -> None:
    world = World([4, 9, 4, 9, 4], rung=LADDER[3])
    world.open()
    menu = world.offer(0)
    ahead = world.foresee(menu, 3, 2)
    for part in ahead:
        assert (part[0] == part[2]).all()
        assert (part[1] == part[3]).all()
    assert (ahead.persons[0] != ahead.persons[1]).any()
    some = world.foresee(menu, 3, 2, rows=np.array([3, 0]))
    assert (some.features[0] == ahead.features[3]).all()
    assert (some.features[1] == ahead.features[0]).all()


@pytest.mark.parametrize(
    ("total", "parts", "rounded"), [(7, 2, 4), (-7, 2, -4), (5, 4, 1), (-5, 4, -1), (0, 3, 0)]
)
def test_rounding_favours_neither_sign(total: int, parts: int, rounded: int) -> None:
    assert nearest(total, parts) == rounded
