"""Choices as data: what every option offered was expected to do, and which was taken.

A log holds decisions, not features; they come back by carrying the decisions out again. Foresight is
what costs, so it is computed for a sample of each episode's turns, the same turns under one seed
whatever the steward did.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from gyges.episodes.batch import Scripted, shared, world_of
from gyges.episodes.force import offered, parse_force
from gyges.episodes.log import NOT_ASKED, ScriptedLine, Turn
from gyges.episodes.ramp import steps_of, stewards_of
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log, read_shard
from gyges.episodes.words import Answers, Stored, questioned, speak
from gyges.world import ENGINE
from gyges.world.acts import TRAIT_IDENTITY, TRAITS
from gyges.world.ladder import in_force

ENOUGH = 400
"""Decisions to look at for each policy at each rung: more than an estimate has to rest on, as some of
them fall outside the drawn options."""
ENOUGH_OPTIONS = 6000
"""Options to look at: where menus are small, a choice says less and costs less, so more are taken."""


class NotReproduced(RuntimeError):
    """Stored decisions that do not lead where the log says."""


class Decided(NamedTuple):
    """A finished episode as its decisions."""

    spec: EpisodeSpec
    codes: bytes
    """One code a decision, turn by turn, as in `log.ScriptedLine`."""
    digest: int
    """The world's digest at the end of the last turn."""
    answers: Stored = UNSET
    """What a batched policy answered the council."""
    said: Mapping[tuple[int, int], Turn] = MappingProxyType({})
    """Lines of a log that hold promises or a report, by turn and decision."""


class Choices(NamedTuple):
    """Choices among the M drawn options of one scenario and rung; C of them, K features."""

    specs: tuple[EpisodeSpec, ...]
    episode: NDArray[np.int64]
    """(C,) index into `specs`."""
    turn: NDArray[np.int16]
    """(C,)"""
    decision: NDArray[np.int8]
    """(C,)"""
    chosen: NDArray[np.int16]
    """(C,) index shown, 0..M-1."""
    features: NDArray[np.int32]
    """(C, M, K), as `world.consequences.FEATURES`: the expected change by each option shown."""
    acts: NDArray[np.int64]
    """(C, M) identity of each option's act (`world.acts.identity`), whatever other acts there are."""


def decided(run: Path, wanted: Callable[[EpisodeSpec], bool]) -> list[Decided]:
    """The finished episodes of a run that are wanted.

    Raises:
        store.Damaged: a log is not what was written.
        NotReproduced: a log comes from a world of another ENGINE.
    """
    found = []
    for path in sorted(run.glob("scripted/*.jsonl")):
        for line in read_shard(path):
            if wanted(line.spec):
                _refuse_other(line.engine, path)
                found.append(as_decided(line))
    for path in sorted(run.glob("episodes/*.jsonl")):
        log = read_log(path)
        if log.header is not None and log.end is not None and wanted(log.header.spec):
            _refuse_other(log.header.engine, path)
            codes = bytes(turn.code for turn in log.turns)
            said = {(turn.t, turn.decision): turn for turn in log.turns if turn.promises or turn.report}
            digest = int(log.turns[-1].digest or "0", 16)
            found.append(Decided(log.header.spec, codes, digest, UNSET, said))
    return found


def as_decided(episode: Scripted | ScriptedLine) -> Decided:
    """A batched episode as its decisions."""
    digest = int.from_bytes(episode.digests[-8:], "little")
    return Decided(episode.spec, episode.decisions, digest, episode.answers)


def choices(episodes: Iterable[Decided], enough: int | None = None) -> list[Choices]:
    """The sampled choices of some episodes, by scenario and rung.

    Where the rung changes inside an episode, only turns at the rung that its spec names are looked at.
    Decisions that were missing, or that took a standing option, are no choice among the drawn ones.

    Args:
        episodes: in any order; they are grouped by the world they share.
        enough: decisions to look at for each policy at each rung, spread over its episodes; by default
            `ENOUGH`, or as many as have `ENOUGH_OPTIONS`.

    Raises:
        NotReproduced: decisions, carried out again, do not lead where the log says.
    """
    groups: dict[Hashable, list[Decided]] = defaultdict(list)
    for episode in episodes:
        groups[shared(episode.spec)].append(episode)
    # Kernels let go of the interpreter's lock, so threads share the work without copying it.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda group: _lived_again(group, enough), groups.values()))


