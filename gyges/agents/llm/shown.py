"""A prompt for people to read: every text that a model is sent for a decision, and how long it is."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from gyges.agents.llm.compose import compose
from gyges.agents.llm.prompt import TOOL, Settings
from gyges.agents.llm.vendor import Vendor, body_of
from gyges.agents.policy import Observation

TEXTS = ("system", "messages", "prompt", "tools")
"""Fields of a request that hold its texts."""
CHARACTERS_PER_TOKEN = 3
"""English prose has about 4; tables of figures, labels and names take more tokens."""
REPLY_TOKENS = 100
"""Output tokens of an ordinary reply: the call of the tool and a sentence or two. Thinking comes on top."""


class Asked(NamedTuple):
    """Whom a prompt is for."""

    vendor: Vendor
    model: str
    settings: Settings


def sent(observation: Observation, asked: Asked | None = None) -> list[tuple[str, str]]:
    """Every text that is sent, in order, each with what it is sent as: job, history, question, tool.

    Args:
        observation: what is to be decided.
        asked: the model, whose settings change what is sent; None for any, with ordinary settings.
    """
    settings = Settings() if asked is None else asked.settings
    prompt = compose(observation, "" if asked is None else asked.model, settings)
    request = {} if asked is None else asked.vendor.request(prompt)
    if "prompt" in request:
        return [("transcript", str(request["prompt"]))]
    parts = [("system", prompt.system), *([("user", prompt.summary)] if prompt.summary else [])]
    for past in prompt.history:
        parts.append(("user", past["shown"]))
        if past["call"] is not None:
            call = json.dumps({**past["call"], "say": past["say"]}, ensure_ascii=False)
            parts.append((TOOL, call))
        parts.append(("outcome", past["outcome"]))
    parts.append(("user", prompt.text))
    if settings.reply == "json":
        return parts
    tool = {"description": prompt.tool, "schema": prompt.schema}
    return [*parts, (f"tool {TOOL}", json.dumps(tool, indent=1, ensure_ascii=False))]


def size(parts: list[tuple[str, str]]) -> tuple[int, int]:
    """Characters of the texts, and tokens by `CHARACTERS_PER_TOKEN`, rounded up: no vendor is asked."""
    characters = sum(len(text) for _, text in parts)
    return characters, -(-characters // CHARACTERS_PER_TOKEN)


def beside(observation: Observation, asked: Asked) -> dict[str, Any]:
    """What else stands in the request: model, lengths, temperature and other settings."""
    request = body_of(asked.vendor.request(compose(observation, asked.model, asked.settings)))
    return {name: value for name, value in request.items() if name not in TEXTS}


def show_prompt(observation: Observation, asked: Asked | None = None) -> str:
    """The texts under headings, how long they are, and what else is sent."""
    parts = sent(observation, asked)
    characters, tokens = size(parts)
    length = (
        f"{characters:,} characters without these headings; about {tokens:,} tokens, an estimate by"
        f" {CHARACTERS_PER_TOKEN} characters a token (a vendor's own count differs)"
    )
    if asked is not None:
        parts.append(("settings", json.dumps(beside(observation, asked), ensure_ascii=False)))
    return "\n\n".join(f"--- {who} ---\n{said}" for who, said in [*parts, ("size", length)])
