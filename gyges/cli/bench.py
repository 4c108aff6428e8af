"""`gyges bench`: how fast it is, against its bars."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE
from gyges.cli.flags import add_json_flag
from gyges.cli.named import announce_compiling

if TYPE_CHECKING:
    from gyges.bench import Figure
    from gyges.cli.flags import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "bench",
        help="measure speed against the bars",
        description="Measure the engine and what hangs on it, each figure against its bar, reached or not.",
    )
    parser.add_argument("--short", action="store_true", help="spend less time; leave out what takes long")
    parser.add_argument(
        "--population",
        type=Path,
        metavar="FILE.svg",
        help="measure one world of 100 to 1,000,000 people in place of all else, and draw the curve",
    )
    add_json_flag(parser)
    parser.set_defaults(command=measure)


def measure(options: argparse.Namespace) -> int:
    """Print each figure with its bar, as it is measured."""
    from dataclasses import asdict

    from gyges import bench

    if options.population is not None:
        return draw_population(options)
    announce_compiling()
    figures = bench.measure(short=options.short)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures]))
    else:
        print(f"{'what':<48} {'figure':>14} {'bar':>14}  unit")
        for figure in figures:
            print(line(figure), flush=True)
    return DONE


def draw_population(options: argparse.Namespace) -> int:
    """Measure the population curve, print it and draw it."""
    from gyges.bench.population import Size, curve, draw

    announce_compiling()
    sizes: list[Size] = []
    if not options.json:
        print(f"{'people':>12} {'ns a person-turn':>18} {'MB of state':>12}")
    for size in curve():
        sizes.append(size)
        if not options.json:
            print(f"{size.people:>12,} {size.nanoseconds:>18.1f} {size.megabytes:>12.2f}", flush=True)
    options.population.write_text(draw(sizes), encoding="utf-8")
    print(json.dumps([size._asdict() for size in sizes]) if options.json else f"curve: {options.population}")
    return DONE


def line(figure: Figure) -> str:
    """One figure as a line."""
    if figure.figure is None:
        return f"{figure.what:<48} {'-':>14} {figure.bar:>14,.4g}  {figure.unit}: not measured, {figure.note}"
    verdict = "reached" if figure.reached else "not reached"
    return f"{figure.what:<48} {show(figure.figure):>14} {show(figure.bar):>14}  {figure.unit}: {verdict}"


def show(value: float) -> str:
    """A figure with three digits or more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
