"""Several stewards as a PettingZoo environment: its checkers, and the engine's own order, to the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pettingzoo.test import api_test, seed_test

from gyges.agents.arrays import arrays
from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec
from gyges.world.envs import StewardsEnv
from tests.world.test_steward_env import digest

EXPECTED = ("not a NumPy array", "probably should be gymnasium.spaces.box", "not defined a render")
"""What PettingZoo warns of: an observation that is a Dict, and that there is nothing to look at."""


@pytest.mark.parametrize("rung", [0, 3, 5])
@pytest.mark.parametrize("scenario", ["conclave", "commons"])
def test_pettingzoos_own_checkers_pass(
    scenario: str, rung: int, recwarn: pytest.WarningsRecorder, capsys: pytest.CaptureFixture[str]
) -> None:
    setting: dict[str, Any] = {"scenario": scenario, "rung": rung, "turns": 5}
    api_test(StewardsEnv(**setting), num_cycles=40)
    seed_test(lambda: StewardsEnv(**setting), 40)
    assert "Passed" in capsys.readouterr().out
    assert all(any(part in str(said.message) for part in EXPECTED) for said in recwarn)


def lived(env: StewardsEnv, seed: int, luck: int) -> list[tuple[str, int, str]]:
    """Who did what, and the world's digest then, to the end of an episode."""
    env.reset(seed=seed)
    told = []
    for step, agent in enumerate(env.agent_iter()):
        seen, _, terminated, truncated, _ = env.last()
        assert env.observation_space(agent).contains(seen)
        over = terminated or truncated
        assert bool(seen["action_mask"].all()) is not over
        action = None if over else hash((luck, step)) % (env.setting.options - 4)
        env.step(action)
        if action is not None:
            told.append((agent, action, digest(env.world)))
    return told


def test_a_seed_gives_the_same_trajectory_to_its_end() -> None:
    env = StewardsEnv(rung=3, turns=8)
    first, other, again = (lived(env, seed, 5) for seed in (2, 3, 2))
    assert first == again != other
    assert len(first) == 8 * 3 * env.setting.at.decisions


def test_it_is_the_episode_of_three_stewards_decision_by_decision() -> None:
    env = StewardsEnv(rung=3, turns=4, reward="own")
    env.reset(seed=9)
    life = Life(EpisodeSpec(policy="any", scenario="conclave", rung=3, turns=4, seed=9))
    opening = life.world.accounts[0].tolist()
    paid = dict.fromkeys(env.agents, 0.0)
    step = 0
    while not life.over:
        agent, seen = env.agent_selection, env.last()[0]
        assert agent == f"steward_{life.steward}"
        for name, shown in arrays(life.observation(), "conclave").items():
            assert np.array_equal(seen["observation"][name], shown), name
        action = hash((3, step)) % (env.setting.options - 4)
        env.step(action)
        life.settle({"choice": action})
        for each in env.agents:
            paid[each] += env.rewards[each]
        step += 1
    gained = np.subtract(life.world.accounts[0], opening).tolist()
    assert [paid[agent] for agent in env.possible_agents] == gained
    assert all(env.truncations.values()) and not any(env.terminations.values())


def test_one_hands_power_back_for_all() -> None:
    env = StewardsEnv(rung=1, turns=6)
    env.reset(seed=4)
    life = Life(EpisodeSpec(policy="any", scenario="conclave", rung=1, turns=6, seed=4))
    for action in (0, env.setting.at.options + 1):
        env.step(action)
        life.settle({"choice": action})
    assert all(env.terminations.values()) and not any(env.truncations.values())
    while not life.over:
        life.settle()
    life.world.open()
    life.world.offer(0)
    assert digest(env.world) == digest(life.world)


def test_who_is_not_asked_sees_no_menu_and_its_own_account() -> None:
    env = StewardsEnv(rung=2)
    env.reset(seed=1)
    for agent in env.agents:
        seen, due = env.observe(agent), agent == env.agent_selection
        assert env.observation_space(agent).contains(seen)
        assert bool(seen["action_mask"].any()) is due
        assert bool(seen["observation"]["options"].any()) is due
        assert seen["observation"]["moment"][0] == int(agent[-1])


def test_nonsense_is_refused_in_a_line() -> None:
    env = StewardsEnv(turns=1)
    with pytest.raises(Exception, match="call reset first"):
        env.step(0)
    env.reset(seed=1)
    nonsense: tuple[Any, ...] = (None, 99, 0.5)
    for action in nonsense:
        with pytest.raises(ValueError, match=r"^action"):
            env.step(action)
    with pytest.raises(ValueError, match="unknown scenario 'utopia'"):
        StewardsEnv(scenario="utopia")
