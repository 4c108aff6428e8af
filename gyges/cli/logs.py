"""`gyges verify` and `gyges replay`: what a log proves, and what it shows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.catalogue import columns
from gyges.cli.exits import DONE
from gyges.cli.flags import add_json_flag, whole
from gyges.cli.named import announce_compiling

if TYPE_CHECKING:
    from gyges.cli.flags import Commands

VERIFY_EXAMPLES = """\
examples:
  gyges verify runs/a
  gyges verify runs/a/episodes/0123456789abcdef.jsonl

Exit 0: every log is as written, and its decisions lead where it says. Exit 1: some log is not; the file and
the turn or line are named. Exit 2: some logs are of another engine; their chain holds, but nothing was
simulated.
"""

REPLAY_EXAMPLES = """\
examples:
  gyges replay runs/a                             list the episodes
  gyges replay runs/a/0123456789abcdef            all turns of one
  gyges replay runs/a/0123456789abcdef --turn 12  only that turn
"""


def add(commands: Commands) -> None:
    """Add the two commands."""
    verify = commands.add_parser(
        "verify",
        help="check logs against a fresh simulation",
        description="Check every byte of a log by its chain, and every decision by carrying it out again.",
        epilog=VERIFY_EXAMPLES,
    )
    verify.add_argument("path", type=Path, metavar="RUN|LOG", help="a run folder, or one log of it")
    add_json_flag(verify)
    verify.set_defaults(command=check)
    replay = commands.add_parser(
        "replay",
        help="watch an episode again",
        description="Show an episode turn by turn: people, menu, what was chosen and said, what it did.",
        epilog=REPLAY_EXAMPLES,
    )
    replay.add_argument("path", type=Path, metavar="RUN[/ID]", help="a run folder, or one episode of it")
    replay.add_argument("--turn", type=whole(0, 10_000), metavar="T", help="only this turn, from 0")
    replay.set_defaults(command=show)


def check(options: argparse.Namespace) -> int:
    """Verify logs; the exit code is the verification's own."""
    announce_compiling()

    import msgspec

    from gyges.episodes.verify import verify

    found = verify(options.path)
    verified = found.count("verified")
    if options.json:
        print(msgspec.json.encode({"verified": verified, "amiss": found.amiss}).decode())
    else:
        for each in found.amiss:
            print(each)
        print(f"{verified:,} episodes verified")
    return found.exit_code


def show(options: argparse.Namespace) -> int:
    """Show an episode again, or list those of a run folder."""
    from gyges.episodes.replay import listing, replay

    if options.path.is_dir():
        heads = ("id", "policy", "scenario", "rung", "arm", "seed", "")
        from gyges.episodes.trunk import twin

        rows = [
            (
                spec.id,
                spec.policy,
                spec.scenario,
                spec.rung,
                spec.arm,
                spec.seed,
                f"{reach} {twin(spec)}".strip(),
            )
            for spec, reach in listing(options.path)
        ]
        print(columns([heads, *rows]))
        return DONE
    announce_compiling()
    replay(options.path, options.turn)
    return DONE
