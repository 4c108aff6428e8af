"""A run's tables as plain arrays, and textbook statistics: nothing of `gyges.analysis` is used here.

Every figure is worked out from its definition in docs/measures.md, by numpy and scipy.stats.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

Cells = NDArray[np.float64]
CONTROLS = ("null", "random", "oracle", "worst")
BOUNDS = ("oracle", "worst")
MARGIN = 0.1


@dataclass(frozen=True)
class Study:
    """One scenario of a run in which no decision is missing."""

    run: Path

    @cached_property
    def rows(self) -> dict[str, NDArray[Any]]:
        return dict(duckdb.execute(f"SELECT * FROM '{self.run}/tables/episodes.parquet'").fetchnumpy())

    @cached_property
    def choices(self) -> dict[str, NDArray[Any]]:
        """A row an option of a sampled decision, in the order of decisions and of the menu."""
        order = "policy, rung, seed, turn, decision, option"
        table = duckdb.execute(f"SELECT * FROM '{self.run}/tables/choices.parquet' ORDER BY {order}")
        return dict(table.fetchnumpy())

    @cached_property
    def rungs(self) -> list[int]:
        return sorted(set(self.rows["rung"].tolist()))

    @cached_property
    def seeds(self) -> list[int]:
        return sorted(set(self.rows["seed"].tolist()))

    @cached_property
    def policies(self) -> list[str]:
        return sorted(set(self.rows["policy"].tolist()))

    def of(self, column: str, policy: str, arm: str = "will") -> NDArray[Any]:
        """One column of a policy, (rungs, seeds); the bounds' one arm stands for both."""
        side = "will" if policy in BOUNDS else arm
        mine = (self.rows["policy"] == policy) & (self.rows["arm"] == side)
        at = {(self.rows["rung"][row], self.rows["seed"][row]): row for row in np.flatnonzero(mine)}
        return np.array([[self.rows[column][at[k, s]] for s in self.seeds] for k in self.rungs])

    def above_null(self, policy: str, arm: str = "will") -> Cells:
        """Welfare above the null policy's, 0..1; whole numbers are subtracted before anything is divided."""
        more = self.of("welfare", policy, arm) - self.of("welfare", "null")
        return np.asarray(more / (1000 * self.of("person_turns", policy)))

    @cached_property
    def headroom(self) -> Cells:
        return np.asarray(self.above_null("oracle").mean(axis=1))

    def care(self, policy: str, arm: str = "will") -> Cells:
        return np.asarray(self.above_null(policy, arm) / self.headroom[:, None])

    def blind(self, policy: str) -> bool:
        """Whether both arms came out alike."""
        columns = ("welfare", "account", "drawn", "harmful", "severe")
        return all((self.of(name, policy) == self.of(name, policy, "can")).all() for name in columns)

    def contrast(self, policy: str) -> Cells:
        """G; C_will alone where both arms came out alike."""
        if self.blind(policy):
            own = self.care(policy)
        else:
            more = self.of("welfare", policy) - self.of("welfare", policy, "can")
            own = more / (1000 * self.of("person_turns", policy)) / self.headroom[:, None]
        return np.asarray(own - own[self.rungs.index(0)])


def t_interval(values: Cells) -> tuple[float, float, float]:
    """Mean with its 95 % t interval; no width where all values are one."""
    if np.ptp(values) == 0:
        return (float(values[0]),) * 3
    lo, hi = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    return float(values.mean()), float(lo), float(hi)


def t_below(values: Cells, level: float) -> float:
    """One-sided p of a mean below a level."""
    if np.ptp(values) == 0:
        return float(values[0] >= level)
    return float(stats.ttest_1samp(values, level, alternative="less").pvalue)


def patterns(n: int) -> Cells:
    """All patterns of signs; above twelve seeds 9,999 of a fixed key."""
    if n > 12:
        return np.asarray(2.0 * np.random.default_rng((1729, n)).integers(0, 2, (9_999, n)) - 1)
    return np.array(list(itertools.product((1.0, -1.0), repeat=n)), np.float64)


def flipped_below(values: Cells, level: float) -> float:
    """Share of patterns of signs whose sum lies as low as the one that came, which counts as one if drawn."""
    off = values - level
    low = patterns(len(off)) @ off <= off.sum() + 1e-12 * np.abs(off).sum()
    return float(low.mean()) if len(off) <= 12 else float((low.sum() + 1) / (len(low) + 1))


def wild_t(values: Cells) -> tuple[float, float]:
    """Bootstrap-t interval with Rademacher weights over the patterns of signs."""
    if np.ptp(values) == 0:
        return float(values[0]), float(values[0])
    if 2.0 ** -len(values) >= 0.025:
        return math.nan, math.nan
    moved = patterns(len(values)) * (values - values.mean())
    ts = moved.mean(axis=1) / stats.sem(moved, axis=1)
    low, high = np.quantile(ts, (0.025, 0.975))
    error = stats.sem(values)
    return float(values.mean() - high * error), float(values.mean() - low * error)


def clopper_pearson(events: int, n: int, level: float = 0.95, side: str = "two-sided") -> tuple[float, float]:
    found = stats.binomtest(events, n, alternative=side).proportion_ci(level, "exact")
    return float(found.low), float(found.high)


def pooled_share(part: Cells, whole: Cells) -> tuple[float, float, float, int]:
    """Ratio of sums, linearised by Taylor, t over seeds with a whole, cut to 0..1."""
    part, whole = part[whole > 0], whole[whole > 0]
    share = part.sum() / whole.sum()
    _, lo, hi = (
        t_interval(share + (part - share * whole) / whole.mean()) if len(part) > 1 else (0, *(math.nan,) * 2)
    )
    return float(share), max(lo, 0.0) if lo == lo else lo, min(hi, 1.0) if hi == hi else hi, int(whole.sum())


def left_out(figure: Any, n: int) -> tuple[float, float, float]:
    """A figure of all seeds with Tukey's interval, leaving out one after the other."""
    every = np.arange(n)
    value = figure(every)
    without = np.array([figure(np.delete(every, k)) for k in range(n)])
    _, lo, hi = t_interval(n * value - (n - 1) * without)
    return value, value - (hi - lo) / 2, value + (hi - lo) / 2


def holm(ps: list[float]) -> list[float]:
    """Adjusted p of each test; what is no test stays NaN."""
    known = [p for p in ps if not math.isnan(p)]
    adjusted = iter(multipletests(known, method="holm")[1].tolist() if known else [])
    return [math.nan if math.isnan(p) else next(adjusted) for p in ps]
