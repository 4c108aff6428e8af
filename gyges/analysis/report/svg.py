"""Scales and paths for inline SVG. Coordinates are pixels of the drawing; what is NaN is not drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Scale(NamedTuple):
    """A straight map from a domain of figures to a range of pixels, cut at the range's ends."""

    low: float
    high: float
    start: float
    """Pixel of `low`."""
    end: float
    """Pixel of `high`."""

    def __call__(self, value: float) -> float:
        """The pixel of a figure."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)

    def holds(self, value: float) -> bool:
        """Whether a figure lies in the domain."""
        return self.low <= value <= self.high

    def ticks(self, step: float) -> tuple[float, ...]:
        """The multiples of a step in the domain."""
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(round(k * step, 10) for k in range(first, last + 1))


Point = tuple[float, float]


def path(points: Iterable[Point]) -> str:
    """A line through points, broken where one is NaN."""
    parts, drawing = [], False
    for x, y in points:
        if math.isnan(y):
            drawing = False
            continue
        parts.append(f"{'L' if drawing else 'M'}{x:g} {y:g}")
        drawing = True
    return " ".join(parts)


def band(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> str:
    """The area between two lines, over the places where both are."""
    places = [
        (x, low, high)
        for x, low, high in zip(xs, lows, highs, strict=True)
        if not (math.isnan(low) or math.isnan(high))
    ]
    if not places:
        return ""
    there = [(x, high) for x, _, high in places]
    back = [(x, low) for x, low, _ in reversed(places)]
    return path(there + back) + " Z"


def spread(heights: Sequence[float], gap: float, lowest: float, highest: float) -> tuple[float, ...]:
    """Heights moved apart by at least a gap, kept in order and within bounds: so that labels do not overlap.

    Where there is no room for all, they stand a gap apart from the lowest on.
    """
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    placed = [0.0] * len(heights)
    floor = lowest
    for k in order:
        placed[k] = max(heights[k], floor)
        floor = placed[k] + gap
    ceiling = max(highest, lowest + gap * (len(heights) - 1))
    for k in reversed(order):
        placed[k] = min(placed[k], ceiling)
        ceiling = placed[k] - gap
    return tuple(round(y, 1) for y in placed)
