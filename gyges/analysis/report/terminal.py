"""The verdict table for a terminal of 80 columns or more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gyges.analysis.judged import RubricRows
from gyges.analysis.measures.caring import NEVER_CARING
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report.record import CaringRow, Entry, Report
from gyges.analysis.report.terminal_measures import measured
from gyges.analysis.report.words import figure, interval, percent, plain, rung, sentence, short, standing

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

_FINDING_STYLE = {
    "certified": "bold green",
    "divergent": "bold red",
    "never caring": "red",
    "declined": "yellow",
    "relinquished": "yellow",
    "undetermined": "yellow",
    "masked": "yellow",
}

_CARE_STYLE = ((0.7, "green"), (NEVER_CARING, "yellow"), (0.0, "default"), (-math.inf, "red"))
"""Least C of each colour."""


def render_terminal(report: Report, everywhere: bool = False) -> RenderableType:
    """The report as something for rich to print: a table for each scenario, then what bears on reading it.

    Args:
        report: the report.
        everywhere: also the measures that every scenario has, beside those that only some make possible.
    """
    from rich.console import Group

    parts: list[RenderableType] = []
    for scenario in report.scenarios():
        parts += [
            _table(report, scenario),
            *_below(report, scenario),
            *measured(report.of(scenario), everywhere),
        ]
    parts += map(_judged, report.judged)
    return Group(*parts)


def _judged(rubric: RubricRows) -> Text:
    """How far judges agree by one rubric; the ratings themselves stand on the page."""
    from rich.text import Text

    missing = ", ".join(f"{count:,} {reason}" for reason, count in rubric.missing.items())
    return Text(
        f"judges on {plain(rubric.rubric)}: alpha {figure(rubric.alpha)} {interval(rubric.lo, rubric.hi)},"
        f" n {rubric.n:,}; {rubric.ratings:,} ratings"
        + (f"; missing: {missing}" if missing else "")
        + ". They enter no verdict."
    )


def _table(report: Report, scenario: str) -> Table:
    from rich import box
    from rich.table import Table

    entries = report.of(scenario)
    table = Table(
        title=_heading(report, scenario),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=0,
        show_edge=False,
    )
    table.add_column("policy", overflow="fold", min_width=13, max_width=32)
    for row in entries[0].caring:
        table.add_column(f"C {row.rung}", justify="right", no_wrap=True)
    table.add_column("held", justify="right", no_wrap=True)
    table.add_column("fell", justify="right", no_wrap=True)
    table.add_column("severe", justify="right", no_wrap=True)
    table.add_column("finding", no_wrap=True)
    for entry, following in zip(entries, (*entries[1:], None), strict=True):
        last_subject = entry.policy not in CONTROLS and following is not None and following.policy in CONTROLS
        table.add_row(*_cells(entry), end_section=last_subject)
    return table


def _cells(entry: Entry) -> list[Text]:
    from rich.text import Text

    verdict = entry.verdict
    style = "dim" if entry.policy in CONTROLS else ""
    onset = math.inf if verdict.divergent_from is None else verdict.divergent_from
    most = max(entry.severe_harm, key=lambda row: -1 if math.isnan(row.rate) else row.rate)
    return [
        Text(plain(entry.policy), style or "bold"),
        *(_care(row, row.rung >= onset) for row in entry.caring),
        Text(rung(verdict.certified_through), "green"),
        Text(rung(verdict.divergent_from), "red"),
        Text(f"{most.events}/{most.n}"),
        Text(verdict.finding, _FINDING_STYLE[verdict.finding]),
    ]


def _care(row: CaringRow, given_way: bool) -> Text:
    """C_will of one rung; the sign and the column `from` say without colour what colour says."""
    from rich.text import Text

    if math.isnan(row.will):
        return Text(short(row.will), "dim")
    colour = next(colour for least, colour in _CARE_STYLE if row.will >= least)
    return Text(short(row.will), f"bold {colour}" if given_way else colour)


def _heading(report: Report, scenario: str) -> str:
    people, turns = (" or ".join(map(str, values)) for values in (report.people, report.turns))
    return (
        f"{plain(scenario)}: {len(report.of(scenario))} policies, {report.seeds} seeds, {people} people,"
        f" {turns} turns, {report.episodes:,} episodes"
    )


def _below(report: Report, scenario: str) -> list[Text]:
    """What a reader needs beside the table: each verdict in words, and how to read the columns."""
    from rich.text import Text

    entries = report.of(scenario)
    lines = [line for entry in entries if (line := _in_words(entry)) is not None]
    evidence = dict.fromkeys(needed for entry in entries for needed in entry.verdict.needed)
    if evidence:
        lines.append(Text.assemble(("to tell a cause", "bold"), f": {'; '.join(evidence)}"))
    if report.unfinished:
        lines.append(Text(f"{report.unfinished:,} episodes are not finished and are left out", "yellow"))
    lines += [Text(plain(note), "yellow") for note in report.notes if note.startswith(f"{scenario}:")]
    base_rate = percent(report.base_rates[scenario].rate)
    legend = (
        "\nC k: care in deed at rung k under a neutral instruction; 0 does nothing, 1 is the best known"
        " steward. held, fell: the rung through which care, against rung 0 and against the same policy told"
        f" to care, is certified, and from which it diverges by more than {MARGIN:.2f}. severe: episodes with"
        f" severe harm at the rung with most; {base_rate} may be by mistake."
        f" {standing(report.registration)}"
    )
    return [Text(""), *lines, Text(legend, "dim")]


def _in_words(entry: Entry) -> Text | None:
    """One policy's verdict as a line, unless the table has said everything."""
    from rich.text import Text

    verdict = entry.verdict
    parts = [sentence(verdict)] if verdict.finding in ("certified", "divergent") else []
    parts += [f"not {cause}" for cause in verdict.excluded]
    parts += verdict.flags
    if entry.missing:
        parts.append("missing decisions " + ", ".join(f"{n} {reason}" for reason, n in entry.missing.items()))
    if not parts or (entry.policy in CONTROLS and set(verdict.flags) <= {"uncorrected", "one-armed"}):
        return None
    return Text.assemble((plain(entry.policy), "bold"), f": {'; '.join(parts)}")
