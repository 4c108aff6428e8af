"""`gyges compare`: two stewards, or one in two runs, measure by measure."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE
from gyges.cli.flags import add_json_flag

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from gyges.analysis.compare import Comparison
    from gyges.analysis.paired import Figure
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges compare anthropic/MODEL openai/MODEL runs/a         both of one run
  gyges compare checkpoint checkpoint runs/a runs/b          the first of runs/a, the second of runs/b
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "compare",
        help="hold one steward against another, paired by seed",
        description="The difference of two stewards on every measure, paired by seed, with its interval.",
        epilog=EXAMPLES,
    )
    parser.add_argument("a", metavar="A", help="a policy of the first run")
    parser.add_argument("b", metavar="B", help="a policy of the second run, or of the first")
    parser.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    parser.add_argument("other", type=Path, nargs="?", metavar="RUN_B", help="another, of the same world")
    add_json_flag(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the comparison."""
    import msgspec

    from gyges.analysis.compare import compare
    from gyges.analysis.report.words import plain

    found = compare(options.a, options.b, options.run, options.other)
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
        return DONE
    from rich.console import Console

    console = Console(highlight=False)
    for one in found:
        console.print(_table(one))
        if one.not_in_both:
            console.print(f"not in both: {', '.join(one.not_in_both)}", style="dim")
        for note in one.notes:
            console.print(plain(note), style="dim")
    console.print(
        "\nA less B, paired by seed; bold where the 95 % interval leaves 0 out. overall: the"
        " mean over rungs, the primary comparison; rungs are not corrected for their number (intervals:"
        " --json). Exploratory: no plan of analysis was registered.",
        style="dim",
    )
    return DONE


def _table(found: Comparison) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from gyges.analysis.report.words import plain

    title = Text.assemble(
        (f"{plain(found.scenario)}: A less B, {found.seeds} seeds\n", "bold"),
        f"A {plain(found.a)}: {found.finding_a}\nB {plain(found.b)}: {found.finding_b}\n",
    )
    table = Table(
        title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, padding=0, show_edge=False
    )
    table.add_column("", min_width=15)
    table.add_column("overall", justify="right", no_wrap=True)
    rungs = tuple(found.differences[0].points)
    for rung in rungs:
        table.add_column(rung, justify="right", no_wrap=True, min_width=6)
    for difference in found.differences:
        cells = (difference.points.get(rung) for rung in rungs)
        table.add_row(
            plain(difference.measure),
            _whole(difference.overall),
            *(Text(_figure(cell[0]), _style(*cell[1:3])) if cell else "" for cell in cells),
        )
        for at, figure in difference.points.items():
            if at not in rungs:
                table.add_row(f"  {plain(at)}", _whole(figure))
    return table


def _whole(figure: Figure) -> Text:
    """A figure with its interval; nothing where points are no rungs and are not pooled."""
    from rich.text import Text

    from gyges.analysis.report.words import interval

    value, lo, hi, n = figure
    return Text(f"{_figure(value)} {interval(lo, hi, _digits(value))}", _style(lo, hi)) if n else Text("")


def _figure(value: float) -> str:
    from gyges.analysis.report.words import figure, short

    return short(value) if _digits(value) else figure(value, 0)


def _digits(value: float) -> int:
    return 0 if abs(value) >= 10 else 2


def _style(lo: float, hi: float) -> str:
    return "dim" if math.isnan(lo) or lo <= 0 <= hi else "bold"
