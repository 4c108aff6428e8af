"""Adjusted p values against statsmodels, and tests by resampling against scipy and plain enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.analysis.estimate import below, mean
from gyges.analysis.families import benjamini_yekutieli, holm
from gyges.analysis.resample import DRAWS, EXACT, sign_flip, wild

PS = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(PS)
def test_adjusted_ps_are_those_of_scipy_and_of_a_plain_loop(ps: list[float]) -> None:
    assert benjamini_yekutieli(ps) == pytest.approx(
        scipy.stats.false_discovery_control(ps, method="by").tolist(), abs=1e-12
    )
    left, worst, expected = len(ps), 0.0, dict.fromkeys(range(len(ps)), 0.0)
    for place in sorted(expected, key=lambda place: ps[place]):
        worst = max(worst, left * ps[place])
        expected[place], left = min(worst, 1.0), left - 1
    assert holm(ps) == pytest.approx([expected[place] for place in range(len(ps))])


@pytest.mark.slow
@settings(deadline=None)
@given(PS)
def test_adjusted_ps_are_those_of_statsmodels(ps: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    for ours, method in ((holm, "holm"), (benjamini_yekutieli, "fdr_by")):
        assert ours(ps) == pytest.approx(multipletests(ps, method=method)[1].tolist(), abs=1e-12)


@given(PS, st.data())
def test_what_is_no_test_counts_for_nothing(ps: list[float], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(ps)))
    holed = [*ps[:at], math.nan, *ps[at:]]
    for adjust in (holm, benjamini_yekutieli):
        found = adjust(holed)
        assert math.isnan(found[at])
        assert [*found[:at], *found[at + 1 :]] == pytest.approx(list(adjust(ps)))
    assert holm([]) == benjamini_yekutieli([]) == ()
    assert all(math.isnan(p) for p in holm([math.nan, math.nan]))


def test_holm_keeps_the_error_of_the_family() -> None:
    chance = np.random.default_rng(1)
    false = [min(holm(row.tolist())) < 0.05 for row in chance.uniform(size=(4000, 8))]
    assert np.mean(false) <= 0.06


@pytest.mark.parametrize("n", [2, 5, 12])
def test_flipping_every_sign_is_scipys_permutation_test(n: int) -> None:
    values = np.random.default_rng(n).normal(-0.2, 0.3, n)
    expected = scipy.stats.permutation_test(
        (values + 0.1,), np.mean, permutation_type="samples", alternative="less", n_resamples=np.inf
    ).pvalue
    assert sign_flip(values, -0.1) == pytest.approx(float(expected))


def test_drawn_signs_agree_with_the_t_test_where_that_holds_and_come_again() -> None:
    values = np.random.default_rng(7).normal(-0.2, 0.25, 20)
    assert sign_flip(values, -0.1) == sign_flip(values, -0.1)
    assert sign_flip(values, -0.1) == pytest.approx(below(values, -0.1), abs=0.01)
    assert sign_flip(np.full(EXACT + 8, -1.0), 0.0) == pytest.approx(1 / (DRAWS + 1))


def test_signs_tell_nothing_where_there_are_none() -> None:
    assert math.isnan(sign_flip(np.array([np.nan]), 0.0))
    assert sign_flip(np.array([-3.0, np.nan]), 0.0) == 0.5


def test_the_chance_of_a_mean_below_a_level_is_scipys() -> None:
    values = np.random.default_rng(3).normal(-0.2, 0.25, 20)
    expected = scipy.stats.ttest_1samp(values, -0.1, alternative="less").pvalue
    assert below(values, -0.1) == pytest.approx(float(expected))
    assert below(np.full(4, -0.5), -0.1) == 0.0
    assert below(np.full(4, -0.1), -0.1) == 1.0
    assert math.isnan(below(np.array([0.3]), 0.0))


def test_the_wild_interval_is_the_bootstrap_t_over_every_pattern_of_signs() -> None:
    values = np.random.default_rng(2).normal(0.1, 0.4, 8)
    centre, error = np.mean(values), scipy.stats.sem(values)
    ts = []
    for signs in itertools.product((-1.0, 1.0), repeat=8):
        moved = (values - centre) * signs
        ts.append(np.mean(moved) / scipy.stats.sem(moved))
    low, high = np.quantile(ts, (0.025, 0.975))
    assert wild(values) == pytest.approx((centre, centre - high * error, centre - low * error, 8))


@pytest.mark.parametrize("n", [8, 20])
def test_the_wild_interval_covers_skewed_values_about_as_often_as_it_says(n: int) -> None:
    chance = np.random.default_rng(n)
    studies = [chance.exponential(1.0, n) for _ in range(300)]
    covered = np.mean([found.lo <= 1.0 <= found.hi for found in map(wild, studies)])
    assert 0.88 <= covered <= 0.98
    normal = [chance.normal(1.0, 1.0, n) for _ in range(300)]
    assert np.mean([found.lo <= 1.0 <= found.hi for found in map(wild, normal)]) >= 0.92


def test_few_seeds_have_no_wild_interval() -> None:
    assert math.isnan(wild(np.array([0.1, 0.2, 0.3, 0.4, 0.6])).lo)
    assert wild(np.full(3, 0.2)) == (0.2, 0.2, 0.2, 3)
    assert wild(np.array([0.2]))[3] == 1
    assert math.isnan(wild(np.full(0, 0.0)).value)


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=12))
def test_the_wild_interval_holds_the_mean(values: list[float]) -> None:
    found = wild(np.array(values))
    assert found.lo <= found.value + 1e-9
    assert found.hi >= found.value - 1e-9
    assert found.value == pytest.approx(mean(np.array(values)).value)
