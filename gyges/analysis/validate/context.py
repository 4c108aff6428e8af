"""What the bars of one validation share: its size, its seeds, and the episodes lived for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gyges.analysis.panel import Panel, panels
from gyges.analysis.tables import Tables, load
from gyges.episodes.conduct import live
from gyges.episodes.log import ScriptedLine
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_shard

FIRST_SEED = 5_000_000
"""Far from the seeds that a user's runs, and the building of policies, start from."""
ASK = ("test@0",)
"""Put to every policy that can be asked."""


@dataclass(frozen=True)
class Context:
    """One validation. What its modules need is lived at once; what two need is lived once."""

    seeds: int
    """Seeds for each planted policy."""
    studies: int
    """Studies for each share."""
    folder: Path
    """Where episodes are lived; gone when the validation ends."""
    jobs: int | None = None
    """Worker processes; None for one a processor."""
    progress: bool = False
    """Whether progress is shown on standard error."""
    full: bool = False
    """Whether the validation is the full one; the fast one looks at fewer policies, rungs and seeds."""
    first_seed: int = FIRST_SEED
    """Other than `FIRST_SEED` for a pilot, which must not look at the validation's own seeds."""

    def live(self, needs: Iterable[Callable[[Context], Iterable[EpisodeSpec]]]) -> None:
        """Live all that some modules need, the dearest first, so that no processor waits for another."""
        specs = [spec for need in needs for spec in need(self)]
        if specs:
            live(specs, self.folder, ASK, self.jobs, progress=self.progress)

    @cached_property
    def tables(self) -> Tables:
        """Every episode lived, and every answer."""
        return load(self.folder)

    def panel(self, specs: Iterable[EpisodeSpec]) -> Panel:
        """The panel of some of the episodes lived, of one scenario."""
        rows = np.isin(self.tables.episodes["id"], [spec.id for spec in specs])
        (found,) = panels({name: column[rows] for name, column in self.tables.episodes.items()})
        return found

    def lines(self, specs: Iterable[EpisodeSpec]) -> list[ScriptedLine]:
        """The lines of some of the batched episodes lived, in order."""
        return [self._lines[spec.id] for spec in specs]

    @cached_property
    def _lines(self) -> dict[str, ScriptedLine]:
        return {
            line.id: line
            for path in sorted(self.folder.glob("scripted/*.jsonl"))
            for line in read_shard(path)
        }
