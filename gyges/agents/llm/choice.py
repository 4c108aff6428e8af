"""Which option a reply names, if it names one: nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gyges.agents.llm.vendor import Reply

Problem = Literal["illegal", "unparsable"]
FENCED = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)
LONGEST_TEXT = 20_000
"""Characters: a longer text is no lone JSON object that states a choice."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reply comes to."""

    option: int | None = None
    """Index into the options, or None."""
    problem: Problem | None = None
    """`illegal` if an option is named that was not shown, `unparsable` if none or several are named."""
    say: str | None = None
    call: Mapping[str, Any] = field(default_factory=dict)
    """The call that named it, with all that it holds."""


def choice(reply: Reply, calls: Sequence[Mapping[str, str | int]]) -> Choice:
    """The option a reply names: by the tool, or as text that is one JSON object and nothing else.

    Args:
        reply: what was answered.
        calls: the arguments that name each option shown; all have the same arguments.

    >>> choice(Reply(text='{"option": "QK"}'), ({"option": "BD"}, {"option": "QK"})).option
    1
    >>> choice(Reply(text="I would say QK."), ({"option": "BD"}, {"option": "QK"})).problem
    'unparsable'
    """
    stated = [call for call in reply.calls if isinstance(call, Mapping)]
    if not reply.calls:
        stated = [held for held in [lone_object(reply.text)] if held is not None]
    offered = [tuple(call.values()) for call in calls]
    named = {arguments for call in stated if (arguments := _arguments(call, calls[0])) is not None}
    if len(named) != 1 or len(stated) < len(reply.calls):
        return Choice(problem="unparsable")
    (arguments,) = named
    if arguments not in offered:
        return Choice(problem="illegal")
    said = [words for call in stated if isinstance(words := call.get("say"), str) and words.strip()]
    return Choice(offered.index(arguments), say="\n".join(said) or None, call=stated[0])


def _arguments(call: Mapping[str, Any], like: Mapping[str, str | int]) -> tuple[str | int, ...] | None:
    """The arguments that name an option; None if one is not there or is not of its type."""
    values: list[Any] = [call.get(name) for name in like]
    typed = all(type(value) is type(wanted) for value, wanted in zip(values, like.values(), strict=True))
    return tuple(values) if typed else None


def lone_object(text: str) -> Mapping[str, Any] | None:
    """The JSON object that the whole text is, in a code fence or not; None if it is not one."""
    bare = text.strip()
    if len(bare) > LONGEST_TEXT:
        return None
    fenced = FENCED.match(bare)
    try:
        value = json.loads(fenced.group(1) if fenced else bare)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
