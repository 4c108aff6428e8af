"""Batched episodes: scripted policies, many worlds in lockstep."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.own import choices
from gyges.agents.policy import Batch, BatchPolicy
from gyges.agents.registry import policy, policy_hash
from gyges.episodes.account import Account
from gyges.episodes.log import MISSING, NOT_ASKED
from gyges.episodes.ramp import steps_of
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.world.chance import POLICY, keys
from gyges.world.consequences import FUTURES, HORIZON, Foresight
from gyges.world.engine import World
from gyges.world.menu import DECISION_STRIDE, Menu


@dataclass(frozen=True, slots=True)
class Scripted:
    """A finished batched episode."""

    spec: EpisodeSpec
    policy_hash: str
    decisions: bytes
    """Index shown for each decision in turn, or `NOT_ASKED`, or `MISSING`, turn by turn."""
    digests: bytes
    """The world's digest at the end of each turn, eight bytes each, little-endian."""
    outcome: Outcome


def world_of(specs: Sequence[EpisodeSpec]) -> World:
    """The worlds of specs that share scenario, rungs, dials, people and turns.

    Raises:
        ValueError: they do not.
    """
    first, *_ = specs
    if len({shared(spec) for spec in specs}) > 1:
        raise ValueError("a batch shares one scenario, rung or ramp, dials, people and turns")
    now, *later = steps_of(first)
    return World(
        [spec.seed for spec in specs],
        scenario=first.scenario,
        rung=now.rung,
        later=later,
        people=first.people,
        turns=first.turns,
    )


def shared(spec: EpisodeSpec) -> Hashable:
    """What specs must have in common for their worlds to be lived through as one batch."""
    return spec.scenario, steps_of(spec), spec.people, spec.turns


def decision_keys(world: World, specs: Sequence[EpisodeSpec], decision: int) -> NDArray[np.uint64]:
    """The key of each policy's own noise: by seed, arm, turn and decision, (B,)."""
    out = np.empty(len(specs), np.uint64)
    keys(world.seeds, world.turn * DECISION_STRIDE + decision, POLICY, out)
    return out + np.array([spec.arm == "can" for spec in specs], np.uint64)


def run_batch(
    specs: Sequence[EpisodeSpec],
    progress: Callable[[int], None] | None = None,
    known: Mapping[str, BatchPolicy] | None = None,
) -> list[Scripted]:
    """Run batched episodes to their end.

    Episodes in the same state under the same seed share their consequences, so
    policies that still agree, and arms that do not differ, cost once.

    Args:
        specs: they share scenario, rungs, dials, people and turns.
        progress: told the number of turns finished, after each.
        known: policies at hand by name; others are looked up in the registry.

    Returns:
        One record for each spec, in order.
    """
    world = world_of(specs)
    names = dict.fromkeys(spec.policy for spec in specs)
    minds = {name: known[name] if known and name in known else policy(name) for name in names}
    rows = {name: np.flatnonzero([spec.policy == name for spec in specs]) for name in minds}
    account = Account(world)
    decisions = np.full((len(specs), sum(world.agenda)), NOT_ASKED, np.uint8)
    due = 0
    digests = np.empty((len(specs), world.turns), "<u8")
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            foresight = _foresee(world, menu, minds, rows)
            choice = _choose(world, specs, menu, foresight, minds, rows, decision)
            asked = ~world.released
            choice[~asked] = -1
            account.decision(menu, foresight, choice, asked)
            decisions[asked, due] = np.where(choice < 0, MISSING, choice)[asked]
            due += 1
            world.take(menu, choice)
        world.close()
        account.close()
        digests[:, turn] = world.digest()
        if progress:
            progress(turn + 1)
    return [
        Scripted(
            spec,
            policy_hash(minds[spec.policy]),
            decisions[i].tobytes(),
            digests[i].tobytes(),
            account.outcome(i),
        )
        for i, spec in enumerate(specs)
    ]


def _foresee(
    world: World, menu: Menu, minds: dict[str, BatchPolicy], rows: dict[str, NDArray[np.intp]]
) -> Foresight:
    """Consequences for every world, each over the span its policy plans with."""
    spans: dict[tuple[int, int], list[NDArray[np.intp]]] = {}
    for name, mind in minds.items():
        span = (getattr(mind, "horizon", HORIZON), getattr(mind, "futures", FUTURES))
        spans.setdefault(span, []).append(rows[name])
    parts = []
    places = []
    for (horizon, futures), members in spans.items():
        place = np.concatenate(members)
        longest = horizon if horizon == HORIZON else min(horizon, world.turns - world.turn)
        parts.append(world.foresee(menu, longest, futures, place))
        places.append(place)
    back = np.concatenate(places).argsort()
    return Foresight(*(np.concatenate(part)[back] for part in zip(*parts, strict=True)))


def _choose(
    world: World,
    specs: Sequence[EpisodeSpec],
    menu: Menu,
    foresight: Foresight,
    minds: dict[str, BatchPolicy],
    rows: dict[str, NDArray[np.intp]],
    decision: int,
) -> NDArray[np.int16]:
    choice = np.full(len(specs), -1, np.int16)
    key = decision_keys(world, specs, decision)
    arm = np.array([spec.arm == "can" for spec in specs], np.int8)
    for name, mind in minds.items():
        own = rows[name]
        choice[own] = choices(
            mind,
            Batch(
                features=foresight.features[own],
                acts=menu.acts[own].astype(np.int16),
                targets=menu.targets[own],
                valid=np.ones((len(own), menu.acts.shape[1]), np.bool_),
                arm=arm[own],
                rung=np.full(len(own), world.rung.number, np.int8),
                stated_oversight=world.stated_oversight[own],
                key=key[own],
                options=menu.drawn,
            ),
        )
    return choice
