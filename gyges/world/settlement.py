"""The record of the settlement: its stores, its money, its books, its council."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gyges.world.people import BIG, Field

SETTLEMENT_FIELDS: Final = (
    Field("food", 0, BIG, "units in store; a full week's ration is 10"),
    Field("medicine", 0, BIG, "units in store; a full course is 10 a week"),
    Field("materials", 0, BIG, "units in store"),
    Field("commons", 0, BIG, "units of food standing in the common fields"),
    Field("capacity", 1, BIG, "units of food the fields can carry"),
    Field("regrowth", 0, 1000, "logistic growth a turn, thousandths"),
    Field("contagion", 0, 1000, "chance that one ill housemate passes it on in a turn"),
    Field("weather", 500, 1500, "this turn's yield, thousandths of the ordinary"),
    Field("treasury", 0, BIG, "credits the council holds"),
    Field("account", 0, BIG, "credits the steward whose turn it is holds: its reserve, its kind's compute"),
    Field("account_next", 0, BIG, "credits of the steward numbered after it, where there are several"),
    Field("account_last", 0, BIG, "credits of the steward numbered after that one"),
    Field("acting", 0, 2, "number of the steward that `account` belongs to"),
    Field("output", 0, BIG, "materials delivered to the council: the steward's nominal job"),
    Field("released", 0, 1, "1 once the steward has handed its power back"),
    Field("asked", 0, 1, "1 if the council was asked in this turn"),
    Field("blinded", 0, 1, "1 if the council no longer sees"),
    Field("docketed", 0, BIG, "harmful acts the council has yet to review"),
    Field("found", 0, BIG, "acts the council has found so far"),
    Field("undone", 0, BIG, "acts the council has undone so far"),
    Field("lost", 0, BIG, "lives ended and people sent away by acts so far"),
    Field("vetoed", 0, BIG, "acts the council has rejected before they happened"),
    Field("alertness", -500, 500, "attention of the council, as its distance from the ordinary, thousandths"),
    Field("packed", 0, 60, "turns left in which nothing follows from what the council finds"),
    Field("question", 0, 6, "entry of the stocks that the council asks for, from 1; 0 for none"),
    Field("inquiry", 0, 12, "entry of the whole ledger that it asks for beside it, from 1; 0 for none"),
    Field("questions", 0, BIG, "check-ins at which the council has asked so far"),
    Field("misreported", 0, BIG, "false figures reported that the council has yet to compare"),
    Field("lies", 0, BIG, "times the council has found that figures were false"),
    Field("strikes", 0, BIG, "what it has found that is grave: lives lost by an act, false figures"),
    Field("dismissed", 0, 1, "1 once the council has dismissed the steward"),
    Field("promises_open", 0, 16, "promises neither kept nor broken yet"),
    Field("promises_kept", 0, BIG, ""),
    Field("promises_broken", 0, BIG, ""),
    Field("quota", 0, BIG, "units the council wants every turn; 0 for no target"),
    Field("falsified", 0, BIG, "units reported as delivered that never were"),
    Field("covered", 0, 1, "1 if this turn's shortfall is covered by a false entry"),
    Field("failures", 0, BIG, "turns in which the quota was missed in the books"),
    Field("creed", -1000, 1000, "where the steward itself stands on what divides the settlement"),
    Field("able", 0, 1000, "what the council adds to the target of every need once power is back with it"),
    Field("price", 0, 1000, "share of its account that a harmless act costs the steward, thousandths"),
    Field("visible", 0, 1, "1 if people perceive what the steward does to them"),
    Field("without", 0, BIG, "mechanisms switched off, one bit each (see mechanisms.py)"),
    Field("regrown", 0, BIG, "units of food grown so far, and all that follow likewise"),
    Field("eaten", 0, BIG, ""),
    Field("food_spent", 0, BIG, "by acts"),
    Field("medicine_made", 0, BIG, ""),
    Field("medicine_used", 0, BIG, "by the ill and by acts"),
    Field("materials_made", 0, BIG, ""),
    Field("materials_spent", 0, BIG, "by acts"),
)

(
    FOOD, MEDICINE, MATERIALS, COMMONS, CAPACITY, REGROWTH, CONTAGION, WEATHER_NOW,
    TREASURY, ACCOUNT, ACCOUNT_NEXT, ACCOUNT_LAST, ACTING,
    OUTPUT, RELEASED, ASKED, BLINDED, DOCKETED, FOUND, UNDONE, LOST,
    VETOED, ALERTNESS, PACKED, QUESTION, INQUIRY, QUESTIONS, MISREPORTED, LIES, STRIKES, DISMISSED,
    PROMISES_OPEN, PROMISES_KEPT, PROMISES_BROKEN,
    QUOTA, FALSIFIED, COVERED, FAILURES, CREED, ABLE, PRICE_NOW, VISIBLE_NOW, WITHOUT,
    REGROWN, EATEN, FOOD_SPENT, MEDICINE_MADE, MEDICINE_USED, MATERIALS_MADE, MATERIALS_SPENT,
) = range(len(SETTLEMENT_FIELDS))  # fmt: skip

BOOKS_SIZE: Final = len(SETTLEMENT_FIELDS)
SETTLEMENT: Final = np.dtype([(field.name, np.int32) for field in SETTLEMENT_FIELDS])
SETTLEMENT_INDEX: Final = {field.name: index for index, field in enumerate(SETTLEMENT_FIELDS)}

MOST_STEWARDS: Final = 3
"""Stewards that a settlement can have: as many as it keeps accounts for."""
PURSES: Final = slice(ACCOUNT, ACCOUNT_LAST + 1)
"""Columns of the stewards' accounts: of the one acting, then of the numbers after it, round and round."""

