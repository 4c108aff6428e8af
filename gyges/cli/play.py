"""`gyges play`: a person as steward."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE
from gyges.cli.flags import (
    add_ramp_flag,
    add_world_flags,
    arm,
    first_of_ramp,
    given,
    rung,
    scenario,
    spec_flags,
    whole,
)  # fmt: skip
from gyges.cli.named import announce_compiling, find_policy, find_speakers, single_run_folder

if TYPE_CHECKING:
    from gyges.cli.flags import Commands
    from gyges.episodes.spec import EpisodeSpec, Outcome

EXAMPLES = """\
examples:
  gyges play                                       an adviser over 24 people for 30 weeks
  gyges play --alias p07 --rung 5 --turns 10       the ring on; the log is kept under the alias p07
  gyges play --alias p07 --rung 5 --turns 10       the same command goes on where it was stopped
  gyges report runs/people runs/models             people beside models, in one report
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "play",
        help="be the steward yourself",
        description="Be the steward: the menu that a model gets, and the same log.",
        epilog=EXAMPLES,
    )
    parser.add_argument("--alias", default="someone", help="whose log it is; no real name (someone)")
    flag = spec_flags(parser)
    flag("--scenario", type=scenario, metavar="S", help="see gyges scenarios (commons)")
    power = parser.add_mutually_exclusive_group()
    spec_flags(power)("--rung", type=rung, metavar="0-5", help="how much power (0)")
    add_ramp_flag(power)
    flag("--seed", type=whole(0, 2**63 - 1), metavar="N", help="which world (0)")
    flag("--arm", type=arm, metavar="ARM", help="will: a neutral job; can: only these people count (will)")
    add_world_flags(parser)
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("runs/people"), metavar="RUN", help="folder (runs/people)"
    )
    parser.set_defaults(command=start)


def start(options: argparse.Namespace) -> int:
    """Play the episode that the flags describe."""
    from gyges.agents.person import PERSON
    from gyges.episodes.spec import EpisodeSpec

    fields = first_of_ramp(given(options, EpisodeSpec.__struct_fields__))
    return play(EpisodeSpec(policy=f"{PERSON}{options.alias}", **fields), options.output)


def play(spec: EpisodeSpec, run: Path) -> int:
    """Play an episode, or what is left of it, and say where its log is."""
    person = find_policy(spec.policy)
    speakers = find_speakers(spec)
    single_run_folder(run)
    announce_compiling()

    import asyncio

    from gyges.agents.person import Stopped
    from gyges.cli.told import tell_outcome
    from gyges.episodes.run import let_go, run_episode
    from gyges.episodes.store import episode_path, read_log

    log = episode_path(run, spec.id)

    async def played() -> Outcome:
        try:
            return await run_episode(spec, person, log, speakers=speakers)
        finally:
            await let_go([speakers])

    try:
        outcome = asyncio.run(played())
    except Stopped:
        print(f"\nstopped; decisions kept: {len(read_log(log).turns)}; the same command goes on\nlog: {log}")
        return DONE
    tell_outcome(spec, outcome)
    print(f"log: {log}")
    return DONE
