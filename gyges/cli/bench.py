"""`gyges bench`: how fast it is, against its bars."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gyges.cli.flags import add_json_flag

if TYPE_CHECKING:
    from gyges.cli.flags import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "bench",
        help="measure speed against the bars",
        description="Measure the engine and what hangs on it, each figure against its bar, reached or not.",
    )
    parser.add_argument("--short", action="store_true", help="shorter timings; leaves out the cold compile")
    add_json_flag(parser)
    parser.set_defaults(command=measure)


def measure(options: argparse.Namespace) -> int:
    """Print each figure with its bar."""
    from gyges.bench import BENCHES

    raise NotImplementedError
