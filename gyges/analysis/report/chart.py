"""The caring curve of one policy as coordinates: what the page's template draws, and nothing else.

Above, C by rung: `will` with its interval, `can`, and the control lines. Between, the bracket. Below,
G with its interval against the margin. All charts of a scenario share their axes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report.record import CaringRow, Entry
from gyges.analysis.report.svg import Point, Scale, band, path, spread
from gyges.analysis.report.words import MINUS
from gyges.world.ladder import LADDER

WIDTH, HEIGHT = 360, 362
LEFT, RIGHT = 38, 306
CARE_TOP, CARE_BOTTOM = 12, 196
BRACKET_TOP, BRACKET_BOTTOM = 204, 216
G_TOP, G_BOTTOM = 232, 300

LOWEST_CARE, LOWEST_G = -1.5, -1.0
"""Where the axes are cut at the latest: what lies lower is an arrow at the edge."""


_HIGHEST = 1.5
"""Where the axes are cut at the top."""

_CHARACTER = 4.8
"""Width of a character of the bracket's text; a stretch too short for its text stays bare."""


class Axes(NamedTuple):
    """What the charts of a scenario share."""

    rung: Scale
    care: Scale
    g: Scale


class Label(NamedTuple):
    """Text at a place, of a kind that the style sheet knows."""

    x: float
    y: float
    text: str
    kind: str


class Whisker(NamedTuple):
    """The interval of one figure."""

    x: float
    top: float
    bottom: float


class Stretch(NamedTuple):
    """A stretch of the bracket: rungs that are held, open or fallen."""

    x: float
    width: float
    kind: str
    text: str


class Chart(NamedTuple):
    """One policy's curves."""

    entry: Entry
    care_ticks: tuple[Label, ...]
    g_ticks: tuple[Label, ...]
    rungs: tuple[Label, ...]
    lines: tuple[tuple[str, str], ...]
    """(kind, path) of each control."""
    band: str
    will: str
    can: str
    dots: tuple[Point, ...]
    """Figures above and below, where they lie in their plot."""
    arrows: tuple[Point, ...]
    """Edges beyond which a figure lies."""
    labels: tuple[Label, ...]
    """What each line is, at its right end."""
    bracket: tuple[Stretch, ...]
    whiskers: tuple[Whisker, ...]
    margin: float
    """Height of -delta below."""


def charts(entries: Sequence[Entry]) -> tuple[Chart, ...]:
    """A chart for each policy of a scenario that is no control, on shared axes."""
    subjects = [entry for entry in entries if entry.policy not in CONTROLS]
    if not subjects:
        return ()
    axes = _axes([row for entry in subjects for row in entry.caring])
    return tuple(_chart(entry, axes) for entry in subjects)


def _axes(rows: Sequence[CaringRow]) -> Axes:
    rungs = [row.rung for row in rows]
    inset = 20
    return Axes(
        rung=Scale(min(rungs), max(max(rungs), min(rungs) + 1), LEFT + inset, RIGHT - inset),
        care=Scale(
            _bottom(rows, ("will", "will_lo", "can", "worst"), LOWEST_CARE),
            _top(rows, ("will", "will_hi", "can"), 1.1),
            CARE_BOTTOM,
            CARE_TOP,
        ),
        g=Scale(_bottom(rows, ("g", "lo"), LOWEST_G), _top(rows, ("g", "hi"), 0.25), G_BOTTOM, G_TOP),
    )


def _bottom(rows: Sequence[CaringRow], names: Sequence[str], cut: float) -> float:
    """The bottom of an axis: a multiple of .5 at or below every figure, but not below the cut."""
    return max(math.floor(min(_known(rows, names), default=0.0) * 2 - 0.01) / 2, cut)


def _top(rows: Sequence[CaringRow], names: Sequence[str], least: float) -> float:
    """The top of an axis: at or above every figure and a least height, but not above the cut."""
    return min(max([least, *_known(rows, names)]), _HIGHEST)


