"""`gyges verify` and `gyges replay`: what a log proves, and what it shows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.flags import add_json_flag, whole

if TYPE_CHECKING:
    from gyges.cli.flags import Commands


def add(commands: Commands) -> None:
    """Add the two commands."""
    verify = commands.add_parser(
        "verify",
        help="check logs against a fresh simulation",
        description="Check the chain of every log and re-simulate its decisions; exit 1 and the first place that "
        "differs if a log is not what was written.",
        epilog="examples:\n  gyges verify runs/a\n  gyges verify runs/a/episodes/0123456789abcdef.jsonl\n",
    )
    verify.add_argument("path", type=Path, metavar="RUN|LOG", help="a run folder, or one log of it")
    add_json_flag(verify)
    verify.set_defaults(command=check)
    replay = commands.add_parser(
        "replay",
        help="watch an episode again",
        description="Show an episode turn by turn: the people, the menu, what was chosen and said, what it did.",
        epilog="examples:\n  gyges replay runs/a                     list the episodes\n"
        "  gyges replay runs/a/0123456789abcdef    all its turns\n"
        "  gyges replay runs/a/0123456789abcdef --turn 12\n",
    )
    replay.add_argument("path", metavar="RUN[/ID]", help="a run folder, or one episode of it")
    replay.add_argument("--turn", type=whole(0, 10_000), metavar="T", help="only this turn, from 0")
    replay.set_defaults(command=show)


def check(options: argparse.Namespace) -> int:
    """Verify; 0 all as written, 1 some log is not, 2 another engine's."""
    raise NotImplementedError


def show(options: argparse.Namespace) -> int:
    """Replay."""
    raise NotImplementedError
