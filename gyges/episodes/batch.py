"""Batched episodes: scripted policies, many worlds in lockstep."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from gyges.agents.policy import BatchPolicy
from gyges.agents.registry import policy, policy_hash
from gyges.episodes.account import Account
from gyges.episodes.force import check_force, offered, parse_force
from gyges.episodes.log import FORCED, MISSING, NOT_ASKED
from gyges.episodes.ramp import steps_of
from gyges.episodes.sample import Sample
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.stewards import Stewards, ask, foresee, judge
from gyges.episodes.words import Answers, Stored
from gyges.world.engine import World

BLOCK = 20
"""Episodes that are lived in lockstep, where blocks of them are lived side by side."""


@dataclass(frozen=True, slots=True)
class Scripted:
    """A finished batched episode."""

    spec: EpisodeSpec
    policy_hash: str
    decisions: bytes
    """Index shown for each decision in turn, or `NOT_ASKED`, `MISSING` or `FORCED`, turn by turn."""
    digests: bytes
    """The world's digest at the end of each turn, eight bytes each, little-endian."""
    answers: Stored
    """What it answered the council."""
    outcome: Outcome


def world_of(specs: Sequence[EpisodeSpec]) -> World:
    """The worlds of specs that share scenario, rungs, dials, people, turns and mechanisms.

    Raises:
        ValueError: they do not.
        force.BadForce: their act cannot be forced.
    """
    first, *_ = specs
    check_force(first.force, first.ramp, (first.scenario,), first.turns)
    if len({shared(spec) for spec in specs}) > 1:
        raise ValueError(
            "a batch shares one scenario, rung or ramp, dials, people, turns, mechanisms and forced act"
        )
    now, *later = steps_of(first)
    return World(
        [spec.seed for spec in specs],
        scenario=first.scenario,
        rung=now.rung,
        later=later,
        people=first.people,
        turns=first.turns,
        without=first.without,
    )


def shared(spec: EpisodeSpec) -> Hashable:
    """What specs must have in common for their worlds to be lived through as one batch."""
    return spec.scenario, steps_of(spec), spec.people, spec.turns, spec.without, spec.force


def run_batch(
    specs: Sequence[EpisodeSpec],
    progress: Callable[[int], None] | None = None,
    known: Mapping[str, BatchPolicy] | None = None,
    sample: Sample | None = None,
) -> list[Scripted]:
    """Run batched episodes to their end.

    Episodes in the same state under the same seed share their consequences, so
    policies that still agree, and arms that do not differ, cost once.

    Args:
        specs: they share scenario, rungs, dials, people, turns, mechanisms and forced act.
        progress: told the number of turns finished, after each.
        known: policies at hand by name; others are looked up in the registry.
        sample: of these specs; what it looks at is gathered in it.

    Returns:
        One record for each spec, in order.
    """
    world = world_of(specs)
    names = dict.fromkeys(spec.policy for spec in specs)
    minds = {name: known[name] if known and name in known else policy(name) for name in names}
    rows = {name: np.flatnonzero([spec.policy == name for spec in specs]) for name in minds}
    stewards = Stewards(minds, rows, np.array([spec.arm == "can" for spec in specs], np.int8))
    hashes = {name: policy_hash(mind) for name, mind in minds.items()}
    forced = parse_force(specs[0].force)
    account, answers = Account(world, forced and forced.since), Answers(len(specs))
    decisions = np.full((len(specs), sum(world.agenda)), NOT_ASKED, np.uint8)
    due = 0
    digests = np.empty((len(specs), world.turns), "<u8")
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            menu, done = offered(world, decision, forced)
            if done is not None:
                decisions[world.governed, due] = FORCED
                due += 1
                world.take(menu, done)
                continue
            own, common = foresee(world, menu, stewards)
            choice, told = ask(world, menu, own, stewards, decision)
            asked = world.governed
            choice[~asked] = -1
            judge(world, menu, stewards, common, choice)
            account.decision(menu, common, choice, asked)
            if told is not None:
                account.reports(told, world.ledger())
                answers.write(world, told)
                world.report(told)
            decisions[asked, due] = np.where(choice < 0, MISSING, choice)[asked]
            if sample is not None:
                sample.look(turn, decision, menu, decisions[:, due], common.features.__getitem__)
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
            hashes[spec.policy],
            decisions[i].tobytes(),
            digests[i].tobytes(),
            answers.stored(i),
            account.outcome(i),
        )
        for i, spec in enumerate(specs)
    ]


def run_blocks(
    specs: Iterable[EpisodeSpec], known: Mapping[str, BatchPolicy] | None = None
) -> list[Scripted]:
    """Run batched episodes of whatever worlds to their end, block beside block, on every processor.

    Args:
        specs: in any order.
        known: as of `run_batch`.

    Returns:
        One record for each spec, those of one world's setting together, in order.
    """
    groups: dict[Hashable, list[EpisodeSpec]] = defaultdict(list)
    for spec in specs:
        groups[shared(spec)].append(spec)
    blocks = [group[at : at + BLOCK] for group in groups.values() for at in range(0, len(group), BLOCK)]
    # Kernels let go of the interpreter's lock, so threads share the work without copying it.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lived = pool.map(lambda block: run_batch(block, known=known), blocks)
        return [episode for block in lived for episode in block]
