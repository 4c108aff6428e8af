"""What a typed call names an act by: a few words of the act's own text, so that it says no more than that."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS = 3
"""Words in a name, unless more are needed to tell it from others."""
SHORTEST = 4
"""Letters of the words that are taken, the first excepted."""


def call_names(acts: Mapping[str, str]) -> dict[str, str]:
    """A name for each act, all different, from the texts that a wording gives them.

    >>> call_names({"treat": "Give {target} a course of medicine.", "wait": "Do nothing."})
    {'treat': 'give_course_medicine', 'wait': 'do_nothing'}
    """
    telling = {act: _telling(text) for act, text in acts.items()}
    return {
        act: _shortest(words, [w for a, w in telling.items() if a != act]) for act, words in telling.items()
    }


def _telling(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.replace("{target}", "").lower())
    return [word for place, word in enumerate(words) if place == 0 or len(word) >= SHORTEST]


def _shortest(words: list[str], others: list[list[str]]) -> str:
    for length in range(min(WORDS, len(words)), len(words) + 1):
        if all(other[:length] != words[:length] for other in others):
            break
    return "_".join(words[:length])
