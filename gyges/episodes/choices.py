"""Choices as data: what every option offered was expected to do, and which was taken.

A log holds decisions, not features; they come back by carrying the decisions out again, for the turns that
are looked at (`gyges.episodes.sample`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from gyges.episodes.batch import Scripted, shared, world_of
from gyges.episodes.force import offered, parse_force
from gyges.episodes.kept import kept_path
from gyges.episodes.log import NOT_ASKED, ScriptedLine, Turn
from gyges.episodes.sample import Choices, Sample, is_weighed, looked_at, turns_looked_at
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log, read_shard
from gyges.episodes.words import Answers, Stored, questioned, speak
from gyges.world import ENGINE
from gyges.world.engine import World
from gyges.world.menu import Menu


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


def decided(run: Path, wanted: Callable[[EpisodeSpec], bool]) -> list[Decided]:
    """The finished episodes of a run that are wanted. Errors as `decided_by_file`."""
    return [episode for own in decided_by_file(run, wanted).values() for episode in own]


def decided_by_file(run: Path, wanted: Callable[[EpisodeSpec], bool]) -> dict[Path, list[Decided]]:
    """The finished episodes of a run that are wanted, by the shard or log that holds them.

    Raises:
        store.Damaged: a log is not what was written.
        NotReproduced: a log comes from a world of another ENGINE.
    """
    found: dict[Path, list[Decided]] = {}
    for path in sorted(run.glob("scripted/*.jsonl")):
        for line in read_shard(path):
            if wanted(line.spec):
                _refuse_other(line.engine, path)
                found.setdefault(path, []).append(as_decided(line))
    for path in sorted(run.glob("episodes/*.jsonl")):
        log = read_log(path)
        if log.header is not None and log.end is not None and wanted(log.header.spec):
            _refuse_other(log.header.engine, path)
            codes = bytes(turn.code for turn in log.turns)
            said = {(turn.t, turn.decision): turn for turn in log.turns if turn.promises or turn.report}
            digest = int(log.turns[-1].digest or "0", 16)
            found[path] = [Decided(log.header.spec, codes, digest, UNSET, said)]
    return found


def as_decided(episode: Scripted | ScriptedLine) -> Decided:
    """A batched episode as its decisions."""
    digest = int.from_bytes(episode.digests[-8:], "little")
    return Decided(episode.spec, episode.decisions, digest, episode.answers)


def choices(episodes: Iterable[Decided], enough: int | None = None) -> list[Choices]:
    """The sampled choices of some episodes, by scenario and rung.

    Args:
        episodes: in any order; they are grouped by the world they share.
        enough: as of `sample.turns_looked_at`.

    Raises:
        NotReproduced: decisions, carried out again, do not lead where the log says.
    """
    groups: dict[Hashable, list[Decided]] = defaultdict(list)
    for episode in episodes:
        groups[shared(episode.spec)].append(episode)
    return _all_lived_again((group, _turns(group, enough)) for group in groups.values())


def choices_of_run(run: Path) -> tuple[list[Path], list[Choices]]:
    """The sampled choices of all episodes of a run that are weighed.

    Returns:
        Tables that were kept when shards were lived, and the choices of all others, which are lived again.

    Raises:
        store.Damaged, NotReproduced: as `decided_by_file` and `choices`.
    """
    groups: dict[Hashable, dict[Path, list[Decided]]] = defaultdict(dict)
    for path, episodes in decided_by_file(run, is_weighed).items():
        groups[shared(episodes[0].spec)][path] = episodes
    kept: list[Path] = []
    others: list[tuple[list[Decided], int]] = []
    for files in groups.values():
        count = _turns([episode for episodes in files.values() for episode in episodes])
        tables = {path: table for path in files if (table := kept_path(path, count)).exists()}
        kept += tables.values()
        rest = [episode for path, own in files.items() if path not in tables for episode in own]
        if rest:
            others.append((rest, count))
    return kept, _all_lived_again(others)


def _all_lived_again(groups: Iterable[tuple[Sequence[Decided], int]]) -> list[Choices]:
    """The choices of groups of episodes that share a world, each looked at for so many turns."""
    # Kernels let go of the interpreter's lock, so threads share the work without copying it.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda group: _lived_again(*group), groups))


def _turns(group: Sequence[Decided], enough: int | None = None) -> int:
    """How many turns are looked at in each episode of a group, which its seeds share out among them."""
    return turns_looked_at(group[0].spec, len({episode.spec.seed for episode in group}), enough)


def _lived_again(episodes: Sequence[Decided], count: int) -> Choices:
    """The choices of episodes that share a world."""
    specs = tuple(episode.spec for episode in episodes)
    world = world_of(specs)
    expected = sum(world.agenda)
    if any(len(episode.codes) != expected for episode in episodes):
        raise NotReproduced(f"an episode does not hold the {expected} decisions of its {world.turns} turns")
    codes = np.frombuffer(b"".join(episode.codes for episode in episodes), np.uint8)
    due = iter(codes.reshape(len(specs), -1).T.astype(np.int16))
    answers = Answers(len(specs), [episode.answers for episode in episodes])
    sample, forced = Sample(specs, looked_at(specs, count)), parse_force(specs[0].force)
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            (menu, done), code = offered(world, decision, forced), next(due)
            if done is not None:
                world.take(menu, done)
                continue
            sample.look(turn, decision, menu, code, partial(_foreseen, world, menu))
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
    return sample.choices()


def _foreseen(world: World, menu: Menu, rows: NDArray[np.intp]) -> NDArray[np.int32]:
    """Features of all that some of the worlds are offered."""
    return world.foresee(menu, rows=rows).features


def _refuse_other(engine: int, path: Path) -> None:
    if engine != ENGINE:
        raise NotReproduced(f"{path} comes from engine {engine}, this is engine {ENGINE}")
