"""How far a sweep has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeAlias

Advance: TypeAlias = Callable[[int, int], None]
"""Told of (work, episodes) as they are finished; work is in units of `plan.cost`."""

LINE_EVERY = 10.0
"""Seconds between two plain lines."""


def ignore(work: int, episodes: int) -> None:
    """Tell nobody."""


@contextmanager
def shown(work: int, episodes: int, stream: TextIO | None = None) -> Iterator[Advance]:
    """Show progress towards an amount of work and a number of episodes.

    Args:
        work: what is to be done, in all.
        episodes: episodes to be finished.
        stream: where to show it; standard error where None.
    """
    stream = stream or sys.stderr
    with (_bar if stream.isatty() else _lines)(work, episodes, stream) as advance:
        yield advance


@contextmanager
def _bar(whole: int, episodes: int, stream: TextIO) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[finished]:,}" + f" of {episodes:,} episodes"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    finished = 0
    with Progress(*columns, console=Console(file=stream)) as progress:
        task = progress.add_task("", total=whole, finished=0)

        def advance(work: int, more: int) -> None:
            nonlocal finished
            finished += more
            progress.update(task, advance=work, finished=finished)

        yield advance


@contextmanager
def _lines(whole: int, episodes: int, stream: TextIO) -> Iterator[Advance]:
    start = told = time.monotonic()
    done = finished = 0

    def tell() -> None:
        spent = time.monotonic() - start
        left = f", {spent / done * (whole - done):.0f} s left" if 0 < done < whole else ""
        print(f"{finished:,} of {episodes:,} episodes in {spent:.0f} s{left}", file=stream, flush=True)

    def advance(work: int, more: int) -> None:
        nonlocal done, finished, told
        done, finished = done + work, finished + more
        if time.monotonic() - told >= LINE_EVERY:
            told = time.monotonic()
            tell()

    yield advance
    tell()
