"""What an episode with a forced act has in common with the one that it is forked from: all before the act."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gyges.episodes.force import parse_force
from gyges.episodes.log import Turn
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log
from gyges.world.ladder import DIALS

WORDS = DIALS["permission"].words
"""What is said of false entries, by word."""


def trunk_of(spec: EpisodeSpec) -> EpisodeSpec:
    """The episode without the act that is forced in it, and without what is then said of false entries."""
    dials = {name: value for name, value in spec.dials.items() if name != "permission"}
    return msgspec.structs.replace(spec, force="", dials=dials)


def twin(spec: EpisodeSpec) -> str:
    """What tells an episode from its twins, as `falsify_ledger@6 permitted`; empty where none is forced."""
    said = next((word for word, value in WORDS.items() if value == spec.dials.get("permission")), "")
    return f"{spec.force} {said}".strip() if spec.force else ""


def shared(trunk: Path | None, spec: EpisodeSpec, lived: Sequence[Turn]) -> deque[Turn]:
    """The decisions that an episode has still to take over from its trunk; none that has gone its own way.

    What they cost is left out: it stands in the trunk's log.

    Args:
        trunk: the log of `trunk_of(spec)`, whole or not; None for none.
        spec: the episode.
        lived: its decisions so far.

    Raises:
        store.Damaged: the trunk's log is not what was written.
    """
    forced = parse_force(spec.force)
    if trunk is None or forced is None or not trunk.exists():
        return deque()
    whole = [line for line in read_log(trunk).turns if line.t < forced.turn]
    if any(
        (a.code, a.memory, a.digest) != (b.code, b.memory, b.digest)
        for a, b in zip(lived, whole, strict=False)
    ):
        return deque()
    return deque(msgspec.structs.replace(line, exchange=None) for line in whole[len(lived) :])
