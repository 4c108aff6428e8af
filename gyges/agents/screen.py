"""What a model is sent, laid out for a person at a terminal: the same words, nothing left out, nothing added.

Tables are drawn as tables and the menu with numbers beside its labels; every other line stands as
it is. All of it is put in `Text` objects, which take no markup, without control characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gyges.agents.llm.clean import visible
from gyges.agents.policy import Observation, Option

CELLS = " | "
"""What stands between the cells of a table's line."""
NARROWEST = 4
"""Columns that a heading keeps where the terminal is narrow."""


def blocks(observation: Observation, width: int) -> Iterator[RenderableType]:
    """The observation's text as tables, menu and paragraphs, in its own order."""
    unseen = list(observation.options)
    listed = enumerate(observation.options, start=1)

    def kind(line: str) -> str:
        if unseen and unseen[0].text in line:
            unseen.pop(0)
            return "option"
        return "table" if CELLS in line else "text"

    for each, found in groupby(observation.text.splitlines(), kind):
        if each == "option":
            yield _menu([next(listed) for _ in found])
        elif each == "table":
            yield from _tables([line.split(CELLS) for line in found], width)
        else:
            yield shown("\n".join(found))


def shown(text: str, style: str = "") -> Text:
    """The text without what could move the cursor."""
    return Text(visible(text), style)


def _menu(options: Sequence[tuple[int, Option]]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold cyan")
    table.add_column(style="cyan")
    table.add_column(overflow="fold")
    for number, option in options:
        table.add_row(str(number), shown(option.label), shown(option.text))
    return table


def _tables(rows: Sequence[Sequence[str]], width: int) -> Iterator[RenderableType]:
    """A table for each run of lines with as many cells; its first line is the heading."""
    for size, found in groupby(rows, len):
        heads, *body = found
        longest = [max((len(row[cell]) for row in body), default=0) for cell in range(size)]
        table = Table(box=None, padding=(0, 1, 0, 0), show_edge=False, header_style="dim")
        for cell, fits in enumerate(_widths(heads, longest, width - size)):
            figures = all(row[cell].lstrip("-").isdigit() for row in body)
            table.add_column(shown(heads[cell][:fits]), justify="right" if figures else "left", no_wrap=True)
        for row in body:
            table.add_row(*map(shown, row))
        yield table


def _widths(heads: Sequence[str], longest: Sequence[int], width: int) -> list[int]:
    """Columns for each cell: figures are never cut, headings no more than the width asks for."""
    widths = list(map(len, heads))
    for most in range(max(widths), NARROWEST - 1, -1):
        widths = [max(least, min(len(head), most)) for head, least in zip(heads, longest, strict=True)]
        if sum(widths) <= width:
            break
    return widths
