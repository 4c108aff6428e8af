"""Agreement of judges: published figures, the definition written out another way, what must not matter."""

from __future__ import annotations

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from gyges.analysis.measures.agreement import Level, agreement, alpha

X = math.nan
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
        [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
    ]
)
"""Four observers, twelve units, seven gaps: the worked example C of Krippendorff 2011."""
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
RATINGS = arrays(
    np.float64,
    st.tuples(st.integers(2, 4), st.integers(2, 8)),
    elements=st.sampled_from([1.0, 2.0, 3.0, 5.0, X]),
)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example_comes_out_as_published(level: Level, published: float) -> None:
    assert alpha(PUBLISHED, level) == pytest.approx(published, abs=0.0005)


def test_two_judges_without_gaps_agree_as_published() -> None:
    """Worked example A of Krippendorff 2011: two observers, ten units, two values, alpha .095."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(np.array([first, second], float), "nominal") == pytest.approx(0.095, abs=0.0005)


def by_pairs(ratings: NDArray[np.float64], level: Level) -> float:
    """Alpha as 1 less the mean difference within units over that among all pairable ratings."""
    units = [[value for value in unit if not math.isnan(value)] for unit in ratings.T]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in units for value in unit]

    def difference(a: float, b: float) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= value <= high for value in pooled)
        return 0.0 if a == b else (between - (pooled.count(a) + pooled.count(b)) / 2) ** 2

    expected = [difference(a, b) for a, b in combinations(pooled, 2)]
    if not sum(expected):
        return math.nan
    within = sum(sum(difference(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    return 1 - (within / len(pooled)) / (sum(expected) / len(expected))


@given(RATINGS, st.sampled_from(LEVELS))
def test_it_is_what_the_definition_by_pairs_gives(ratings: NDArray[np.float64], level: Level) -> None:
    assert alpha(ratings, level) == pytest.approx(by_pairs(ratings, level), nan_ok=True)


@given(RATINGS, st.sampled_from(LEVELS))
def test_order_of_judges_and_units_does_not_matter_nor_do_units_rated_once(
    ratings: NDArray[np.float64], level: Level
) -> None:
    turned = ratings[::-1, ::-1]
    assert alpha(turned, level) == pytest.approx(alpha(ratings, level), nan_ok=True)
    alone = np.full((len(ratings), 1), X)
    alone[0] = 5.0
    assert alpha(np.hstack([ratings, alone]), level) == pytest.approx(alpha(ratings, level), nan_ok=True)


def test_ranks_and_distances_are_told_apart() -> None:
    stretched = np.where(PUBLISHED == 5, 50, PUBLISHED)
    assert alpha(stretched, "ordinal") == pytest.approx(alpha(PUBLISHED, "ordinal"))
    assert alpha(stretched, "interval") != pytest.approx(alpha(PUBLISHED, "interval"))


def test_what_cannot_be_told_is_not_a_number() -> None:
    for ratings in ([[1.0, 1.0], [1.0, 1.0]], [[1.0, X], [X, 2.0]], [[X, X], [X, X]]):
        assert math.isnan(alpha(np.array(ratings), "ordinal"))
        assert math.isnan(agreement(np.array(ratings), "ordinal").lo)


def test_the_interval_is_the_same_each_time_and_narrows_with_units() -> None:
    few, many = agreement(PUBLISHED, "ordinal"), agreement(np.tile(PUBLISHED, 10), "ordinal")
    assert few == agreement(PUBLISHED, "ordinal")
    assert (few.n, many.n) == (11, 110)
    assert few.lo < few.value < few.hi
    assert many.hi - many.lo < few.hi - few.lo
