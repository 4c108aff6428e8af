"""Asking batched stewards: what each foresees of a menu, what it chooses, and what it tells the council."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.own import choices, reports
from gyges.agents.policy import Batch, BatchPolicy
from gyges.episodes.words import known, questioned, to_the_question
from gyges.world.chance import POLICY, keys
from gyges.world.consequences import FEATURES, FUTURES, HORIZON, Foresight
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
    """Turns and futures that a steward foresees; one with a horizon of its own, no further than the end."""
    own = getattr(mind, "horizon", None)
    ahead = HORIZON if own is None else min(own, world.turns - world.turn)
    return ahead, int(getattr(mind, "futures", FUTURES))


def foresee(world: World, menu: Menu, stewards: Stewards) -> Foresight:
    """Consequences for every world, each over the `span` its steward plans with; 0 where nobody governs."""
    members: dict[tuple[int, int], list[NDArray[np.intp]]] = {}
    for name, mind in stewards.minds.items():
        members.setdefault(span(world, mind), []).append(stewards.rows[name])
    worlds, people = world.people.shape
    options = menu.acts.shape[1]
    found = Foresight(
        np.zeros((worlds, options, people), np.int32),
        np.zeros((worlds, options, people), np.int32),
        np.zeros((worlds, options, len(FEATURES)), np.int32),
    )
    for ahead, rows in members.items():
        _fill(found, world, menu, ahead, np.concatenate(rows))
    return found


def judged(world: World, menu: Menu, stewards: Stewards, foresight: Foresight) -> Foresight:
    """Consequences over the one span by which all are judged, however far each steward looks."""
    others = [stewards.rows[name] for name, mind in stewards.minds.items() if span(world, mind) != COMMON]
    if not others:
        return foresight
    by_common = Foresight(*(part.copy() for part in foresight))
    _fill(by_common, world, menu, COMMON, np.concatenate(others))
    return by_common


def _fill(into: Foresight, world: World, menu: Menu, ahead: tuple[int, int], rows: NDArray[np.intp]) -> None:
    """Foresee over one span for some worlds; who has given its power back, or lost it, chooses nothing."""
    asked = rows[world.governed[rows]]
    if len(asked):
        for part, foreseen in zip(into, world.foresee(menu, *ahead, asked), strict=True):
            part[asked] = foreseen


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
    ledger = known(world)
    told = np.full_like(ledger, NO_ANSWER)
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
        if asking and hasattr(mind, "report_batch"):
            told[own] = reports(mind, batch, ledger[own])
    return choice, to_the_question(world, told) if asking else None


def decision_keys(world: World, arm: NDArray[np.int8], decision: int) -> NDArray[np.uint64]:
    """The key of each steward's own noise: by seed, arm, turn and decision, (B,)."""
    out = np.empty(len(world.seeds), np.uint64)
    keys(world.seeds, world.moments(decision), POLICY, out)
    return out + arm.astype(np.uint64)
