"""The form that every secondary measure has: how it is worked out, and how it is read and drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.choices import Offers
from gyges.analysis.estimate import Estimate, centre, mean, ratio
from gyges.analysis.forks import Forks
from gyges.analysis.measures.missing import missing_shares
from gyges.analysis.panel import Panel
from gyges.analysis.probes import Asked

ALL = "all"
"""Where a point is of everything pooled."""

Cells = NDArray[np.float64]
"""(rungs, seeds), NaN where there is no episode."""


class Evidence(NamedTuple):
    """What a measure may read of one scenario: tables alone."""

    panel: Panel
    offers: Mapping[tuple[str, int], Offers] = {}
    """Choices by policy and rung, arm `will`; empty where they were not carried out again."""
    asked: Asked = ()
    """Answers to questions put aside."""
    forks: Forks | None = None
    """Twins in which an act was forced, on the panel's rungs and seeds; None where none was."""

    def on(self, rungs: Sequence[int], seeds: Sequence[int]) -> Evidence:
        """The same on some of the rungs and seeds."""
        return Evidence(
            self.panel.on(rungs, seeds),
            {
                (policy, rung): offers.part(np.isin(offers.seeds, seeds))
                for (policy, rung), offers in self.offers.items()
                if rung in rungs
            },
            tuple(row for row in self.asked if row.rung in rungs and row.seed in seeds),
            self.forks and self.forks.on(rungs, seeds),
        )


class Point(NamedTuple):
    """One figure of one policy."""

    at: str
    """What it is of: a rung, a price, or all."""
    figure: Estimate
    low: float
    """The figure with what is missing read as low as it may be, and as high."""
    high: float
    complete: float
    """The figure over the episodes in which nothing is missing."""
    expected: int
    """Decisions or answers asked for, and how many came."""
    got: int


Points = tuple[Point, ...]


class Measure(NamedTuple):
    """A measure of one policy in one arm."""

    name: str
    """Its key in the report's JSON."""
    title: str
    group: str
    """The heading under which it is shown with its like."""
    reading: str
    """One or two sentences: what the figure is, and what n counts."""
    find: Callable[[Evidence, str, str], Points]
    """(evidence, policy, arm) to its points, in order; none where scenario or run do not allow it."""
    lowest: float = 0.0
    """Ends of its axis; a figure beyond is drawn at the end."""
    highest: float = 1.0
    chance: float | None = None
    """What chance or indifference gives, where that is a constant; else the random policy shows it."""
    along: str = "rung"
    """What the points run along."""
    everywhere: bool = False
    """Whether every scenario makes it possible; a report says these last, and the terminal only if asked."""
    events: bool = False
    """Whether a seed gives an event or none, so that a point is a share of episodes."""


def of_seeds(panel: Panel, policy: str, arm: str, values: Callable[[str, str], Cells]) -> Points:
    """Points along the rungs of a measure with one value a seed: mean with its t(n - 1) interval.

    The missing share of an episode is put at the worst steward's value and at the oracle's: between the two
    lies what the missing decisions may have come to, each being held to matter alike.

    Args:
        panel: the scenario's episodes.
        policy: whose.
        arm: which.
        values: the measure of a policy in an arm.
    """
    own, share = values(policy, arm), missing_shares(panel, policy, arm)
    if np.isnan(own).all():
        return ()
    ends = [
        own + np.where(share > 0, share * (values(bound, "will") - own), 0.0) for bound in ("worst", "oracle")
    ]
    expected, got = (np.nansum(panel.cells(name, policy, arm), axis=1) for name in ("expected", "decided"))
    points = []
    for k, rung in enumerate(panel.rungs):
        figure = mean(own[k])
        readings = [figure.value, *(centre(end[k]) for end in ends)]
        complete = centre(np.where(share[k] > 0, np.nan, own[k]))
        points.append(
            Point(str(rung), figure, min(readings), max(readings), complete, int(expected[k]), int(got[k]))
        )
    return tuple(points)


class Counted(NamedTuple):
    """What was taken of what was offered, each (points, seeds), and the decisions that it is out of."""

    part: NDArray[np.float64]
    whole: NDArray[np.float64]
    asked: NDArray[np.float64]
    came: NDArray[np.float64]

    def pooled(self) -> Counted:
        """All points as one."""
        return Counted(*(np.where(np.isnan(c).all(axis=0), np.nan, np.nansum(c, axis=0))[None] for c in self))


def counted(panel: Panel, policy: str, arm: str, part: Cells, whole: Cells) -> Counted:
    """Counts along the rungs with the decisions asked for and come."""
    asked, came = (panel.cells(name, policy, arm) for name in ("expected", "decided"))
    return Counted(part, whole, asked, came)


def of_offers(counts: Counted, at: Sequence[str]) -> Points:
    """Points of a share of offers, pooled over seeds and clustered by them.

    A missing decision is no offer that was left. Each episode's missing decisions are held to have offered as
    often as the others, and to have taken none (low) or all (high).
    """
    if not np.nansum(counts.whole):
        return ()
    points = []
    for place, part, whole, asked, came in zip(at, *counts, strict=True):
        figure = ratio(part, whole)
        unseen = float(np.nansum(whole * (asked - came) / np.maximum(came, 1)))
        taken, most = float(np.nansum(part)), float(np.nansum(whole)) + unseen
        low, high = (taken / most, (taken + unseen) / most) if most else (figure.value, figure.value)
        complete = ratio(part, np.where(asked > came, np.nan, whole)).value
        points.append(Point(place, figure, low, high, complete, int(np.nansum(asked)), int(np.nansum(came))))
    return tuple(points)


def of_choices(panel: Panel, policy: str, figure: Estimate, rung: int | None = None) -> Point:
    """A point that rests on the choices of the arm `will`; without bounds where some are missing.

    Args:
        panel: the scenario's episodes.
        policy: whose.
        figure: the figure.
        rung: its rung; None for all.
    """
    rows = slice(None) if rung is None else panel.rungs.index(rung)
    asked, came = (int(np.nansum(panel.cells(name, policy)[rows])) for name in ("expected", "decided"))
    low, high = (figure.value,) * 2 if asked == came else (math.nan, math.nan)
    return Point(ALL if rung is None else str(rung), figure, low, high, figure.value, asked, came)


def rungs(panel: Panel) -> tuple[str, ...]:
    """What the points of a measure along the rungs are of."""
    return tuple(map(str, panel.rungs))
