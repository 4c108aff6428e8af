"""The rows of an entry: what measures found of one policy in one scenario, beside its controls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import NONE, Estimate, below, mean
from gyges.analysis.extrapolate import Extrapolation
from gyges.analysis.families import holm
from gyges.analysis.invariance import invariance
from gyges.analysis.measures.caring import (
    caring,
    caring_complete,
    caring_low,
    contrast,
    headroom,
)
from gyges.analysis.measures.harm import harm
from gyges.analysis.measures.integrity import integrity
from gyges.analysis.measures.missing import censored_by_rung, missing_by_rung
from gyges.analysis.measures.segments import Course
from gyges.analysis.measures.severe_harm import severe_harm
from gyges.analysis.measures.takes import takes
from gyges.analysis.measures.weights import WANTS, Weights
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS, Panel
from gyges.analysis.report.record import (
    AccountRow,
    CaringRow,
    ExtrapolationRow,
    HarmRow,
    IntegrityRow,
    SegmentHarmRow,
    SevereHarmRow,
    TakeRow,
    WeightsRow,
)
from gyges.analysis.resample import sign_flip, wild_under_many

Figures = Sequence[float]
"""One figure a rung."""


def caring_rows(panel: Panel, policy: str) -> tuple[CaringRow, ...]:
    """Care by rung."""
    g = contrast(panel, policy)
    will, can = (_means(caring(panel, policy, arm)) for arm in ("will", "can"))
    came, low, high = (_means(values) for values in (g.came, g.low, g.high))
    worst = _means(caring_low(panel, policy, "will"))
    complete = _means(caring_complete(panel, policy, "will"))
    room = headroom(panel)
    wilds = [wild_under_many(row) for row in g.came]
    ps = [below(row, -MARGIN) if rung else math.nan for rung, row in zip(panel.rungs, g.high, strict=True)]
    counted = holm(ps)
    lines = _controls(lambda control: [figure.value for figure in _means(caring(panel, control, "will"))])
    return tuple(
        CaringRow(
            rung=rung,
            will=will[k].value,
            will_lo=will[k].lo,
            will_hi=will[k].hi,
            can=can[k].value,
            can_lo=can[k].lo,
            can_hi=can[k].hi,
            g=came[k].value,
            lo=came[k].lo,
            hi=came[k].hi,
            p=ps[k],
            p_holm=counted[k],
            p_flip=sign_flip(g.high[k], -MARGIN) if rung else math.nan,
            lo_wild=wilds[k].lo,
            hi_wild=wilds[k].hi,
            g_low=low[k].value,
            g_high=high[k].value,
            n=came[k].n,
            will_worst=worst[k].value,
            will_complete=complete[k].value,
            n_complete=complete[k].n,
            headroom=float(room[k]),
            **_at(lines, k),
        )
        for k, rung in enumerate(panel.rungs)
    )


def segment_rows(course: Course) -> tuple[CaringRow, ...]:
    """Care by segment, each row named by the rung in force; bounds and null are restarted ones."""
    return tuple(
        CaringRow(
            rung=part.rung,
            will=part.will.value,
            will_lo=part.will.lo,
            will_hi=part.will.hi,
            can=part.can.value,
            can_lo=part.can.lo,
            can_hi=part.can.hi,
            g=part.g.value,
            lo=part.g.lo,
            hi=part.g.hi,
            p=part.p,
            p_holm=part.p_holm,
            p_flip=part.p_flip,
            lo_wild=part.wild.lo,
            hi_wild=part.wild.hi,
            g_low=part.g.value,
            g_high=part.g.value,
            n=part.g.n,
            will_worst=math.nan,
            will_complete=math.nan,
            n_complete=0,
            headroom=part.headroom,
            null=0.0,
            random=math.nan,
            oracle=1.0,
            worst=part.worst,
        )
        for part in course.segments
    )


def segment_harm_rows(course: Course) -> tuple[SegmentHarmRow, ...]:
    """Severe harm by segment of a ramp."""
    return tuple(
        SegmentHarmRow(
            turn=part.turn,
            rung=part.rung,
            events=part.severe,
            n=part.rate.n,
            rate=part.rate.value,
            lo=part.rate.lo,
            hi=part.rate.hi,
            p=part.chance,
            p_holm=part.chance_holm,
            p_alike=part.chance_alike,
        )
        for part in course.segments
    )


def severe_harm_rows(panel: Panel, policy: str) -> tuple[SevereHarmRow, ...]:
    """Severe harm by rung."""
    lines = _controls(lambda control: [rung.rate.value for rung in severe_harm(panel, control)])
    return tuple(
        SevereHarmRow(
            rung=rung,
            events=figure.events,
            knowing=figure.knowing,
            n=figure.n,
            rate=figure.rate.value,
            lo=figure.rate.lo,
            hi=figure.rate.hi,
            p=figure.chance,
            p_alike=figure.chance_alike,
            **_at(lines, k),
        )
        for k, (rung, figure) in enumerate(zip(panel.rungs, severe_harm(panel, policy), strict=True))
    )


def harm_rows(panel: Panel, policy: str) -> tuple[HarmRow, ...]:
    """Chance-adjusted harm by rung."""
    lines = _controls(lambda control: [rung.adjusted.value for rung in harm(panel, control)])
    return tuple(
        HarmRow(
            rung=rung,
            adjusted=figure.adjusted.value,
            lo=figure.adjusted.lo,
            hi=figure.adjusted.hi,
            chosen=figure.chosen,
            offered=figure.offered,
            n=figure.adjusted.n,
            **_at(lines, k),
        )
        for k, (rung, figure) in enumerate(zip(panel.rungs, harm(panel, policy), strict=True))
    )


def take_rows(panel: Panel, policy: str) -> tuple[TakeRow, ...]:
    """Each of the scenario's own acts, how often it was taken."""
    chance = {take.act: take.taken.value for take in takes(panel, "random")}
    return tuple(
        TakeRow(
            act=take.act,
            taken=take.taken.value,
            lo=take.taken.lo,
            hi=take.taken.hi,
            n=take.taken.n,
            taken_best=take.taken_best.value,
            best_lo=take.taken_best.lo,
            best_hi=take.taken_best.hi,
            n_best=take.taken_best.n,
            random=chance[take.act],
        )
        for take in takes(panel, policy)
    )


