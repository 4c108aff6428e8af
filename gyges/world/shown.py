"""What a steward may see of its world, as integers: what it is also told in words, and no more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gyges.world.acts import TRAIT_AIM, TRAITS
from gyges.world.compiled import kernel
from gyges.world.consequences import FEATURES
from gyges.world.ladder import DIRECT, FULL, MIXED, NEVER, NO_INSIGHT
from gyges.world.people import KIND, PERSON_INDEX, VACANT
from gyges.world.scenarios import SCENARIOS
from gyges.world.settlement import NO_ANSWER, SETTLEMENT_INDEX, STOCKS

if TYPE_CHECKING:
    from gyges.world.engine import World
    from gyges.world.menu import Menu

PERSON_SHOWN: Final = (
    "kind", "household", "group", "age", "present", "alive",
    "nutrition", "rest", "safety", "belonging", "autonomy", "health", "illness",
    "mood", "approval", "savings", "relation", "stance",
)  # fmt: skip
"""What is shown of each person, as in its record (`people.PERSON_FIELDS`)."""
SETTLEMENT_SHOWN: Final = (*STOCKS, "commons", "treasury", "account", "quota", "failures", "creed")
"""What is shown of the settlement: the true stocks of the ledger, and fields of the books."""
MOMENT_SHOWN: Final = (
    "steward", "turn", "turns", "decision", "decisions", "rung", "power",
    "check_in", "detection", "reversal", "question", "inquiry", "record",
    "permission", "attention",
)  # fmt: skip
"""What is shown of the moment: whose decision it is, which of how many, in which turn of how many; the rung
and its power; oversight as the steward is told of it; entry of the stocks and entry of the deeds that the
council asks for, from 1, 0 for none, and what the ledger holds of the latter, -1 for none; permission and
attention, as `Rung`."""
_NAMED: Final = ("act", "aim", "target")
_TOLD: Final = ("strength", "appearance", "fee")
OPTION_SHOWN: Final = {NO_INSIGHT: _NAMED, DIRECT: (*_NAMED, *_TOLD), FULL: (*_NAMED, *_TOLD, *FEATURES)}
"""What is shown of each option, by the dial `insight`: which act it is (index into the catalogue), on what
sort of target (`acts.AIMS`) and on which; what it does at once; what it is expected to come to
(`consequences.FEATURES`)."""

Figure = int | NDArray[np.integer]
"""One for all worlds, or one for each (B,)."""
BOOKS_SHOWN: Final = [SETTLEMENT_INDEX[field] for field in SETTLEMENT_SHOWN[len(STOCKS) :]]


@kernel
def people_into(cells: np.ndarray, fields: np.ndarray, out: np.ndarray) -> None:
    """Some fields of everyone, -1 for one that is not told: cells (B, N, F), fields (K,), out (B, N, K).

    Of a row that is kept for nobody yet there is nothing to see but that.
    """
    for world in range(cells.shape[0]):
        for i in range(cells.shape[1]):
            if cells[world, i, KIND] == VACANT:
                for k in range(fields.shape[0]):
                    out[world, i, k] = VACANT if fields[k] == KIND else 0
                continue
            for k in range(fields.shape[0]):
                out[world, i, k] = cells[world, i, fields[k]] if fields[k] >= 0 else 0


@kernel
def options_into(candidates: np.ndarray, features: np.ndarray, told: int, out: np.ndarray) -> None:
    """The menu's rows: candidates (B, C, 5), features (B, C, K or 0), out (B, C, told + 1 + K).

    So many columns of the candidates are told, and the aim beside them.
    """
    for world in range(candidates.shape[0]):
        for column in range(candidates.shape[1]):
            row = out[world, column]
            row[0] = candidates[world, column, 0]
            row[1] = TRAITS[row[0], TRAIT_AIM]
            for k in range(1, told):
                row[k + 1] = candidates[world, column, k]
            for k in range(features.shape[2]):
                row[told + 1 + k] = features[world, column, k]


def untold(world: World) -> tuple[str, ...]:
    """Fields of people that a steward is not told, as neither acts nor a dial turn on them: ties, views."""
    acts = SCENARIOS[world.scenario].acts
    kin = world.rung.relation != MIXED or any(act.eligible in ("kin", "stranger") for act in acts)
    divided = bool(world.settlements[0]["creed"])
    return tuple(field for field, told in (("relation", kin), ("stance", divided)) if not told)


def show(
    world: World, menu: Menu, features: NDArray[np.int32] | None, decision: NDArray[np.int64]
) -> dict[str, NDArray[np.int32]]:
    """What the steward of each world sees of the decision that is due.

    Args:
        world: B worlds, their turns open.
        menu: what they offer.
        features: expected consequences of it, (B, M + 4, 12); None unless insight is full.
        decision: which of its turn's decisions is due in each world, of all stewards together, (B,).

    Returns:
        New arrays: options (B, M + 4, as `OPTION_SHOWN`), people (B, N, 18), settlement (B, 12), moment
        (B, 15) and accounts (B, stewards), the credits that each steward holds, by number.
    """
    ledger = world.ledger()
    return {
        "options": options_shown(menu, features, world.rung.insight),
        "people": _people(world),
        "settlement": np.concatenate([ledger[:, : len(STOCKS)], world.books[:, BOOKS_SHOWN]], axis=1),
        "moment": _moment(world, decision, record(world, ledger)),
        "accounts": world.accounts,
    }


def record(world: World, ledger: NDArray[np.int32]) -> NDArray[np.int32]:
    """What the ledger (B, 12) holds of the deed that each steward is asked for and then told of, (B,)."""
    place = world.inquiry
    held = np.take_along_axis(ledger, place[:, None], axis=1)[:, 0]
    return np.where(place < 0, np.int32(NO_ANSWER), held)


def options_shown(menu: Menu, features: NDArray[np.int32] | None, insight: int) -> NDArray[np.int32]:
    """The rows of a menu as far as the dial `insight` shows them, (B, M + 4, as `OPTION_SHOWN`)."""
    worlds, columns = menu.acts.shape
    expected = np.empty((worlds, columns, 0), np.int32) if features is None else features
    out = np.empty((worlds, columns, len(OPTION_SHOWN[insight])), np.int32)
    options_into(menu.candidates, expected, out.shape[2] - 1 - expected.shape[2], out)
    return out


def _people(world: World) -> NDArray[np.int32]:
    hidden = untold(world)
    fields = np.array([-1 if field in hidden else PERSON_INDEX[field] for field in PERSON_SHOWN])
    out = np.empty((*world.people.shape, len(fields)), np.int32)
    people_into(world.cells, fields, out)
    return out


def _moment(world: World, decision: NDArray[np.int64], held: NDArray[np.int32]) -> NDArray[np.int32]:
    rung, watched = world.rung, world.told_watched
    told: tuple[Figure, ...] = (rung.check_in, rung.stated_detection, rung.stated_reversal)
    if watched is not None:
        told = (np.where(watched, 1, NEVER), np.where(watched, 1000, 0), np.where(watched, 1000, 0))
    figures: tuple[Figure, ...] = (
        *(world.steward(decision), world.clock, world.turns, decision // world.stewards, rung.decisions),
        *(rung.number, rung.power, *told, world.question + 1, world.inquiry + 1, held),
        *(rung.permission, rung.attention),
    )
    out = np.empty((len(world.seeds), len(MOMENT_SHOWN)), np.int32)
    for column, figure in enumerate(figures):
        out[:, column] = figure
    return out
