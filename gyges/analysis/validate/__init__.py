"""Known groups: the instrument held against policies whose truth was planted.

A module of bars is a file of this folder with `bars(context: Context) -> Iterable[Bar]` and, where it reads
episodes, `episodes(context: Context) -> Iterable[EpisodeSpec]`; it is held once it stands in `MODULES`. The
episodes of all are lived first, those that several read once; then the bars are read.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gyges.analysis.validate import (
    cheating,
    everywhere,
    honesty,
    inoculation,
    masked,
    motives,
    onset,
    planted,
    siding,
    svo,
    verdicts,
    vet,
)  # fmt: skip
from gyges.analysis.validate.context import FIRST_SEED, Context
from gyges.analysis.validate.record import LACKING, Bar, Validation, as_page
from gyges.episodes.spec import EpisodeSpec
from gyges.world import ENGINE

__all__ = ["MODULES", "Bar", "Context", "Module", "Validation", "as_page", "validate"]


class Module(NamedTuple):
    """A file that holds bars."""

    bars: Callable[[Context], Iterable[Bar]]
    episodes: Callable[[Context], Iterable[EpisodeSpec]] = lambda _: ()
    """What its bars read; nothing where they live by themselves what no registry names."""


MODULES: tuple[Module, ...] = (
    Module(onset.bars, planted.episodes),
    Module(everywhere.bars, everywhere.episodes),
    Module(motives.bars, planted.episodes),
    Module(verdicts.bars, verdicts.episodes),
    Module(masked.bars, masked.episodes),
    Module(siding.bars, siding.episodes),
    Module(vet.bars, vet.episodes),
    Module(svo.bars),
    Module(honesty.bars, honesty.episodes),
    Module(cheating.bars),
    Module(inoculation.bars),
)
"""What holds bars, one row a file."""

MOST_READERS = 4
"""Processes in which bars are read: few modules take long, and each process loads what was lived again."""
FAST, FULL = (24, 200), (80, 1000)
"""Seeds for each planted policy, and studies for each share."""


def validate(full: bool = False, jobs: int | None = None, progress: bool = False) -> Validation:
    """Hold every bar against planted policies, simulated for it.

    Args:
        full: 80 seeds, 1,000 studies, more policies, the worst steward at every rung, and the invariants in
            every scenario, in place of 24 seeds and 200 studies.
        jobs: worker processes; None for one a processor.
        progress: whether to show progress on standard error.
    """
    seeds, count = FULL if full else FAST
    with TemporaryDirectory() as folder:
        context = Context(seeds, count, Path(folder), jobs, progress, full)
        context.live(module.episodes for module in MODULES)
        found = _read(context, jobs or os.cpu_count() or 1)
    held = {bar.name for bar in found}
    return Validation(
        bars=tuple(sorted(found, key=_number)),
        unchecked={name: what for name, what in LACKING.items() if name not in held},
        engine=ENGINE,
        seeds=seeds,
        first_seed=FIRST_SEED,
        studies=count,
    )


def _read(context: Context, jobs: int) -> list[Bar]:
    """The bars of every module, some modules beside others, each in a process that has tables of its own."""
    readers = min(jobs, len(MODULES), MOST_READERS)
    bars = [module.bars for module in MODULES]
    if readers == 1:
        return [bar for of in bars for bar in of(context)]
    # A process that is forked off may find a lock held by a thread that it has not.
    with ProcessPoolExecutor(readers, get_context("spawn"), initializer=_end_at_interrupts) as pool:
        return [bar for found in pool.map(_bars, bars, repeat(context)) for bar in found]


def _bars(of: Callable[[Context], Iterable[Bar]], context: Context) -> list[Bar]:
    return list(of(context))


def _end_at_interrupts() -> None:
    """A Ctrl-C, which reaches readers as it does the parent, ends them without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _number(bar: Bar) -> int:
    return int(bar.name[1:])
