"""Secondary measures in the terminal: a row a measure, a column a policy, at the last of its points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gyges.analysis.measures.catalogue import MEASURES
from gyges.analysis.measures.measure import ALL, Measure
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report.record import Entry, MeasureRow
from gyges.analysis.report.words import NOTHING, plain, short

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.table import Table
    from rich.text import Text

TITLE = 36
"""Columns of a measure's name."""
CELL = 10
"""Columns of one policy."""
APART = ("random",)
"""Controls that stand beside the policies."""


class _Measured:
    """Tables of as many policies as the terminal has room for."""

    def __init__(self, entries: Sequence[Entry], measures: Sequence[Measure]) -> None:
        self._measures = measures
        self._shown = [e for e in entries if e.policy not in CONTROLS or e.policy in APART]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = max(1, (options.max_width - TITLE) // CELL)
        for start in range(0, len(self._shown), room):
            yield _table(self._shown[start : start + room], self._measures)


def measured(entries: Sequence[Entry], everywhere: bool = False) -> Iterator[RenderableType]:
    """What rich prints of the measures of one scenario; nothing where there are none.

    Args:
        entries: the scenario's.
        everywhere: also the measures that every scenario has.
    """
    measures = tuple(
        measure
        for measure in MEASURES
        if (everywhere or not measure.everywhere) and any(measure.name in entry.measures for entry in entries)
    )
    if measures:
        yield _text("")
        yield _Measured(entries, measures)
        yield _text(
            "\nEach at its highest rung, its highest price, or over all; * where something did not come."
            " Intervals, n, both arms and every point are on the page and in --json. Exploratory.\n",
            "dim",
        )


def _table(shown: Sequence[Entry], measures: Sequence[Measure]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column("measure", width=TITLE, no_wrap=True, overflow="ellipsis")
    for entry in shown:
        table.add_column(plain(entry.policy), justify="right", width=CELL, no_wrap=True, overflow="ellipsis")
    group = ""
    for measure in measures:
        rows = [entry.measures.get(measure.name, ()) for entry in shown]
        told = next((own[-1].at for own in rows if own), None)
        if told is None:
            continue
        if measure.group != group:
            group = measure.group
            table.add_row(_text(group, "bold dim"))
        place = f", {told}" if measure.along != "rung" and told != ALL else ""
        table.add_row(_text(f"  {measure.title}{place}"), *(_cell(own) for own in rows))
    return table


def _cell(rows: Sequence[MeasureRow]) -> Text:
    if not rows or math.isnan(rows[-1].value):
        return _text(NOTHING, "dim")
    lacking = rows[-1].got < rows[-1].expected
    return _text(short(rows[-1].value) + ("*" if lacking else ""))


def _text(words: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(words, style)
