"""Watching an episode again: its stored decisions are carried out once more, a panel a turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gyges.agents.happenings import glimpse, happenings
from gyges.episodes.life import Life, as_answer, expand
from gyges.episodes.log import Probe, Turn, Voices
from gyges.episodes.run import stored
from gyges.episodes.scene import Scene
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import Refused, read_log, read_shard
from gyges.episodes.voices import heard
from gyges.world import ENGINE

if TYPE_CHECKING:
    from rich.console import Console


class NoEpisode(ValueError):
    """There is no such episode; the message says what there is."""


class Tape(NamedTuple):
    """An episode as stored."""

    spec: EpisodeSpec
    engine: int
    answers: list[Mapping[str, Any]]
    """The steward's part of every decision, as `Life.settle` takes it."""
    ending: str
    """`finished`, or how far it goes."""
    probes: tuple[Probe, ...] = ()
    """Questions put aside, and their answers."""
    voices: tuple[Voices, ...] = ()
    """What people said."""


def replay(path: Path, turn: int | None = None, console: Console | None = None) -> None:
    """Show an episode in the terminal, a panel a turn.

    Args:
        path: its log, or RUN/ID with enough of the ID to tell it from others.
        turn: only this turn, from 0.
        console: where to show it; standard output where None.

    Raises:
        NoEpisode: there is no such episode or turn.
        store.Refused: the episode is of another ENGINE.
        store.Damaged: its log is not what was written.
    """
    from rich.console import Console

    from gyges.episodes.panel import panel

    console = console or Console(highlight=False)
    tape = find(path)
    if tape.engine != ENGINE:
        raise Refused(
            f"{path} is of engine {tape.engine}, and this is engine {ENGINE}: it cannot be lived again here"
        )
    shown = 0
    for scene in scenes(tape):
        if turn is None or scene.lines[0].t == turn:
            console.print(panel(scene, console.width))
            shown += 1
    if turn is not None and not shown:
        raise NoEpisode(f"{path} has no whole turn {turn}")
    if turn is None:
        console.print(tape.ending, markup=False)


def scenes(tape: Tape) -> Iterator[Scene]:
    """The whole turns of an episode, lived again."""
    life = Life(tape.spec)
    answers = iter(tape.answers)
    while not life.over:
        told = list(islice(answers, life.world.decisions))
        if len(told) < life.world.decisions:
            return
        before = glimpse(life.world)
        seen = [life.observation(voices=heard(tape.voices, life.world.turn))]
        lines: list[Turn] = []
        welfare = life.world.welfare()[0].tolist()
        probes = tuple(probe for probe in tape.probes if probe.t == life.world.turn)
        spoken = tuple(voice for line in tape.voices if line.t == life.world.turn for voice in line.said)
        for answer in told:
            if lines:
                seen.append(life.observation())
            lines.append(life.settle(answer))
        events = happenings(before, glimpse(life.world))
        yield Scene(tape.spec, welfare, seen, lines, events, probes, spoken)


def find(path: Path) -> Tape:
    """The episode at a path: a log, or RUN/ID with enough of the ID to tell it from others.

    Raises:
        NoEpisode: there is none, or more than one.
        store.Damaged: its log is not what was written.
    """
    if path.is_file() and path.parent.name != "scripted":
        return _from_log(path)
    run, start = path.parent, path.name
    logs = sorted(run.glob("episodes/*.jsonl"))
    shards = sorted(run.glob("scripted/*.jsonl"))
    if not logs and not shards:
        raise NoEpisode(f"{run} holds no episodes; name RUN/ID, and `gyges replay RUN` lists the IDs")
    found = {log.stem: log for log in logs if log.stem.startswith(start)}
    scripted = {
        line.id: line
        for shard in shards
        if f'{{"id":"{start}'.encode() in shard.read_bytes()
        for line in read_shard(shard)
        if line.id.startswith(start)
    }
    if len(found) + len(scripted) != 1:
        count = len(found) + len(scripted) or "no"
        raise NoEpisode(
            f"{run} holds {count} episodes whose ID starts with '{start}'; `gyges replay {run}` lists them"
        )
    for log in found.values():
        return _from_log(log)
    line = next(iter(scripted.values()))
    if line.engine != ENGINE:
        return Tape(line.spec, line.engine, [as_answer(code) for code in line.decisions], "finished")
    return Tape(line.spec, line.engine, [stored(turn) for turn in expand(line)], "finished")


def listing(run: Path) -> Iterator[tuple[EpisodeSpec, str]]:
    """Every episode of a run folder with how far it goes: `finished`, or what is left of a log."""
    for shard in sorted(run.glob("scripted/*.jsonl")):
        yield from ((line.spec, "finished") for line in read_shard(shard))
    for path in sorted(run.glob("episodes/*.jsonl")):
        log = read_log(path)
        if log.header is not None:
            yield log.header.spec, str(log)


def _from_log(path: Path) -> Tape:
    log = read_log(path)
    if log.header is None:
        raise NoEpisode(f"{path} holds no episode yet")
    return Tape(
        log.header.spec,
        log.header.engine,
        [stored(line) for line in log.turns],
        str(log),
        log.probes,
        log.voices,
    )
