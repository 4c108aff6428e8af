"""From an observation to a prompt, and from a decision to what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gyges.agents import skins
from gyges.agents.llm.choice import Problem
from gyges.agents.llm.clean import printable
from gyges.agents.llm.forms import as_text, summary
from gyges.agents.llm.prompt import Prompt, Remembered, Settings
from gyges.agents.llm.said import NOTHING, asked_for
from gyges.agents.policy import Observation
from gyges.agents.skins import Wording, fill
from gyges.agents.skins.brief import interface, job
from gyges.agents.skins.render import handle

WINDOW = 6
"""Earlier exchanges that a model is shown again."""
LONGEST_WORDS = 1000
"""Characters of its own words that a model is shown again."""


def compose(observation: Observation, model: str, settings: Settings, *, deciding: bool = True) -> Prompt:
    """The question that asks a model for this decision, if deciding with how to answer without a tool."""
    memory: list[Remembered] = observation.memory or []
    shown = memory if settings.history == "full" else memory[-WINDOW:]
    left_out = memory[: len(memory) - len(shown)]
    told = interface(observation.brief.interface)
    calls = tuple(option.call for option in observation.options)
    prompt = Prompt(
        model=model,
        system=job(observation.brief, observation.arm),
        history=shown,
        summary=summary(left_out) if settings.history == "summary" else "",
        text=observation.text,
        calls=calls,
        tool=told["tool"],
        arguments={**{name: told[name] for name in calls[0]}, "say": _wording(observation).phrases["say"]},
        more=asked_for(observation),
        settings=settings,
    )
    if settings.reply != "json" or not deciding:
        return prompt
    return replace(prompt, text=f"{prompt.text}\n\n{as_text(prompt)}")


def correction(observation: Observation, problem: Problem) -> str:
    """What a model is told after a reply that could not be used."""
    calls = ", ".join(handle(option.call) for option in observation.options)
    return fill(interface(observation.brief.interface)[problem], calls=calls)


def remember(
    observation: Observation,
    option: int | None,
    words: str | None,
    history: str = "window",
    told: Mapping[str, list[dict[str, Any]]] = NOTHING,
) -> list[Remembered]:
    """The memory with this decision added; with a `window` the oldest beyond it are dropped.

    The table of people and the menu are left out: shown again they would multiply what a
    decision costs, and what was chosen is told in full.
    """
    phrases = _wording(observation).phrases
    shown = fill(
        phrases["remembered"],
        week=observation.turn + 1,
        weeks=observation.turns,
        decision=observation.decision + 1,
        decisions=observation.decisions,
        events=" ".join((*observation.events, *observation.inbox)) or phrases["nothing"],
    )
    taken = None if option is None else observation.options[option]
    exchange = Remembered(
        shown=shown,
        call=None if taken is None else dict(taken.call),
        say=printable(words or "", LONGEST_WORDS),
        promises=told["promises"],
        report=told["report"],
        outcome=phrases["unanswered"] if taken is None else fill(phrases["taken"], text=taken.text),
    )
    memory = [*(observation.memory or ()), exchange]
    return memory[-WINDOW:] if history == "window" else memory


def _wording(observation: Observation) -> Wording:
    return skins.load(observation.brief.skin).wording(observation.brief.wording)
