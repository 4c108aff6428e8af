"""Estimates with intervals: the mean of seeds by Student's t, a share of episodes by the binomial.

The distribution functions come from `scipy.special`; `scipy.stats` gives the same figures and
takes two seconds to import.
"""

from __future__ import annotations

import math
from functools import lru_cache
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


NONE = Estimate(math.nan, math.nan, math.nan, 0)
"""Where there is no figure."""


def centre(values: NDArray[np.float64]) -> float:
    """Mean of one value a seed, without an interval; NaN values are left out, NaN if there are no others."""
    present = values[~np.isnan(values)]
    if len(present) == 0:
        return math.nan
    if present.min() == present.max():  # exact: a sum of equal floats, divided by n, need not give them back
        return float(present[0])
    return float(present.mean())


def mean(values: NDArray[np.float64], alpha: float = ALPHA) -> Estimate:
    """Mean of one value a seed with its t(n-1) interval of coverage 1 - 2 alpha; NaN values are left out.

    Where all values are the same the interval is that very value. One value has no interval.
    """
    present = values[~np.isnan(values)]
    n, value = len(present), centre(present)
    if n < 2:
        return Estimate(value, math.nan, math.nan, n)
    if present.min() == present.max():
        return Estimate(value, value, value, n)
    half = t_quantile(n - 1, 1 - alpha) * float(present.std(ddof=1)) / math.sqrt(n)
    return Estimate(value, value - half, value + half, n)


@lru_cache
def t_quantile(freedom: int, share: float) -> float:
    """The quantile of Student's t; kept, as every interval over as many seeds takes the same."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Estimate:
    """Pooled share sum(part) / sum(whole) over clusters, linearised, t(n-1) over those that have a whole.

    Its n counts the whole. The interval is cut to 0..1. NaN where there is no whole. Source: Cochran
    1977, section 6.
    """
    there = ~np.isnan(whole) & (whole > 0)
    part, whole = part[there], whole[there]
    total = float(whole.sum())
    if total == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    share = float(part.sum()) / total
    around = mean(share + (part - share * whole) / (total / len(whole)))
    return Estimate(share, max(around.lo, 0.0), min(around.hi, 1.0), int(total))


def difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> Estimate:
    """Mean of one group less the mean of another, unpaired; NaN values are left out.

    Welch's interval (Welch 1947), which does not suppose equal variances; NaN where a group has under two.
    """
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    n = len(first) + len(second)
    if min(len(first), len(second)) < 2:
        return Estimate(math.nan, math.nan, math.nan, n)
    value = float(first.mean() - second.mean())
    parts = [float(group.var(ddof=1)) / len(group) for group in (first, second)]
    if sum(parts) == 0:
        return Estimate(value, value, value, n)
    from scipy.special import stdtrit

    squares = zip(parts, (first, second), strict=True)
    freedom = sum(parts) ** 2 / sum(part**2 / (len(group) - 1) for part, group in squares)
    half = float(stdtrit(freedom, 1 - ALPHA)) * math.sqrt(sum(parts))
    return Estimate(value, value - half, value + half, n)


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


def share(events: int, n: int) -> Estimate:
    """A share of episodes with its 95 % Clopper-Pearson interval; NaN within 0..1 where there are none."""
    value = events / n if n else math.nan
    return Estimate(value, share_lower(events, n, ALPHA), share_upper(events, n, ALPHA), n)


def tail(events: int, n: int, share: float) -> float:
    """Exact binomial P(X >= events) for X ~ B(n, share)."""
    if events == 0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(events, n - events + 1, share))


def fisher(events: int, n: int, others: int, m: int) -> float:
    """Exact chance of as many events or more in one group of `n`, given how many both groups have in all.

    One-sided (Fisher 1935): hypergeometric, with `others` events in the other group of `m`.

    >>> round(fisher(6, 20, 1, 20), 4)
    0.0458
    """
    together = events + others
    ways = sum(math.comb(n, k) * math.comb(m, together - k) for k in range(events, min(n, together) + 1))
    return ways / math.comb(n + m, together)


def below(values: NDArray[np.float64], level: float) -> float:
    """One-sided p of a mean below a level, by t(n - 1); NaN values are left out.

    Under `ALPHA` where the upper end of `mean`'s interval lies below the level. Where all values are the same
    it is 0 or 1; from one value there is none.
    """
    present = values[~np.isnan(values)]
    n = len(present)
    if n < 2:
        return math.nan
    if present.min() == present.max():
        return float(present[0] >= level)
    from scipy.special import stdtr

    return float(stdtr(n - 1, (present.mean() - level) / (present.std(ddof=1) / math.sqrt(n))))
