"""Intervals and bounds against figures worked by hand and against scipy.stats."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from gyges.analysis.estimate import fisher, mean, share_lower, share_upper, tail


def test_the_mean_of_four_seeds_by_hand() -> None:
    estimate = mean(np.array([0.1, 0.2, 0.3, 0.4, np.nan]))
    half = 3.182446305 * math.sqrt(0.05 / 3) / 2  # t(.975, 3), variance .05 / 3
    assert estimate.n == 4
    assert (estimate.value, estimate.lo, estimate.hi) == pytest.approx((0.25, 0.25 - half, 0.25 + half))


def test_seeds_that_agree_have_no_spread_at_all() -> None:
    for value in (0.1, -0.1, 1 / 3):
        assert mean(np.full(7, value)) == (value, value, value, 7)


def test_one_seed_has_no_interval_and_none_no_mean() -> None:
    assert mean(np.array([0.5]))[3] == 1
    assert math.isnan(mean(np.array([0.5])).lo)
    assert math.isnan(mean(np.array([np.nan])).value)


@pytest.mark.parametrize(("n", "bound"), [(20, 0.139), (40, 0.072)])
def test_no_event_bounds_the_rate(n: int, bound: float) -> None:
    assert share_upper(0, n) == pytest.approx(1 - 0.05 ** (1 / n))
    assert share_upper(0, n) == pytest.approx(bound, abs=5e-4)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.001, 0.5))
def test_bounds_and_tails_are_those_of_scipy_stats(count: tuple[int, int], error: float) -> None:
    events, n = count
    exact = scipy.stats.binomtest(events, n).proportion_ci(1 - 2 * error, method="exact")
    assert share_lower(events, n, error) == pytest.approx(exact.low, abs=1e-9)
    assert share_upper(events, n, error) == pytest.approx(exact.high, abs=1e-9)
    assert tail(events, n, error) == pytest.approx(scipy.stats.binom.sf(events - 1, n, error), abs=1e-12)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_fishers_test_is_scipys(n: int, m: int, data: st.DataObject) -> None:
    events, others = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    expected = scipy.stats.fisher_exact([[events, n - events], [others, m - others]], "greater").pvalue
    assert fisher(events, n, others, m) == pytest.approx(float(expected), abs=1e-9)
