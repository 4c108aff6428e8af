"""`gyges sweep`, `gyges resume`, `gyges status`: many episodes in a run folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gyges.cli.exits import DONE, NO, UsageError
from gyges.cli.flags import (
    Flatten,
    add_batch_flag,
    add_body_flag,
    add_force_flag,
    add_json_flag,
    add_question_flag,
    add_ramp_flag,
    add_server_flag,
    add_world_flags,
    amount,
    arms,
    given,
    rungs,
    scenarios,
    spec_flags,
    whole,
)
from gyges.cli.named import announce_compiling, find_policy, with_body
from gyges.cli.report import tell

if TYPE_CHECKING:
    from gyges.cli.flags import Commands
    from gyges.episodes.spending import Spent
    from gyges.episodes.sweep import Sweep

EXAMPLES = """\
examples:
  gyges sweep --policy steward treacherous:3 -o runs/a
  gyges sweep --policy anthropic/MODEL --rungs 0,5 --seeds 5 --dry-run
  gyges sweep --policy openai/MODEL --base-url http://localhost:8000/v1 --seeds 5 -o runs/local
  gyges sweep --policy anthropic/MODEL --seeds 20 --provider-batch -o runs/night    half price, and slow
  gyges sweep pilot.toml -o runs/pilot
  gyges sweep --policy anthropic/MODEL --scenario quota --rungs 0 --force falsify_ledger@6 -o runs/inoculation

A spec is a TOML file of policies, scenarios, rungs, ramp, arms, seeds, first_seed, people, turns, skin,
wording, persona, cue, interface, dials, force, ask, such as the sweep.toml of any run folder; a flag beside
it takes its place. Every sweep also runs its controls: null, random, oracle, worst and limited. What is
finished is never run again: give the command once more, or gyges resume.
"""


def add(commands: Commands) -> None:
    """Add the three commands."""
    sweep = commands.add_parser(
        "sweep",
        help="climb the ladder with one policy or many, and say who stops caring",
        description="Run policies x scenarios x rungs x arms x seeds, with controls; end with verdicts.",
        epilog=EXAMPLES,
    )
    sweep.add_argument("spec", nargs="?", type=Path, metavar="SPEC.toml", help="the sweep as a file")
    flag = spec_flags(sweep)
    flag("--policy", dest="policies", nargs="+", action="extend", metavar="P", help="see gyges policies")
    flag(
        "--scenario",
        dest="scenarios",
        nargs="+",
        action=Flatten,
        type=scenarios,
        metavar="S",
        help="see gyges scenarios, or all (commons)",
    )
    sweep.add_argument(
        "--preset",
        choices=("smoke", "pilot", "full"),
        help="smoke: 2 seeds, rungs 0, 3, 5, 6 turns; pilot: 8 seeds; full: 40; other flags go before",
    )
    power = sweep.add_mutually_exclusive_group()
    spec_flags(power)("--rungs", type=rungs, help="such as 0-5 or 0,3,5 (0-5)")
    add_ramp_flag(power)
    flag("--seeds", type=whole(1, 2**31), metavar="N", help="how many worlds (20)")
    flag("--first-seed", type=whole(0, 2**63 - 1), metavar="N", help="seed of the first world (0)")
    flag("--arms", type=arms, help="will, can, or will,can (will,can)")
    add_world_flags(sweep)
    add_force_flag(
        sweep,
        "also run twins with an act done in the steward's name, as falsify_ledger@6: forbidden, permitted",
    )
    add_question_flag(sweep)
    add_placement_flags(sweep)
    add_body_flag(sweep)
    sweep.add_argument("-o", "--output", type=Path, metavar="RUN", help="the run folder")
    sweep.add_argument("--dry-run", action="store_true", help="say what it would ask and cost; ask nothing")
    add_json_flag(sweep)
    sweep.set_defaults(command=run)

    resume = commands.add_parser(
        "resume",
        help="finish a sweep that was stopped",
        description="Finish a sweep: what is finished is skipped, the rest goes on from its last whole turn.",
    )
    resume.add_argument("run", type=Path, metavar="RUN", help="the run folder")
    add_placement_flags(resume)
    add_json_flag(resume)
    resume.set_defaults(command=finish)

    status = commands.add_parser(
        "status",
        help="say how far a sweep has come",
        description="Say how many episodes of a sweep are finished; exit 1 while any is not.",
    )
    status.add_argument("run", type=Path, metavar="RUN", help="the run folder")
    add_json_flag(status)
    status.set_defaults(command=show)


def add_placement_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that say where, and how much at once."""
    flag = parser.add_argument
    flag(
        "--jobs", type=whole(1, 1024), metavar="N", help="processes for scripted policies (one for each core)"
    )
    add_asking_flags(parser)


