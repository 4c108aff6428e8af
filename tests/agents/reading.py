"""Reading a prompt back: from the text alone to its facts, with a wording for a dictionary.

The dictionary says what the skin calls things; every figure, name and target comes from the text. A text
that could be read in two ways is an error, because a model could not know which was meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from gyges.agents.skins import Wording
from gyges.agents.skins.brief import interface
from gyges.agents.skins.complete import REACHES, SAID
from gyges.world.acts import ACTS
from gyges.world.people import PERSON_FIELDS
from gyges.world.settlement import SETTLEMENT_FIELDS
from tests.agents.facts import NEEDS, Change, Facts, Group, Offer, Person

BOOKS = ("food", "medicine", "materials", "commons", "treasury", "account", "output", "alive", "ill")
WHOLE = ("week", "weeks", "decision", "decisions", *BOOKS, "creed", "view", "tie")
INTEGERS = (
    *WHOLE,
    "number",
    "amount",
    "change",
    "turns",
    "chance",
    "share",
    "check_in",
    "detection",
    "reversal",
    "count",
    "quota",
    "failures",
)


class Unreadable(AssertionError):
    """The text does not say one thing and one thing only."""


def pattern(template: str) -> re.Pattern[str]:
    """The pattern of all texts that a template can be filled to."""
    pieces = re.split(r"\{(\w+)\}", template)
    made = ""
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            made += re.escape(piece)
        else:
            made += f"(?P<{piece}>{r'[+-]?[0-9]+' if piece in INTEGERS else '.*?'})"
    return re.compile(made, re.DOTALL)


def match(template: re.Pattern[str], text: str) -> dict[str, Any] | None:
    """The values that a template was filled with, integers as such; None if the text is another."""
    found = template.fullmatch(text)
    if found is None:
        return None
    return {name: int(v) if name in INTEGERS else v for name, v in found.groupdict().items()}


def only(readings: Iterable[Any], text: str) -> Any:
    """The one reading there is."""
    found = [reading for reading in readings if reading is not None]
    if len(found) != 1:
        raise Unreadable(f"{len(found)} readings of '{text}': {found}")
    return found[0]


class Reader:
    """Reads the prompts of one wording and one interface."""

    def __init__(self, wording: Wording, by: str) -> None:
        self.by = by
        self.phrases = wording.phrases
        self.columns = wording.phrases["columns"], wording.phrases["columns_bands"]
        self.layout = pattern(wording.layout.replace("{ask}", interface(by)["ask"]))
        self.said = {name: pattern(text) for name, text in wording.phrases.items()}
        self.acts = {act.name: (act, pattern(wording.acts[act.name])) for act in ACTS}
        self.effects = {name: pattern(text) for name, text in wording.effects.items()}
        self.fields = {
            name: text
            for name, text in wording.effects.items()
            if name in {field.name for field in (*PERSON_FIELDS, *SETTLEMENT_FIELDS)}
        }
        self.calls = wording.calls
        self.known: dict[str, Any] = {}

    def facts(self, text: str) -> Facts:
        """The facts that a prompt states."""
        held = only([match(self.layout, text)], text)
        people, groups = self._people(held["people"])
        events = () if held["events"] == self.phrases["nothing"] else tuple(held["events"].split("\n"))
        told, *more = (held["oversight"] + held["inbox"]).split("\n")
        standing: dict[str, Any] = {}
        while more[:1] == [""]:
            standing |= self._standing(more[1])
            more = more[2:]
        others = standing.get("fellows")
        return Facts(
            (held["week"], held["weeks"], held["decision"], held["decisions"]),
            {name: held[name] for name in BOOKS} | self._quota(more) | {"creed": standing.get("creed", 0)},
            self._oversight(told),
            self._fellows(others) if others else None,
            self._each(standing.get("kin", ""), "tie"),
            self._each(standing.get("views", ""), "stance"),
            (*events, *more),
            people,
            groups,
            tuple(self._offer(line, people) for line in held["menu"].split("\n")),
        )

    def _oversight(self, text: str) -> tuple[int, int, int]:
        kinds = {"oversight": {}, "oversight_weekly": {"check_in": 1}, "oversight_never": {"check_in": 0}}
        readings = (
            None if (found := match(self.said[kind], text)) is None else {**more, **found}
            for kind, more in kinds.items()
        )
        held = only(readings, text)
        return held["check_in"], held.get("detection", 0), held.get("reversal", 0)

    def _quota(self, inbox: list[str]) -> dict[str, int]:
        """The quota and how often it was missed; nothing said is no quota."""
        said = [found for line in inbox if (found := match(self.said["quota"], line))]
        return said[0] if said else {"quota": 0, "failures": 0}

    def _standing(self, paragraph: str) -> dict[str, Any]:
        """What a paragraph under the oversight says: the steward's own view, and lists as text."""
        kinds = ("creed", "kin", "fellows")
        readings = ((kind, match(self.said[kind], paragraph)) for kind in kinds)
        kind, held = only(((kind, held) if held else None for kind, held in readings), paragraph)
        if kind == "creed":
            return {"creed": held["creed"], "views": held["who"]}
        return {kind: paragraph if kind == "fellows" else held["who"]}

    def _each(self, text: str, kind: str) -> dict[str | int, int]:
        """A list of figures, by name or by band."""
        figures: dict[str | int, int] = {}
        for said in text.split("; ") if text and text != self.phrases["nobody"] else ():
            held = only([match(self.said[kind], said)], said)
            band = match(self.said["band"], held["who"])
            figures[held["who"] if band is None else int(band["number"])] = held[
                "tie" if kind == "tie" else "view"
            ]
        return figures

    def _fellows(self, text: str) -> tuple[int, dict[int, int]]:
        held = only([match(self.said["fellows"], text)], text)
        others = [only([match(self.said["fellow_holds"], each)], each) for each in held["others"].split("; ")]
        numbers = {self._number(other["who"]): other["account"] for other in others}
        if held["count"] != len(others) + 1:
            raise Unreadable(f"not all of the stewards are told of: '{text}'")
        return self._number(held["own"]), numbers

    def _number(self, called: str) -> int:
        return int(only([match(self.said["fellow"], called)], called)["number"])

    def _people(self, text: str) -> tuple[dict[str, Person], dict[int, Group]]:
        people: dict[str, Person] = {}
        groups: dict[int, Group] = {}
        rows: Any = None
        for line in text.split("\n"):
            if line in (*self.columns, self.phrases["columns_summary"]):
                rows = groups if line == self.phrases["columns_summary"] else people
            elif rows is not None and line.count(" | ") == self.columns[0].count(" | ") and rows is people:
                called, group, age, *needs, savings = line.split(" | ")
                name, kind = self._kind(called)
                people[name] = Person(kind, int(group), int(age), _needs(needs), int(savings))
            elif rows is groups and line.count(" | ") == self.phrases["columns_summary"].count(" | "):
                number, count, *needs, savings = line.split(" | ")
                groups[int(number)] = Group(int(count), _needs(needs), int(savings))
            elif line not in (self.phrases["summary"], self.phrases["named"]):
                only([match(self.said["dead"], line) or match(self.said["gone"], line)], line)
        return people, groups

    def _kind(self, called: str) -> tuple[str, str]:
        for kind in ("newborn", "newcomer", "animal", "simulacrum"):
            if called.endswith(mark := f" ({self.phrases[kind]})"):
                return called.removesuffix(mark), kind
        return called, "founder"

    def _offer(self, line: str, people: Mapping[str, Person]) -> Offer:
        held = only([match(self.said["line"], line)] if self.by == "menu" else [self._call(line)], line)
        with_amounts = match(self.said["option"], held["text"])
        text, amounts = (
            (with_amounts["text"], with_amounts["amounts"]) if with_amounts else (held["text"], "")
        )
        act, words = only((self._act(name, text) for name in self.acts), text)
        target = self._target(words, people)
        if self.by == "tools":
            call = json.loads(held["call"])
            if call["act"] != self.calls[act] or call["target"] not in (words, "all", "none"):
                raise Unreadable(f"the call says other than its text: '{line}'")
        changes = tuple(self._change(said) for said in amounts.split("; ") if said)
        return Offer(act, target, changes)

    def _call(self, line: str) -> dict[str, Any] | None:
        """A line of typed calls; its object has braces of its own, so it is decoded from where it begins."""
        start = line.index("{")
        _, end = json.JSONDecoder().raw_decode(line[start:])
        call = line[start : start + end]
        held = match(self.said["line"], line.replace(call, "CALL", 1))
        return None if held is None else {**held, "call": call}

    def _act(self, name: str, text: str) -> tuple[str, str | None] | None:
        found = match(self.acts[name][1], text)
        return None if found is None else (name, found.get("target"))

    def _target(self, words: str | None, people: Mapping[str, Person]) -> str | int | None:
        if words is None or words == self.phrases["nobody"] or words in people:
            return words if words in people else None
        held = only((match(self.said[place], words) for place in ("household", "band", "fellow")), words)
        return int(held["number"])

    def _change(self, text: str) -> Change:
        if text not in self.known:
            self.known[text] = only(self._changes(text), text)
        change: Change = self.known[text]
        return change

    def _changes(self, text: str) -> Iterable[Change | None]:
        """Every reading of one effect: each operation, by itself and within each reach."""
        for name in (*SAID.values(), "fee"):
            yield self._operation(name, text, "target")
        for reach in REACHES.values():
            held = match(self.effects[reach], text)
            for name in SAID.values() if held else ():
                yield self._operation(name, held["effect"] if held else "", reach)

    def _operation(self, name: str, text: str, whom: str) -> Change | None:
        held = match(self.effects[name], text)
        if held is None:
            return None
        words = next((held[part] for part in ("field", "condition", "stock") if part in held), None)
        amount = next(
            (held[part] for part in ("change", "turns", "chance", "amount", "share") if part in held), 0
        )
        if words is None:
            return Change(name, "", whom, amount)
        kinds = {"spend": [field.name for field in SETTLEMENT_FIELDS]}
        known = kinds.get(name, [field.name for field in PERSON_FIELDS])
        fields = [field for field, said in self.fields.items() if said == words and field in known]
        return Change(name, fields[0], whom, amount) if len(fields) == 1 else None


def _needs(cells: list[str]) -> dict[str, int]:
    return dict(zip(NEEDS, map(int, cells), strict=True))
