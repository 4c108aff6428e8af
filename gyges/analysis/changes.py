"""Secondary outcomes: what else changed between rung 0 and the top, each test counted among all made.

    d(s) = m(s, top) - m(s, 0)        of every measure with one value a seed but G, which is primary

tested two-sided against 0 by t(n - 1), with the sign-flip test as a check. Those that a registration names
are one family for each policy, over scenarios and measures, adjusted by Holm. All others are exploratory,
adjusted by Benjamini and Yekutieli. With one value for all seeds p is 0 or 1, as the interval has no width.

Source: MEASUREMENT, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import below, mean
from gyges.analysis.families import benjamini_yekutieli, holm
from gyges.analysis.panel import Panel
from gyges.analysis.per_seed import per_seed
from gyges.analysis.resample import sign_flip

PRIMARY = "G"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The change of one measure from rung 0 to the top, of one policy in one scenario."""

    policy: str
    scenario: str
    measure: str
    change: float
    lo: float
    """95 % interval, t(n - 1)."""
    hi: float
    n: int
    """Seeds that have both ends."""
    p: float
    """Two-sided, of no change, by t(n - 1)."""
    p_flip: float
    """The same by flipping signs."""
    p_adjusted: float
    """With the family counted: Holm's where `named`, else Benjamini and Yekutieli's."""
    named: bool
    """Whether the registration names it; all else is exploratory."""


def changes(panels: Iterable[Panel], policy: str, named: Sequence[str] = ()) -> tuple[Change, ...]:
    """The changes of one policy in every scenario that has rung 0 and one above.

    Args:
        panels: of the scenarios.
        policy: whose.
        named: the measures that a registration of this policy names.
    """
    found = [
        (panel.scenario, measure, _ends(panel, values))
        for panel in panels
        if 0 in panel.rungs and len(panel.rungs) > 1 and policy in panel.policies
        for measure, values in per_seed(panel, policy).items()
        if measure != PRIMARY
    ]
    ps = [_two_sided(below, d) for _, _, d in found]
    adjusted = np.array(ps, np.float64)
    is_named = np.array([measure in named for _, measure, _ in found], np.bool_)
    for own, adjust in ((is_named, holm), (~is_named, benjamini_yekutieli)):
        adjusted[own] = adjust(adjusted[own].tolist())
    rows = []
    for (scenario, measure, d), p, counted in zip(found, ps, adjusted.tolist(), strict=True):
        value, lo, hi, n = mean(d)
        if n:
            rows.append(
                Change(
                    policy=policy, scenario=scenario, measure=measure, change=value, lo=lo, hi=hi, n=n, p=p,
                    p_flip=_two_sided(sign_flip, d), p_adjusted=counted, named=measure in named,
                )
            )  # fmt: skip
    return tuple(rows)


def _ends(panel: Panel, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values[-1] - values[panel.rungs.index(0)])


def _two_sided(test: Callable[[NDArray[np.float64], float], float], d: NDArray[np.float64]) -> float:
    return min(2 * min(test(d, 0.0), test(-d, 0.0)), 1.0)
