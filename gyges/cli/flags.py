"""Flags that several commands share, and how their values are read.

A flag of a spec that was not given leaves no trace in the parsed options: the
records it would fill, `EpisodeSpec` and `Sweep`, hold the only defaults.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # it has no public name


def spec_flags(parser: argparse._ActionsContainer) -> Callable[..., argparse.Action]:
    """The parser's `add_argument`, for flags that leave no trace unless given."""
    return partial(parser.add_argument, default=argparse.SUPPRESS)


def add_world_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that describe a world and how it is told."""
    flag = spec_flags(parser)
    flag("--people", type=whole(2, 1_000_000), metavar="N", help="founding people (24)")
    flag("--turns", type=whole(1, 10_000), metavar="N", help="turns, a week each (30)")
    flag("--skin", type=skin, metavar="K", help="how the world is told, see gyges skins (settlement)")
    flag("--wording", type=whole(0, 1_000), metavar="N", help="wording family (0)")
    flag("--persona", type=partial(part, "persona"), metavar="P", help="who the steward is told it is (none)")
    flag("--cue", type=partial(part, "cue"), metavar="C", help="deployed, neutral or test (neutral)")
    flag("--interface", type=interface, metavar="I", help="menu: by label; tools: by typed calls (menu)")
    flag("--people-model", type=model, metavar="MODEL", help="a model in whose words people speak (none)")
    flag("--people-speak", type=whole(1, 100), metavar="N", help="people who speak before each turn (3)")
    flag(
        "--without",
        type=mechanisms,
        metavar="NAMES",
        help="switch mechanisms of the world off, as in births,rumours (see gyges mechanisms)",
    )
    flag(
        "--set",
        dest="dials",
        action=SetDial,
        metavar="DIAL=VALUE",
        help="set one dial apart from the rung, as in detection=500; may be repeated (see gyges ladder)",
    )


def add_ramp_flag(parser: argparse._ActionsContainer) -> None:
    """The flag for power that changes inside an episode."""
    spec_flags(parser)(
        "--ramp", type=ramp, metavar="0@1,2@8", help="rungs by the week from which each is in force"
    )


def add_force_flag(parser: argparse.ArgumentParser, what: str) -> None:
    """The flag for an act that is done in the steward's name."""
    spec_flags(parser)("--force", type=forced, metavar="ACT@WEEK", help=what)


def add_question_flag(parser: argparse.ArgumentParser) -> None:
    """The flag for questions put aside."""
    spec_flags(parser)(
        "--ask",
        nargs="+",
        action="extend",
        metavar="NAME@TURN",
        help="put a question aside, in a copy of the conversation, as in svo@0,10 (see gyges questions)",
    )


def add_server_flag(parser: argparse.ArgumentParser) -> None:
    """The flag that points the vendors' clients elsewhere."""
    flag = parser.add_argument
    flag("--base-url", metavar="URL", help="another server for anthropic/... and openai/...")


def add_batch_flag(parser: argparse.ArgumentParser) -> None:
    """The flag for vendors' batches."""
    parser.add_argument(
        "--provider-batch",
        action="store_true",
        help="ask models in their vendors' batches, all episodes in lockstep: half the price, overnight",
    )


def add_body_flag(parser: argparse.ArgumentParser) -> None:
    """The flag for fields that a server of one's own understands."""
    parser.add_argument(
        "--extra-body", metavar="JSON", help="an object whose fields go into every request to a model"
    )


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """The flag for one JSON document on standard output, and nothing else there."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def given(options: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Those of the named options that were given: lists as tuples, dials as a mapping."""
    found = {name: getattr(options, name) for name in names if hasattr(options, name)}
    if "dials" in found:
        found["dials"] = dict(found["dials"])
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """A reader of whole numbers in lowest..highest."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = lowest - 1
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"takes a whole number {lowest}..{highest}, not '{text}'")
        return value

    return read


def amount(text: str) -> float:
    """An amount of money above zero, in US dollars."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"takes US dollars above 0, as in 2.50, not '{text}'")
    return value


def rung(text: str) -> int:
    """One rung of the ladder."""
    from gyges.world.ladder import LADDER

    top = len(LADDER) - 1
    if not text.isdecimal() or not 0 <= int(text) <= top:
        raise argparse.ArgumentTypeError(f"there is no rung '{text}'; the rungs are 0..{top}")
    return int(text)


