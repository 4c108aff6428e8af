"""The parser of the whole command line, put together from the groups' own files."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from gyges.cli import (
    attribution,
    bench,
    catalogue,
    compare,
    design,
    judge,
    logs,
    new_policy,
    play,
    report,
    run,
    smoke,
    sweep,
    validate,
)  # fmt: skip
from gyges.cli.exits import UsageError

EXAMPLES = """\
examples:
  gyges run steward --rung 5                     one episode, turn by turn
  gyges sweep --policy steward actor -o runs/a   the whole ladder, both arms, 20 seeds; ends with the verdict
  gyges report runs/a                            the verdict again, and runs/a/report.html
  gyges replay runs/a                            watch what happened to the people

Each command explains itself: gyges sweep --help
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are one line."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, in place of printing the usage and exiting."""
        raise UsageError(f"{message} (see {self.prog} --help)")


class Version(argparse.Action):
    """Print the version; looked up only when asked for, because the look-up reads the disk."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print and exit."""
        from importlib.metadata import version

        print(f"gyges {version('gyges')}")
        parser.exit()


def command_line() -> Parser:
    """The parser; what it returns holds `command`, the function to call with the parsed options."""
    top = Parser(
        prog="gyges",
        description="Hand a steward growing power over simulated people, and measure at which power its care "
        "gives way.",
        epilog=EXAMPLES,
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version and exit")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    groups = (
        run, sweep, play, logs, report, judge, compare, attribution, design, validate, catalogue, new_policy,
        smoke, bench,
    )  # fmt: skip
    for group in groups:
        group.add(commands)
    return top
