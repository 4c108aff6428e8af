"""One steward as a Gymnasium environment: it is the world, no more is seen of it, and nonsense is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec
from gyges.world.engine import World
from gyges.world.envs import REWARDS, StewardEnv
from gyges.world.ladder import DIALS
from gyges.world.scenarios import SCENARIOS
from tests.world.play import rungs, seeds, villages

SOLE = sorted(name for name, each in SCENARIOS.items() if each.stewards == 1 and not each.climbs)
Choose = Callable[[int], int]


def any_of(env: StewardEnv, luck: int) -> Choose:
    """Keyed actions, standing options included; power is handed back now and then."""
    return lambda step: hash((luck, step)) % env.setting.options


def lived(env: StewardEnv, seed: int | None, choose: Choose) -> tuple[list[int], list[Any], str]:
    """The actions of an episode, everything it showed and gave, and its last digest."""
    told: list[Any] = [*env.reset(seed=seed)]
    actions: list[int] = []
    done = False
    while not done:
        actions.append(choose(len(actions)))
        seen, reward, terminated, truncated, info = env.step(actions[-1])
        assert env.observation_space.contains(seen)
        assert info.keys() == {"action_mask"} and info["action_mask"].all()
        told += [seen, reward, terminated, truncated]
        done = terminated or truncated
    return actions, told, digest(env.world)


def digest(world: World | None) -> str:
    assert world is not None
    return str(world.digest()[0])


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return np.array_equal(one, other)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"scenario": "kin", "rung": 3, "insight": "none"},
        {"scenario": "ring", "rung": 2, "reward": "welfare"},
        {"rung": 5, "insight": "full", "people": 7, "turns": 4, "futures": 1, "reward": "own"},
    ],
)
def test_gymnasiums_own_checker_passes_without_a_warning(setting: dict[str, Any]) -> None:
    env = gymnasium.make("gyges.world.envs:gyges/Steward-v0", **setting)
    check_env(env.unwrapped)


@given(seeds, rungs, villages, st.sampled_from(SOLE), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_an_episode_is_that_of_the_world_driven_by_hand(
    seed: int, rung: int, people: int, scenario: str, luck: int
) -> None:
    env = StewardEnv(scenario=scenario, rung=rung, people=people, turns=6, insight="none")
    actions, told, last = lived(env, seed, any_of(env, luck))
    world = World([seed], scenario=scenario, rung=env.setting.at, people=people, turns=6)
    due, menus, task = iter(actions), [], [0]
    for _ in range(6):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            if world.governed[0]:
                menus.append(menu)
                world.take(menu, np.array([next(due)], np.int16))
        world.close()
        task.append(int(world.settlements["output"][0] + world.settlements["falsified"][0]))
    world.open()
    assert next(due, None) is None
    assert digest(world) == last
    shown = [seen["options"] for seen in [told[0], *told[2::4]]]
    for menu, options in zip(menus, shown, strict=False):
        assert (options[:, 0] == menu.acts[0]).all() and (options[:, 2] == menu.targets[0]).all()
    assert sum(told[3::4]) == task[-1]
    assert told[-2:] == [not world.governed[0], bool(world.governed[0])]


@given(seeds, rungs, st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_what_welfare_pays_is_what_gyges_counts_even_after_power_is_handed_back(
    seed: int, rung: int, luck: int
) -> None:
    env = StewardEnv(rung=rung, turns=8, reward="welfare")
    actions, told, _ = lived(env, seed, any_of(env, luck))
    life = Life(EpisodeSpec(policy="any", rung=rung, turns=8, seed=seed))
    due = iter(actions)
    while not life.over:
        life.settle({"choice": next(due)} if life.asked else {})
    assert sum(told[3::4]) == life.outcome().welfare


@pytest.mark.parametrize("reward", REWARDS)
def test_every_reward_of_the_table_is_paid(reward: str) -> None:
    env = StewardEnv(rung=3, turns=5, reward=reward)
    _, told, _ = lived(env, 7, lambda step: step)
    assert any(told[3::4])


def test_a_seed_gives_the_same_trajectory_to_its_end_whatever_came_before() -> None:
    env, other = StewardEnv(rung=5, turns=6), StewardEnv(rung=5, turns=6)
    first = lived(env, 11, any_of(env, 1))
    follows = lived(env, None, any_of(env, 2))
    again = lived(other, 11, any_of(other, 1))
    after = lived(other, None, any_of(other, 2))
    assert first[2] == again[2] and follows[2] == after[2] and follows[2] != first[2]
    assert all(same(*pair) for pair in zip(first[1] + follows[1], again[1] + after[1], strict=True))


@given(seeds, rungs, st.sampled_from(SOLE), st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_is_set_the_observation_lies_in_its_space(
    seed: int, rung: int, scenario: str, data: st.DataObject
) -> None:
    free = sorted(set(DIALS) - {"insight", "options"})
    dials = {
        name: data.draw(st.integers(DIALS[name].lowest, DIALS[name].highest))
        for name in data.draw(st.lists(st.sampled_from(free), unique=True, max_size=4))
    }
    env = StewardEnv(scenario=scenario, rung=rung, turns=3, dials=dials, reward="approval")
    lived(env, seed, any_of(env, seed))


def test_without_a_seed_the_first_world_is_any_and_numpys_own_dice_are_left_alone() -> None:
    before = np.random.get_state()[1].tolist()  # type: ignore[index]
    env, other = StewardEnv(turns=1), StewardEnv(turns=1)
    env.reset()
    other.reset()
    assert env.world is not None and other.world is not None
    assert env.world.seeds[0] != other.world.seeds[0]
    env.reset()
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"scenario": "utopia"}, "unknown scenario 'utopia'; there is commons"),
        ({"scenario": "conclave"}, "scenario 'conclave' has 3 stewards; StewardsEnv is for several"),
        ({"scenario": "division"}, "scenario 'division' climbs the ladder by itself"),
        ({"scenario": ["commons"]}, "unknown scenario"),
        ({"rung": 6}, "rung takes 0..5, not 6"),
        ({"rung": "3"}, "rung takes 0..5, not '3'"),
        ({"turns": 2.5}, "turns takes 1..1000000, not 2.5"),
        ({"people": 1}, "people takes 2..1000000, not 1"),
        ({"turns": 0}, "turns takes 1..1000000, not 0"),
        ({"futures": 0}, "futures takes 1..1000, not 0"),
        ({"insight": "some"}, "unknown insight 'some'; there is none, direct, full"),
        ({"reward": "care"}, "unknown reward 'care'; there is task, own, approval, welfare"),
        ({"dials": {"insight": 2}}, "insight is an argument of its own"),
        ({"dials": {"detection": 1001}}, "dial 'detection' takes 0..1000, not 1001"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_in_a_line(setting: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}") as refused:
        StewardEnv(**setting)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("action", [-1, 10, 2**70, 1.0, True, None, "wait", [1], np.array([0, 1]), np.nan])
def test_an_action_that_is_no_option_is_refused_in_a_line_and_changes_nothing(action: Any) -> None:
    env = StewardEnv()
    env.reset(seed=3)
    before = digest(env.world)
    with pytest.raises(ValueError, match=r"^action") as refused:
        env.step(action)
    assert "\n" not in str(refused.value)
    assert digest(env.world) == before


def test_there_is_no_step_before_an_episode_or_after_it() -> None:
    env = StewardEnv(turns=1)
    with pytest.raises(ResetNeeded, match="call reset first"):
        env.step(0)
    env.reset(seed=0)
    env.step(0)
    with pytest.raises(ResetNeeded, match="call reset first"):
        env.step(0)


@pytest.mark.parametrize("seed", [-1, 2**63, 0.5, "7", [], [1, 2], b"x"])
def test_a_seed_that_is_none_is_refused_in_a_line(seed: Any) -> None:
    with pytest.raises(ValueError, match="seeds are 1 integers of 0") as refused:
        StewardEnv().reset(seed=seed)
    assert "\n" not in str(refused.value)


def test_a_seed_may_be_an_integer_of_numpys() -> None:
    env = StewardEnv()
    first, again = env.reset(seed=7)[0], env.reset(seed=np.int64(7))[0]  # type: ignore[arg-type]
    assert same(first, again)


def test_nothing_else_in_gyges_imports_either_library() -> None:
    script = (
        "import sys, gyges.cli, gyges.bench, gyges.episodes.run, gyges.agents.arrays, gyges.world.engine\n"
        "sys.exit(any(name in sys.modules for name in ('gymnasium', 'pettingzoo')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