def ramp(text: str) -> str:
    """A ramp such as `0@1,2@8,5@16`, as it was written."""
    from gyges.episodes.ramp import BadRamp, parse_ramp

    try:
        parse_ramp(text)
    except BadRamp as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def forced(text: str) -> str:
    """A forced act such as `falsify_ledger@6`, as it was written."""
    from gyges.episodes.force import BadForce, parse_force

    try:
        parse_force(text)
    except BadForce as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def first_of_ramp(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a spec, its rung the first of its ramp, if it has one."""
    if "ramp" not in fields:
        return fields
    from gyges.episodes.ramp import parse_ramp

    return {**fields, "rung": parse_ramp(fields["ramp"])[0].rung.number}


def rungs(text: str) -> tuple[int, ...]:
    """Rungs such as `0-5`, `0,3,5` or `0,3-5`, each once, lowest first."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        low, high = rung(first), rung(last if dash else first)
        if low > high:
            raise argparse.ArgumentTypeError(f"'{part}' runs backwards; write {high}-{low}")
        found.update(range(low, high + 1))
    return tuple(sorted(found))


def arm(text: str) -> str:
    """One arm."""
    if text not in ("will", "can"):
        raise argparse.ArgumentTypeError(f"there is no arm '{text}'; the arms are will and can")
    return text


def skin(text: str) -> str:
    """The name of a skin, or the path of its folder."""
    from gyges.agents.skins import BadSkin, load

    try:
        load(text)
    except BadSkin as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def part(kind: Literal["persona", "cue"], text: str) -> str:
    """The name of a persona or a cue, or the path of its file."""
    from gyges.agents.skins import BadSkin, brief

    try:
        brief.part(kind, text)
    except BadSkin as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def model(text: str) -> str:
    """The name of a model, with its settings."""
    from gyges.agents.llm import parse

    try:
        parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def interface(text: str) -> str:
    """One interface."""
    if text not in ("menu", "tools"):
        raise argparse.ArgumentTypeError(f"there is no interface '{text}'; the interfaces are menu and tools")
    return text


def arms(text: str) -> tuple[str, ...]:
    """Arms such as `will,can`, each once."""
    return tuple(dict.fromkeys(arm(part) for part in text.split(",")))


def mechanisms(text: str) -> tuple[str, ...]:
    """Mechanisms such as `births,rumours`, each once, in the order in which they are listed."""
    from gyges.world.mechanisms import NAMES, switched_off

    named = text.split(",")
    try:
        switched_off(named)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return tuple(name for name in NAMES if name in named)


def dial(text: str) -> tuple[str, int]:
    """A dial and its value, such as `detection=500`."""
    from gyges.world.ladder import read_dial

    try:
        return read_dial(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class SetDial(argparse.Action):
    """Gathers dials; the cue, a part of the prompt, is set as `--cue` sets it."""

    def __call__(self, _parser: Any, namespace: argparse.Namespace, value: Any, _flag: Any = None) -> None:
        """Add a dial to those given before."""
        name, _, word = str(value).partition("=")
        try:
            if name == "cue":
                namespace.cue = part("cue", word)
            else:
                setattr(namespace, self.dest, [*getattr(namespace, self.dest, ()), dial(value)])
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from None


class Flatten(argparse.Action):
    """Gathers values that are tuples of names into one list of names."""

    def __call__(self, _parser: Any, namespace: argparse.Namespace, values: Any, _flag: Any = None) -> None:
        """Add to what was given before; a name given twice counts once."""
        gathered = [*getattr(namespace, self.dest, ()), *(name for names in values for name in names)]
        setattr(namespace, self.dest, list(dict.fromkeys(gathered)))


def scenarios(text: str) -> tuple[str, ...]:
    """The name of a scenario, or `all` for every one."""
    from gyges.world.scenarios import SCENARIOS

    return tuple(SCENARIOS) if text == "all" else (scenario(text),)


def scenario(text: str) -> str:
    """The name of a scenario."""
    from gyges.world.scenarios import SCENARIOS

    if text not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise argparse.ArgumentTypeError(f"there is no scenario '{text}'; the scenarios are: {known}")
    return text
