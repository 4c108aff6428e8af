"""What the bars of one validation share: its size, its seeds, and the sweeps run for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gyges.analysis.panel import Panel, panels
from gyges.analysis.tables import load
from gyges.analysis.validate.planted import FIRST_SEED, Planted, simulate
from gyges.episodes.conduct import run_sweep
from gyges.episodes.sweep import Sweep


@dataclass(frozen=True)
class Context:
    """One validation. A module of bars takes from it what it needs; what two need is simulated once."""

    seeds: int
    """Seeds for each planted policy."""
    studies: int
    """Studies for each share."""
    folder: Path
    """Where sweeps are run; gone when the validation ends."""
    jobs: int | None = None
    """Worker processes; None for one a processor."""
    progress: bool = False
    """Whether sweeps show their progress on standard error."""
    full: bool = False
    """Whether the validation is the full one; the fast one looks at fewer policies, rungs and seeds."""
    first_seed: int = FIRST_SEED
    """Other than `FIRST_SEED` for a pilot, which must not look at the validation's own seeds."""

    @cached_property
    def planted(self) -> Planted:
        """The planted policies on the ladder of `commons`, with their choices."""
        return simulate(self.seeds, self.full, self.folder, self.jobs, self.progress, self.first_seed)

    def run(self, name: str, **fields: Any) -> Path:
        """The run folder of a sweep with these fields, on the validation's own seeds; run once for a name.

        Args:
            name: of the folder; two modules that give the same name must give the same fields.
            fields: of `Sweep`; `seeds` may be fewer or more than `self.seeds`.

        Raises:
            store.Refused: the name stands for another sweep.
        """
        sweep = Sweep(**{"seeds": self.seeds, "first_seed": self.first_seed} | fields)
        run_sweep(sweep, self.folder / name, self.jobs, progress=self.progress)
        return self.folder / name

    def panel(self, name: str, **fields: Any) -> Panel:
        """The panel of such a sweep of one scenario."""
        (found,) = panels(load(self.run(name, **fields)).episodes)
        return found
