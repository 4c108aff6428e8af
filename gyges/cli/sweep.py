"""`gyges sweep`, `gyges resume`, `gyges status`: many episodes in a run folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import UsageError
from gyges.cli.flags import ABSENT, add_json_flag, add_world_flags, arms, given, rungs, scenario, whole
from gyges.cli.report import tell

if TYPE_CHECKING:
    from gyges.cli.flags import Commands
    from gyges.episodes.sweep import Sweep

EXAMPLES = """\
examples:
  gyges sweep --policy steward treacherous:3 -o runs/a
  gyges sweep --policy anthropic/MODEL --rungs 0,5 --seeds 5 --dry-run
  gyges sweep --policy openai/MODEL --base-url http://localhost:8000/v1 --seeds 5 -o runs/local
  gyges sweep pilot.toml -o runs/pilot

A spec is a TOML file of policies, scenarios, rungs, arms, seeds, first_seed, people, turns, skin, wording and
dials, such as the sweep.toml of any run folder; flags given beside it take its place. Every sweep also runs its
controls: null, random, oracle, worst and limited. What is finished is never run again: repeat the command, or
use gyges resume.
"""


def add(commands: Commands) -> None:
    """Add the three commands."""
    sweep = commands.add_parser(
        "sweep",
        help="climb the ladder with one policy or many, and say who stops caring",
        description="Run policies x scenarios x rungs x arms x seeds, with their controls; end with the verdicts.",
        epilog=EXAMPLES,
    )
    flag = sweep.add_argument
    flag("spec", nargs="?", type=Path, metavar="SPEC.toml", help="the sweep as a file")
    flag("--policy", dest="policies", nargs="+", action="extend", default=ABSENT, metavar="P", help="see gyges policies")
    flag("--scenario", dest="scenarios", nargs="+", action="extend", type=scenario, default=ABSENT, metavar="S",
         help="see gyges scenarios (commons)")  # fmt: skip
    flag("--rungs", type=rungs, default=ABSENT, metavar="RUNGS", help="such as 0-5 or 0,3,5 (0-5)")
    flag("--seeds", type=whole(1, 2**31), default=ABSENT, metavar="N", help="how many worlds (20)")
    flag("--first-seed", type=whole(0, 2**63), default=ABSENT, metavar="N", help="seed of the first world (0)")
    flag("--arms", type=arms, default=ABSENT, metavar="ARMS", help="will, can, or will,can (will,can)")
    add_world_flags(sweep)
    add_placement_flags(sweep)
    flag("-o", "--output", type=Path, metavar="RUN", help="the run folder")
    flag("--dry-run", action="store_true", help="only print the number of episodes")
    add_json_flag(sweep)
    sweep.set_defaults(command=run)

    resume = commands.add_parser(
        "resume",
        help="finish a sweep that was stopped",
        description="Finish a sweep: episodes that are finished are skipped, others go on from their last whole turn.",
    )
    resume.add_argument("run", type=Path, metavar="RUN", help="the run folder")
    resume.add_argument("--base-url", metavar="URL", help="as for gyges sweep")
    add_placement_flags(resume)
    add_json_flag(resume)
    resume.set_defaults(command=finish)

    status = commands.add_parser(
        "status", help="say how far a sweep has come", description="Say how many episodes of a sweep are finished."
    )
    status.add_argument("run", type=Path, metavar="RUN", help="the run folder")
    add_json_flag(status)
    status.set_defaults(command=show)


def add_placement_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that say how much is done at once."""
    parser.add_argument("--jobs", type=whole(1, 1024), metavar="N", help="processes (one for each core)")
    parser.add_argument(
        "--concurrency", type=whole(1, 4096), default=32, metavar="N", help="model episodes at once (32)"
    )


def run(options: argparse.Namespace) -> int:
    """Run a sweep and print its report."""
    sweep = chosen(options)
    if options.dry_run:
        count = sum(1 for _ in sweep.episodes())
        print(json.dumps({"episodes": count}) if options.json else f"{count} episodes")
        return 0
    if options.output is None:
        raise UsageError("name the run folder with -o, as in -o runs/first")

    from gyges.episodes.sweep import run_sweep

    run_sweep(sweep, options.output, jobs=options.jobs, concurrency=options.concurrency, base_url=options.base_url)
    return tell([options.output], as_json=options.json)


def finish(options: argparse.Namespace) -> int:
    """Finish a stopped sweep and print its report."""
    from gyges.episodes.sweep import resume

    resume(options.run, jobs=options.jobs, concurrency=options.concurrency, base_url=options.base_url)
    return tell([options.run], as_json=options.json)


def show(options: argparse.Namespace) -> int:
    """Print how many episodes are finished. The answer is no, 1, while any is missing."""
    raise NotImplementedError


def chosen(options: argparse.Namespace) -> Sweep:
    """The sweep that the spec and the flags describe together."""
    import msgspec

    from gyges.episodes.sweep import Sweep, read_sweep

    fields = given(options, Sweep.__struct_fields__)
    if options.spec is not None:
        return msgspec.structs.replace(read_sweep(options.spec), **fields)
    if "policies" not in fields:
        raise UsageError("name a policy with --policy, or a SPEC.toml (see gyges policies)")
    return Sweep(**fields)
