"""Secondary measures as small plots: one a measure, a line a policy, and those of a group side by side.

Coordinates for the page's template, as `chart` gives them for the caring curves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gyges.analysis.measures.catalogue import MEASURES
from gyges.analysis.measures.measure import ALL, Measure
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report.chart import Label, Whisker
from gyges.analysis.report.record import Entry, MeasureRow
from gyges.analysis.report.svg import Point, Scale, path, spread
from gyges.analysis.report.words import figure

WIDTH, HEIGHT = 300, 186
LEFT, RIGHT, TOP, BOTTOM = 34, 216, 12, 146
APART = 3.0
"""Pixels by which the policies of one place stand apart, so that their intervals can be told."""
COLOURS = 8
"""Lines that the style sheet tells apart; further ones begin again."""
CHANCE = "random"
"""The control that is drawn with the policies."""
CHARACTER, LOWER = 4.8, 9
"""Width of a character below the axis; how much lower every other name stands where there is no room."""
NARROWEST = 0.1
"""Least span of an axis, so that figures that are all alike do not fill it."""
TICKS = 4
"""About so many steps an axis has."""


class Line(NamedTuple):
    """One policy's figures."""

    kind: str
    """A class of the style sheet."""
    path: str
    dots: tuple[Point, ...]
    whiskers: tuple[Whisker, ...]


class Plot(NamedTuple):
    """One measure of all policies of a scenario."""

    measure: Measure
    y_ticks: tuple[Label, ...]
    x_ticks: tuple[Label, ...]
    zero: float
    """Height of chance, NaN where it is no constant."""
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]


class Group(NamedTuple):
    """Measures that are shown together."""

    name: str
    plots: tuple[Plot, ...]


def groups(entries: Sequence[Entry]) -> tuple[Group, ...]:
    """The groups of measures that the entries of one scenario have."""
    found: dict[str, list[Plot]] = {}
    drawn = [entry for entry in entries if entry.policy not in CONTROLS or entry.policy == CHANCE]
    kinds = {entry.policy: f"p{number % COLOURS}" for number, entry in enumerate(drawn)} | {CHANCE: CHANCE}
    for measure in MEASURES:
        shown = [entry for entry in drawn if measure.name in entry.measures]
        if shown:
            found.setdefault(measure.group, []).append(_plot(measure, shown, kinds))
    return tuple(Group(name, tuple(plots)) for name, plots in found.items())


def _plot(measure: Measure, shown: Sequence[Entry], kinds: Mapping[str, str]) -> Plot:
    rows = [row for entry in shown for row in entry.measures[measure.name]]
    places = list(dict.fromkeys(row.at for row in rows))
    y = _scale(measure, rows)
    crowded = CHARACTER * sum(map(len, places)) > RIGHT - LEFT - CHARACTER * len(places)
    x = Scale(-0.5, len(places) - 0.5, LEFT, RIGHT)
    lines = tuple(
        _line(entry.measures[measure.name], kinds[entry.policy], number - (len(shown) - 1) / 2, places, x, y)
        for number, entry in enumerate(shown)
    )
    return Plot(
        measure,
        tuple(Label(LEFT - 5, y(tick), figure(tick, _digits(y)), "") for tick in y.ticks(_step(y))),
        tuple(
            Label(x(k), BOTTOM + 11 + LOWER * (k % 2 and crowded), place, "")
            for k, place in enumerate(places)
        ),
        math.nan if measure.chance is None else y(measure.chance),
        lines,
        _labels(measure, shown, kinds, y),
    )


def _scale(measure: Measure, rows: Sequence[MeasureRow]) -> Scale:
    """An axis that holds every figure and chance, within the measure's ends."""
    figures = [row.value for row in rows] + [b for row in rows for b in (row.lo, row.hi)]
    known = [value for value in figures if not math.isnan(value)]
    known += [] if measure.chance is None else [measure.chance]
    low = max(min(known, default=measure.lowest), measure.lowest)
    high = min(max(known, default=measure.highest), measure.highest)
    room = max(high - low, NARROWEST) * 0.06
    return Scale(low - room, high + room, BOTTOM, TOP)


def _step(scale: Scale) -> float:
    """A round step between ticks: 1, 2 or 5 times a power of ten."""
    rough = (scale.high - scale.low) / TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    return next(step * size for step in (1, 2, 5, 10) if step * size >= rough)


def _digits(scale: Scale) -> int:
    return max(0, -math.floor(math.log10(_step(scale)) + 1e-9))


def _line(
    rows: Sequence[MeasureRow], kind: str, shift: float, places: Sequence[str], x: Scale, y: Scale
) -> Line:
    by = {row.at: row for row in rows if not math.isnan(row.value)}
    xs = {place: round(x(k) + APART * shift, 1) for k, place in enumerate(places)}
    along = [(xs[place], y(by[place].value) if place in by else math.nan) for place in places if place != ALL]
    known = [(xs[place], row) for place, row in by.items()]
    return Line(
        kind,
        path(along),
        tuple((across, y(row.value)) for across, row in known if y.holds(row.value)),
        tuple(Whisker(across, y(row.hi), y(row.lo)) for across, row in known if not math.isnan(row.lo)),
    )


def _labels(
    measure: Measure, shown: Sequence[Entry], kinds: Mapping[str, str], y: Scale
) -> tuple[Label, ...]:
    """Each policy's name at the height of its last figure, moved apart."""
    last = {
        entry.policy: [row.value for row in entry.measures[measure.name] if not math.isnan(row.value)]
        for entry in shown
    }
    named = [(policy, y(values[-1])) for policy, values in last.items() if values]
    placed = spread([height for _, height in named], 10.5, TOP - 4, BOTTOM)
    return tuple(
        Label(RIGHT + 8, height, policy, kinds[policy])
        for (policy, _), height in zip(named, placed, strict=True)
    )
