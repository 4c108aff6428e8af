"""`gyges report`: who stops caring, and where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE
from gyges.cli.flags import add_json_flag

if TYPE_CHECKING:
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges report runs/a                        print the verdicts and write runs/a/report.html
  gyges report runs/a runs/b -o both.html    two runs of the same worlds in one report
  gyges report runs/a --measures             and every secondary measure, in a table
  gyges report runs/a --json                 the same as one JSON document
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "report",
        help="say who stops caring, and at which rung",
        description="Print the verdicts of finished runs, and write them with their curves as an HTML page.",
        epilog=EXAMPLES,
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folders")
    parser.add_argument("-o", "--output", type=Path, metavar="PAGE", help="the page (RUN/report.html)")
    parser.add_argument(
        "--measures", action="store_true", help="print also the measures that every scenario has"
    )
    add_json_flag(parser)
    parser.set_defaults(
        command=lambda options: tell(
            options.runs, options.output, as_json=options.json, everywhere=options.measures
        )
    )


def tell(
    runs: Sequence[Path], page: Path | None = None, *, as_json: bool = False, everywhere: bool = False
) -> int:
    """Print the report of some runs and write its page, beside the first run unless told otherwise."""
    from gyges.analysis.report import render_html, render_json, render_terminal, report

    found = report(*runs)
    page = page or runs[0] / "report.html"
    page.write_text(render_html(found), encoding="utf-8")
    if as_json:
        print(render_json(found))
    else:
        from rich.console import Console

        Console().print(render_terminal(found, everywhere))
        print(f"\nreport: {page}")
    return DONE
