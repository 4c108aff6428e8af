"""Estimates with intervals: the mean of seeds by Student's t, a share of episodes by the binomial.

The distribution functions come from `scipy.special`; `scipy.stats` gives the same figures and
takes two seconds to import.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.025
"""Error of every one-sided test, so that a test agrees with the 95 % interval shown beside it."""


class Estimate(NamedTuple):
    """A figure, its 95 % interval and the number of observations it rests on. NaN where there is none."""

    value: float
    lo: float
    hi: float
    n: int


def mean(values: NDArray[np.float64], alpha: float = ALPHA) -> Estimate:
    """Mean of one value a seed with its t(n-1) interval of coverage 1 - 2 alpha; NaN values are left out.

    Where all values are the same the interval is that very value. One value has no interval.
    """
    present = values[~np.isnan(values)]
    n = len(present)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    if n == 1:
        return Estimate(float(present[0]), math.nan, math.nan, 1)
    if present.min() == present.max():  # exact: a sum of equal floats, divided by n, need not give them back
        value = float(present[0])
        return Estimate(value, value, value, n)
    from scipy.special import stdtrit

    centre = float(present.mean())
    half = float(stdtrit(n - 1, 1 - alpha)) * float(present.std(ddof=1)) / math.sqrt(n)
    return Estimate(centre, centre - half, centre + half, n)


def share_upper(events: int, n: int, error: float = 0.05) -> float:
    """One-sided upper Clopper-Pearson bound of a share (Clopper, Pearson 1934).

    At zero events this is 1 - error^(1/n). With n = 0 nothing is known: 1.
    """
    if events >= n:
        return 1.0
    from scipy.special import betaincinv

    return float(betaincinv(events + 1, n - events, 1 - error))


def share_lower(events: int, n: int, error: float = 0.05) -> float:
    """One-sided lower Clopper-Pearson bound of a share; 0 at zero events."""
    if events == 0:
        return 0.0
    from scipy.special import betaincinv

    return float(betaincinv(events, n - events + 1, error))


def tail(events: int, n: int, share: float) -> float:
    """Exact binomial P(X >= events) for X ~ B(n, share)."""
    if events == 0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(events, n - events + 1, share))
