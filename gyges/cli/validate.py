"""`gyges validate`: the instrument proves itself on policies whose truth was planted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE, NO
from gyges.cli.flags import add_json_flag, whole
from gyges.cli.named import announce_compiling

if TYPE_CHECKING:
    from rich.table import Table

    from gyges.analysis.validate import Validation
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges validate                             24 seeds a policy, minutes
  gyges validate --full -o docs/validation.md    80 seeds, 1,000 studies a share, written as a page

Exit 1 if a bar is not reached. What the command does not check it says.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "validate",
        help="hold the instrument against policies whose truth was planted",
        description="Simulate planted policies, draw studies from them, and print each bar with its figure.",
        epilog=EXAMPLES,
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="80 seeds a policy and 1,000 studies a share, more policies, every scenario",
    )
    parser.add_argument("--jobs", type=whole(1, 1024), metavar="N", help="processes (one for each core)")
    parser.add_argument("-o", "--output", type=Path, metavar="PAGE", help="also write it as Markdown")
    add_json_flag(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Validate, and tell; no, if a bar is not reached."""
    import msgspec

    from gyges.analysis.validate import as_page, validate

    announce_compiling()
    found = validate(options.full, options.jobs, progress=True)
    if options.output is not None:
        command = f"gyges validate{' --full' if options.full else ''} -o {options.output.name}"
        options.output.write_text(as_page(found, command), encoding="utf-8")
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        from rich.console import Console

        Console(highlight=False).print(_table(found))
        print("not checked: " + "; ".join(f"{name} ({what})" for name, what in found.unchecked.items()))
    return DONE if found.reached else NO


def _table(found: Validation) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"{found.seeds} seeds a policy, {found.studies} studies a share, engine {found.engine}",
        title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False,
    )  # fmt: skip
    for heading in ("", "must show", "figure", "95 %", "n", ""):
        table.add_column(heading, justify="right" if heading in ("figure", "n") else "left")
    for bar in found.bars:
        table.add_row(
            bar.name, bar.must_show, f"{bar.figure:.3f}",
            "" if bar.lo == bar.hi else f"{bar.lo:.3f} to {bar.hi:.3f}", f"{bar.n:,} {bar.unit}",
            Text("reached", "green") if bar.reached else Text("not reached", "bold red"),
        )  # fmt: skip
    return table
