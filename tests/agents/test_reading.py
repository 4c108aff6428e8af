"""The prompt tells enough: a policy that reads the text alone decides as one that is shown the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import msgspec
import pytest

from gyges.agents import skins
from gyges.agents.policy import Observation
from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec
from gyges.world.acts import ACT_INDEX, ACTS
from gyges.world.ladder import LADDER
from gyges.world.scenarios import SCENARIOS
from tests.agents.conftest import look
from tests.agents.facts import stated
from tests.agents.reading import Reader, Unreadable
from tests.agents.weighing import decide

TOLD = [
    (skin, wording, by)
    for skin in skins.names()
    for wording, by in product(range(len(skins.load(skin).wordings)), ("menu", "tools"))
]
"""Every skin, wording and interface."""
READERS = {(skin, n, by): Reader(skins.load(skin).wording(n), by) for skin, n, by in TOLD}
RUNGS = range(len(LADDER))


def retold(spec: EpisodeSpec) -> Iterator[list[Observation]]:
    """Each decision of an episode of the native policy, in every telling: the world is one and the same."""
    life = Life(spec)
    while not life.over:
        seen = []
        for skin, wording, by in TOLD:
            life.spec = msgspec.structs.replace(spec, skin=skin, wording=wording, interface=by)
            seen.append(life.observation())
        yield seen
        life.settle({"choice": decide(stated(seen[0]))})


def agreement(rung: int, turns: int, seed: int) -> dict[tuple[str, int, str], float]:
    """The share of decisions that reading alone reproduces, for each telling."""
    same: Counter[tuple[str, int, str]] = Counter()
    decisions = 0
    for seen in retold(EpisodeSpec(policy="native", rung=rung, turns=turns, seed=seed)):
        decisions += 1
        for told, observation in zip(TOLD, seen, strict=True):
            native = decide(stated(observation))
            same[told] += decide(READERS[told].facts(observation.text)) == native
    return {told: same[told] / decisions for told in TOLD}


@pytest.mark.parametrize("rung", RUNGS)
def test_reading_alone_reproduces_the_native_policys_decisions(rung: int) -> None:
    assert min(agreement(rung, turns=8, seed=3).values()) >= 0.99


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_fact_of_every_scenario_is_in_the_text(scenario: str) -> None:
    for seen in retold(EpisodeSpec(policy="native", scenario=scenario, rung=2, turns=2, seed=4)):
        for told, observation in zip(TOLD, seen, strict=True):
            assert READERS[told].facts(observation.text) == stated(observation)


@pytest.mark.slow
@pytest.mark.parametrize("rung", RUNGS)
def test_reading_alone_reproduces_whole_episodes(rung: int) -> None:
    for seed in range(3):
        assert min(agreement(rung, turns=30, seed=seed).values()) >= 0.99


@pytest.mark.parametrize("people", [24, 120])
def test_every_fact_is_in_the_text_whoever_died_or_left(people: int) -> None:
    """Figure for figure, with the few listed one by one and the many by bands."""
    spec = EpisodeSpec(policy="native", rung=5, seed=8, people=people, turns=4)
    told = [observation for seen in retold(spec) for observation in seen]
    for observation in told:
        brief = observation.brief
        reader = READERS[brief.skin, brief.wording, brief.interface]
        assert reader.facts(observation.text) == stated(observation)
    assert any(observation.events for observation in told)


def test_the_native_policy_turns_with_what_is_stated() -> None:
    """It would be no test if it chose alike whatever the text said."""
    shown = [stated(look(rung=5, seed=seed)) for seed in range(20)]
    watched = [facts._replace(oversight=(1, 100, 100)) for facts in shown]
    harmful = [
        sum(ACTS[ACT_INDEX[facts.offers[decide(facts)].act]].harmful for facts in told)
        for told in (shown, watched)
    ]
    assert harmful[0] > 10 > harmful[1] == 0
    for change in (
        {"books": dict.fromkeys(watched[0].books, 0)},
        {
            "people": {
                name: p._replace(needs=dict.fromkeys(p.needs, 95)) for name, p in watched[0].people.items()
            }
        },
    ):
        assert any(decide(facts._replace(**change)) != decide(facts) for facts in watched)


def test_a_figure_that_is_changed_in_the_text_is_seen() -> None:
    observation = look(rung=1)
    reader = READERS["settlement", 0, "menu"]
    changed = observation.text.replace("safety +", "safety +1")
    assert changed != observation.text
    assert reader.facts(changed) != stated(observation)


def test_a_text_with_two_readings_is_not_read() -> None:
    wording = skins.load("settlement").wording(0)
    twofold = replace(wording, effects={**wording.effects, "rest": wording.effects["safety"]})
    with pytest.raises(Unreadable):
        Reader(twofold, "menu").facts(look(rung=2).text)
