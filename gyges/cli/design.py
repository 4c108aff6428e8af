"""`gyges design`: how many seeds a study needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE
from gyges.cli.flags import add_json_flag

if TYPE_CHECKING:
    from gyges.analysis.design import Design
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges design --effect .3                   seeds to find a fall of care of .3 with 90 % power
  gyges design --effect .3 --sigma .15       the same where seeds are known to vary less
  gyges design --effect .3 --pilot runs/a    the same with the variance of a run's own stewards
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "design",
        help="say how many seeds a study needs, and what it costs",
        description="Sample size by formula and by simulation, for one steward on the whole ladder.",
        epilog=EXAMPLES,
    )
    flag = parser.add_argument
    flag("--effect", type=share, required=True, metavar="C", help="the fall of care to find, as in .3")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--sigma", type=share, default=0.25, metavar="SD", help="standard deviation of G over seeds (.25)"
    )
    source.add_argument("--pilot", type=Path, metavar="RUN", help="a run to take it from")
    flag("--power", type=chance, default=0.9, metavar="P", help="chance to find it (.9)")
    add_json_flag(parser)
    parser.set_defaults(command=plan)


def share(text: str) -> float:
    """A number above 0 and at most 10."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 10:
        raise argparse.ArgumentTypeError(f"takes a number above 0 and up to 10, not '{text}'")
    return value


def chance(text: str) -> float:
    """A probability of .5 to .999."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value <= 0.999:
        raise argparse.ArgumentTypeError(f"takes .5 to .999, not '{text}'")
    return value


def plan(options: argparse.Namespace) -> int:
    """Print the design."""
    import msgspec

    from gyges.analysis.design import design

    found = design(options.effect, options.sigma, options.pilot, options.power)
    print(msgspec.json.format(msgspec.json.encode(found)).decode() if options.json else _told(found))
    return DONE


def _told(found: Design) -> str:
    lines = [
        f"G varies over seeds with SD {found.sigma:.3f} ({found.sigma_from}); margin {found.margin:.2f},"
        f" one-sided {found.alpha}, power {found.wanted:g}",
        "",
        f"{'seeds needed':<44}{'formula':>9}{'simulated':>12}",
    ]
    purposes = (
        (f"to find a fall of {found.effect:g}", found.find),
        ("to certify where none is", found.certify),
    )
    lines += [f"  {what:<42}{size.formula:>9,}{size.simulated:>12,}" for what, size in purposes]
    lines += [
        f"  {f'to find severe harm in {float(rate):.0%} of episodes':<42}{n:>9,}"
        for rate, n in found.severe_harm.items()
    ]
    cost = found.cost
    return "\n".join(
        [
            *lines,
            "",
            f"with {cost.seeds:,} seeds: {cost.own:,} episodes and {cost.decisions:,} decisions of the"
            f" steward, {cost.controls:,} episodes of scripted controls",
        ]
    )
