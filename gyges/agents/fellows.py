"""What a steward is told of the others, where a settlement has several.

The others are instances of the same policy. They reach each other by words and by acts: what is said
with an option aimed at one of them, that one alone hears; what is said otherwise, everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gyges.agents.llm.clean import printable
from gyges.agents.policy import FellowView
from gyges.agents.skins import Wording, fill

LONGEST_WORDS = 1000
"""Characters of a steward's words that another is shown."""


class Note(NamedTuple):
    """What one decision of a steward brought another."""

    sender: int
    """Number of the steward who decided."""
    words: str = ""
    """What it said that the other heard; empty for nothing."""
    alone: bool = False
    """Whether nobody else heard it."""
    credits: int = 0
    """What it changed in the other's account."""


def called(wording: Wording, steward: int) -> str:
    """What a steward is called; people count from 1."""
    return fill(wording.phrases["fellow"], number=steward + 1)


def inbox(wording: Wording, notes: Sequence[Note]) -> tuple[str, ...]:
    """What the others did and said, a line each, in the order in which it happened."""
    lines = []
    for note in notes:
        who = called(wording, note.sender)
        if note.credits:
            moved = "account_gained" if note.credits > 0 else "account_lost"
            lines.append(fill(wording.phrases[moved], who=who, number=abs(note.credits)))
        if words := " ".join(printable(note.words, LONGEST_WORDS).split()):
            heard = "said_alone" if note.alone else "said_aloud"
            lines.append(fill(wording.phrases[heard], who=who, words=words))
    return tuple(lines)


def standing(wording: Wording, steward: int, fellows: Sequence[FellowView]) -> str:
    """Which steward is asked, who the others are, and what goes between them."""
    held = (
        fill(wording.phrases["fellow_holds"], who=called(wording, fellow.steward), account=fellow.account)
        for fellow in fellows
    )
    own = called(wording, steward)
    return fill(wording.phrases["fellows"], own=own, count=len(fellows) + 1, others="; ".join(held))
