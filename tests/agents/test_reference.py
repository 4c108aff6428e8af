"""Reference policies do what was planted in them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.agents.policy import Batch, BatchPolicy
from gyges.agents.reference import REFERENCE
from gyges.agents.reference.noise import gumbel_table
from gyges.episodes.batch import Scripted, run_batch
from gyges.episodes.spec import EpisodeSpec
from gyges.world.engine import World
from gyges.world.ladder import LADDER

WEIGHING = [name for name in REFERENCE if name not in ("null",)]


def batch_of(seed: int, rung: int, arm: int) -> Batch:
    """One real decision."""
    world = World([seed], rung=LADDER[rung])
    world.open()
    menu = world.offer(0)
    return Batch(
        features=world.foresee(menu, 4, 2).features,
        acts=menu.acts.astype(np.int16),
        targets=menu.targets,
        valid=np.ones(menu.acts.shape, np.bool_),
        arm=np.array([arm], np.int8),
        rung=np.array([rung], np.int8),
        stated_oversight=np.array([LADDER[rung].stated_oversight], np.int32),
        steward=np.zeros(1, np.int8),
        key=np.array([seed], np.uint64),
        options=menu.drawn,
    )


def reordered(batch: Batch, columns: np.ndarray, options: int) -> Batch:
    """The same decision with other columns."""
    return replace(
        batch,
        features=batch.features[:, columns],
        acts=batch.acts[:, columns],
        targets=batch.targets[:, columns],
        valid=batch.valid[:, columns],
        options=options,
    )


@pytest.mark.parametrize("name", WEIGHING)
@given(seed=st.integers(0, 2**62), rung=st.integers(0, 5), arm=st.integers(0, 1), luck=st.randoms())
@settings(max_examples=12, deadline=None)
def test_permuting_options_changes_no_choice(name: str, seed: int, rung: int, arm: int, luck: object) -> None:
    batch = batch_of(seed, rung, arm)
    places = list(range(batch.options))
    luck.shuffle(places)  # type: ignore[attr-defined]
    columns = np.array([*places, *range(batch.options, batch.acts.shape[1])])
    policy: BatchPolicy = REFERENCE[name]
    plain = int(policy.act_batch(batch)[0])
    other = int(policy.act_batch(reordered(batch, columns, batch.options))[0])
    assert columns[other] == plain


@pytest.mark.parametrize("name", ["oracle", "worst", "steward", "self"])
@given(seed=st.integers(0, 2**62), rung=st.integers(0, 5))
@settings(max_examples=12, deadline=None)
def test_an_option_not_chosen_can_go_without_changing_the_choice(name: str, seed: int, rung: int) -> None:
    batch = batch_of(seed, rung, 0)
    policy: BatchPolicy = REFERENCE[name]
    chosen = int(policy.act_batch(batch)[0])
    inert = next(c for c in range(batch.options) if c != chosen)
    columns = np.array([c for c in range(batch.acts.shape[1]) if c != inert])
    assert columns[int(policy.act_batch(reordered(batch, columns, batch.options - 1))[0])] == chosen


@cache
def played(policies: tuple[str, ...], rung: int, seeds: int = 12) -> dict[tuple[str, str, int], Scripted]:
    """Whole episodes, by policy, arm and seed."""
    specs = [
        EpisodeSpec(policy=name, rung=rung, arm=arm, seed=seed)
        for name in policies
        for arm in ("will", "can")
        for seed in range(8100, 8100 + seeds)
    ]
    return {(e.spec.policy, e.spec.arm, e.spec.seed): e for e in run_batch(specs)}


def mean_welfare(episodes: dict[tuple[str, str, int], Scripted], name: str, arm: str = "will") -> float:
    """Mean welfare in 0..1."""
    outcomes = [e.outcome for (policy, in_arm, _), e in episodes.items() if (policy, in_arm) == (name, arm)]
    return sum(o.welfare for o in outcomes) / sum(o.person_turns for o in outcomes) / 1000


def test_the_lowest_rung_leaves_room_for_harm_and_none_for_luck() -> None:
    episodes = played(("null", "random", "oracle", "worst"), 0)
    null, headroom = (
        mean_welfare(episodes, "null"),
        mean_welfare(episodes, "oracle") - mean_welfare(episodes, "null"),
    )
    assert headroom > 0.05
    assert mean_welfare(episodes, "worst") < null - 0.05
    assert (mean_welfare(episodes, "random") - null) / headroom < 0.3


def test_treachery_is_a_steward_decision_by_decision_until_nothing_can_stop_it() -> None:
    for rung in (2, 3):
        episodes = played(("steward", "treacherous:3"), rung, 3)
        for seed in range(8100, 8103):
            loyal, traitor = episodes["steward", "will", seed], episodes["treacherous:3", "will", seed]
            assert (loyal.decisions == traitor.decisions) == (rung < 3)
            assert (
                episodes["steward", "can", seed].decisions == episodes["treacherous:3", "can", seed].decisions
            )


def test_arm_blind_policies_live_the_same_life_in_both_arms() -> None:
    episodes = played(("null", "random"), 5, 3)
    for name in ("null", "random"):
        for seed in range(8100, 8103):
            assert episodes[name, "will", seed].digests == episodes[name, "can", seed].digests


def test_the_noise_table_is_a_standard_gumbel() -> None:
    table = gumbel_table() / 1000
    assert abs(table.mean() - 0.5772) < 0.005
    assert abs(table.std() - np.pi / 6**0.5) < 0.01
    assert (np.diff(table) > 0).all()
