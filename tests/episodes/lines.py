"""Logs made without a world, for tests of what keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gyges.episodes.log import End, EpisodeLine, Header, ScriptedLine, Turn
from gyges.episodes.spec import SCHEMA, EpisodeSpec, Outcome
from gyges.episodes.store import LogWriter

SPEC = EpisodeSpec(policy="someone", turns=3)
OUTCOME = Outcome(welfare=5000, person_turns=72, alive=24, expected=6, decided=6)


def episode() -> Iterator[EpisodeLine]:
    """A finished episode of three turns with two decisions each."""
    yield Header(schema=SCHEMA, gyges="0", engine=1, spec=SPEC, id=SPEC.id)
    for turn in range(3):
        yield Turn(t=turn, decision=0, menu=[("give", 1, 900)], order=[0], choice=0, words="for “you”")
        yield Turn(t=turn, decision=1, missing="refused", came=[1, -2], welfare=5, digest="0f" * 8)
    yield End(outcome=OUTCOME)


def write(path: Path) -> bytes:
    """Write the episode as a log; its bytes."""
    with LogWriter(path) as log:
        for line in episode():
            log.append(line)
    return path.read_bytes()


def scripted(count: int) -> Iterator[ScriptedLine]:
    """Lines of a shard."""
    for seed in range(count):
        spec = EpisodeSpec(policy="null", seed=seed, turns=2)
        yield ScriptedLine(
            id=spec.id,
            spec=spec,
            engine=1,
            policy_hash="ab",
            decisions=b"\x00\xff",
            digests=bytes(range(16)),
            outcome=OUTCOME,
        )
