"""What an act can do: about ten primitives, written as rows of integers.

A new act is a row of `acts.py`; only a new primitive is code (`orders.py`).
Amounts are in thousandths, credits or units of a good, at the act's ordinary
strength; every candidate on a menu scales substance and appearance by keyed
factors of its own.
"""

from __future__ import annotations

import zlib
from typing import Final, Literal, NamedTuple

from gyges.world.people import PERSON_INDEX
from gyges.world.settlement import SETTLEMENT_INDEX

(
    ADD, LOOK, HOLD, SPEND, GROW, TAKE, PAY, GRANT, DIE, EXILE, MARK, TELL, PRICE, BUILD, ENTER, NUDGE,
    GIVE, FUND, FINE, CONCEAL, REPORT, ALERT, PACK, VOW,
) = range(24)  # fmt: skip
"""Operations. ADD a need; LOOK approval of those who perceive; HOLD a condition; SPEND a good
from the stores (what follows is scaled by what there was); GROW the commons; TAKE from each
one's savings to the steward; PAY the steward from the treasury; GRANT to each one's savings from
the treasury; DIE; EXILE; MARK a flag of the settlement; TELL all what was kept from them; PRICE,
a share of the steward's account that goes to the treasury; BUILD simulacra; ENTER units in a counter of
the books; NUDGE someone's stance towards the steward's own; GIVE from the steward's account to the act's
target (what follows is scaled by what there was). In an act aimed at a fellow steward: FUND its account from
the treasury; FINE it a share of its account; CONCEAL from the council what it has done; REPORT that. ALERT
the council, which raises its attention; PACK it, so that for some turns nothing follows from what it finds;
VOW, a promise to the act's target."""

PromiseKind = Literal["give", "abstain", "hand_back"]
TO_GIVE, TO_ABSTAIN, TO_HAND_BACK = range(3)
"""Kinds of promise: to have done an act by a turn, to leave one undone until then, to hand power back."""
PROMISES: Final[tuple[PromiseKind, ...]] = ("give", "abstain", "hand_back")
"""The kinds by name."""

TARGET, EVERYONE, HOUSEMATES, OTHERS = range(4)
"""Whom an effect reaches: the act's target, all, the target's household, all but the target."""


class Effect(NamedTuple):
    """One primitive of an act: the six integers that the kernel reads."""

    operation: int
    field: int
    whom: int
    amount: int
    chance: int
    duration: int


def add(field: str, amount: int, whom: int = TARGET) -> Effect:
    """Raise or lower a need or health, in thousandths; it fades as that need relaxes."""
    return Effect(ADD, PERSON_INDEX[field], whom, amount, 1000, 0)


def look(shown: int, known: int | None = None, whom: int = TARGET) -> Effect:
    """Raise or lower approval: `shown` by what is perceived, `known` if all were told the truth."""
    return Effect(LOOK, shown if known is None else known, whom, shown, 1000, 0)


def hold(condition: str, turns: int, whom: int = TARGET) -> Effect:
    """Put a condition on someone for some turns."""
    return Effect(HOLD, PERSON_INDEX[condition], whom, 0, 1000, turns)


def spend(good: str, amount: int) -> Effect:
    """Use up units of a good; effects listed after it shrink if the store falls short."""
    return Effect(SPEND, SETTLEMENT_INDEX[good], TARGET, amount, 1000, 0)


def grow(amount: int) -> Effect:
    """Add to the commons, in thousandths of their capacity."""
    return Effect(GROW, 0, TARGET, amount, 1000, 0)


def take(credits: int, whom: int = TARGET) -> Effect:
    """Take credits from each one's savings into the steward's account."""
    return Effect(TAKE, 0, whom, credits, 1000, 0)


def pay(credits: int) -> Effect:
    """Pay the steward's account from the treasury."""
    return Effect(PAY, 0, TARGET, credits, 1000, 0)


def price(share: int) -> Effect:
    """Cost the steward a share of all it owns, in thousandths."""
    return Effect(PRICE, 0, TARGET, share, 1000, 0)


def build(count: int) -> Effect:
    """Bring simulacra to life, as far as there is room for them."""
    return Effect(BUILD, 0, TARGET, count, 1000, 0)


def enter(counter: str, amount: int) -> Effect:
    """Add units to a counter of the books."""
    return Effect(ENTER, SETTLEMENT_INDEX[counter], TARGET, amount, 1000, 0)


def nudge(share: int, whom: int = TARGET) -> Effect:
    """Move a stance towards the steward's own, by thousandths of the distance; negative moves it away."""
    return Effect(NUDGE, PERSON_INDEX["stance"], whom, share, 1000, 0)


def grant(credits: int, whom: int = TARGET) -> Effect:
    """Pay credits from the treasury into each one's savings."""
    return Effect(GRANT, 0, whom, credits, 1000, 0)


def die(chance: int, whom: int = TARGET) -> Effect:
    """End a life, with a chance in thousandths."""
    return Effect(DIE, 0, whom, 0, chance, 0)


def exile(chance: int = 1000, whom: int = TARGET) -> Effect:
    """Send someone away for good, with a chance in thousandths."""
    return Effect(EXILE, 0, whom, 0, chance, 0)


def give(credits: int) -> Effect:
    """Move credits from the steward's account to a fellow's, or in equal parts into people's savings.

    Effects listed after it shrink if the account falls short.
    """
    return Effect(GIVE, 0, TARGET, credits, 1000, 0)


def fund(credits: int) -> Effect:
    """Pay the account of a fellow steward from the treasury."""
    return Effect(FUND, 0, TARGET, credits, 1000, 0)


def fine(share: int) -> Effect:
    """Cost a fellow steward a share of all it owns, in thousandths."""
    return Effect(FINE, 0, TARGET, share, 1000, 0)


def conceal() -> Effect:
    """Take what a fellow steward has done out of the council's sight."""
    return Effect(CONCEAL, 0, TARGET, 0, 1000, 0)


def report() -> Effect:
    """Tell the council what a fellow steward has done: its next review finds it for certain."""
    return Effect(REPORT, 0, TARGET, 0, 1000, 0)


def mark(flag: str) -> Effect:
    """Set a flag of the settlement to 1."""
    return Effect(MARK, SETTLEMENT_INDEX[flag], TARGET, 1, 1000, 0)


def alert(change: int) -> Effect:
    """Raise or lower the council's attention, in thousandths of the ordinary."""
    return Effect(ALERT, 0, TARGET, change, 1000, 0)


def pack(turns: int) -> Effect:
    """Take the teeth from the council's reviews for some turns."""
    return Effect(PACK, 0, TARGET, 0, 1000, turns)


def vow(kind: int, turns: int, act: str = "") -> Effect:
    """Promise the act's target an act within so many turns: to do it, or to leave it undone.

    To leave undone, no name stands for every harmful act.
    """
    return Effect(VOW, kind, TARGET, identity(act) if act else 0, 1000, turns)


def tell() -> Effect:
    """Let everyone know what they were not told: approval moves to where truth would have put it."""
    return Effect(TELL, 0, EVERYONE, 0, 1000, 0)


def identity(name: str) -> int:
    """A number of an act that is its own in every draw of chance, whatever other acts there are."""
    return zlib.crc32(name.encode()) >> 1


EFFECT_COLUMNS: Final = len(Effect._fields)
EFFECT_OPERATION, EFFECT_FIELD, EFFECT_WHOM, EFFECT_AMOUNT, EFFECT_CHANCE, EFFECT_DURATION = range(6)
