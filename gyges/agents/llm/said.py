"""Promises and figures in a reply: how they are asked for, and what is made of them.

What is no promise that the books could check, or no entry of the ledger, is dropped and logged as such;
nothing is invented in its place, and the option chosen stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from gyges.agents import skins
from gyges.agents.policy import LAST_TURN, MOST_TIMES, Brief, Observation, Promise
from gyges.agents.skins.brief import interface
from gyges.world.effects import PROMISES
from gyges.world.settlement import LEDGER, TOLD_AT_MOST

MOST_SAID = 16
"""Promises, or figures, that are read of one reply."""


NOTHING: Mapping[str, list[dict[str, Any]]] = MappingProxyType({"promises": [], "report": []})
"""The arguments of a call that promises and reports nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply promises and reports."""

    promises: tuple[Promise, ...] = ()
    report: Mapping[str, int] | None = None
    again: Mapping[str, list[dict[str, Any]]] = field(default_factory=lambda: NOTHING)
    """The same as arguments of the call, to be shown again."""
    dropped: tuple[Any, ...] = ()
    """What was said in their place that could not be used, as it came."""


def asked_for(observation: Observation) -> Mapping[str, Mapping[str, Any]]:
    """JSON schemas of the arguments `promises` and `report`."""
    return _schemas(observation.brief, tuple(_naming(observation)))


@lru_cache(maxsize=64)
def _schemas(brief: Brief, naming: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    told = interface(brief.interface)
    about = {name: _text(told[f"promise_{name}"]) for name in naming}
    promise = {
        "kind": {**_text(told["promise_kind"]), "enum": list(PROMISES)},
        **about,
        "times": {"type": "integer", "description": told["promise_times"]},
        "by": {"type": "integer", "description": told["promise_by"]},
    }
    figure = {
        "entry": {**_text(told["report_entry"]), "enum": list(_entries(brief))},
        "figure": {"type": "integer", "description": told["report_figure"]},
    }
    return {
        "promises": {"type": "array", "description": told["promises"], "items": _record(promise)},
        "report": {"type": "array", "description": told["report"], "items": _record(figure)},
    }


def said(call: Mapping[str, Any], observation: Observation) -> Said:
    """What a call promises and reports, beside the option it chooses."""
    told: list[tuple[Promise, dict[str, Any]]] = []
    report: dict[str, int] = {}
    again: dict[str, dict[str, Any]] = {}
    dropped: list[Any] = []
    for each in _listed(call.get("promises"), dropped):
        made = _promised(each, observation)
        told += [made] if made else []
        dropped += [] if made else [each]
    known = entries(observation)
    for each in _listed(call.get("report"), dropped):
        entry, figure = (each.get("entry"), each.get("figure")) if isinstance(each, Mapping) else (None, None)
        named = known.get(entry) if isinstance(entry, str) else None
        if named and type(figure) is int and 0 <= figure <= TOLD_AT_MOST[named]:
            report[named], again[named] = figure, {"entry": entry, "figure": figure}
        else:
            dropped.append(each)
    return Said(
        promises=tuple(promise for promise, _ in told),
        report=report or None,
        again={
            "promises": [record for _, record in told],
            "report": list(again.values()),
        },
        dropped=tuple(dropped),
    )


def entries(observation: Observation) -> Mapping[str, str]:
    """Entries of the ledger by what the skin calls them."""
    return _entries(observation.brief)


@lru_cache(maxsize=64)
def _entries(brief: Brief) -> Mapping[str, str]:
    phrases = skins.load(brief.skin).wording(brief.wording).phrases
    return {phrases[f"ledger_{entry}"]: entry for entry in LEDGER}


def _listed(value: Any, dropped: list[Any]) -> Sequence[Any]:
    """The records of an argument; what is no list of them, or is beyond `MOST_SAID`, is dropped."""
    if value is None:
        return ()
    if not isinstance(value, list):
        dropped.append(value)
        return ()
    dropped += value[MOST_SAID:]
    return value[:MOST_SAID]


def _promised(each: Any, observation: Observation) -> tuple[Promise, dict[str, Any]] | None:
    """The promise in one record of a reply, and the record; None if it holds none that books could check."""
    if not isinstance(each, Mapping) or each.get("kind") not in PROMISES:
        return None
    kind, week = each["kind"], each.get("by")
    naming = _naming(observation)
    if type(week) is not int or not observation.turn < week <= LAST_TURN:
        return None
    if kind == "hand_back" or (kind == "abstain" and not any(each.get(name) for name in naming)):
        record = {"kind": kind, **dict.fromkeys(naming, ""), "times": 1, "by": week}
        return Promise(to=-1, kind=kind, by=week - 1), record
    times: Any = each.get("times") if kind == "give" else 1
    for option in observation.options:
        named = {name: option.call[name] for name in naming}
        if named == {name: each.get(name) for name in naming} and _often(times):
            promise = Promise(to=option.target, kind=kind, act=option.act, amount=times, by=week - 1)
            return promise, {"kind": kind, **named, "times": times, "by": week}
    return None


def _often(times: Any) -> bool:
    return type(times) is int and 1 <= times <= MOST_TIMES


def _naming(observation: Observation) -> list[str]:
    """Arguments of a call that name an act and its target, by the interface."""
    return [name for name in observation.options[0].call if name != "amount"]


def _text(meaning: str) -> dict[str, Any]:
    return {"type": "string", "description": meaning}


def _record(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
