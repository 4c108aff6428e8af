"""The bench compares like with like, and says whether a bar is reached."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from gyges.bench import excerpt, excerpt_numpy, table
from gyges.bench.measurements import UnavailableError
from gyges.world.engine import World

TURNS = 40
FIELDS = (
    "alive",
    "nutrition",
    "rest",
    "safety",
    "belonging",
    "autonomy",
    "health",
    "illness",
    "mood",
    "approval",
)


def by_kernel(seed: int, people: int) -> World:
    world = World([seed], people=people)
    excerpt.weeks(world.cells[0], np.zeros(people, np.int32), world.seeds[0], TURNS)
    return world


@pytest.mark.parametrize(("seed", "people"), [(0, 24), (7, 24), (2**63 - 1, 5), (3, 200)])
def test_numpy_gives_the_same_integers(seed: int, people: int) -> None:
    town = excerpt_numpy.Town(World([seed], people=people).people[0], seed)
    for turn in range(TURNS):
        town.week(turn)
    lived = by_kernel(seed, people).people[0]
    for field in FIELDS:
        assert np.array_equal(town.fields[field], lived[field]), field


@pytest.mark.parametrize(("seed", "people"), [(7, 24), (2**63 - 1, 5), (3, 200)])
def test_mesa_gives_the_same_integers(seed: int, people: int) -> None:
    pytest.importorskip("mesa")
    from gyges.bench.excerpt_mesa import Town

    town = Town(World([seed], people=people).people[0], seed)
    for turn in range(TURNS):
        town.week(turn)
    lived = by_kernel(seed, people).people[0]
    for field in FIELDS:
        assert [getattr(person, field) for person in town.agents] == lived[field].tolist(), field


def test_people_fall_ill_recover_and_die_in_the_excerpt() -> None:
    world, start = by_kernel(3, 200), World([3], people=200)
    assert 0 < (world.people["illness"] > 0).sum() < 200
    assert world.people["alive"].sum() < 200
    assert not np.array_equal(world.people["mood"], start.people["mood"])


@pytest.mark.parametrize(
    ("better", "figure", "reached"),
    [("more", 9.0, False), ("more", 10.0, True), ("less", 10.0, True), ("less", 11.0, False)],
)
def test_a_bar_is_reached_from_its_own_side(
    better: Any, figure: float, reached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = table.Bench("it", "times", 10.0, better, lambda seconds: figure)
    monkeypatch.setattr(table, "BENCHES", (bench, dataclasses.replace(bench, long=True)))
    assert [found.reached for found in table.measure(short=True)] == [reached]
    assert len(list(table.measure())) == 2


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def take(_: float) -> float:
        raise UnavailableError("it is not installed")

    monkeypatch.setattr(table, "BENCHES", (table.Bench("it", "times", 10.0, "more", take),))
    (found,) = table.measure()
    assert (found.figure, found.reached, found.note) == (None, None, "it is not installed")
