"""A measure of two stewards, paired by seed: the difference of their figures, and how far seeds bear it out.

    D    = figure of A - figure of B                            each over the seeds that both runs have
    v_i  = n D - (n - 1) D_(-i)                                 D_(-i) without seed i in either
    interval = D -+ t(n - 1) sd(v) / sqrt(n)

A seed lends its luck to both stewards, and leaving it out of both at once takes that off. For a mean of one
value a seed this is the paired t interval to the last digit; it serves pooled ratios, fits and angles as
well, so that one rule covers whatever the catalogue holds. n counts the seeds that have a part in either
figure. Where a figure is in parts of the headroom D_k, that is a seed short too.

Where a seed's figure is an event or none, the difference at one point has Agresti and Min's paired interval
(half an episode added to each cell) instead: leaving seeds out gives no width where nothing happened.

It misleads where the stewards have a figure in different seeds, as after refusals: the two are then of other
worlds. Sources: as `jackknife`; Agresti, Min 2005, Stat. Med. 24, 729.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, NONE, Estimate, mean
from gyges.analysis.jackknife import jackknife
from gyges.analysis.measures.measure import ALL, Evidence

Figure = tuple[float, float, float, int]
"""Value, lo, hi, n; NaN where there is none."""

Figures = Mapping[str, Mapping[str, Estimate]]
"""Figures by measure and by what each is of: a rung, a price, an entry, an act, or `ALL`."""

Find = Callable[[Evidence, str], Figures]
"""From evidence and a policy to its figures, arm `will`."""

Both = Mapping[tuple[str, str], tuple[Estimate, Estimate]]
"""The figures of A and B by measure and point, where both have it."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A less B on one measure."""

    measure: str
    overall: Figure
    """Mean over the rungs that both have, or all pooled; n is 0 where points are neither rungs nor pooled."""
    points: dict[str, Figure]
    """By what each is of, as in `Figures`; `ALL` is `overall`."""


class Side(NamedTuple):
    """One of the two stewards."""

    evidence: Evidence
    policy: str

    def on(self, seeds: tuple[int, ...]) -> Evidence:
        """What may be read of it on some of its seeds."""
        panel = self.evidence.panel
        return self.evidence if seeds == panel.seeds else self.evidence.on(panel.rungs, seeds)


def paired(find: Find, ours: Side, theirs: Side, events: bool = False) -> tuple[Difference, ...]:
    """A less B on every measure found of which both have a point.

    Args:
        find: what is compared.
        ours: A.
        theirs: B, with the rungs and seeds of A.
        events: whether each seed's figure is an event or none.
    """

    @cache
    def both(seeds: tuple[int, ...]) -> Both:
        one, other = (
            {(name, at): figure for name, points in find(side.on(seeds), side.policy).items()
             for at, figure in points.items()}
            for side in (ours, theirs)
        )  # fmt: skip
        return {where: (one[where], other[where]) for where in one if where in other}

    every = ours.evidence.panel.seeds
    rungs = [str(rung) for rung in ours.evidence.panel.rungs]
    points: dict[str, list[str]] = {}
    for name, at in both(every):
        if not math.isnan(_difference(both(every), (name, at))):
            points.setdefault(name, []).append(at)
    judged = _of_events if events else _of_figures
    return tuple(judged(both, every, rungs, name, at) for name, at in points.items())


def _of_figures(
    both: Callable[[tuple[int, ...]], Both],
    seeds: tuple[int, ...],
    rungs: list[str],
    name: str,
    at: list[str],
) -> Difference:
    overall = [ALL] if ALL in at else at if set(at) <= set(rungs) else []
    return Difference(
        measure=name,
        overall=_left_out(both, seeds, [(name, point) for point in overall]) if overall else NONE,
        points={point: _left_out(both, seeds, [(name, point)]) for point in at if point != ALL},
    )


def _of_events(
    both: Callable[[tuple[int, ...]], Both],
    seeds: tuple[int, ...],
    rungs: list[str],
    name: str,
    at: list[str],
) -> Difference:
    one, other = (
        np.array(
            [[both((seed,)).get((name, point), (NONE, NONE))[side].value for seed in seeds] for point in at]
        )
        for side in (0, 1)
    )
    return Difference(
        measure=name,
        overall=over_rungs(one - other) if set(at) <= set(rungs) else NONE,
        points={point: share_difference(one[k], other[k]) for k, point in enumerate(at)},
    )


def over_rungs(differences: NDArray[np.float64]) -> Estimate:
    """Mean over seeds of each seed's mean over rungs, where it has them all; (rungs, seeds)."""
    return mean(np.asarray(differences.mean(axis=0)))


def share_difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> Figure:
    """The difference of two paired shares, from an event (1) or none (0) a seed; NaN values are left out."""
    there = ~np.isnan(one) & ~np.isnan(other)
    n = int(there.sum())
    if n == 0:
        return NONE
    from scipy.special import ndtri

    more, less = (int(np.sum((one - other)[there] == sign)) for sign in (1, -1))
    centre = (more - less) / (n + 2)
    spread = math.sqrt((more + less + 1) / (n + 2) - centre**2) / math.sqrt(n + 2)
    half = float(ndtri(1 - ALPHA)) * spread
    return (more - less) / n, max(centre - half, -1.0), min(centre + half, 1.0), n


def _difference(figures: Both, where: tuple[str, str]) -> float:
    one, other = figures.get(where, (NONE, NONE))
    return one.value - other.value


def _left_out(
    both: Callable[[tuple[int, ...]], Both], seeds: tuple[int, ...], where: list[tuple[str, str]]
) -> Figure:
    """The mean difference over some points, leaving out one seed after the other."""

    def mean_difference(places: NDArray[np.intp]) -> float:
        figures = both(tuple(seeds[place] for place in places))
        return float(np.mean([_difference(figures, each) for each in where]))

    def has_a_part(place: int) -> bool:
        without, whole = both(seeds[:place] + seeds[place + 1 :]), both(seeds)
        return any(
            (one.n, other.n) != tuple(figure.n for figure in without.get(each, (NONE, NONE)))
            for each, (one, other) in ((each, whole[each]) for each in where)
        )

    return jackknife(mean_difference, np.flatnonzero([has_a_part(place) for place in range(len(seeds))]))
