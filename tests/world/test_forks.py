"""Forks lived sixteen abreast, held against worlds lived one at a time, in every field."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gyges.world.acts import ACT_INDEX
from gyges.world.chance import FUTURE, key
from gyges.world.compiled import LANES
from gyges.world.consequences import Start, begin, live_on
from gyges.world.engine import World
from gyges.world.forks import packed, room_for_forks, room_for_papers
from gyges.world.homes import mean_of
from gyges.world.ladder import LADDER
from gyges.world.menu import Menu
from gyges.world.rules import part
from gyges.world.scenarios import SCENARIOS
from tests.world.play import arbitrary, play, rungs, seeds, villages

FUTURES, TURNS = 4, 9
"""Long enough for children and newcomers to come, and for views to be talked over twice."""


def lived(world: World, menu: Menu, column: int, future: int) -> World:
    """One keyed future of one choice, through the world's public verbs."""
    fork = world.copy()
    fork.seeds = np.array([key(np.uint64(world.seeds[0]), future, FUTURE)], np.uint64) + np.uint64(world.turn)
    fork.take(menu, np.array([column]))
    fork.close()
    for _ in range(TURNS - 1):
        fork.open()
        fork.close()
    return fork


@settings(max_examples=60, deadline=None)
@given(
    scenario=st.sampled_from(sorted(SCENARIOS)),
    rung=rungs,
    seed=seeds,
    people=villages,
    before=st.integers(0, 12),
    data=st.data(),
)
def test_sixteen_forks_are_as_sixteen_worlds(
    scenario: str, rung: int, seed: int, people: int, before: int, data: st.DataObject
) -> None:
    world = World([seed], scenario=scenario, rung=LADDER[rung], people=people)
    play(world, arbitrary(seed), before)
    world.open()
    assume(world.governed[0])  # otherwise nothing is taken, and nothing foreseen
    menu = world.offer(0)
    gives_back = np.flatnonzero(menu.acts[0] == ACT_INDEX["hand_back"])
    offered = np.setdiff1d(np.arange(menu.acts.shape[1]), gives_back)
    columns = np.array(data.draw(st.lists(st.sampled_from(offered.tolist()), min_size=4, max_size=4)))
    start = Start(
        world.cells, world.books, world.docket.reshape(1, -1), world.promises.reshape(1, -1), world.oversight,
        world.seeds, world.clock,
    )  # fmt: skip
    size = world.cells.shape[1]
    forks, papers = room_for_forks(size), room_for_papers(size, start.docket, start.promises)
    begin(start, 0, columns, FUTURES, 0, menu.candidates[0], forks, papers)
    for step in range(TURNS):
        live_on(forks, papers, world.oversight[0], world.turn, step)
    for lane in range(LANES):
        alone = lived(world, menu, int(columns[lane // FUTURES]), lane % FUTURES)
        assert (forks.cells[:, :, lane] == alone.cells[0]).all()
        assert (forks.books[:, lane] == alone.books[0]).all()
        assert (papers.dockets[lane] == alone.docket[0]).all()
        assert (papers.promises[lane] == alone.promises[0]).all()


@pytest.mark.parametrize(("horizon", "futures"), [(1, 1), (3, 3), (2, 7), (2, 16), (3, 20)])
def test_each_span_is_foreseen_alone_as_beside_others(horizon: int, futures: int) -> None:
    world = play(World([7, 8], rung=LADDER[4]), arbitrary(2), 3)
    world.open()
    menu = world.offer(0)
    (alone,) = world.foresee_each(menu, [(horizon, futures)])
    other, beside = world.foresee_each(menu, [(5, 2), (horizon, futures)])
    for mine, theirs in zip(alone, beside, strict=True):
        assert (mine == theirs).all()
    for mine, theirs in zip(other, world.foresee(menu, 5, 2), strict=True):
        assert (mine == theirs).all()


def test_forks_that_lie_otherwise_in_memory_are_refused() -> None:
    forks = room_for_forks(5)
    assert packed(forks)
    strided = np.zeros((5, forks.cells.shape[1], 2 * LANES), np.int32)[:, :, ::2]
    assert not packed(forks._replace(cells=strided))


@given(st.integers(-30_000, 30_000), st.integers(1, 1000), st.data())
def test_a_part_is_the_floor_of_a_division(times: int, of: int, data: st.DataObject) -> None:
    value = times * of + data.draw(st.integers(0, of - 1))
    assert part(value, of) == part.py_func(value, of) == value // of  # type: ignore[attr-defined]


@given(st.integers(-(2**31), 2**31), st.integers(1, 1_000_000))
def test_a_mean_is_the_floor_of_a_division(total: int, heads: int) -> None:
    assert mean_of(total, heads) == mean_of.py_func(total, heads) == total // heads  # type: ignore[attr-defined]