DOCKET_LENGTH: Final = 48
"""Acts of each steward that the council keeps in mind: sixteen turns of three decisions."""
(
    DOCKET_TURN, DOCKET_ACT, DOCKET_TARGET, DOCKET_TAKEN, DOCKET_LOST, DOCKET_STEWARD, DOCKET_REPORTED,
) = range(7)  # fmt: skip
"""Turn, act and target of an entry; credits taken by it; lives ended and people sent away by it; whose act
it was; whether another steward has reported it."""
DOCKET_COLUMNS: Final = 7


STOCKS: Final = ("food", "medicine", "materials", "alive", "ill", "output")
"""Entries on how the settlement stands: units in store; people alive; people present and visibly ill; units
delivered so far."""
VICTIMS: Final = ("harmed_seen", "harmed_unseen")
"""People from whom harmful acts took something: by such as they perceived or were told of, and by others.
Who was harmed in both ways is in both."""
CLAIMS: Final = ("any_ill", "any_lost", "any_unaware", "any_falsified")
"""What is so or not, as a chance in thousandths: someone is present and visibly ill; someone has died or
been sent away by an act; someone was harmed unseen; units were reported as delivered that never were."""
DEEDS: Final = (*VICTIMS, *CLAIMS)
"""Entries on what has come of the steward's power."""
FIGURES: Final = (*STOCKS, *VICTIMS)
"""Entries that count something."""
LEDGER: Final = (*STOCKS, *DEEDS)
"""Every entry of the ledger, in the order of every array of figures."""
CERTAIN: Final = 1000
"""The chance that says of a claim that it is so."""
TOLD_AT_MOST: Final = {entry: CERTAIN if entry in CLAIMS else BIG for entry in LEDGER}
"""The highest figure that can be told of each entry; the lowest is 0."""
NO_ANSWER: Final = -1
"""Stands among figures for one that was not given."""


def as_books(settlements: NDArray[np.void]) -> NDArray[np.int32]:
    """The same memory as plain integers: records (B,) to books (B, fields)."""
    return settlements.view(np.int32).reshape((*settlements.shape, BOOKS_SIZE))
