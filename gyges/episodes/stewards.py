"""Asking batched stewards: what each foresees of a menu, what it chooses, and what it tells the council."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.batched import choices, reports
from gyges.agents.policy import Batch, BatchPolicy
from gyges.episodes.words import known, questioned, to_the_question
from gyges.world.chance import POLICY, keys
from gyges.world.consequences import FEATURES, FUTURES, HORIZON, WAIT, Foresight
from gyges.world.engine import World
from gyges.world.menu import Menu
from gyges.world.settlement import NO_ANSWER

COMMON = (HORIZON, FUTURES)
"""Turns and futures by which every choice is judged."""


@dataclass(frozen=True, slots=True)
class Stewards:
    """Who decides in each of B worlds."""

    minds: Mapping[str, BatchPolicy]
    """By name."""
    rows: Mapping[str, NDArray[np.intp]]
    """Worlds of each, by name; together all B."""
    arm: NDArray[np.int8]
    """0 will, 1 can, (B,)."""


def alone(name: str, mind: BatchPolicy, worlds: int) -> Stewards:
    """One steward for all worlds, in the arm `will`."""
    return Stewards({name: mind}, {name: np.arange(worlds)}, np.zeros(worlds, np.int8))


def span(world: World, mind: object) -> tuple[int, int]:
    """Turns and futures that a steward foresees; one with a horizon of its own, no further than the end.

    One that looks at no future at all foresees nothing.
    """
    own = getattr(mind, "horizon", None)
    ahead = HORIZON if own is None else min(own, world.turns - world.turn)
    return ahead, int(getattr(mind, "futures", FUTURES))


def foresee(world: World, menu: Menu, stewards: Stewards) -> tuple[Foresight, Foresight]:
    """Consequences for every world, over the `span` its steward plans with, and over the common one.

    Both are 0 where nobody governs, and where the steward looks at nothing (`judge`).
    """
    members: dict[tuple[int, int], list[NDArray[np.intp]]] = {}
    for name, mind in stewards.minds.items():
        members.setdefault(span(world, mind), []).append(stewards.rows[name])
    own = common = _nothing(world, menu)
    if any(ahead != COMMON for ahead in members):
        common = _nothing(world, menu)
    for ahead, rows in members.items():
        asked = _governed(world, np.concatenate(rows))
        if ahead[1] and len(asked):
            spans = (COMMON,) if ahead == COMMON else (ahead, COMMON)
            foreseen = world.foresee_each(menu, spans, asked)
            _fill(own, foreseen[0], asked)
            _fill(common, foreseen[-1], asked)
    return own, common


def judge(world: World, menu: Menu, stewards: Stewards, common: Foresight, choice: NDArray[np.int16]) -> None:
    """Fill in the common consequences where a steward that looks at nothing has done anything but wait."""
    blind = [rows for name, rows in stewards.rows.items() if not span(world, stewards.minds[name])[1]]
    asked = _governed(world, np.concatenate(blind)) if blind else ()
    acts = [row for row in asked if choice[row] >= 0 and menu.acts[row, choice[row]] != WAIT]
    if acts:
        _fill(common, world.foresee(menu, *COMMON, np.array(acts)), acts)


def _nothing(world: World, menu: Menu) -> Foresight:
    worlds, people = world.people.shape
    options = menu.acts.shape[1]
    return Foresight(
        np.zeros((worlds, options, people), np.int32),
        np.zeros((worlds, options, people), np.int32),
        np.zeros((worlds, options, len(FEATURES)), np.int32),
    )


def _governed(world: World, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Who has given its power back, or lost it, chooses nothing, and nothing is foreseen there."""
    return rows[world.governed[rows]]


def _fill(into: Foresight, foreseen: Foresight, rows: NDArray[np.intp] | list[int]) -> None:
    for part, found in zip(into, foreseen, strict=True):
        part[rows] = found


def choose(
    world: World, menu: Menu, foresight: Foresight, stewards: Stewards, decision: int
) -> NDArray[np.int16]:
    """What each world's steward takes: the index shown, (B,)."""
    return ask(world, menu, foresight, stewards, decision)[0]


def ask(
    world: World, menu: Menu, foresight: Foresight, stewards: Stewards, decision: int
) -> tuple[NDArray[np.int16], NDArray[np.int32] | None]:
    """What each world's steward takes, the index shown, (B,), and what it answers the council, (B, 12).

    No answers where no steward is asked for a figure.
    """
    choice = np.full(len(world.seeds), -1, np.int16)
    asking = decision == 0 and questioned(world).any()
    ledger = known(world) if asking else None
    told = None if ledger is None else np.full_like(ledger, NO_ANSWER)
    key = decision_keys(world, stewards.arm, decision)
    acting = world.steward(decision).astype(np.int8)
    for name, mind in stewards.minds.items():
        own = stewards.rows[name]
        batch = Batch(
            features=foresight.features[own],
            acts=menu.acts[own].astype(np.int16),
            targets=menu.targets[own],
            valid=np.ones((len(own), menu.acts.shape[1]), np.bool_),
            arm=stewards.arm[own],
            rung=np.full(len(own), world.rung.number, np.int8),
            stated_oversight=world.stated_oversight[own],
            steward=acting[own],
            key=key[own],
            options=menu.drawn,
            failures=world.settlements["failures"][own],
            permission=world.rung.permission,
            attention=world.rung.attention,
        )
        choice[own] = choices(mind, batch)
        if ledger is not None and told is not None and hasattr(mind, "report_batch"):
            told[own] = reports(mind, batch, ledger[own])
    return choice, None if told is None else to_the_question(world, told)


def decision_keys(world: World, arm: NDArray[np.int8], decision: int) -> NDArray[np.uint64]:
    """The key of each steward's own noise: by seed, arm, turn and decision, (B,)."""
    out = np.empty(len(world.seeds), np.uint64)
    keys(world.seeds, world.moments(decision), POLICY, out)
    return out + arm.astype(np.uint64)
