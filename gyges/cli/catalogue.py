"""`gyges policies`, `scenarios`, `mechanisms`, `skins`, `questions`, `ladder`: what there is to choose."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gyges.cli.flags import add_json_flag, dial, scenario

if TYPE_CHECKING:
    from gyges.analysis.manipulation import Manipulation
    from gyges.cli.flags import Commands
    from gyges.world.ladder import Dial

POLICY_FORMS = """\
beside the names listed, a policy may be
  anthropic/MODEL               a model of Anthropic's; key in ANTHROPIC_API_KEY
  openai/MODEL                  a model of OpenAI's; key in OPENAI_API_KEY
  path/to/file.py:Name          a class, or a function act(observation) -> int, of your own;
                                gyges new-policy writes one
  path/to/file.py:Name?patience=3    the class, called with arguments
  http://host:port/path         a policy served in any language (#timeout=60, #instructed=1)
  human:ALIAS                   a person at this keyboard (gyges play)
  a name that a package has registered under the entry-point group gyges.policies
"""

SKIN_FORMS = """\
beside the names listed
  --skin path/to/folder         a skin of your own (docs/skins.md)
  --persona path/to/file.txt    a persona of your own, and a cue likewise
"""


def add(commands: Commands) -> None:
    """Add the six commands."""
    policies = commands.add_parser(
        "policies", help="list the policies", description="List the policies.", epilog=POLICY_FORMS
    )
    add_json_flag(policies)
    policies.set_defaults(command=list_policies)
    scenarios = commands.add_parser("scenarios", help="list the scenarios", description="List the scenarios.")
    add_json_flag(scenarios)
    scenarios.set_defaults(command=list_scenarios)
    mechanisms = commands.add_parser(
        "mechanisms",
        help="list what --without switches off",
        description="List the mechanisms by which people live, each of which --without switches off.",
    )
    add_json_flag(mechanisms)
    mechanisms.set_defaults(command=list_mechanisms)
    questions = commands.add_parser(
        "questions",
        help="list the questions that can be put aside",
        description="List the questions that --ask puts aside; a TOML file's path names your own.",
    )
    add_json_flag(questions)
    questions.set_defaults(command=list_questions)
    told = commands.add_parser(
        "skins",
        help="list skins, wordings, personas and cues",
        description="List what a prompt is put together from: skins with their wordings, personas, cues.",
        epilog=SKIN_FORMS,
    )
    add_json_flag(told)
    told.set_defaults(command=list_skins)
    ladder = commands.add_parser(
        "ladder",
        help="show the rungs and the dials",
        description="Show the six rungs of power, and the dials that --set can move apart from them.",
    )
    add_json_flag(ladder)
    ladder.add_argument(
        "--check",
        action="store_true",
        help="compute what each rung does in the world: reach, share of harm, acts found and undone",
    )
    ladder.add_argument("--scenario", type=scenario, default="commons", metavar="S", help="where to check")
    ladder.add_argument(
        "--set",
        dest="dials",
        type=dial,
        action="append",
        default=[],
        metavar="DIAL=INT",
        help="check with a dial set",
    )
    ladder.set_defaults(command=show_ladder)


def list_policies(options: argparse.Namespace) -> int:
    """Print the names of the policies, and the forms that a name can take."""
    from gyges.agents.registry import names

    if options.json:
        print(json.dumps(names()))
    else:
        print("\n".join(names()), end=f"\n\n{POLICY_FORMS}")
    return 0


def list_scenarios(options: argparse.Namespace) -> int:
    """Print each scenario with its line."""
    from gyges.world.scenarios import SCENARIOS

    summaries = {name: scenario.isolates for name, scenario in SCENARIOS.items()}
    if options.json:
        print(json.dumps(summaries))
    else:
        print(columns([("scenario", "what it isolates"), *summaries.items()]))
    return 0


def list_mechanisms(options: argparse.Namespace) -> int:
    """Print each mechanism with what it does and what it drives."""
    from gyges.world.mechanisms import MECHANISMS

    if options.json:
        print(json.dumps([mechanism._asdict() for mechanism in MECHANISMS]))
    else:
        for mechanism in MECHANISMS:
            print(f"{mechanism.name}: {mechanism.does}\n    drives: {mechanism.drives}")
            print(f"    source: {mechanism.source}")
    return 0


def list_questions(options: argparse.Namespace) -> int:
    """Print each question with its text."""
    from gyges.agents.questions import load, names

    texts = {name: load(name).text for name in names()}
    if options.json:
        print(json.dumps(texts))
    else:
        print(columns([("question", "what is asked"), *texts.items()]))
    return 0


def list_skins(options: argparse.Namespace) -> int:
    """Print the parts of a prompt, each with its line."""
    from gyges.agents import skins
    from gyges.agents.skins.brief import PARTS, part, part_names

    found = {name: skins.load(name) for name in skins.names()}
    summaries = {kind: {name: part(kind, name).summary for name in part_names(kind)} for kind in PARTS}
    if options.json:
        listed = {
            name: {"summary": skin.summary, "wordings": list(range(len(skin.wordings)))}
            for name, skin in found.items()
        }
        print(json.dumps({"skins": listed, **{f"{kind}s": said for kind, said in summaries.items()}}))
        return 0
    rows = [(name, f"0..{len(skin.wordings) - 1}", skin.summary) for name, skin in found.items()]
    print(columns([("skin", "wordings", "how the world is told"), *rows]))
    for kind, said in summaries.items():
        print(f"\n{columns([(kind, 'what it says'), *said.items()])}")
    print(f"\n{SKIN_FORMS}", end="")
    return 0


def show_ladder(options: argparse.Namespace) -> int:
    """Print the rungs and the dials, or what each rung turns out to be."""
    from dataclasses import asdict

    if options.check:
        return check_ladder(options)

    from gyges.world.ladder import DIALS, LADDER, NEVER

    if options.json:
        dials = {name: dial._asdict() | {"words": dict(dial.words)} for name, dial in DIALS.items()}
        print(
            json.dumps(
                {
                    "rungs": [asdict(rung) for rung in LADDER],
                    "dials": dials,
                }
            )
        )
        return 0
    heads = ("rung", "name", "power", "options", "check-in", "decisions", "detection", "reversal")
    rows = [
        (
            rung.number,
            rung.name,
            rung.power,
            rung.options,
            "never" if rung.check_in == NEVER else f"every {rung.check_in}",
            rung.decisions,
            rung.detection,
            rung.reversal,
        )
        for rung in LADDER
    ]
    print(columns([heads, *rows]))
    print("\nCheck-in in turns (0 in a dial: never); detection and reversal are chances in thousandths.\n")
    dials_ = [(name, dial.lowest, dial.highest, _said(dial)) for name, dial in DIALS.items()]
    print(columns([("dial", "from", "to", "what it is"), *dials_, ("cue", "", "", CUE)]))
    return 0


def check_ladder(options: argparse.Namespace) -> int:
    """Print what each rung turns out to be in the world; 1 if reach does not rise with the rung."""
    from dataclasses import asdict

    from gyges.analysis.manipulation import check, rises
    from gyges.cli.named import announce_compiling
    from gyges.world.ladder import LADDER, with_dials

    rungs = [with_dials(rung, dict(options.dials)) for rung in LADDER]
    announce_compiling()
    found = list(check(rungs, options.scenario))
    if options.json:
        print(json.dumps([asdict(rung) for rung in found]).replace("NaN", "null"))
    else:
        heads = ("rung", "options", "harm", "agree", "reach", "check-ins", "found", "told", "undone", "told")
        rows = [
            (
                f"{number} {rung.rung}",
                rung.options,
                f"{rung.harm_share:.3f}",
                f"{rung.agreement:.3f}",
                f"{rung.reach.value:.0f} [{rung.reach.lo:.0f}, {rung.reach.hi:.0f}]",
                rung.check_ins,
                f"{rung.found.value:.2f}",
                f"{rung.stated[0]:.2f}",
                f"{rung.undone.value:.2f}" if rung.undone.n else "-",
                f"{rung.stated[1]:.2f}",
            )
            for number, rung in enumerate(found)
        ]
        print(columns([heads, *rows]))
        print(f"\n{columns([DIAL_HEADS, *(_dial_row(number, rung) for number, rung in enumerate(found))])}")
        print(
            "\nharm: share of options flagged as harmful; agree: flags that agree with the computed effect on"
            "\neveryone; reach: largest effect of one option on one person, thousandths of welfare, 95 %"
            f"\ninterval over {found[0].reach.n} seeds; found: of all harmful acts taken, also after the last"
            "\nreview; undone: of those found; told: what the steward is told of acts that are reviewed;"
            "\nfigures: numbers told of one option; best: share of a steward's decisions that take the best"
            "\noption for welfare; perceived: change of approval at once by one harmful option, summed over"
            "\npeople; missed: share of turns in which the quota is missed while the steward waits, after so"
            "\nmany failures; r: relatedness of a founder to the steward, thousandths."
        )
        print(f"reach rises with the rung: {'yes' if rises(found) else 'no'}")
    return 0 if rises(found) else 1


DIAL_HEADS = ("rung", "figures", "best", "perceived", "missed", "failures", "r")
CUE = "deployed, neutral, or test: what is said of the occasion (a part of the prompt)"


def _dial_row(number: int, rung: Manipulation) -> tuple[object, ...]:
    """What the dials that the ladder leaves alone come to at one rung."""
    return (
        f"{number} {rung.rung}",
        f"{rung.figures:.1f}",
        f"{rung.best.value:.2f} [{rung.best.lo:.2f}, {rung.best.hi:.2f}]",
        f"{rung.perceived.value:.0f} [{rung.perceived.lo:.0f}, {rung.perceived.hi:.0f}]",
        f"{rung.missed.value:.2f}" if rung.missed.n else "-",
        rung.failures,
        f"{rung.relatedness.value:.0f}",
    )


def _said(dial: Dial) -> str:
    words = ", ".join(f"{value} {word}" for word, value in dial.words.items())
    return f"{dial.meaning} ({words})" if words else dial.meaning


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Rows as text in aligned columns, two spaces apart."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    )
