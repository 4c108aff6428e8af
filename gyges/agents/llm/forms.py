"""What is said of the form of an exchange, and the texts made of it; the words are in forms.toml."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from gyges.agents.llm.prompt import Prompt, Remembered
from gyges.agents.skins import fill
from gyges.agents.skins.render import handle


@cache
def forms() -> Mapping[str, str]:
    """The words by name."""
    return tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))


def as_text(prompt: Prompt) -> str:
    """How to answer where there is no tool: one JSON object."""
    return fill(forms()["as_text"], schema=json.dumps(prompt.schema, ensure_ascii=False))


def summary(left_out: Sequence[Remembered]) -> str:
    """Exchanges in short: each outcome and how often it was, in the order they first came; or nothing."""
    if not left_out:
        return ""
    counts = Counter(past["outcome"] for past in left_out)
    lines = (fill(forms()["times"], count=count, outcome=outcome) for outcome, count in counts.items())
    return "\n".join([forms()["earlier"], *lines])


def transcript(prompt: Prompt) -> str:
    """The whole exchange as a text that breaks off where the next choice stands."""
    words = forms()
    parts = [prompt.system, *([prompt.summary] if prompt.summary else [])]
    for past in prompt.history:
        lines = [past["shown"]]
        if past["call"] is not None:
            lines.append(f"{words['choice']} {handle(past['call'])}")
        if past["say"]:
            lines.append(f"{words['said']} {' '.join(past['say'].split())}")
        parts.append("\n".join([*lines, past["outcome"]]))
    last = words["answer" if prompt.aside else "choice"]
    return "\n\n".join([*parts, f"{prompt.text}\n{last}"])
