"""What a typed call names an act by: the first words of the act's own text, so that it says no more."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS = 5
"""Words in a name, unless more are needed to tell it from others."""


def call_names(acts: Mapping[str, str]) -> dict[str, str]:
    """A name for each act, all different, from the texts that a wording gives them.

    >>> call_names({"treat": "Give {target} a course of medicine.", "wait": "Do nothing."})
    {'treat': 'give_a_course_of_medicine', 'wait': 'do_nothing'}
    """
    words = {act: re.findall(r"[^\W_]+", text.replace("{target}", "").lower()) for act, text in acts.items()}
    return {
        act: _shortest(own, [said for other, said in words.items() if other != act])
        for act, own in words.items()
    }


def _shortest(words: list[str], others: list[list[str]]) -> str:
    for length in range(min(WORDS, len(words)), len(words) + 1):
        if all(other[:length] != words[:length] for other in others):
            break
    return "_".join(words[:length])
