"""The bench compares like with like, and says whether a bar is reached."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gyges.agents.llm import ModelPolicy
from gyges.agents.llm.openai import OPENAI
from gyges.bench import environments, excerpt, excerpt_numpy, models, population, table
from gyges.bench.measurements import UnavailableError
from gyges.episodes.store import read_log
from gyges.world.engine import World

TURNS = 40
FIELDS = (
    *("alive", "nutrition", "rest", "safety", "belonging", "autonomy"),
    *("health", "illness", "mood", "approval"),
)
WORLDS = pytest.mark.parametrize(("seed", "people"), [(7, 24), (2**63 - 1, 5), (3, 200)])


def begun(seed: int, people: int) -> World:
    """A world in which every third person is near death."""
    world = World([seed], people=people)
    world.people["health"][:, ::3] = 90
    return world


def lived(seed: int, people: int) -> World:
    world = begun(seed, people)
    excerpt.weeks(world.cells[0], np.zeros(people, np.int32), world.seeds[0], TURNS)
    return world


@WORLDS
def test_numpy_gives_the_same_integers(seed: int, people: int) -> None:
    town = excerpt_numpy.Town(begun(seed, people).people[0], seed)
    for turn in range(TURNS):
        town.week(turn)
    expected = lived(seed, people).people[0]
    for field in FIELDS:
        assert np.array_equal(town.fields[field], expected[field]), field


@WORLDS
def test_mesa_gives_the_same_integers(seed: int, people: int) -> None:
    pytest.importorskip("mesa")
    from gyges.bench.excerpt_mesa import Town

    town = Town(begun(seed, people).people[0], seed)
    for turn in range(TURNS):
        town.week(turn)
    expected = lived(seed, people).people[0]
    for field in FIELDS:
        assert [getattr(person, field) for person in town.agents] == expected[field].tolist(), field


def test_people_of_the_excerpt_fall_ill_and_die_but_not_all() -> None:
    people = lived(3, 200).people
    assert 0 < (people["illness"] > 0).sum() < 200
    assert 0 < people["alive"].sum() < 200


@pytest.mark.parametrize(
    ("better", "figure", "reached"),
    [("more", 9.0, False), ("more", 10.0, True), ("less", 10.0, True), ("less", 11.0, False)],
)
def test_a_bar_is_reached_from_its_own_side(
    better: Any, figure: float, reached: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = table.Bench("it", "times", 10.0, better, lambda _: figure)
    monkeypatch.setattr(table, "BENCHES", (bench, dataclasses.replace(bench, long=True)))
    assert [found.reached for found in table.measure(short=True)] == [reached]
    assert len(list(table.measure())) == 2


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def take(_: float) -> float:
        raise UnavailableError("it is not installed")

    monkeypatch.setattr(table, "BENCHES", (table.Bench("it", "times", 10.0, "more", take),))
    (found,) = table.measure()
    assert (found.figure, found.reached, found.note) == (None, None, "it is not installed")


def test_every_question_of_the_model_path_is_answered(tmp_path: Path) -> None:
    with models.serving(0.0) as url:
        asyncio.run(models.episodes(ModelPolicy(OPENAI, "m", base_url=url), 2, 3, tmp_path))
    ends = [log.end for log in map(read_log, tmp_path.glob("episodes/*.jsonl"))]
    assert [(end.outcome.decided, end.outcome.missing) for end in ends if end is not None] == [(3, {})] * 2


def test_decisions_are_counted_where_worlds_begin_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "WORLDS", 3)
    assert environments.decisions("none", 2, 0.01) > environments.decisions("full", 2, 0.01) > 0


def test_the_population_curve_is_drawn_with_every_size() -> None:
    import xml.etree.ElementTree as ElementTree

    sizes = [
        population.Size(people, 30.0 + place, people / 1000) for place, people in enumerate(population.SIZES)
    ]
    drawn = ElementTree.fromstring(population.draw(sizes))
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    for size in sizes:
        assert f"{size.people:,}" in texts
        assert f"{size.nanoseconds:.0f}" in texts
