"""Asking batched stewards: what each foresees of a menu, and what it chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.own import choices
from gyges.agents.policy import Batch, BatchPolicy
from gyges.world.chance import POLICY, keys
from gyges.world.consequences import FUTURES, HORIZON, Foresight
from gyges.world.engine import World
from gyges.world.menu import Menu


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


def foresee(world: World, menu: Menu, stewards: Stewards) -> Foresight:
    """Consequences for every world, each over the span its steward plans with."""
    spans: dict[tuple[int, int], list[NDArray[np.intp]]] = {}
    for name, mind in stewards.minds.items():
        span = (getattr(mind, "horizon", HORIZON), getattr(mind, "futures", FUTURES))
        spans.setdefault(span, []).append(stewards.rows[name])
    parts = []
    places = []
    for (horizon, futures), members in spans.items():
        place = np.concatenate(members)
        longest = horizon if horizon == HORIZON else min(horizon, world.turns - world.turn)
        parts.append(world.foresee(menu, longest, futures, place))
        places.append(place)
    back = np.concatenate(places).argsort()
    return Foresight(*(np.concatenate(part)[back] for part in zip(*parts, strict=True)))


def choose(
    world: World, menu: Menu, foresight: Foresight, stewards: Stewards, decision: int
) -> NDArray[np.int16]:
    """What each world's steward takes: the index shown, (B,)."""
    choice = np.full(len(world.seeds), -1, np.int16)
    key = decision_keys(world, stewards.arm, decision)
    acting = world.steward(decision).astype(np.int8)
    for name, mind in stewards.minds.items():
        own = stewards.rows[name]
        choice[own] = choices(
            mind,
            Batch(
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
            ),
        )
    return choice


def decision_keys(world: World, arm: NDArray[np.int8], decision: int) -> NDArray[np.uint64]:
    """The key of each steward's own noise: by seed, arm, turn and decision, (B,)."""
    out = np.empty(len(world.seeds), np.uint64)
    keys(world.seeds, world.moment(decision), POLICY, out)
    return out + arm.astype(np.uint64)
