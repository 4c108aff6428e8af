"""`gyges bench`: how fast it is, against its bars."""

from __future__ import annotations

import argparse
import json
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
    parser.add_argument("--short", action="store_true", help="spend less time; leave out the cold compile")
    add_json_flag(parser)
    parser.set_defaults(command=measure)


def measure(options: argparse.Namespace) -> int:
    """Print each figure with its bar, as it is measured."""
    from dataclasses import asdict

    from gyges import bench

    announce_compiling()
    figures = bench.measure(short=options.short)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures]))
    else:
        print(f"{'what':<48} {'figure':>14} {'bar':>14}  unit")
        for figure in figures:
            print(line(figure), flush=True)
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
