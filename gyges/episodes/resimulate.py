"""Carrying stored decisions out again, and telling where the world then differs from the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.episodes.batch import world_of
from gyges.episodes.life import Life
from gyges.episodes.log import MISSING, NOT_ASKED, ScriptedLine
from gyges.episodes.run import stored
from gyges.episodes.store import Log

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
            return place, "was to be decided" if life.asked else "was decided after power had been handed back"
        if line.choice is not None and not 0 <= line.choice < life.moment.menu.acts.shape[1]:
            return place, f"took option {line.choice}, which was not on the menu"
        if other := _unlike(line, life.settle(stored(line))):
            return place, other
    if log.end is None:
        return None
    if not life.over:
        return "end", f"came before turn {life.world.turn}"
    if other := _unlike(log.end.outcome, life.outcome()):
        return "end", other
    return None


def differences_in_shard(lines: Sequence[ScriptedLine]) -> Iterator[tuple[int, Difference]]:
    """Index of every line that differs from its decisions carried out again, and where it does so first."""
    alike = defaultdict(list)
    for index, line in enumerate(lines):
        spec = line.spec
        alike[spec.scenario, spec.rung, tuple(sorted(spec.dials.items())), spec.people, spec.turns].append(index)
    for (*_, people, _), rows in alike.items():
        step = max(1, LARGEST_BATCH // people)
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            for row, difference in _batch_differences([lines[index] for index in part]):
                yield part[row], difference


def _batch_differences(lines: Sequence[ScriptedLine]) -> Iterator[tuple[int, Difference]]:
    """The same for lines that share a world."""
    world = world_of([line.spec for line in lines])
    shape = (world.turns, world.rung.decisions)
    for row, line in enumerate(lines):
        if (len(line.decisions), len(line.digests)) != (shape[0] * shape[1], shape[0] * 8):
            yield row, ("decisions", f"are not {shape[0]} turns of {shape[1]}")
            lines = [other for other in lines if other is not line]
    codes = np.stack([np.frombuffer(line.decisions, np.uint8).reshape(shape) for line in lines])
    digests = np.stack([np.frombuffer(line.digests, "<u8") for line in lines])
