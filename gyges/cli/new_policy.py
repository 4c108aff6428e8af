"""`gyges new-policy`: a policy to start from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.agents.templates import KINDS, class_name, write
from gyges.cli.exits import DONE

if TYPE_CHECKING:
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges new-policy gentle                    gentle.py, a rule, and test_gentle.py
  gyges new-policy gentle --kind model       asks a model, through any command
  gyges new-policy gentle --kind batched     many worlds at once
  gyges run gentle.py:Gentle --rung 3        and this runs it
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "new-policy",
        help="write a policy to start from, and its test",
        description="Write a short policy of your own and a test of it into this folder.",
        epilog=EXAMPLES,
    )
    parser.add_argument("name", metavar="NAME", help="of the file; the class is called after it")
    parser.add_argument("--kind", choices=KINDS, default=KINDS[0], help="what it decides by (rule)")
    parser.set_defaults(command=create)


def create(options: argparse.Namespace) -> int:
    """Write both files and say how they are used."""
    policy, test = write(options.name, options.kind, Path())
    settings = "'?command=ollama run MODEL'" if options.kind == "model" else ""
    print(f"wrote {policy} and {test}")
    print(f"run it:  gyges run {policy}:{class_name(options.name)}{settings}")
    print(f"test it: python -m pytest {test}")
    return DONE
