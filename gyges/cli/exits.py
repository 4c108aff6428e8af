"""The one place where an exception becomes an exit code and a line."""

from __future__ import annotations

import os
import sys

DONE = 0
NO = 1
BAD_INPUT = 2
OVER_BUDGET = 3
INTERRUPTED = 130


class UsageError(Exception):
    """The command line asks for something that cannot be; the message says how to mend it."""


def exit_code(error: BaseException) -> int:
    """Say what went wrong in one line on standard error, and return the exit code it stands for.

    An exception class of Gyges' own, and an error of the file system, is a message to the user. Anything
    else is a fault of the program and is raised again, with its traceback.
    """
    if isinstance(error, KeyboardInterrupt):
        _say("; ".join(["interrupted", "what is finished in a run folder is kept", *map(str, error.args)]))
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # The reader (`head`, `less`) has left; without this Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO
    if isinstance(error, OSError) and error.filename is not None:
        _say(f"error: {error.filename}: {(error.strerror or 'cannot be used').lower()}")
        return BAD_INPUT
    from gyges.agents.llm.purse import OverBudget  # only here, because it would slow every command's start

    if isinstance(error, OverBudget):
        _say(str(error))
        return OVER_BUDGET
    if type(error).__module__.startswith("gyges."):
        _say(f"error: {error}")
        return BAD_INPUT
    raise error


def _say(line: str) -> None:
    print(f"gyges: {' '.join(line.split())}", file=sys.stderr)