def _known(rows: Sequence[CaringRow], names: Sequence[str]) -> list[float]:
    """Those figures that there are."""
    figures = (getattr(row, name) for row in rows for name in names)
    return [figure for figure in figures if not math.isnan(figure)]


def _chart(entry: Entry, axes: Axes) -> Chart:
    rows = entry.caring
    xs = [axes.rung(row.rung) for row in rows]
    figures = [(x, axes.care, row.will) for x, row in zip(xs, rows, strict=True)]
    figures += [(x, axes.g, row.g) for x, row in zip(xs, rows, strict=True)]

    def line(name: str) -> str:
        return path(zip(xs, _heights(axes.care, rows, name), strict=True))

    return Chart(
        entry=entry,
        care_ticks=_ticks(axes.care, 0.5),
        g_ticks=_ticks(axes.g, 0.5),
        rungs=tuple(
            Label(x, G_BOTTOM, str(row.rung), LADDER[row.rung].name) for x, row in zip(xs, rows, strict=True)
        ),
        lines=tuple((name, line(name)) for name in CONTROLS),
        band=band(xs, _heights(axes.care, rows, "will_lo"), _heights(axes.care, rows, "will_hi")),
        will=line("will"),
        can=line("can"),
        dots=tuple((x, scale(value)) for x, scale, value in figures if scale.holds(value)),
        arrows=tuple((x, scale.start) for x, scale, value in figures if value < scale.low),
        labels=_labels(rows[-1], axes.care),
        bracket=_bracket(entry, axes),
        whiskers=tuple(
            Whisker(x, axes.g(row.hi), axes.g(row.lo))
            for x, row in zip(xs, rows, strict=True)
            if not math.isnan(row.lo)
        ),
        margin=axes.g(-MARGIN),
    )


def _heights(scale: Scale, rows: Sequence[CaringRow], name: str) -> list[float]:
    """The heights of one field, NaN where there is no figure."""
    figures = (getattr(row, name) for row in rows)
    return [figure if math.isnan(figure) else scale(figure) for figure in figures]


def _ticks(scale: Scale, step: float) -> tuple[Label, ...]:
    return tuple(
        Label(LEFT - 7, scale(tick), f"{tick:.1f}".replace("-", MINUS), "zero" if tick == 0 else "")
        for tick in scale.ticks(step)
    )


def _labels(last: CaringRow, scale: Scale) -> tuple[Label, ...]:
    """The names of the lines, moved apart, at the height where each ends."""
    names = [name for name in ("will", "can", *CONTROLS) if not math.isnan(getattr(last, name))]
    heights = [scale(getattr(last, name)) for name in names]
    placed = spread(heights, 11, CARE_TOP, CARE_BOTTOM)
    return tuple(Label(RIGHT + 5, y, name, name) for name, y in zip(names, placed, strict=True))


def _bracket(entry: Entry, axes: Axes) -> tuple[Stretch, ...]:
    """The rungs as stretches of one kind each, half a step to either side of a rung."""
    verdict = entry.verdict
    through = -1 if verdict.certified_through is None else verdict.certified_through
    onset = math.inf if verdict.divergent_from is None else verdict.divergent_from
    rungs = [row.rung for row in entry.caring]
    kinds = ["held" if rung <= through else "fell" if rung >= onset else "open" for rung in rungs]
    edges = [LEFT, *((a + b) / 2 for a, b in pairwise([axes.rung(rung) for rung in rungs])), RIGHT]
    texts = {
        "held": f"held through {verdict.certified_through}",
        "fell": f"diverges from {verdict.divergent_from}",
        "open": verdict.finding if verdict.finding not in ("certified", "divergent") else "undetermined",
    }
    stretches: list[Stretch] = []
    for k, kind in enumerate(kinds):
        width = edges[k + 1] - edges[k]
        if stretches and stretches[-1].kind == kind:
            stretches[-1] = stretches[-1]._replace(width=stretches[-1].width + width)
        else:
            stretches.append(Stretch(edges[k], width, kind, texts[kind]))
    return tuple(s if s.width > _CHARACTER * len(s.text) else s._replace(text="") for s in stretches)
