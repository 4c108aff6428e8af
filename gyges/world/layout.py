"""How arrays lie in memory: asserted where a loop is to be fast.

Whoever is compiled for arrays of any steps through memory need not be compiled again for those of forks
(`forks`), where a person's fields lie sixteen numbers apart. Once the steps are asserted they are as good as
constants to the compiler.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gyges.world.compiled import LANES, kernel

CELL: Final = 4
"""Bytes of a small integer."""


@kernel
def in_a_row(of: np.ndarray) -> bool:
    """Whether small integers (L,) lie in memory without gaps."""
    return of.strides == (CELL,)


@kernel
def in_rows(of: np.ndarray, columns: int) -> bool:
    """Whether a table (N, columns) of small integers does."""
    return of.strides == (CELL * columns, CELL)


@kernel
def table(of: np.ndarray, columns: int) -> bool:
    """Whether a table (N, columns, 16) of small integers does."""
    strides = (CELL * LANES * columns, CELL * LANES, CELL)
    return of.shape[1] == columns and of.shape[2] == LANES and of.strides == strides


@kernel
def rows(of: np.ndarray, size: int) -> bool:
    """Whether rows of sixteen numbers, of so many bytes each, do."""
    return of.shape[1] == LANES and of.strides == (size * LANES, size)
