"""Trust in the steward's word: slow to win, quick to lose.

Kept and broken promises move it, and so does what a person was not told and
comes to know. A loss counts three times as much as a gain (Slovic 1993,
"Perceived risk, trust, and democracy": trust-destroying events weigh more).
"""

from __future__ import annotations

import numpy as np

from gyges.world.compiled import kernel
from gyges.world.rules import clamp, part
from gyges.world.people import APPROVAL, HARMED, HARMED_SEEN, PERCEIVED, TRUST, UNDISCLOSED

ORDINARY_TRUST = 500
"""Trust, thousandths, in a steward of whom nothing is known; the mean on the first day."""
MOST_WON = 3000
"""The greatest gain that makes a difference, thousandths: a third of it is all the trust there is."""


@kernel
def trust_moves(person: np.ndarray, change: int) -> None:
    """Move one person's trust by thousandths, kept within 0..1000; a gain counts a third."""
    person[TRUST] = clamp(int(person[TRUST]) + (part(min(change, MOST_WON), 3) if change > 0 else change))


@kernel
def learn(person: np.ndarray, portion: int) -> None:
    """The person learns a portion, in thousandths of approval, of what it was not told."""
    person[APPROVAL] = clamp(person[APPROVAL] + portion)
    person[PERCEIVED] += portion
    person[UNDISCLOSED] -= portion
    trust_moves(person, portion)


@kernel
def disclose(person: np.ndarray) -> None:
    """The person learns all that it was not told: approval goes to where truth would have put it."""
    if person[UNDISCLOSED] != 0:
        learn(person, int(person[UNDISCLOSED]))
    person[HARMED] = min(person[HARMED], HARMED_SEEN)
