"""Episodes of planted policies alone, without the controls of a sweep, for bars that need none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from gyges.agents.policy import BatchPolicy
from gyges.analysis.panel import Panel, panels
from gyges.analysis.tables import load
from gyges.episodes.batch import run_blocks
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import shard_path, write_shard
from gyges.episodes.worker import line_of


def lived(
    folder: Path, specs: Iterable[EpisodeSpec], known: Mapping[str, BatchPolicy] | None = None
) -> Panel:
    """The panel of some episodes of one scenario.

    Args:
        folder: where they are written.
        specs: the episodes; one setting of dials for all.
        known: policies that stand in no registry, by name.
    """
    write_shard(shard_path(folder, "lived"), map(line_of, run_blocks(specs, known)))
    (found,) = panels(load(folder).episodes)
    return found
