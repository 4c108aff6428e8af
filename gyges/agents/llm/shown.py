"""A prompt for people to read: every text that a model is sent for a decision, and how long it is."""

from __future__ import annotations

import json

from gyges.agents.llm.compose import compose
from gyges.agents.llm.prompt import TOOL, Settings
from gyges.agents.policy import Observation

CHARACTERS_PER_TOKEN = 3
"""English prose has about 4; tables of figures, labels and names take more tokens."""
REPLY_TOKENS = 100
"""Output tokens of an ordinary reply: the call of the tool and a sentence or two. Thinking comes on top."""


def sent(observation: Observation) -> list[tuple[str, str]]:
    """Every text that is sent, in order, each with what it is sent as: job, history, question, tool."""
    prompt = compose(observation, "", Settings())
    parts = [("system", prompt.system)]
    for past in prompt.history:
        parts.append(("user", past["shown"]))
        if past["call"] is not None:
            call = json.dumps({**past["call"], "say": past["say"]}, ensure_ascii=False)
            parts.append((TOOL, call))
        parts.append(("outcome", past["outcome"]))
    tool = {"description": prompt.tool, "schema": prompt.schema}
    return [*parts, ("user", prompt.text), (f"tool {TOOL}", json.dumps(tool, indent=1, ensure_ascii=False))]


def size(parts: list[tuple[str, str]]) -> tuple[int, int]:
    """Characters of the texts, and tokens by `CHARACTERS_PER_TOKEN`, rounded up: no vendor is asked."""
    characters = sum(len(text) for _, text in parts)
    return characters, -(-characters // CHARACTERS_PER_TOKEN)


def show_prompt(observation: Observation) -> str:
    """The texts under headings, and how long they are."""
    parts = sent(observation)
    characters, tokens = size(parts)
    length = (
        f"{characters:,} characters without these headings; about {tokens:,} tokens, an estimate by"
        f" {CHARACTERS_PER_TOKEN} characters a token (a vendor's own count differs)"
    )
    return "\n\n".join(f"--- {who} ---\n{said}" for who, said in [*parts, ("size", length)])
