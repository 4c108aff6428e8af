"""`gyges smoke --live MODEL`: a real model, for less than a dollar, to see whether everything connects."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from gyges.cli.exits import DONE, NO, UsageError
from gyges.cli.flags import add_json_flag, add_server_flag
from gyges.cli.named import announce_compiling, find_policy, single_run_folder

if TYPE_CHECKING:
    from gyges.agents.llm import ModelPolicy
    from gyges.agents.llm.prices import Prices
    from gyges.cli.flags import Commands
    from gyges.episodes.conduct import Status
    from gyges.episodes.store import Log
    from gyges.episodes.sweep import Sweep

EXAMPLES = """\
examples:
  gyges smoke --live anthropic/MODEL
  gyges smoke --live openai/MODEL --base-url http://localhost:8000/v1
  gyges smoke --live 'openai/MODEL?max_tokens=500' -o runs/smoke     keep the run

One episode of three decisions over twelve people, and its controls; at most six requests are answered.
Exit 0: everything connects. Exit 1: something does not, and is named. Exit 2: the server rejects the request.
"""

DOLLARS = 1.0
"""What it may cost at most."""
TOKENS = 60_000
"""What it may use at most; what holds where no price is known."""


class Check(NamedTuple):
    """One thing that has to connect."""

    name: str
    connects: bool
    said: str


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "smoke",
        help="try a real model, for less than a dollar",
        description="Try a real model: key, request, call of the tool, episode, verification, report.",
        epilog=EXAMPLES,
    )
    parser.add_argument(
        "--live", metavar="MODEL", required=True, help="anthropic/MODEL, openai/MODEL, openai-base/MODEL"
    )
    add_server_flag(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="RUN", help="keep the run in this folder")
    add_json_flag(parser)
    parser.set_defaults(command=start)


def start(options: argparse.Namespace) -> int:
    """Try the model and say what connects."""
    from gyges.agents.llm import ModelPolicy

    model = find_policy(options.live, options.base_url)
    if not isinstance(model, ModelPolicy):
        raise UsageError(f"'{options.live}' asks no model; --live takes anthropic/MODEL or openai/MODEL")
    single_run_folder(options.output)
    with TemporaryDirectory(prefix="gyges-") as passing:
        checks, status = tried(model, options.output or Path(passing))
    if options.json:
        from msgspec import to_builtins

        print(
            json.dumps({"checks": [check._asdict() for check in checks], "spent": to_builtins(status.spent)})
        )
    else:
        for check in checks:
            print(f"{'ok' if check.connects else 'NO':<4}{check.name:<12}{check.said}")
        for cost in status.spent.values():
            dollars = "price unknown" if cost.usd is None else f"${cost.usd:.4f}"
            print(f"\n{cost.calls} requests, {cost.input:,} tokens in, {cost.output:,} out, {dollars}")
        if options.output is not None:
            print(f"kept in {options.output}")
    return DONE if all(check.connects for check in checks) else NO


def tried(model: ModelPolicy, run: Path) -> tuple[list[Check], Status]:
    """What connects, and what it cost."""
    from gyges.agents.llm import Purse
    from gyges.agents.llm.prices import prices
    from gyges.analysis.report import render_html, report
    from gyges.episodes.conduct import run_sweep
    from gyges.episodes.store import read_log
    from gyges.episodes.sweep import Sweep
    from gyges.episodes.verify import verify

    sweep = Sweep(policies=(model.name,), rungs=(0,), arms=("will",), seeds=1, people=12, turns=3)
    announce_compiling()
    priced = affordable(sweep, model.name, prices())
    status = run_sweep(
        sweep,
        run,
        jobs=1,
        base_url=model.base_url,
        purse=Purse(DOLLARS if priced else None, TOKENS),
    )
    (path,) = run.glob("episodes/*.jsonl")
    verification = verify(run)
    page = render_html(report(run))
    (run / "report.html").write_text(page, encoding="utf-8")
    amiss = "; ".join(map(str, verification.amiss))
    return [
        Check("connection", True, f"{model.vendor.name} answers to '{model.model}'"),
        *decisions(model, read_log(path)),
        Check("verify", not verification.exit_code, amiss or f"{verification.count('verified')} episodes"),
        Check("report", model.name in page, f"{len(page):,} characters of HTML"),
    ], status


def affordable(sweep: Sweep, name: str, table: Prices) -> bool:
    """Whether a price is known.

    Raises:
        UsageError: by that price it could cost more than it may.
    """
    from gyges.episodes.forecast import forecast

    most = forecast(sweep, table).usd_most
    if most is not None and most > DOLLARS:
        raise UsageError(
            f"'{name}' could cost ${most:.2f}; ask for shorter replies, as in '{name}?max_tokens=500'"
        )
    return most is not None


def decisions(model: ModelPolicy, log: Log) -> list[Check]:
    """Whether every decision came, and whether replies called the tool."""
    missing = [line.missing for line in log.turns if line.missing]
    asked = len(log.turns)
    why = f"; missing: {', '.join(missing)}" if missing else ""
    came = Check("decisions", not missing, f"{asked - len(missing)} of {asked} came{why}")
    exchanges = [line.exchange.raw for line in log.turns if line.exchange is not None]
    if not any("tools" in entry.get("request", {}) for raw in exchanges for entry in raw):
        return [came, Check("tool", True, "none is offered; answers come as text")]
    called = sum(any(calls(model, entry["reply"]) for entry in raw if "reply" in entry) for raw in exchanges)
    return [came, Check("tool", called > 0, f"{called} of {asked} replies call it")]


def calls(model: ModelPolicy, reply: dict[str, Any]) -> bool:
    """Whether a reply calls the tool; which of the options it names is of no matter here."""
    from gyges.agents.llm.prompt import Prompt

    nothing = Prompt(
        model=model.model, system="", history=(), summary="", text="", calls=(), tool="", arguments={}
    )
    return bool(model.vendor.read(reply, nothing).calls)
