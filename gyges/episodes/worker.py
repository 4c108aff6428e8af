"""A process that lives shards: one a line on standard input, progress on standard output.

It is a child of `conduct.run_sweep`, and ends with it: its input closes, or its
next word of progress finds nobody.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from gyges.agents.faults import BadPolicy, fault
from gyges.agents.registry import is_arm_blind, policy
from gyges.episodes.batch import Scripted, run_batch
from gyges.episodes.kept import keep, kept_path
from gyges.episodes.log import ScriptedLine
from gyges.episodes.plan import Shard
from gyges.episodes.sample import Sample, is_weighed, looked_at, turns_looked_at
from gyges.episodes.store import write_shard
from gyges.world import ENGINE


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a worker says, one a line."""

    work: int = 0
    """What was done since the last word, in units of `plan.cost`."""
    finished: bool = False
    """Whether the shard is written."""
    failed: str = ""
    """Why the worker gives up, if it does."""


def main() -> None:
    """Live every shard that comes in."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C reaches the parent too, and it ends its workers
    with os.fdopen(os.dup(1), "wb", buffering=0) as out:
        os.dup2(2, 1)  # what a policy prints must not be taken for a word of ours
        try:
            work(out)
        except BrokenPipeError:
            sys.exit(1)


def work(out: BinaryIO) -> None:
    """Live every shard that comes in, until one fails."""
    try:
        for line in sys.stdin.buffer:
            live(msgspec.json.decode(line, type=Shard), out)
    except BrokenPipeError:
        raise
    except BadPolicy as error:
        say(out, Word(failed=str(error)))
    except Exception as error:
        say(out, Word(failed=": ".join(fault(error))))


def live(shard: Shard, out: BinaryIO) -> None:
    """Live the episodes of a shard, write it, and keep the choices that a report asks for."""
    specs, path = shard.specs, Path(shard.path)
    count = turns_looked_at(specs[0], shard.seeds)
    sample = Sample(specs, looked_at(specs, count) & np.array([[is_weighed(spec)] for spec in specs]))
    lived = run_batch(specs, lambda _: say(out, Word(work=shard.cost // specs[0].turns)), sample=sample)
    blind = {name for name in {spec.policy for spec in specs} if is_arm_blind(policy(name))}
    write_shard(path, (line_of(episode, arm_blind=episode.spec.policy in blind) for episode in lived))
    keep(kept_path(path, count), sample.choices())
    say(out, Word(finished=True))


def line_of(episode: Scripted, *, arm_blind: bool = False) -> ScriptedLine:
    """The line that a batched episode leaves in its shard."""
    return ScriptedLine(
        id=episode.spec.id,
        spec=episode.spec,
        engine=ENGINE,
        policy_hash=episode.policy_hash,
        arm_blind=True if arm_blind else msgspec.UNSET,
        decisions=episode.decisions,
        digests=episode.digests,
        answers=episode.answers,
        outcome=episode.outcome,
    )


def say(out: BinaryIO, word: Word) -> None:
    """Write a word with a single write."""
    out.write(msgspec.json.encode(word) + b"\n")


if __name__ == "__main__":
    main()
