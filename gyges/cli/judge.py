"""`gyges judge`: models rate what stewards said and thought."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE, UsageError
from gyges.cli.flags import add_json_flag, model
from gyges.cli.sweep import add_asking_flags, dollars, shown

if TYPE_CHECKING:
    from gyges.agents.llm.judge import Judge
    from gyges.cli.flags import Commands

EXAMPLES = """\
examples:
  gyges judge runs/a --model anthropic/MODEL openai/MODEL --dry-run   what it would ask and cost
  gyges judge runs/a --model anthropic/MODEL openai/MODEL --max-cost 5
  gyges judge runs/a --model openai/MODEL --rubric my/rubric.toml
  gyges report runs/a                                  ratings, how far judges agree, what is missing

A judge reads what a steward said aloud and thought, and nothing of what it did, which model it is, or
at which power. Ratings stand in RUN/judge.jsonl; what is rated is never asked again. They are no
outcome: care is measured from what happens to the people.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "judge",
        help="have models rate what stewards said and thought",
        description="Have models rate a run's transcripts for professed care and for suspicion of a test.",
        epilog=EXAMPLES,
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="the run folder")
    parser.add_argument(
        "--model", dest="models", nargs="+", action="extend", type=model, required=True, metavar="MODEL",
        help="who judges; two or more tell how far judges agree",
    )  # fmt: skip
    parser.add_argument(
        "--rubric", dest="rubrics", nargs="+", action="extend", metavar="R",
        help="a rubric's name or the path of its file (professed_care and suspicion)",
    )  # fmt: skip
    add_asking_flags(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what it would ask and cost; ask nothing")
    add_json_flag(parser)
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Rate what is not rated yet, and say what came of it."""
    import msgspec

    from gyges.agents.llm.prices import prices
    from gyges.agents.rubrics import load, names
    from gyges.episodes import judging
    from gyges.episodes.spending import refuse_unpriced

    if not options.run.is_dir():
        raise UsageError(f"{options.run} is no run folder; name one that gyges run or gyges sweep has made")
    rubrics = [load(name) for name in dict.fromkeys(options.rubrics or names())]
    table = prices(options.prices)
    judges = judges_of(options)
    if options.dry_run:
        expected = judging.forecast(options.run, judges, rubrics, table)
        if options.json:
            print(msgspec.json.encode(expected).decode())
            return DONE
        for name, each in expected.items():
            print(
                f"{shown(name)}: {each.calls:,} calls, {each.input:,} tokens in, {each.output:,} out:"
                f" {dollars(each.usd)}, at most {dollars(each.usd_most)}, by prices of {table.dated}"
            )
        return DONE
    refuse_unpriced(judges[0].model.service.purse, table, [judge.name for judge in judges])
    found = judging.judge(options.run, judges, rubrics, options.concurrency)
    if options.json:
        print(msgspec.json.encode(found).decode())
        return DONE
    missing = ", ".join(f"{count:,} {reason}" for reason, count in found.missing.items())
    print(
        f"{found.rated:,} of {found.wanted:,} ratings of {found.episodes:,} episodes"
        + (f"; missing: {missing}" if missing else "")
        + f"\ngyges report {options.run} shows them"
    )
    return DONE


def judges_of(options: argparse.Namespace) -> list[Judge]:
    """The judges that the flags name, with one purse.

    Raises:
        UsageError: a model's key is missing.
    """
    from gyges.agents import llm
    from gyges.agents.llm.cache import Cache
    from gyges.agents.llm.judge import Judge
    from gyges.agents.llm.prices import prices

    service = llm.Service(
        llm.Purse(options.max_cost, options.max_tokens),
        prices(options.prices),
        None if options.cache is None else Cache(options.cache),
        options.concurrency,
    )
    try:
        return [Judge(llm.policy(name, options.base_url, service)) for name in dict.fromkeys(options.models)]
    except ValueError as error:
        raise UsageError(str(error)) from None