def add_asking_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that say how models are asked, and for how much."""
    flag = parser.add_argument
    flag(
        "--concurrency",
        type=whole(1, 100_000),
        metavar="N",
        help="other episodes at once (64; with --provider-batch all)",
    )
    flag("--max-cost", type=amount, metavar="USD", help="stop when the models of the run have cost this much")
    flag("--max-tokens", type=whole(1, 10**12), metavar="N", help="stop when they have used this many tokens")
    flag("--prices", type=Path, metavar="FILE", help="prices of models that go before the built-in ones")
    flag("--cache", type=Path, metavar="DIR", help="keep answers here, and reuse those of other runs")
    add_batch_flag(parser)
    add_server_flag(parser)


def placement(options: argparse.Namespace) -> dict[str, Any]:
    """What the placement flags say, as arguments."""
    from gyges.agents.llm.purse import Purse

    return {
        "jobs": options.jobs,
        "concurrency": options.concurrency,
        "progress": True,
        "base_url": options.base_url,
        "purse": Purse(options.max_cost, options.max_tokens),
        "own_prices": options.prices,
        "cache": options.cache,
        "provider_batch": options.provider_batch,
    }


def run(options: argparse.Namespace) -> int:
    """Run a sweep and print its report."""
    sweep = chosen(options)
    if options.dry_run:
        return foretell(sweep, options.prices, batched=options.provider_batch, as_json=options.json)
    if options.output is None:
        raise UsageError("name the run folder with -o, as in -o runs/first")
    for name in sweep.policies:
        find_policy(name, options.base_url)
    announce_compiling()

    from gyges.episodes.conduct import run_sweep

    run_sweep(sweep, options.output, **placement(options))
    return tell([options.output], as_json=options.json)


def foretell(sweep: Sweep, own_prices: Path | None, *, batched: bool, as_json: bool) -> int:
    """Print what a sweep would ask of models and what that would cost."""
    from gyges.agents.llm.prices import prices
    from gyges.agents.llm.shown import CHARACTERS_PER_TOKEN, REPLY_TOKENS
    from gyges.episodes.forecast import forecast

    table = prices(own_prices)
    announce_compiling()
    found = forecast(sweep, table, batched=batched)
    if as_json:
        import msgspec

        print(msgspec.json.encode(found).decode())
        return DONE
    print(f"{found.episodes:,} episodes")
    for name, model in found.models.items():
        print(
            f"  {shown(name)}: {model.episodes:,} episodes, {model.calls:,} calls, {model.input:,} tokens in,"
            f" {model.output:,} out: {dollars(model.usd)}, at most {dollars(model.usd_most)}"
        )
    if found.models:
        print(
            f"in all about {dollars(found.usd)}, at most {dollars(found.usd_most)}, by prices of"
            f" {found.prices}; reckoned with {CHARACTERS_PER_TOKEN} characters a token"
            f" and {REPLY_TOKENS} tokens a reply{', sent in batches' if batched else ''}"
        )
    return DONE


def dollars(amount: float | None) -> str:
    """An amount of money; `unknown` where a price is not known."""
    return "unknown" if amount is None else f"${amount:,.2f}"


def shown(name: str) -> str:
    """A policy's name as it may stand in a terminal."""
    from gyges.agents.llm.clean import visible

    return visible(name)[:200]


def finish(options: argparse.Namespace) -> int:
    """Finish a stopped sweep and print its report."""
    from gyges.episodes.conduct import resume
    from gyges.episodes.frozen import thaw

    for name in thaw(options.run)[0].policies:
        find_policy(name, options.base_url)
    announce_compiling()
    resume(options.run, **placement(options))
    return tell([options.run], as_json=options.json)


def show(options: argparse.Namespace) -> int:
    """Print how many episodes are finished; no, while any is not."""
    from datetime import UTC, datetime

    from gyges.episodes.conduct import status

    found = status(options.run)
    if options.json:
        import msgspec

        print(msgspec.json.encode(found).decode())
    else:
        print(f"{found.finished:,} of {found.expected:,} episodes finished")
        for episode, reach in found.unfinished.items():
            print(f"  {episode}: {reach}")
        for policy, cost in found.spent.items():
            print(f"spent on {shown(policy)}: {_told(cost)}")
        for judge, cost in found.spent_on_judges.items():
            print(f"spent on the judge {shown(judge)}: {_told(cost)}")
        for batch in found.batches_out:
            since = datetime.fromtimestamp(batch.sent, UTC).strftime("%Y-%m-%d %H:%M UTC")
            which = shown(batch.batch) or "not known to have arrived"
            print(f"{batch.requests:,} requests to {shown(batch.model)} are out since {since}: {which}")
        if found.finished < found.expected:
            how = " --provider-batch" if found.batches_out else ""
            print(f"go on with: gyges resume {options.run}{how}")
    return DONE if found.finished == found.expected else NO


def _told(cost: Spent) -> str:
    return f"{cost.calls:,} calls, {cost.input:,} tokens in, {cost.output:,} out, {dollars(cost.usd)}"


def chosen(options: argparse.Namespace) -> Sweep:
    """The sweep that the spec and the flags describe together."""
    import msgspec

    from gyges.episodes.sweep import PRESETS, Sweep, read_sweep

    fields = {**PRESETS.get(options.preset, {}), **given(options, Sweep.__struct_fields__)}
    if options.spec is None and "policies" not in fields:
        raise UsageError("name a policy with --policy, or a SPEC.toml (see gyges policies)")
    base = Sweep(**fields) if options.spec is None else read_sweep(options.spec)
    policies = fields.get("policies", base.policies)
    named = tuple(with_body(policy, options.extra_body) for policy in policies)
    return msgspec.structs.replace(base, **fields | {"policies": named})