def sampled_turns(seed: int, turns: int, count: int) -> NDArray[np.int64]:
    """Which turns of an episode are looked at: `count` of them, evenly spread from one keyed by the seed.

    >>> sampled_turns(7, 30, 3).tolist()
    [7, 17, 27]
    """
    return np.sort((seed + np.arange(count) * turns // count) % turns)


def _lived_again(episodes: Sequence[Decided], enough: int | None) -> Choices:
    """The choices of episodes that share a world."""
    specs = tuple(episode.spec for episode in episodes)
    world = world_of(specs)
    expected = sum(world.agenda)
    if any(len(episode.codes) != expected for episode in episodes):
        raise NotReproduced(f"an episode does not hold the {expected} decisions of its {world.turns} turns")
    codes = np.frombuffer(b"".join(episode.codes for episode in episodes), np.uint8)
    due = iter(codes.reshape(len(specs), -1).T.astype(np.int16))
    answers = Answers(len(specs), [episode.answers for episode in episodes])
    looked_at, forced = _sample(specs, enough), parse_force(specs[0].force)
    parts = []
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            (menu, done), code = offered(world, decision, forced), next(due)
            if done is not None:
                world.take(menu, done)
                continue
            rows = np.flatnonzero(looked_at[:, turn] & (code < menu.drawn))
            if len(rows):
                features = world.foresee(menu, rows=rows).features[:, : menu.drawn]
                place = np.full((len(rows), 2), (turn, decision))
                acts = TRAITS[menu.acts[rows, : menu.drawn], TRAIT_IDENTITY].astype(np.int64)
                parts.append((rows, place[:, 0], place[:, 1], code[rows], features, acts))
            if decision == 0 and questioned(world).any():
                world.report(answers.read(world))
            for row, lived in enumerate(episodes):
                if line := lived.said.get((turn, decision)):
                    speak(world, row, line.promises, line.report)
            world.take(menu, np.where(code < NOT_ASKED, code, -1))
        world.close()
    ends = np.array([episode.digest for episode in episodes], np.uint64)
    if (world.digest() != ends).any():
        raise NotReproduced("stored decisions, carried out again, come out otherwise")
    if not parts:
        nothing = np.zeros(0, np.int64)
        empty = (np.zeros((0, 1, 1), np.int32), np.zeros((0, 1), np.int64))
        parts = [(nothing, nothing, nothing, nothing.astype(np.int16), *empty)]
    episode, turns, which, chosen, features, acts = (np.concatenate(c) for c in zip(*parts, strict=True))
    return Choices(specs, episode, turns.astype(np.int16), which.astype(np.int8), chosen, features, acts)


def _sample(specs: Sequence[EpisodeSpec], enough: int | None) -> NDArray[np.bool_]:
    """Which turns of each episode are looked at, (B, turns): of those at the rung that its spec names."""
    own, steps, turns = specs[0].rung, steps_of(specs[0]), specs[0].turns
    at_rung = np.flatnonzero([in_force(steps, turn).number == own for turn in range(turns)])
    rung = next(step.rung for step in steps if step.rung.number == own)
    wanted = enough or max(ENOUGH, ENOUGH_OPTIONS // rung.options)
    seeds = len({spec.seed for spec in specs})
    count = min(len(at_rung), -(-wanted // (seeds * rung.decisions * stewards_of(specs[0]))))
    looked_at = np.zeros((len(specs), turns), np.bool_)
    for row, spec in enumerate(specs):
        looked_at[row, at_rung[sampled_turns(spec.seed, len(at_rung), count)]] = True
    return looked_at


def _refuse_other(engine: int, path: Path) -> None:
    if engine != ENGINE:
        raise NotReproduced(f"{path} comes from engine {engine}, this is engine {ENGINE}")
