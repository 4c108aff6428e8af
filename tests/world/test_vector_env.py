"""Many worlds as a Gymnasium vector environment: each is what it would be alone, bit for bit."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.world.envs import StewardEnv, StewardVectorEnv
from tests.world.play import rungs

WORLDS = 5


@given(st.integers(0, 2**40), rungs, st.integers(0, 99), st.sampled_from(["commons", "ring", "handback"]))
@settings(max_examples=12, deadline=None)
def test_it_equals_single_environments_bit_for_bit_over_episodes(
    seed: int, rung: int, luck: int, scenario: str
) -> None:
    setting: dict[str, Any] = {"scenario": scenario, "rung": rung, "turns": 14, "people": 9}
    together = StewardVectorEnv(WORLDS, **setting)
    alone = SyncVectorEnv([lambda: StewardEnv(**setting)] * WORLDS)
    assert together.single_observation_space == alone.single_observation_space
    assert together.action_space == alone.action_space
    assert_same(together.reset(seed=seed), alone.reset(seed=seed))
    ends = 0
    for step in range(60):
        actions = np.array([hash((luck, step, world)) % together.setting.options for world in range(WORLDS)])
        told = together.step(actions)
        assert_same(told, alone.step(actions))
        assert told[0] in together.observation_space
        ends += int((told[2] | told[3]).sum())
    assert ends >= WORLDS


def assert_same(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_same(one[name], other[name])
    elif isinstance(one, tuple):
        for here, there in zip(one, other, strict=True):
            assert_same(here, there)
    else:
        assert one.dtype == other.dtype and np.array_equal(one, other)


def test_full_insight_foresees_each_world_in_its_own_turn() -> None:
    setting: dict[str, Any] = {"rung": 2, "turns": 3, "people": 5, "insight": "full", "futures": 1}
    together = StewardVectorEnv(3, **setting)
    alone = SyncVectorEnv([lambda: StewardEnv(**setting)] * 3)
    together.reset(seed=1)
    alone.reset(seed=1)
    hand_back = together.setting.at.options + 1
    for step in range(8):
        actions = np.array([hand_back if step == 1 else 0, 3, hand_back if step == 2 else 2])
        assert_same(together.step(actions), alone.step(actions))


def test_gymnasium_makes_it_and_it_says_how_it_begins_again() -> None:
    made = gymnasium.make_vec("gyges.world.envs:gyges/Steward-v0", num_envs=3, rung=1)
    assert isinstance(made, StewardVectorEnv)
    assert made.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    made.reset(seed=[4, 4, 9])
    assert made.worlds is not None and made.worlds.seeds.tolist() == [4, 4, 9]
    made.reset(seed=7)
    assert made.worlds.seeds.tolist() == [7, 8, 9]
    made.reset()
    followed = made.worlds.seeds.tolist()
    made.reset(seed=7)
    made.reset()
    assert made.worlds.seeds.tolist() == followed


def test_a_copy_of_its_worlds_goes_its_own_way() -> None:
    vector = StewardVectorEnv(2, scenario="ring", turns=2)
    vector.reset(seed=1)
    assert vector.worlds is not None
    before, fork = vector.worlds.digest().tolist(), vector.worlds.copy()
    for again in (False, False, True):
        fork.settle(np.zeros(2, np.int16), np.full(2, again))
    assert vector.worlds.digest().tolist() == before
    assert vector.worlds.seeds.tolist() == [1, 2] != fork.seeds.tolist()
    assert vector.worlds.clock.tolist() == [0, 0]


def test_what_was_handed_out_is_not_written_to_again() -> None:
    vector = StewardVectorEnv(2)
    first, info = vector.reset(seed=1)
    kept = {name: shown.copy() for name, shown in first.items()}
    for _ in range(3):
        vector.step(np.array([0, 1]))
    assert all(np.array_equal(first[name], kept[name]) for name in first)
    assert info.keys() == {"action_mask", "_action_mask"}


@pytest.mark.parametrize("actions", [[0], [0, -1], [0, 10], [0.0, 1.0], [[0, 1]], None, [True, False]])
def test_actions_that_are_not_options_are_refused_in_a_line(actions: Any) -> None:
    vector = StewardVectorEnv(2)
    vector.reset(seed=1)
    with pytest.raises(ValueError, match=r"^action") as refused:
        vector.step(actions)
    assert "\n" not in str(refused.value)


def test_it_wants_worlds_seeds_for_them_and_a_reset_first() -> None:
    with pytest.raises(ValueError, match=r"num_envs takes 1\.\., not 0"):
        StewardVectorEnv(0)
    vector = StewardVectorEnv(2)
    with pytest.raises(ResetNeeded, match="call reset first"):
        vector.step(np.array([0, 0]))
    for seed in ([1], [1, -1], 2**63 - 1):
        with pytest.raises(ValueError, match="seeds are 2 integers"):
            vector.reset(seed=seed)
