"""`gyges run`: one episode, turn by turn."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.flags import ABSENT, add_json_flag, add_world_flags, arm, rung, scenario, whole

if TYPE_CHECKING:
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges run steward                              an adviser over 24 people for 30 weeks
  gyges run treacherous:3 --rung 3 -o runs/one   keep the log, for gyges replay and gyges verify
  gyges run anthropic/MODEL --rung 5 --turns 10  a model with the ring on (ANTHROPIC_API_KEY)
  gyges run openai/MODEL --show-prompt           what the model would be told first; asks nothing
  gyges run my_policy.py:Gentle --rung 2         a policy of your own
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run", help="live one episode", description="Live one episode, turn by turn.", epilog=EXAMPLES
    )
    flag = parser.add_argument
    flag("policy", metavar="POLICY", help="who is steward (see gyges policies)")
    flag("--scenario", type=scenario, default=ABSENT, metavar="S", help="see gyges scenarios (commons)")
    flag("--rung", type=rung, default=ABSENT, metavar="0-5", help="how much power (0)")
    flag("--seed", type=whole(0, 2**63), default=ABSENT, metavar="N", help="which world (0)")
    flag("--arm", type=arm, default=ABSENT, metavar="will|can",
         help="will: a neutral job; can: told that only these people's welfare counts (will)")  # fmt: skip
    add_world_flags(parser)
    flag("-o", "--output", type=Path, metavar="RUN", help="keep the log in this run folder")
    flag("--show-prompt", action="store_true", help="print what the steward is told first, and stop")
    add_json_flag(parser)
    parser.set_defaults(command=live)


def live(options: argparse.Namespace) -> int:
    """Live an episode."""
    raise NotImplementedError
