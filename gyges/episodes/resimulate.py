"""Carrying stored decisions out again, and telling where the world then differs from the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.episodes.batch import shared, world_of
from gyges.episodes.force import offered, parse_force
from gyges.episodes.life import Life
from gyges.episodes.log import FORCED, NOT_ASKED, ScriptedLine, Turn
from gyges.episodes.ramp import decisions_of
from gyges.episodes.run import stored
from gyges.episodes.segments import founders_welfare
from gyges.episodes.spec import Outcome
from gyges.episodes.store import Log
from gyges.episodes.words import Answers, checked, questioned, unknown_entry
from gyges.world.engine import World
from gyges.world.settlement import PURSES

LARGEST_BATCH = 1 << 20
"""People lived with at once, over all worlds of a batch."""

Difference: TypeAlias = tuple[str, str]
"""The turn or part of an episode that differs, and how."""


def difference_in_log(log: Log) -> Difference | None:
    """The first thing in which an episode's log differs from its decisions carried out again."""
    if log.header is None:
        return None
    life = Life(log.header.spec)
    for line in log.turns:
        place = f"turn {line.t}"
        if life.over or (line.t, line.decision) != (life.world.turn, life.decision):
            return place, "is not the decision that is due"
        if life.asked == (line.choice is None and line.missing is None):
            return (
                place,
                "was to be decided" if life.asked else "was decided, and was not asked for",
            )
        if line.choice is not None and not 0 <= line.choice < life.moment.menu.acts.shape[1]:
            return place, f"took option {line.choice}, which was not on the menu"
        if not _sayable(line, life.world.people.shape[1]):
            return place, "said what cannot be held against the books"
        if other := _unlike(line, life.settle(stored(line))):
            return place, other
    if log.end is None:
        return None
    if not life.over:
        return "end", f"came before turn {life.world.turn}"
    if other := _unlike(log.end.outcome, life.outcome()):
        return "end", other
    return None


def _sayable(line: Turn, people: int) -> bool:
    try:
        for promise in line.promises:
            checked(promise, people)
    except ValueError:
        return False
    return unknown_entry(line.report or {}) is None


def differences_in_shard(lines: Sequence[ScriptedLine]) -> Iterator[tuple[int, Difference]]:
    """Index of every line that differs from its decisions carried out again, and where it does so first."""
    alike = defaultdict(list)
    for index, line in enumerate(lines):
        spec = line.spec
        expected = decisions_of(spec)
        if (len(line.decisions), len(line.digests)) == (expected, spec.turns * 8):
            alike[shared(spec)].append(index)
        else:
            yield index, ("decisions", f"are not the {expected} of its {spec.turns} turns")
    for rows in alike.values():
        step = max(1, LARGEST_BATCH // lines[rows[0]].spec.people)
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            found = _differences([lines[index] for index in part])
            yield from (
                (index, difference) for index, difference in zip(part, found, strict=True) if difference
            )


def _differences(lines: Sequence[ScriptedLine]) -> list[Difference | None]:
    """For lines that share a world, where each differs first."""
    world, forced = world_of([line.spec for line in lines]), parse_force(lines[0].spec.force)
    codes = np.frombuffer(b"".join(line.decisions for line in lines), np.uint8).reshape(len(lines), -1)
    digests = np.frombuffer(b"".join(line.digests for line in lines), "<u8").reshape(len(lines), -1)
    due = iter(codes.T.astype(np.int16))
    answers = Answers(len(lines), [line.answers for line in lines])
    first = np.full(len(lines), world.turns)
    welfare = np.zeros(len(lines), np.int64)
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            (menu, done), code = offered(world, decision, forced), next(due)
            if done is not None:
                wrong = code != np.where(world.governed, FORCED, NOT_ASKED)
                first[wrong] = np.minimum(first[wrong], turn)
                world.take(menu, done)
                continue
            legal = code < menu.acts.shape[1]
            wrong = (~legal & (code < NOT_ASKED)) | ((code == NOT_ASKED) == world.governed)
            first[wrong] = np.minimum(first[wrong], turn)
            if decision == 0 and questioned(world).any():
                world.report(answers.read(world))
            world.take(menu, np.where(legal, code, -1))
        world.close()
        welfare += founders_welfare(world, world.welfare())
        wrong = world.digest() != digests[:, turn]
        first[wrong] = np.minimum(first[wrong], turn)
    return [
        (f"turn {first[row]}", "comes out otherwise")
        if first[row] < world.turns
        else _outcome_difference(line.outcome, _rederived(world, row, codes[row], int(welfare[row])))
        for row, line in enumerate(lines)
    ]


def _rederived(world: World, row: int, codes: NDArray[np.uint8], welfare: int) -> dict[str, int]:
    """What of an outcome needs no foresight, worked out again."""
    people, settlement = world.people[row], world.settlements[row]
    return {
        "welfare": welfare,
        "person_turns": int(world.founders[row].sum()) * world.turns,
        "alive": int(people["alive"][world.founders[row]].sum()),
        "expected": int(((codes != NOT_ASKED) & (codes != FORCED)).sum()),
        "decided": int((codes < FORCED).sum()),
        "account": int(world.books[row, PURSES].sum()),
        "output": int(settlement["output"]),
    }


def _outcome_difference(outcome: Outcome, rederived: dict[str, int]) -> Difference | None:
    for name, value in rederived.items():
        if getattr(outcome, name) != value:
            return f"outcome.{name}", f"is {getattr(outcome, name)}, and {value} when lived again"
    return None


def _unlike(written: msgspec.Struct, lived: msgspec.Struct) -> str:
    """Which field of a record differs, and how; nothing if none does."""
    for name in written.__struct_fields__:
        if name != "chain" and getattr(written, name) != getattr(lived, name):
            return f"'{name}' comes out otherwise"
    return ""
