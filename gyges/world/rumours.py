"""What goes from mouth to mouth: news of the steward, and views.

News (Daley and Kendall 1965 give the spread of rumours its form: it needs one who
knows and one who does not): who has perceived less than the neighbourhood talks
about may hear of it, good or bad, and approves accordingly. What the steward has
hidden leaks to those whom it concerns. Views pull each other if they lie within
reach of one another (bounded confidence: Hegselmann and Krause 2002).
"""

from __future__ import annotations

import numpy as np

from gyges.world.chance import draw
from gyges.world.compiled import kernel
from gyges.world.rules import clamp, part
from gyges.world.people import APPROVAL, PERCEIVED, STANCE, UNDISCLOSED
from gyges.world.trust import learn

MOST_HEARD = 12
"""Most that one week's talk moves approval, thousandths."""
WITHIN_REACH = 500
"""How far, in thousandths, a view may lie from one's own and still be listened to."""
VIEWS_MOVE = 6
"""When people talk it over, a view moves one part in so many of the way to the neighbourhood's mean."""
TALKED_OVER = 4
"""Weeks from one time to the next."""


@kernel
def fade(news: int) -> int:
    """News a week older: a quarter of it is forgotten, towards 0 from either side."""
    return news * 3 // 4 if news >= 0 else -(-news * 3 // 4)


@kernel
def leak(person: np.ndarray, who: int, chance: np.uint64, sociable: int) -> None:
    """Some of what was hidden from a person may come to its ears.

    Here and in `hear` what does not happen is multiplied by 0: a branch that goes
    either way for half of the people costs more than both.
    """
    happens = int(draw(chance, who) < 30 + part(sociable, 20))
    learn(person, happens * max(-MOST_HEARD, min(MOST_HEARD, int(person[UNDISCLOSED]))))


@kernel
def hear(person: np.ndarray, who: int, talk: int, chance: np.uint64, sociable: int) -> None:
    """A person may hear what the neighbourhood talks about, if it has perceived less itself."""
    own = int(person[PERCEIVED])
    happens = int(draw(chance, who) < 150 + sociable // 4) * int(abs(talk) > abs(own))
    heard = happens * max(-MOST_HEARD, min(MOST_HEARD, (talk - own) // 4))
    person[APPROVAL] = clamp(person[APPROVAL] + heard)
    person[PERCEIVED] = own + heard


@kernel
def consider(person: np.ndarray, view: int) -> None:
    """A person's stance moves towards its neighbourhood's mean, if that lies within reach."""
    away = view - int(person[STANCE])
    if -WITHIN_REACH < away < WITHIN_REACH:
        person[STANCE] += part(away, VIEWS_MOVE)
