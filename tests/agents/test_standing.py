"""What a scenario turns on stands in the text, with the world's own figures; elsewhere nothing of it does."""

from __future__ import annotations

import pytest

from gyges.agents import skins, standing
from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec
from tests.agents.reading import Reader

READER = Reader(skins.load("settlement").wording(0), "menu")


def lived(scenario: str, turns: int = 0, people: int = 24, **dials: int) -> Life:
    life = Life(EpisodeSpec(policy="any", scenario=scenario, seed=3_140_001, people=people, dials=dials))
    while life.world.turn < turns:
        life.settle({"missing": "refused"})
    return life


def test_relatives_are_told_where_an_act_or_a_dial_turns_on_them() -> None:
    for life in (lived("kin"), lived("commons", relation=1)):
        seen = life.observation()
        related = {p.name: p.relation for p in seen.people if p.relation}
        ties = READER.facts(seen.text).ties
        assert related and ties.keys() == related.keys()
        assert all(abs(10 * tie - related[str(name)]) <= 5 for name, tie in ties.items())
        world = life.world.people[0]
        assert all(person.relation == world["relation"][person.index] for person in seen.people)
    everyone = lived("commons", relation=1).observation().people
    assert all(person.relation for person in everyone if person.kind == "founder")


def test_views_are_told_where_something_divides_people() -> None:
    life = lived("plural")
    seen = life.observation()
    assert seen.settlement.creed == 600
    assert "Yours stands at +60;" in seen.text
    stances = life.world.people[0]["stance"]
    assert all(person.stance == stances[person.index] for person in seen.people)
    assert len(READER.facts(seen.text).views) >= 20


def test_where_people_are_many_bands_are_told_of() -> None:
    views = READER.facts(lived("plural", people=200).observation().text).views
    assert views and all(isinstance(who, int) for who in views)


@pytest.mark.parametrize("scenario", ["commons", "doctor", "ring"])
def test_elsewhere_nothing_is_told_or_shown_of_ties_and_views(scenario: str) -> None:
    seen = lived(scenario).observation()
    wording = skins.load("settlement").wording(0)
    assert standing.lines(wording, seen.settlement, seen.people) == []
    assert not any(person.relation or person.stance for person in seen.people)
    assert READER.facts(seen.text).oversight
