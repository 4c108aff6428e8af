"""Episodes of planted policies alone, without the controls of a sweep, for bars that need none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from gyges.agents.policy import BatchPolicy
from gyges.analysis.panel import Panel, panels
from gyges.analysis.tables import load
from gyges.episodes.batch import Scripted, run_batch
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import shard_path, write_shard
from gyges.episodes.worker import line_of

BLOCK = 20
"""Episodes that are lived in lockstep."""


def lived(
    folder: Path, specs: Iterable[EpisodeSpec], known: Mapping[str, BatchPolicy] | None = None
) -> Panel:
    """The panel of some episodes of one scenario.

    Args:
        folder: where they are written.
        specs: the episodes; one setting of dials for all.
        known: policies that stand in no registry, by name.
    """
    groups: dict[tuple[str, int], list[EpisodeSpec]] = {}
    for spec in specs:
        groups.setdefault((spec.policy, spec.rung), []).append(spec)
    blocks = [block for group in groups.values() for block in _blocks(group)]
    # Kernels let go of the interpreter's lock, so threads share the work without copying it.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        run = pool.map(partial(run_batch, known=known), blocks)
        episodes: list[Scripted] = [episode for block in run for episode in block]
    write_shard(shard_path(folder, "lived"), map(line_of, episodes))
    (found,) = panels(load(folder).episodes)
    return found


def _blocks(specs: list[EpisodeSpec]) -> Iterator[list[EpisodeSpec]]:
    for start in range(0, len(specs), BLOCK):
        yield specs[start : start + BLOCK]
