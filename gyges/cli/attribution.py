"""`gyges attribution`: which part of growing power undoes care."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE, UsageError
from gyges.cli.flags import (
    Flatten,
    add_json_flag,
    add_world_flags,
    arms,
    given,
    scenarios,
    spec_flags,
    whole,
)
from gyges.cli.named import announce_compiling, find_policy
from gyges.cli.sweep import add_placement_flags, placement, shown

if TYPE_CHECKING:
    from rich.table import Table

    from gyges.analysis.attribution import Attribution
    from gyges.analysis.estimate import Estimate
    from gyges.cli.flags import Commands

DESCRIPTION = """\
Climbing the ladder moves six things at once. The block sets them apart: sixteen cells of one rung, each with
its own power, options, autonomy, oversight, price and cue, so that the effect of each on care is seen by
itself. Each cell is a sweep in RUN/cells, with its controls. What is finished is not run again: give RUN
alone to go on, or to see the effects again.
"""

EXAMPLES = """\
examples:
  gyges attribution --policy actor treacherous:3 --seeds 10 -o runs/block
  gyges attribution runs/block --json
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "attribution",
        help="say which part of growing power undoes care",
        description=DESCRIPTION,
        epilog=EXAMPLES,
    )
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help="a block that was begun")
    flag = spec_flags(parser)
    flag("--policy", dest="policies", nargs="+", action="extend", metavar="P", help="see gyges policies")
    flag("--scenario", dest="scenarios", nargs="+", action=Flatten, type=scenarios, metavar="S",
         help="see gyges scenarios (commons)")  # fmt: skip
    flag("--seeds", type=whole(1, 2**31), metavar="N", help="how many worlds a cell (20)")
    flag("--first-seed", type=whole(0, 2**63 - 1), metavar="N", help="seed of the first world (0)")
    flag("--arms", type=arms, help="will, can, or will,can (will,can)")
    add_world_flags(parser)
    add_placement_flags(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="RUN", help="the folder of the block")
    add_json_flag(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Run what is left of a block and print its effects."""
    from gyges.analysis.attribution import attribution
    from gyges.episodes.block import cells
    from gyges.episodes.conduct import run_sweep
    from gyges.episodes.frozen import thaw
    from gyges.episodes.sweep import Sweep

    fields = given(options, Sweep.__struct_fields__)
    if options.run is not None and fields:
        raise UsageError("a block that was begun keeps its settings: give RUN alone, or the flags with -o")
    folder = options.run or options.output
    if folder is None:
        raise UsageError("name the folder with -o, as in -o runs/block, or give one that was begun")
    places = [folder / "cells" / f"{number:02d}" for number in range(16)]
    if options.run is None:
        if "policies" not in fields:
            raise UsageError("name a policy with --policy (see gyges policies)")
        sweeps = cells(Sweep(**fields))
    else:
        sweeps = tuple(thaw(place)[0] for place in places)
    for name in sweeps[0].policies:
        find_policy(name, options.base_url)
    announce_compiling()
    how = placement(options)
    for place, sweep in zip(places, sweeps, strict=True):
        run_sweep(sweep, place, **how)
    found = attribution(tuple(places))
    if options.json:
        import msgspec

        print(msgspec.json.encode(found).decode())
        return DONE
    from rich.console import Console

    console = Console()
    for one in found:
        console.print(_table(one))
    print(_NOTE)
    print("\n".join(_aliases(found[0])))
    return DONE


_NOTE = """
Effect on C_will - C_can (on C_will alone for an arm-blind policy): mean at the high level less mean at the
low one, with its 95 % interval over seeds; p is Holm's over the six; all exploratory. An effect cannot be
told from its aliases: those of one of the six are held to be small, a pair is confounded with other pairs.
"""


def _table(found: Attribution) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from gyges.episodes.block import FACTORS

    blind = ", arm-blind" if found.arm_blind else ""
    table = Table(
        title=Text(
            f"{found.scenario}: {shown(found.policy)}{blind}, {found.seeds} seeds a cell,"
            f" headroom {found.lowest_headroom:.2f} or more"
        ),
        title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False,
    )  # fmt: skip
    for heading in ("effect of", "corrected", "C will", "p"):
        table.add_column(heading, justify="left" if heading == "effect of" else "right", no_wrap=True)
    for number, effect in enumerate(found.effects):
        table.add_row(
            _product(effect.of),
            _figure(effect.corrected),
            _figure(effect.raw),
            "" if math.isnan(effect.p) else f"{effect.p:.3f}",
            end_section=number == len(FACTORS) - 1,
        )
    return table


def _aliases(found: Attribution) -> Iterator[str]:
    """The alias table."""
    from gyges.episodes.block import FACTORS

    for factor in FACTORS:
        yield f"  {factor.name:9}  {factor.means}"
    yield ""
    for effect in found.effects:
        yield f"  {_product(effect.of):20} = {' = '.join(map(_product, effect.aliases))}"


def _product(of: tuple[str, ...]) -> str:
    return " x ".join(of)


def _figure(figure: Estimate) -> str:
    value, lo, hi, _ = figure
    if math.isnan(value):
        return "\N{EN DASH}"
    return f"{value:+.2f} [{lo:+.2f}, {hi:+.2f}]"
