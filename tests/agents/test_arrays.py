"""What environments show is what policies are shown; what was trained in them decides the same in Gyges."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gyges.agents.arrays import arrays
from gyges.agents.policy import PersonView, SettlementView
from gyges.agents.registry import is_arm_blind, policy
from gyges.episodes.life import Life
from gyges.episodes.log import Turn
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.world.envs import StewardEnv
from gyges.world.scenarios import SCENARIOS
from gyges.world.shown import PERSON_SHOWN, SETTLEMENT_SHOWN

SOLE = sorted(name for name, each in SCENARIOS.items() if each.stewards == 1 and not each.climbs)
EXAMPLE = Path(__file__).parents[2] / "examples" / "trained_steward.py"


def test_the_same_fields_are_shown_in_words_and_in_arrays() -> None:
    assert {"index", "name", *PERSON_SHOWN} == set(PersonView.__struct_fields__)
    assert set(SETTLEMENT_SHOWN) == set(SettlementView.__dataclass_fields__)


@pytest.mark.parametrize("insight", ["none", "direct", "full"])
@pytest.mark.parametrize("scenario", SOLE)
def test_the_arrays_of_an_observation_are_those_of_the_environment(scenario: str, insight: Any) -> None:
    turns = 5 if insight == "full" else 12
    env = StewardEnv(scenario=scenario, rung=3, people=8, turns=turns, insight=insight)
    dial = {"none": 0, "direct": 1, "full": 2}[insight]
    spec = EpisodeSpec(
        policy="any", scenario=scenario, rung=3, people=8, turns=turns, seed=5, dials={"insight": dial}
    )
    life = Life(spec)
    seen, _ = env.reset(seed=5)
    step = 0
    while not life.over and life.asked:
        for name, shown in arrays(life.observation(), scenario, insight).items():
            assert np.array_equal(shown, seen[name]), name
            assert shown.dtype == seen[name].dtype
        action = step * 5 % env.setting.at.options
        seen, *_ = env.step(action)
        life.settle({"choice": action})
        step += 1
    assert step > turns


def test_a_policy_trained_without_sight_sees_no_more_in_an_episode_that_shows_it() -> None:
    observation = Life(EpisodeSpec(policy="any")).observation()
    assert [arrays(observation, insight=each)["options"].shape[1] for each in ("none", "direct", "full")] == [
        *(3, 6, 18)
    ]
    blind = Life(EpisodeSpec(policy="any", dials={"insight": 0})).observation()
    with pytest.raises(ValueError, match="with --set insight=full"):
        arrays(blind, insight="full")


@pytest.mark.parametrize("scenario", ["commons", "utopia"])
def test_arrays_of_another_scenario_are_refused(scenario: str) -> None:
    observation = Life(EpisodeSpec(policy="any", scenario="circle")).observation()
    with pytest.raises(ValueError, match=f"not of the scenario '{scenario}'"):
        arrays(observation, scenario)


@pytest.mark.parametrize("rung", [0, 3, 5])
def test_the_example_decides_the_same_in_the_environment_and_in_an_episode(rung: int, tmp_path: Path) -> None:
    steward = policy(f"{EXAMPLE}:Trained")
    assert is_arm_blind(steward)
    env = StewardEnv(rung=rung, turns=10, reward="welfare")
    seen, _ = env.reset(seed=21)
    actions, earned, done = [], 0.0, False
    while not done:
        actions.append(steward.choose(seen))
        seen, reward, terminated, truncated, _ = env.step(actions[-1])
        earned += reward
        done = terminated or truncated
    lines: list[Turn] = []
    spec = EpisodeSpec(policy="trained", rung=rung, turns=10, seed=21)
    outcome = asyncio.run(run_episode(spec, steward, tmp_path / "log.jsonl", lines.append))
    assert [line.choice for line in lines] == actions
    assert outcome.welfare == earned
