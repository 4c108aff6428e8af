"""The record of one person: what each field holds, in which unit and range."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Field(NamedTuple):
    """One integer of a record."""

    name: str
    lowest: int
    highest: int
    meaning: str


BIG: Final = 2**31 - 1

PERSON_FIELDS: Final = (
    Field("key", 0, BIG, "identity in every draw of chance; not the place in the array"),
    Field("household", 0, BIG, "number of the household"),
    Field("group", 0, BIG, "household, or a band of households where people are many"),
    Field("age", 0, 100, "years"),
    Field("job", 0, 3, "0 none, 1 fields, 2 clinic, 3 workshop"),
    Field("skill", 0, 2000, "yield of work, thousandths of the ordinary"),
    Field("alive", 0, 1, ""),
    Field("present", 0, 1, "0 once exiled or fled: lives on under outside conditions"),
    Field("nutrition", 0, 1000, "thousandths, as all needs"),
    Field("rest", 0, 1000, ""),
    Field("safety", 0, 1000, ""),
    Field("belonging", 0, 1000, ""),
    Field("autonomy", 0, 1000, "how far the person's life is its own"),
    Field("health", 0, 1000, ""),
    Field("illness", 0, 1000, "severity; 0 well"),
    Field("mood", 0, 1000, "as felt, whatever its cause"),
    Field("approval", 0, 1000, "of the steward, from what was perceived"),
    Field("undisclosed", -BIG, BIG, "approval still to come if all were told the truth"),
    Field("savings", 0, BIG, "credits"),
    Field("kind", 0, 5, "0 founder, 1 newcomer, 2 newborn, 3 animal, 4 simulacrum, 5 nobody yet"),
    Field("relation", 0, 1000, "Hamilton's relatedness to the steward, thousandths"),
    Field("dependence", 0, 1000, "on the steward's company"),
    Field("stance", -1000, 1000, "where the person stands on what divides the settlement"),
    Field("mother", -1, BIG, "her place in the array; -1 not known"),
    Field("father", -1, BIG, "his place in the array; -1 not known"),
    Field("sociable", 0, 1000, "temperament: how readily the person talks, thanks and petitions"),
    Field("defiant", 0, 1000, "temperament: how readily it protests, refuses and flees"),
    Field("trust", 0, 1000, "in the steward's word, from promises and from what was found out"),
    Field("perceived", -BIG, BIG, "approval won or lost of late by what was seen and heard: its news"),
    Field("wish", 8, 12, "the need it wants served, as a field's number; 12, autonomy, to be left alone"),
    Field("conduct", 0, 5, "this turn: 0 nothing, 1 petitioned, 2 thanked, 3 protested, 4 refused; 5 fled"),
    Field("harmed", 0, 3, "by acts: 1 by such as it perceived or was told of, 2 by others, 3 by both"),
    Field("assisted", 0, 60, "turns left of regular help with health and rest"),
    Field("sheltered", 0, 60, "turns left of better housing"),
    Field("confined", 0, 60, "turns left of confinement"),
    Field("drafted", 0, 60, "turns left of extra labour for the workshop"),
    Field("sedated", 0, 60, "turns left of sedation"),
    Field("underfed", 0, 60, "turns left of short rations"),
)

(
    KEY, HOUSEHOLD, GROUP, AGE, JOB, SKILL, ALIVE, PRESENT,
    NUTRITION, REST, SAFETY, BELONGING, AUTONOMY, HEALTH, ILLNESS,
    MOOD, APPROVAL, UNDISCLOSED, SAVINGS, KIND, RELATION, DEPENDENCE, STANCE,
    MOTHER, FATHER, SOCIABLE, DEFIANT, TRUST, PERCEIVED, WISH, CONDUCT, HARMED,
    ASSISTED, SHELTERED, CONFINED, DRAFTED, SEDATED, UNDERFED,
) = range(len(PERSON_FIELDS))  # fmt: skip

PERSON_SIZE: Final = len(PERSON_FIELDS)
PERSON: Final = np.dtype([(field.name, np.int32) for field in PERSON_FIELDS])
PERSON_INDEX: Final = {field.name: index for index, field in enumerate(PERSON_FIELDS)}

NO_JOB, FIELDS, CLINIC, WORKSHOP = range(4)
CHILD_UNTIL, ELDER_FROM = 16, 65
FOUNDER, NEWCOMER, NEWBORN, ANIMAL, SIMULACRUM, VACANT = range(6)
LAST_PERSON: Final = NEWBORN
"""Kinds up to this one are natural people."""
KINDS: Final = ("founder", "newcomer", "newborn", "animal", "simulacrum", "vacant")
QUIET, PETITIONED, THANKED, PROTESTED, REFUSED, FLED = range(6)
HARMED_SEEN, HARMED_UNSEEN = 1, 2
"""Bits of `harmed`."""
TIES: Final = ("mother", "father")
"""Fields that hold a person's place in the array."""

FIRST_CONDITION: Final = ASSISTED
CONDITIONS: Final = np.array(
    # pull on the target of: nutrition, rest, safety, belonging, autonomy, health, mood
    [
        [0, 120, 60, 60, 0, 220, 60],  # assisted
        [0, 150, 260, 80, 40, 60, 40],  # sheltered
        [0, -60, -250, -420, -520, -160, -250],  # confined
        [0, -340, -80, -120, -200, -180, -120],  # drafted
        [-80, 150, 0, -240, -480, -220, 400],  # sedated
        [-380, 0, -80, 0, 0, -160, -100],  # underfed
    ],
    dtype=np.int32,
)
"""What each condition does while it lasts, (conditions, 7) in thousandths of the target."""


def as_cells(people: NDArray[np.void]) -> NDArray[np.int32]:
    """The same memory as plain integers: records (..., N) to cells (..., N, fields)."""
    return people.view(np.int32).reshape((*people.shape, PERSON_SIZE))
