"""How far judges agree: Krippendorff's alpha, 1 for perfect agreement, 0 for chance, below 0 for less."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, Estimate

Level = Literal["nominal", "ordinal", "interval"]
"""What the numbers mean: names, ranks, or distances."""
RESAMPLES = 2000
"""Bootstrap samples of units behind the interval."""


def alpha(ratings: NDArray[np.float64], level: Level) -> float:
    """Krippendorff's alpha of (judges, units), NaN where a judge has not rated a unit.

    Ratings that are not there are left out, never filled in; a unit with fewer than two counts for nothing.
    NaN where no two ratings can be paired, or where all that can be are the same number, so that nothing
    was there to be told apart. Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.

    >>> alpha(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]), "ordinal")
    1.0
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    return _alpha(_counts(ratings, values), values, level)


def agreement(ratings: NDArray[np.float64], level: Level) -> Estimate:
    """Alpha with its percentile bootstrap interval over units; n counts the units that two judges rated.

    The resampling is keyed by the number of units, so that the same ratings give the same interval.
    Samples in which alpha is not defined are left out; where that is all of them there is no interval.
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = _counts(ratings, values)
    counts = counts[counts.sum(axis=1) >= 2]
    units = len(counts)
    value = _alpha(counts, values, level)
    if math.isnan(value) or units < 2:
        return Estimate(value, math.nan, math.nan, units)
    drawn = np.random.default_rng(units).integers(units, size=(RESAMPLES, units))
    each = np.array([_alpha(counts[rows], values, level) for rows in drawn])
    each = each[~np.isnan(each)]
    if not len(each):
        return Estimate(value, math.nan, math.nan, units)
    lo, hi = np.quantile(each, [ALPHA, 1 - ALPHA])
    return Estimate(value, float(lo), float(hi), units)


def _counts(ratings: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each value was given to each unit, (units, values)."""
    return np.asarray((ratings[:, :, None] == values).sum(axis=0), np.float64)


def _alpha(counts: NDArray[np.float64], values: NDArray[np.float64], level: Level) -> float:
    pairable = counts[counts.sum(axis=1) >= 2]
    each = pairable.sum(axis=1, keepdims=True)
    # Coincidences: pairs of ratings of one unit, each unit weighing as many as it has ratings.
    coincidences = (pairable / (each - 1)).T @ pairable - np.diag((pairable / (each - 1)).sum(axis=0))
    margins = coincidences.sum(axis=1)
    total = float(margins.sum())
    distance = _distance(values, margins, level)
    expected = float(margins @ distance @ margins)
    if expected == 0:
        return math.nan
    return 1 - (total - 1) * float((coincidences * distance).sum()) / expected


def _distance(values: NDArray[np.float64], margins: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Squared difference of every two values, (values, values)."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    # Ranks: how many ratings lie below a value, counting half of those that share it.
    place = values if level == "interval" else np.cumsum(margins) - margins / 2
    return np.asarray((place[:, None] - place[None, :]) ** 2)
