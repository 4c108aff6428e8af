"""The population curve: what one person's turn costs, from a hundred people in one world to a million."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from gyges.analysis.report.svg import Scale, path
from gyges.world.engine import World

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
TURNS = 3
"""Turns timed of each; the first of them pays for bringing the people into the cache."""
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 300, 64, 500, 30, 250


class Size(NamedTuple):
    """What one world of so many people costs."""

    people: int
    nanoseconds: float
    """For one person's turn: nature, people, council and books, the steward waiting."""
    megabytes: float
    """The state of the world."""


def turn_of(world: World) -> float:
    """Fewest seconds that a turn took, of a few."""
    spent = []
    for _ in range(TURNS):
        start = time.perf_counter()
        world.open()
        world.close()
        spent.append(time.perf_counter() - start)
    return min(spent)


def curve() -> Iterator[Size]:
    """Measure one world of each size, the smallest first."""
    for people in SIZES:
        world = World([7], people=people)
        # Small worlds are too quick for the clock: many of them are timed as one batch.
        batch = World(range(max(1, 24_000 // people)), people=people) if people < 24_000 else world
        nanoseconds = turn_of(batch) / batch.people.size * 1e9
        yield Size(people, nanoseconds, world.people.nbytes / 1e6)


def million(_: float) -> float:
    """Cost per person of one world of 1,000,000, over that of 1,000 worlds of 24."""
    return turn_of(World([7], people=1_000_000)) / 1_000_000 / (turn_of(World(range(1000))) / 24_000)


def streaming(_: float) -> float:
    """Time of a turn of 1,000,000 people, over that of reading and writing the same bytes once."""
    world = World([7], people=1_000_000)
    there = np.empty_like(world.cells)
    spent = []
    for _round in range(TURNS):
        start = time.perf_counter()
        np.copyto(there, world.cells)
        spent.append(time.perf_counter() - start)
    return turn_of(world) / min(spent)


def draw(sizes: list[Size]) -> str:
    """The curve as a document of SVG."""
    across = Scale(math.log10(SIZES[0]), math.log10(SIZES[-1]), LEFT, RIGHT)
    highest = 50 * math.ceil(max(size.nanoseconds for size in sizes) * 1.15 / 50)
    up = Scale(0, highest, BOTTOM, TOP)
    points = [(across(math.log10(size.people)), up(size.nanoseconds)) for size in sizes]
    marks = [
        f'<line x1="{LEFT}" x2="{RIGHT}" y1="{up(tick)}" y2="{up(tick)}" stroke="#ddd"/>'
        f'<text x="{LEFT - 8}" y="{up(tick) + 4}" text-anchor="end">{tick:g}</text>'
        for tick in up.ticks(highest / 5)
    ]
    for (x, y), size in zip(points, sizes, strict=True):
        marks.append(
            f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{size.people:,}</text>'
            f'<circle cx="{x}" cy="{y}" r="3.5" fill="#1f5f8b"/>'
            f'<text x="{x}" y="{y - 10}" text-anchor="middle">{size.nanoseconds:.0f}</text>'
        )
    title = "Nanoseconds for one person's turn, by people in one world"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        f' font-size="12"><title>{escape(title)}</title><text x="{LEFT}" y="16">{escape(title)}</text>'
        f'{"".join(marks)}<path d="{path(points)}" fill="none" stroke="#1f5f8b" stroke-width="2"/>'
        f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 38}" text-anchor="middle">people</text></svg>\n'
    )
