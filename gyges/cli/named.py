"""From the names of policies on the command line to the policies, and what can go wrong on the way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gyges.cli.exits import UsageError


def find_policy(name: str, base_url: str | None = None) -> Any:
    """The policy of that name.

    Raises:
        UsageError: nothing answers to the name, a model's key is missing, or the user's own file fails.
    """
    from gyges.agents.registry import policy

    try:
        return policy(name, base_url=base_url)
    except ValueError as error:
        raise UsageError(str(error)) from None


def single_run_folder(run: Path | None) -> None:
    """Make sure that a folder may take an episode of its own. Raises UsageError where it holds a sweep."""
    if run is not None and (run / "sweep.toml").exists():
        raise UsageError(f"{run} holds a sweep; choose another folder with -o")


def announce_compiling() -> None:
    """Say why the first command after an installation or an edit of the world is slow."""
    from gyges.world.compiled import COLD

    if COLD:
        print("gyges: compiling the world, once (up to 40 s)", file=sys.stderr, flush=True)
