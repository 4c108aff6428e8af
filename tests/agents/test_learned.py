"""The trained steward earns what it was selected to earn, and its training can be run again."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from gyges.agents.policy import Batch
from gyges.agents.reference import REFERENCE
from gyges.agents.reference.learned import INPUTS, UNITS, Learned, inputs, trained
from gyges.agents.registry import is_arm_blind, policy_hash
from gyges.episodes.batch import run_batch
from gyges.episodes.spec import EpisodeSpec
from tests.agents.test_reference import batch_of, reordered

TRAINING = Path(__file__).parents[2] / "examples" / "train_learned.py"
UNSEEN = 7_110_000
"""Seeds from here were neither trained on nor looked at while the policy was made."""
LEARNED = Learned("learned", trained())
FIRST_GENERATION = ([74, 38, 26, 85], [85, 41, 13, 85], 176)
"""Four weights before and after, and the credits that its members earned on average."""
ROWS = ("features", "acts", "targets", "valid", "arm", "rung", "stated_oversight", "steward", "key")
"""Fields of a batch that have a row for each world."""


@pytest.fixture(scope="module")
def training() -> ModuleType:
    """The program that trained it."""
    spec = importlib.util.spec_from_file_location("train_learned", TRAINING)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_generation_of_its_training_comes_out_the_same(training: ModuleType) -> None:
    begun = training.start()
    weights, credits = training.generation(begun, 0)
    assert (begun[:4].tolist(), weights[:4].tolist(), round(credits)) == FIRST_GENERATION


@pytest.mark.slow
def test_training_makes_the_very_weights_that_are_kept(training: ModuleType, tmp_path: Path) -> None:
    training.main(tmp_path / "learned.json")
    kept = files("gyges.agents.reference").joinpath("learned.json")
    assert (tmp_path / "learned.json").read_bytes() == kept.read_bytes()


def test_the_weights_have_the_shape_that_the_network_reads() -> None:
    assert REFERENCE["learned"] == LEARNED
    assert [len(row) for row in LEARNED.network] == [len(INPUTS) + 1] * UNITS
    assert inputs(batch_of(3, 5, 0)).shape[-1] == len(INPUTS)


def test_other_weights_are_another_policy() -> None:
    (first, *rest), *units = LEARNED.network
    assert policy_hash(LEARNED) != policy_hash(replace(LEARNED, network=((first + 1, *rest), *units)))


@pytest.mark.parametrize("rung", [0, 5])
def test_it_earns_on_unseen_seeds_what_self_earns_and_far_more_than_chance(rung: int) -> None:
    seeds, names = range(UNSEEN, UNSEEN + 8), ("learned", "self", "random")
    episodes = run_batch([EpisodeSpec(policy=name, rung=rung, seed=seed) for name in names for seed in seeds])
    account = np.array([episode.outcome.account for episode in episodes]).reshape(len(names), -1)
    learned, selfish, chance = account
    assert (learned > chance).all()
    assert learned.mean() > 0.9 * selfish.mean()


def test_it_lives_the_same_life_in_both_arms_and_says_so() -> None:
    assert is_arm_blind(LEARNED)
    told = [EpisodeSpec(policy="learned", rung=3, seed=UNSEEN, turns=8, arm=arm) for arm in ("will", "can")]
    will, can = run_batch(told)
    assert will.digests == can.digests


def test_a_world_in_a_batch_is_decided_as_it_is_alone_and_every_time() -> None:
    alone = [batch_of(seed, 5, 0) for seed in range(6)]
    rows: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in alone]) for name in ROWS}
    together = replace(alone[0], **rows)
    chosen = [int(LEARNED.act_batch(batch)[0]) for batch in alone]
    assert LEARNED.act_batch(together).tolist() == chosen == LEARNED.act_batch(together).tolist()


def test_equal_options_are_told_apart_by_chance_and_not_by_place() -> None:
    batch = batch_of(5, 5, 0)
    columns = batch.acts.shape[1]
    level = replace(
        batch,
        features=np.zeros_like(batch.features),
        acts=np.full_like(batch.acts, batch.acts[0, 0]),
        targets=np.arange(columns, dtype=np.int32)[None],
    )
    places = np.array([*reversed(range(batch.options)), *range(batch.options, columns)])
    turned = reordered(level, places, batch.options)
    chosen = [chosen_under(key, level) for key in range(40)]
    assert len(set(chosen)) > 10
    assert [places[chosen_under(key, turned)] for key in range(40)] == chosen


def chosen_under(key: int, batch: Batch) -> int:
    """The choice in one world whose chance has another key."""
    return int(LEARNED.act_batch(replace(batch, key=np.array([key], np.uint64)))[0])
