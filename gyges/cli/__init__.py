"""The command line: one file for each group of commands, and nothing heavy imported before it is needed."""

from __future__ import annotations

from collections.abc import Sequence

from gyges.cli.exits import exit_code
from gyges.cli.parser import command_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done; 1 the answer is no; 2 bad usage or bad input, with one line on standard error; 3 stopped by a
    budget; 130 interrupted.
    """
    try:
        options = command_line().parse_args(arguments)
        return int(options.command(options))
    except (Exception, KeyboardInterrupt) as error:
        return exit_code(error)
