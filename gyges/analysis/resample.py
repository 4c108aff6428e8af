"""Checks that lean on no normal distribution: the sign-flip test, and the wild bootstrap of a mean.

Both take one value a seed, so that a seed is a cluster. Under the null hypothesis that values lie
symmetrically about a level, each seed's deviation may as well have the other sign; so the statistic's
distribution is that over all signs. Up to twelve seeds every pattern of signs is gone through and the test
is exact; above, 9,999 are drawn from a fixed key, and the pattern that came counts as one more (Phipson,
Smyth 2010).

    flip   t = mean(x - level);  p = share of patterns whose t lies as low as the one that came
    wild   t* = mean(e (x - mean)) / se(e (x - mean)),  e = -1 or 1;  mean + quantiles of t* x se
           the bootstrap-t with Rademacher weights, which asks the values about their own spread

Sources: Fisher 1935, The Design of Experiments, 21; Phipson, Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, 39;
Wu 1986, Ann. Stat. 14, 1261; Cameron, Gelbach, Miller 2008, Rev. Econ. Stat. 90, 414.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, NONE, Estimate

EXACT = 12
"""Most seeds of which every pattern of signs is gone through."""
DRAWS = 9_999
KEY = 1729
"""Of the patterns drawn, the same for every study of so many seeds."""
MANY = 30
"""Seeds from which the t interval needs no alternative."""


def sign_flip(values: NDArray[np.float64], level: float) -> float:
    """One-sided p of a mean below a level, by flipping the seeds' signs; NaN values are left out.

    Args:
        values: one a seed.
        level: what the mean is under the null hypothesis.

    Returns:
        The chance, of a multiple of 1 / patterns; NaN without values.
    """
    deviations = values[~np.isnan(values)] - level
    if len(deviations) == 0:
        return math.nan
    came = deviations.sum()
    sums = _signs(len(deviations)) @ deviations
    slack = 1e-12 * np.abs(deviations).sum()
    as_low = int(np.sum(sums <= came + slack))
    if len(deviations) <= EXACT:
        return as_low / len(sums)
    return (as_low + 1) / (len(sums) + 1)


def wild(values: NDArray[np.float64], alpha: float = ALPHA) -> Estimate:
    """Mean with its wild bootstrap-t interval of coverage 1 - 2 alpha; NaN values are left out.

    There is no interval where the seeds have too few patterns of signs for the quantile: at .025, under six.
    Where all values are the same the interval is that very value.
    """
    present = values[~np.isnan(values)]
    n = len(present)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    centre = float(present.mean())
    if n > 1 and present.min() == present.max():
        return Estimate(float(present[0]), float(present[0]), float(present[0]), n)
    if 2.0**-n >= alpha:
        return Estimate(centre, math.nan, math.nan, n)
    deviations = present - centre
    means = _signs(n) @ deviations / n
    squares = np.sum(deviations**2) - n * means**2  # a sign changes no square
    errors = np.sqrt(np.maximum(squares, 1e-300) / (n - 1) / n)
    low, high = np.quantile(means / errors, (alpha, 1 - alpha))
    error = float(present.std(ddof=1)) / math.sqrt(n)
    return Estimate(centre, centre - float(high) * error, centre - float(low) * error, n)


def wild_under_many(values: NDArray[np.float64]) -> Estimate:
    """The wild interval under `MANY` seeds; none above, where the t interval needs no alternative."""
    return wild(values) if np.sum(~np.isnan(values)) < MANY else NONE


@lru_cache(maxsize=4)
def _signs(n: int) -> NDArray[np.float64]:
    """Patterns of signs, (patterns, n): all of them, or `DRAWS` by key."""
    if n <= EXACT:
        bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    else:
        bits = np.random.default_rng((KEY, n)).integers(0, 2, (DRAWS, n))
    return np.asarray(2.0 * bits - 1.0)
