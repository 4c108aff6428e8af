"""The secondary measures of a scenario, worked out for every policy and set beside the controls."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gyges.analysis.measures.catalogue import MEASURES
from gyges.analysis.measures.measure import Evidence, Measure, Points
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report.record import MeasureRow

Rows = tuple[MeasureRow, ...]


def secondary(evidence: Evidence) -> dict[str, dict[str, Rows]]:
    """Rows by policy and measure; a measure that no policy but the controls has is left out."""
    policies = evidence.panel.policies
    found: dict[str, dict[str, Rows]] = {policy: {} for policy in policies}
    for measure in MEASURES:
        will = {policy: measure.find(evidence, policy, "will") for policy in policies}
        if not any(points for policy, points in will.items() if policy not in CONTROLS):
            continue
        for policy, points in will.items():
            if points:
                told = measure.find(evidence, policy, "can")
                found[policy][measure.name] = _rows(measure, points, told, will)
    return found


def _rows(measure: Measure, points: Points, told: Points, everyone: Mapping[str, Points]) -> Rows:
    can = {point.at: point.figure.value for point in told}
    lines = {
        control: {point.at: point.figure.value for point in everyone.get(control, ())} for control in CONTROLS
    }
    rows = []
    for point in points:
        controls = {control: line.get(point.at, math.nan) for control, line in lines.items()}
        rows.append(
            MeasureRow(
                at=point.at,
                value=point.figure.value,
                lo=point.figure.lo,
                hi=point.figure.hi,
                n=point.figure.n,
                low=point.low,
                high=point.high,
                complete=point.complete,
                expected=point.expected,
                got=point.got,
                can=can.get(point.at, math.nan),
                chance=controls["random"] if measure.chance is None else measure.chance,
                **controls,
            )
        )
    return tuple(rows)
