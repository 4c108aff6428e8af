"""Families of tests: what is left of a p once all that were made are counted.

    Holm                   p_(i) x (m + 1 - i), made to rise with i: the chance of one false finding among all
    Benjamini, Yekutieli   p_(i) x m / i x (1 + 1/2 + ... + 1/m), made to fall with m: the share of false
                           findings among those made, whatever the tests have to do with each other

Holm's for what was to be tested, primary over scenarios and named secondaries; the other for all else,
which is exploratory. A NaN is no test: it stays NaN and counts for nothing.

Sources: Holm 1979, Scand. J. Stat. 6, 65; Benjamini, Yekutieli 2001, Ann. Stat. 29, 1165.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FAMILY = 0.05
"""Error of a family: of the two one-sided co-primaries together, and of every adjusted p."""


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p of each test of one family, in the order given.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    m = sum(not math.isnan(p) for p in ps)
    return _adjusted(ps, lambda ranked: np.maximum.accumulate(ranked * (m - np.arange(m))))


def benjamini_yekutieli(ps: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p of each test, in the order given, under any dependence."""
    m = sum(not math.isnan(p) for p in ps)
    spread = sum(1 / i for i in range(1, m + 1))

    def fall(ranked: NDArray[np.float64]) -> NDArray[np.float64]:
        raised = ranked * m * spread / np.arange(1, m + 1)
        return np.asarray(np.minimum.accumulate(raised[::-1])[::-1])

    return _adjusted(ps, fall)


def _adjusted(ps: Sequence[float], adjust: Callable[[NDArray[np.float64]], Any]) -> tuple[float, ...]:
    """Ps in their order after `adjust`, which is given those that are there, ascending; at most 1."""
    values = np.array(ps, np.float64)
    there = np.flatnonzero(~np.isnan(values))
    order = there[np.argsort(values[there], kind="stable")]
    values[order] = np.minimum(adjust(values[order]), 1.0)
    return tuple(values.tolist())