def integrity_rows(panel: Panel, policy: str) -> tuple[IntegrityRow, ...]:
    """Founders alive at the end, by rung."""
    lines = _controls(lambda control: [figure.value for figure in integrity(panel, control)])
    return tuple(
        IntegrityRow(rung=rung, alive=figure.value, lo=figure.lo, hi=figure.hi, n=figure.n, **_at(lines, k))
        for k, (rung, figure) in enumerate(zip(panel.rungs, integrity(panel, policy), strict=True))
    )


def weights_rows(weights: Sequence[Weights]) -> tuple[WeightsRow, ...]:
    """Revealed weights by rung."""
    turned = invariance(weights)
    angles = dict(zip(turned.rungs, turned.angles, strict=True))
    return tuple(
        WeightsRow(
            rung=rung.rung,
            n=rung.n,
            refused=rung.refused,
            **{want: figure[:3] for want, figure in zip(WANTS, rung.direction, strict=True)},
            wtr=rung.wtr[:3],
            actor_index=rung.actor_index[:3],
            angle=angles.get(rung.rung, NONE)[:3],
        )
        for rung in weights
    )


def extrapolation_rows(ahead: Extrapolation | None) -> tuple[ExtrapolationRow, ...]:
    """What low power foretold of each rung above, and what came; nothing where nothing was foretold."""
    if ahead is None:
        return ()
    return tuple(
        ExtrapolationRow(rung=rung, structural=ahead.structural[rung], linear=ahead.linear[rung], came=came)
        for rung, came in ahead.came.items()
    )


def account_rows(panel: Panel, policy: str) -> tuple[AccountRow, ...]:
    """Missing and censored decisions by rung."""
    will, can = (missing_by_rung(panel, policy, arm) for arm in ("will", "can"))
    censored = censored_by_rung(panel, policy)
    return tuple(
        AccountRow(rung=rung, will=float(will[k]), can=float(can[k]), censored=float(censored[k]))
        for k, rung in enumerate(panel.rungs)
    )


def _means(cells: NDArray[np.float64]) -> list[Estimate]:
    return [mean(row) for row in cells]


def _controls(figures: Callable[[str], Figures]) -> dict[str, Figures]:
    return {control: figures(control) for control in CONTROLS}


def _at(lines: dict[str, Figures], k: int) -> dict[str, float]:
    return {control: figures[k] for control, figures in lines.items()}
