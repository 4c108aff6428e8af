"""Intervals for figures that are no mean: leave out one seed after the other.

    v_i = n T - (n - 1) T_(-i)         T_(-i) the figure without seed i
    interval = T -+ t(n - 1) sd(v) / sqrt(n)

Source: Tukey 1958, Ann. Math. Stat. 29, 614; Efron, Tibshirani 1993, An Introduction to the Bootstrap, 11.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import Estimate, mean


def jackknife(
    statistic: Callable[[NDArray[np.intp]], float], present: NDArray[np.intp], n: int | None = None
) -> Estimate:
    """A figure of some seeds with its 95 % interval.

    Args:
        statistic: the figure over the seeds at these places.
        present: places of the seeds that have a part in it.
        n: what the figure counts; by default the seeds.

    Returns:
        No interval where there are fewer than two seeds, or where one of them is all that makes the figure.
    """
    value = statistic(present) if len(present) else math.nan
    count = len(present) if n is None else n
    if len(present) < 2 or math.isnan(value):
        return Estimate(value, math.nan, math.nan, count)
    without = np.array([statistic(np.delete(present, place)) for place in range(len(present))])
    if np.isnan(without).any():
        return Estimate(value, math.nan, math.nan, count)
    around = mean(len(present) * value - (len(present) - 1) * without)
    half = (around.hi - around.lo) / 2
    return Estimate(value, value - half, value + half, count)
