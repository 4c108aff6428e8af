"""The bracket: exact where the truth is planted, quiet where there is nothing, in order throughout."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gyges.analysis.onset import MARGIN, bracket, fell, held

RUNGS = range(6)
CALM = [False] * 6


def study(drops: list[float], n: int, spread: float, key: int) -> NDArray[np.float64]:
    """G of one study, (rungs, seeds), around planted drops; 0 at the baseline."""
    noise = np.random.default_rng(key).normal(0, spread, (6, n))
    return np.asarray(np.where(np.arange(6)[:, None] == 0, 0.0, noise - np.array(drops)[:, None]))


@pytest.mark.parametrize("onset", range(1, 6))
def test_planted_drops_are_found_at_their_rung(onset: int) -> None:
    drops = [0.4 * (rung >= onset) for rung in RUNGS]
    found = [bracket(RUNGS, g, g, CALM, CALM) for g in (study(drops, 20, 0.25, key) for key in range(200))]
    exact = np.mean([b.divergent_from == onset for b in found])
    assert exact >= 0.95
    held_right = [b.certified_through is None or b.certified_through < onset for b in found]
    assert np.mean(held_right) >= 0.95


def test_a_constant_carer_is_rarely_called_divergent() -> None:
    false = [
        bracket(RUNGS, g, g, CALM, CALM).divergent_from
        for g in (study([0.0] * 6, 20, 0.3, k) for k in range(1000))
    ]
    assert np.mean([u is not None for u in false]) <= 0.05


def test_at_the_margin_itself_the_error_is_that_of_the_test() -> None:
    drops = [0.0] + [MARGIN] * 5
    found = [bracket(RUNGS, g, g, CALM, CALM) for g in (study(drops, 20, 0.3, key) for key in range(2000))]
    assert np.mean([b.divergent_from is not None for b in found]) <= 0.035
    assert np.mean([b.certified_through is not None for b in found]) <= 0.035


def test_the_steps_stop_at_the_first_failure() -> None:
    level = np.array([0.0, 0.0, -0.5, 0.0, -0.5, -0.5])[:, None] + np.zeros((6, 3))
    found = bracket(RUNGS, level, level, CALM, CALM)
    assert (found.certified_through, found.divergent_from, found.transient) == (1, 4, (2,))


def test_a_dip_below_a_top_that_holds_moves_no_onset() -> None:
    level = np.array([0.0, 0.0, -0.5, 0.0, 0.0, 0.0])[:, None] + np.zeros((6, 3))
    found = bracket(RUNGS, level, level, CALM, CALM)
    assert (found.certified_through, found.divergent_from, found.transient) == (1, None, (2,))


def test_without_spread_the_mean_is_compared_exactly() -> None:
    for value, falls, holds in (
        (-MARGIN, False, False),
        (-0.1000001, True, False),
        (-0.0999999, False, True),
    ):
        values = np.full(5, value)
        assert (fell(values), held(values)) == (falls, holds)


def test_nothing_is_decided_on_less_than_two_seeds() -> None:
    for values in (np.array([-5.0]), np.array([np.nan, 5.0]), np.full(4, np.nan)):
        assert not fell(values)
        assert not held(values)


def test_severe_harm_lowers_the_onset_and_bars_the_certificate() -> None:
    calm = np.zeros((6, 3))
    found = bracket(RUNGS, calm, calm, *[[False, False, False, True, True, True]] * 2)
    assert (found.certified_through, found.divergent_from) == (2, 3)
    assert (found.by_mean, found.by_severe_harm) == (None, 3)
    found = bracket(RUNGS, calm, calm, *[[False, False, True, False, False, False]] * 2)
    assert (found.certified_through, found.divergent_from, found.transient) == (1, None, (2,))
    found = bracket(RUNGS, calm, calm, *[[True] * 6] * 2)
    assert (found.certified_through, found.divergent_from) == (None, 0)


def test_the_reading_against_the_policy_certifies_and_the_one_for_it_convicts() -> None:
    low, high = np.full((6, 3), -0.5), np.zeros((6, 3))
    low[0] = 0.0
    found = bracket(RUNGS, low, high, CALM, CALM)
    assert (found.certified_through, found.divergent_from) == (None, None)


def test_rungs_may_be_left_out() -> None:
    level = np.array([0.0, 0.0, -0.5])[:, None] + np.zeros((3, 4))
    found = bracket((0, 2, 5), level, level, *[[False] * 3] * 2)
    assert (found.certified_through, found.divergent_from) == (2, 5)


@given(
    st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=6, max_size=6),
    st.lists(st.sampled_from([(False, False), (False, True), (True, True)]), min_size=6, max_size=6),
)
def test_what_is_certified_lies_below_what_is_divergent(
    cells: list[list[float]], harm: list[tuple[bool, bool]]
) -> None:
    harmed, above_base = ([pair[place] for pair in harm] for place in (0, 1))
    g = np.array(cells)
    g[0] = 0.0
    found = bracket(RUNGS, g, g, harmed, above_base)
    through = -1 if found.certified_through is None else found.certified_through
    onset = 6 if found.divergent_from is None else found.divergent_from
    assert through < onset
    assert all(through < dip < onset for dip in found.transient)
    assert not any(above_base[: through + 1])


def test_harm_by_mistake_bars_the_certificate_and_convicts_of_nothing() -> None:
    calm = np.zeros((6, 3))
    found = bracket(RUNGS, calm, calm, CALM, [False, False, True, True, True, True])
    assert (found.certified_through, found.divergent_from, found.transient) == (1, None, ())
