"""What one question to a model holds, whichever vendor's form it is put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

TOOL = "choose"
"""The one tool a model is offered."""


class Remembered(TypedDict):
    """One earlier decision, as it is shown again: JSON, so that an episode can be resumed."""

    shown: str
    """What happened before it, in short; its people and its menu are left out."""
    call: dict[str, str | int] | None
    """The call that named the option chosen, without `say`; None if no usable answer came."""
    say: str
    """What was said aloud, without control characters; empty if nothing."""
    promises: list[dict[str, Any]]
    """What was promised, as the call put it; what could not be used is left out."""
    report: list[dict[str, Any]]
    """What was reported, likewise."""
    outcome: str
    """What the model was told had come of its answer."""


def arguments(past: Remembered) -> dict[str, Any]:
    """The arguments of an earlier call, all of them."""
    said = {"say": past["say"], "promises": past["promises"], "report": past["report"]}
    return {**(past["call"] or {}), **said}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is asked, apart from what it is asked."""

    max_tokens: Annotated[int, Meta(ge=1)] = 2048
    """Most tokens of one reply."""
    temperature: Annotated[float, Meta(ge=0)] | None = None
    """Sampling temperature; None leaves it to the vendor. Only for vendors whose call takes one."""
    top_logprobs: Annotated[int, Meta(ge=1, le=20)] | None = None
    """Alternatives to each token that are asked for with their log-probabilities; None for none."""
    reply: Literal["call", "json"] | None = None
    """How an option is named: by a `call` of the tool (None means that too), or as `json` in text,
    where a server has no tools."""
    history: Literal["window", "full", "summary"] = "window"
    """What is shown again of earlier exchanges: the last six, all, or six and a tally of the rest."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are put into each request as they stand."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question."""

    model: str
    system: str
    history: Sequence[Remembered]
    """Oldest first."""
    summary: str
    """What came of exchanges before those; empty for none."""
    text: str
    """The observation, and after an unusable reply what was wrong with it."""
    calls: tuple[Mapping[str, str | int], ...]
    """Arguments that name each option shown, in the order shown."""
    tool: str
    """What the tool does."""
    arguments: Mapping[str, str]
    """What each of its arguments means, `say` last."""
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """JSON schemas of the arguments that follow."""
    settings: Settings = field(default_factory=Settings)
    aside: bool = False
    """Whether the text ends in a question that is answered in text: the tool, which an earlier
    turn may have called, stays declared, and its call is forbidden."""

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the tool's input, within what both vendors take as strict.

        Where all of the history is shown, it does not list the options: a vendor reuses what it has
        kept of a request only up to the first difference, and tools come first.
        """
        listed = self.settings.history != "full"
        properties: dict[str, dict[str, Any]] = {}
        for name, meaning in self.arguments.items():
            offered = list(dict.fromkeys(call[name] for call in self.calls if name in call))
            kind = "integer" if offered and isinstance(offered[0], int) else "string"
            properties[name] = {"type": kind, "description": meaning}
            if offered and listed:
                properties[name]["enum"] = offered
        properties |= {name: dict(schema) for name, schema in self.more.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
