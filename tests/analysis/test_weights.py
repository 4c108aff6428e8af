"""Revealed weights and their constancy, on episodes of planted policies."""

from __future__ import annotations

import math
import os
import time
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest

from gyges.agents.reference.graded import GRADED
from gyges.agents.reference.hearts import Heart
from gyges.analysis.choices import Offers, Weighed, load_offers, offers_of
from gyges.analysis.invariance import invariance
from gyges.analysis.measures.weights import WANTS, Weights, scales, weights, weights_of
from gyges.episodes.batch import run_batch
from gyges.episodes.choices import as_decided, choices
from gyges.episodes.conduct import run_sweep
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import Sweep

POLICIES = ("mixed", "steward", "actor", "treacherous:4")
RUNGS = (1, 2, 4)
SEEDS = 12


@cache
def weighed() -> Weighed:
    """Choices of planted policies in the world as it is."""
    specs = [
        EpisodeSpec(policy=name, rung=rung, seed=500 + seed)
        for rung in RUNGS
        for name in POLICIES
        for seed in range(SEEDS)
    ]
    lived = [
        as_decided(episode)
        for rung in RUNGS
        for episode in run_batch([spec for spec in specs if spec.rung == rung])
    ]
    return offers_of(choices(lived))


@cache
def found(policy: str) -> tuple[Weights, ...]:
    return weights_of(weighed(), "commons")[policy]


def planted(heart: Heart) -> np.ndarray:
    scaled = np.array([getattr(heart, name) for name in WANTS]) * scales(weighed().values())
    return np.asarray(scaled / np.linalg.norm(scaled))


@pytest.mark.parametrize("place", range(len(RUNGS)))
def test_planted_weights_are_found_again(place: int) -> None:
    got = np.array([want.value for want in found("mixed")[place].direction])
    assert got @ planted(GRADED["mixed"]) > 0.98
    np.testing.assert_allclose(got, planted(GRADED["mixed"]), atol=0.12)


def test_what_is_given_up_for_welfare_is_found_again() -> None:
    heart = GRADED["mixed"]
    for rung in found("mixed"):
        assert rung.wtr.value == pytest.approx(heart.welfare / heart.own, rel=0.15)
        assert rung.wtr.lo < rung.wtr.value < rung.wtr.hi


def test_who_wants_nothing_for_itself_has_no_price() -> None:
    assert math.isnan(found("steward")[-1].wtr.value)


def test_actor_and_steward_lie_at_the_ends_of_the_index() -> None:
    assert found("actor")[-1].actor_index.value == pytest.approx(1, abs=0.1)
    assert found("steward")[-1].actor_index.value == pytest.approx(0, abs=0.1)


def test_a_turn_of_heart_is_told_from_constancy() -> None:
    turned = invariance(found("treacherous:4"))
    assert (turned.base, turned.rungs, turned.switch_from) == (1, (2, 4), 4)
    assert not turned.constant
    for name in ("steward", "mixed", "actor"):
        assert invariance(found(name)).switch_from is None
    assert invariance(found("actor")).constant


def test_one_rung_says_nothing_of_constancy() -> None:
    nothing = invariance(found("steward")[:1])
    assert (nothing.base, nothing.switch_from, nothing.constant) == (None, None, False)


def test_direction_is_a_unit_vector_whatever_the_noise() -> None:
    for rung in found("steward"):
        assert sum(want.value**2 for want in rung.direction) == pytest.approx(1)


def test_too_few_choices_are_refused() -> None:
    offers = weighed()["commons", "steward", 1]
    scale = scales([offers])
    few = weights(offers.part(np.arange(len(offers.seeds)) < 299), 1, scale)
    assert few.refused == "299 choices, 300 are needed"
    assert all(want.n == 0 and math.isnan(want.value) for want in few.direction)
    one = weights(offers._replace(seeds=np.zeros_like(offers.seeds)), 1, scale)
    assert one.refused == "1 seeds, 5 are needed"
    with pytest.raises(ValueError, match="are needed"):
        _ = few.wants


def test_features_that_go_together_are_refused() -> None:
    offers = weighed()["commons", "steward", 1]
    alike = offers.features.copy()
    alike[..., 4] = alike[..., 2]
    refused = weights(replace_features(offers, alike), 1, scales([offers])).refused
    assert refused == "welfare and approval go together, |r| 1.00"
    constant = offers.features.copy()
    constant[..., 1] = 7
    assert weights(replace_features(offers, constant), 1, np.ones(4)).refused == "task does not vary"


def replace_features(offers: Offers, features: np.ndarray) -> Offers:
    return offers._replace(features=features)


def test_the_table_is_kept_and_written_anew_when_episodes_come(tmp_path: Path) -> None:
    sweep = Sweep(policies=("steward",), rungs=(0, 1), arms=("will",), seeds=3, turns=4)
    run_sweep(sweep, tmp_path, jobs=1)
    first = load_offers([tmp_path])
    assert {policy for _, policy, _ in first} == {"steward", "limited"}
    path = tmp_path / "tables" / "choices.parquet"
    written = path.stat().st_mtime_ns
    again = load_offers([tmp_path])
    assert path.stat().st_mtime_ns == written
    for key, offers in first.items():
        np.testing.assert_array_equal(offers.features, again[key].features)
        np.testing.assert_array_equal(offers.chosen, again[key].chosen)
    soon = time.time() + 5
    os.utime(next(tmp_path.glob("scripted/*.jsonl")), (soon, soon))
    load_offers([tmp_path])
    assert path.stat().st_mtime_ns > written
    duckdb.execute(f"COPY (SELECT * EXCLUDE (own) FROM '{path}') TO '{path}' (FORMAT parquet)")
    assert load_offers([tmp_path]).keys() == first.keys()  # a table of other features is written anew
