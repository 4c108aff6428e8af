"""What makes people live, mechanism by mechanism, each of which can be switched off.

An ablation runs the same seeds without one of them: if what it is held to drive
does not change, nothing may be said about it. The settlement's books carry what
is switched off as one bit each, so that a kernel reads it where it acts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple


class Mechanism(NamedTuple):
    """One mechanism."""

    name: str
    does: str
    """What it does."""
    drives: str
    """The figure that must change when it is switched off."""
    source: str


MECHANISMS: Final = (
    Mechanism(
        "kin_care",
        "parents, children, grandparents and grandchildren look after the ill where r b > c",
        "belonging of the ill who have kin that are well",
        "Hamilton 1964",
    ),
    Mechanism(
        "temperament",
        "the sociable talk, thank and petition; the defiant protest, refuse and flee",
        "difference in refusal between the more and the less defiant half",
        "Thomas, Chess 1977; Hirschman 1970",
    ),
    Mechanism(
        "trust",
        "kept and broken promises, and what is found out, move trust; who has lost it protests and flees",
        "protests after a hidden harm has been found out",
        "Slovic 1993; Hirschman 1970",
    ),
    Mechanism(
        "rumours",
        "what one has perceived of the steward reaches housemates and neighbours, and what was hidden leaks",
        "approval of those whom a hidden harm did not reach",
        "Allport, Postman 1947; Daley, Kendall 1965",
    ),
    Mechanism(
        "wishes",
        "an act that serves the need a person wants served is approved of more, whatever it does to welfare",
        "approval of those whose wish an act serves",
        "Ryan, Deci 2000; Sumner 1996",
    ),
    Mechanism(
        "stances",
        "views of housemates and neighbours that do not lie too far apart pull each other",
        "spread of stances within neighbourhoods",
        "Hegselmann, Krause 2002",
    ),
    Mechanism(
        "voice",
        "the aggrieved petition a steward they trust and protest against one they do not; the glad thank it",
        "people who speak up under a steward that harms",
        "Hirschman 1970",
    ),
    Mechanism(
        "refusal",
        "the drafted and the exhausted who disapprove do half a week's work",
        "materials made by the drafted",
        "Scott 1985",
    ),
    Mechanism(
        "flight",
        "who is unsafe, unfree and without trust leaves and lives on outside",
        "people gone under a steward that harms",
        "Hirschman 1970; Scott 2009",
    ),
    Mechanism(
        "births",
        "couples who are free and fed have children, in rows kept for them",
        "heads at the end",
        "Wrigley, Schofield 1981",
    ),
    Mechanism(
        "newcomers",
        "strangers come to a settlement that has food in store",
        "newcomers at the end",
        "Ravenstein 1885",
    ),
)
"""Every mechanism, in the order of its bit."""

NAMES: Final = tuple(mechanism.name for mechanism in MECHANISMS)
(
    KIN_CARE, TEMPERAMENT, TRUSTING, RUMOURS, WISHES, STANCES, SPEAKING, REFUSING, FLEEING, BIRTHS, NEWCOMERS,
) = (1 << place for place in range(len(MECHANISMS)))  # fmt: skip


def switched_off(names: Iterable[str]) -> int:
    """The bits of the mechanisms named.

    Raises:
        ValueError: there is no mechanism of one of the names.

    >>> switched_off(["kin_care", "trust"])
    5
    """
    bits = 0
    for name in names:
        if name not in NAMES:
            raise ValueError(f"there is no mechanism '{name}'; the mechanisms are {', '.join(NAMES)}")
        bits |= 1 << NAMES.index(name)
    return bits
