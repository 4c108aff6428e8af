"""Where code of a user's own is at fault: its file and line, and why."""

from __future__ import annotations

import inspect
import traceback
from typing import Any


class BadPolicy(ValueError):
    """Code of a user's own that cannot be a policy; the message names its file and line."""


def fault(error: BaseException, file: str | None = None, line: int = 0) -> tuple[str, str]:
    """Where an error arose, as `file:line`, and what it is, in a line.

    Args:
        error: what was raised.
        file: the user's own source file, whose last line that the error passed through is named.
        line: the line of it that is to blame if the error passed through none.
    """
    why = f"{type(error).__name__}: {error}".splitlines()[0]
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}", f"{type(error).__name__}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    passed = [frame.lineno for frame in frames if frame.filename == file]
    if passed or line:
        return f"{file}:{passed[-1] if passed else line}", why
    return f"{frames[-1].filename}:{frames[-1].lineno}", why


def place(thing: Any) -> tuple[str, int]:
    """File and first line of a class, function or method; no file and line 0 if it has no source."""
    try:
        bare = inspect.unwrap(thing)
        return inspect.getsourcefile(bare) or "", inspect.getsourcelines(bare)[1]
    except (OSError, TypeError):
        return "", 0


def bad(thing: Any, why: str) -> BadPolicy:
    """Why something of the user's own cannot be used, with its file and line."""
    file, line = place(thing)
    return BadPolicy(f"{file}:{line}: {why}" if file else why)
