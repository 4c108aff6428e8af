"""Noise of the reference policies: standard Gumbel deviates from an integer table.

A choice that maximises utility plus Gumbel noise is a conditional logit
(McFadden 1974). The table is computed in exact decimal arithmetic, never by the
machine's own logarithm, so that a planted policy decides alike everywhere.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache

import numpy as np
from numpy.typing import NDArray

TABLE_LENGTH = 1024


@cache
def gumbel_table() -> NDArray[np.int64]:
    """Quantiles of the standard Gumbel distribution in thousandths, (1024,)."""
    with localcontext() as context:
        context.prec = 12
        steps = (Decimal(2 * i + 1) / Decimal(2 * TABLE_LENGTH) for i in range(TABLE_LENGTH))
        return np.array(
            [int((-((-(step.ln())).ln()) * 1000).to_integral_value()) for step in steps], np.int64
        )


def gumbel(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """A Gumbel deviate in thousandths for every keyed word."""
    return gumbel_table()[(words >> np.uint64(54)).astype(np.intp)]
