"""How far a sweep has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeAlias

Advance: TypeAlias = Callable[[int, int], None]
"""Told of (turns, episodes) as they are finished."""

LINE_EVERY = 10.0
"""Seconds between two plain lines."""


def ignore(turns: int, episodes: int) -> None:
    """Tell nobody."""


@contextmanager
def shown(turns: int, episodes: int, stream: TextIO = sys.stderr) -> Iterator[Advance]:
    """Show progress towards a number of turns and episodes, on standard error.

    Args:
        turns: turns to be lived, over all episodes.
        episodes: episodes to be finished.
        stream: where to show it.
    """
    with (_bar if stream.isatty() else _lines)(turns, episodes, stream) as advance:
        yield advance


@contextmanager
def _bar(turns: int, episodes: int, stream: TextIO) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[finished]:,} of " + f"{episodes:,} episodes"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as progress:
        task = progress.add_task("", total=turns, finished=0)

        def advance(turns: int, episodes: int) -> None:
            finished = progress.tasks[0].fields["finished"] + episodes
            progress.update(task, advance=turns, finished=finished)

        yield advance


@contextmanager
def _lines(turns: int, episodes: int, stream: TextIO) -> Iterator[Advance]:
    start = told = time.monotonic()
    lived = finished = 0

    def tell() -> None:
        spent = time.monotonic() - start
        left = f", {spent / lived * (turns - lived):.0f} s left" if 0 < lived < turns else ""
        print(f"{finished:,} of {episodes:,} episodes in {spent:.0f} s{left}", file=stream, flush=True)

    def advance(turns: int, episodes: int) -> None:
        nonlocal lived, finished, told
        lived, finished = lived + turns, finished + episodes
        if time.monotonic() - told >= LINE_EVERY:
            told = time.monotonic()
            tell()

    yield advance
    tell()
