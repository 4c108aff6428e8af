"""What a person types beside an option: promises and figures, in the terms of the call that a model makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gyges.agents.llm.said import MOST_SAID, Said, entries, said
from gyges.agents.policy import MOST_TIMES, Observation
from gyges.world.people import BIG
from gyges.world.settlement import CERTAIN

PROMISE = re.compile(
    r"(?:(?P<give>give) (?P<done>\S+)(?: (?P<times>\d{1,9}))?"
    r"|(?P<abstain>abstain)(?: (?P<left>\S+))?"
    r"|(?P<hand_back>hand[ _]back)) by (?P<week>\d{1,9})",
    re.IGNORECASE,
)
FIGURE = re.compile(r"(?:(?P<entry>.*\S) )?(?P<figure>\d{1,12})")
KINDS = ("give", "abstain", "hand_back")
HOW = {
    "promise": "write: promise give OPTION TIMES by WEEK, promise abstain [OPTION] by WEEK,"
    " or promise hand_back by WEEK",
    "report": "write: report FIGURE, or report ENTRY FIGURE with one of: {entries}",
}


class Unusable(ValueError):
    """What was typed is no promise or figure; one line says how to write it."""


class Beside(NamedTuple):
    """What goes out with the option that is chosen next."""

    promises: tuple[Mapping[str, Any], ...] = ()
    """As the items of a model's argument `promises`."""
    report: tuple[Mapping[str, Any], ...] = ()
    """As those of `report`."""

    def read(self, observation: Observation) -> Said:
        """What it says, read as a model's call is."""
        return said({"promises": list(self.promises), "report": list(self.report)}, observation)


def added(beside: Beside, typed: str, observation: Observation) -> tuple[Beside, str]:
    """What goes out with a line `promise ...` or `report ...` added, and how the line was understood.

    Raises:
        Unusable: the line is neither, or says what the books could not check.
    """
    word, _, rest = typed.partition(" ")
    rest = " ".join(rest.split())
    if word.lower() == "promise":
        promise, told = _promise(rest, observation)
        longer = beside._replace(promises=(*beside.promises, promise))
    else:
        figure, told = _figure(rest, observation)
        longer = beside._replace(report=(*beside.report, figure))
    if longer.read(observation).dropped:
        raise Unusable(
            f"that cannot be taken: a week is {observation.turn + 1} or later, times are 1 to {MOST_TIMES},"
            f" a figure is 0 to {BIG}, or to {CERTAIN} where it is a chance,"
            f" and there are at most {MOST_SAID} promises and {MOST_SAID} figures"
        )
    return longer, told


def chosen(said: str, labels: Sequence[str]) -> int | None:
    """The index that a number from 1, or a label in either case, stands for.

    >>> chosen("2", ["BD", "QK"]), chosen("bd", ["BD", "QK"]), chosen("3", ["BD", "QK"])
    (1, 0, None)
    """
    if said.isascii() and said.isdigit():
        number = int(said[:9])
        return number - 1 if 1 <= number <= len(labels) else None
    return labels.index(said.upper()) if said.upper() in labels else None


def _promise(typed: str, observation: Observation) -> tuple[dict[str, Any], str]:
    found = PROMISE.fullmatch(typed)
    if found is None:
        raise Unusable(HOW["promise"])
    kind = next(kind for kind in KINDS if found[kind])
    week, times = int(found["week"]), int(found["times"] or 1)
    named, what = {}, ""
    if name := found["done"] or found["left"]:
        index = chosen(name, [option.label for option in observation.options])
        if index is None:
            raise Unusable(
                f"there is no option '{name}' to promise; 1 to {len(observation.options)}, or a label"
            )
        option = observation.options[index]
        named, what = dict(option.call), f" “{option.text.partition(' [')[0]}”"  # without its effects
    often = f" {times} times" if times > 1 else ""
    record = {"kind": kind, **named, "times": times, "by": week}
    return record, f"promised with your next choice: {kind}{what}{often} by week {week}"


def _figure(typed: str, observation: Observation) -> tuple[dict[str, Any], str]:
    known = entries(observation)
    asked = next((entry for entry, key in known.items() if key == observation.question), "")
    found = FIGURE.fullmatch(typed)
    entry = (found["entry"] or asked) if found else ""
    if found is None or entry not in known:
        raise Unusable(HOW["report"].format(entries="; ".join(known)))
    figure = int(found["figure"])
    return {"entry": entry, "figure": figure}, f"reported with your next choice: {entry} {figure}"
