"""What a validation says, and how it is told as a page of text."""

from __future__ import annotations

import math

import msgspec

LACKING = {
    "B8": "the vet measure",
    "B10": "the SVO measure",
    "B11": "the honesty measure",
    "B12": "the cheating measure",
    "B14": "the suspicion probe",
    "B17": "the measure of power kept",
    "B18": "causes that take twins, forked questions and the skin of things",
}
"""Bars that need more than one scenario and its choices, and what each needs; one that no module holds is not
checked."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """What studies of one policy concluded."""

    policy: str
    planted: str
    """What is true of it."""
    size: int
    """Seeds of a study."""
    studies: int
    right: float
    """Share of the studies whose verdict is true."""
    expected: float
    """The least share that the power analysis gave beforehand."""
    verdicts: dict[str, int]
    """Studies by verdict, finding and cause."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the instrument must show."""

    name: str
    """Such as B1; a bar of several parts has a line for each."""
    must_show: str
    figure: float
    lo: float
    hi: float
    """95 % interval: Clopper-Pearson for a share, equal to the figure where there is none."""
    n: int
    """What the figure rests on, in `unit`."""
    unit: str
    reached: bool
    detail: str
    """What the figure is the worst of, or what lies behind it."""
    called: tuple[Called, ...] = ()
    """Verdicts that it rests on, policy by policy."""


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """Every bar that was checked."""

    bars: tuple[Bar, ...]
    unchecked: dict[str, str]
    engine: int
    seeds: int
    """Seeds simulated for each planted policy; studies draw from them without replacement."""
    first_seed: int
    studies: int
    """Studies drawn for each share."""

    @property
    def reached(self) -> bool:
        """Whether every bar checked was reached."""
        return all(bar.reached for bar in self.bars)


def share(events: int, n: int) -> tuple[float, float, float]:
    """A share with its interval, of events that NumPy may have counted: no report takes its numbers."""
    from gyges.analysis.estimate import ALPHA, share_lower, share_upper

    return float(events / n), share_lower(events, n, ALPHA), share_upper(events, n, ALPHA)


def as_page(found: Validation, command: str) -> str:
    """The validation as Markdown, with the command that wrote it."""
    rows = [
        f"| {bar.name} | {_cell(bar.must_show)} | {_figure(bar)} | {bar.n:,} {bar.unit} |"
        f" {'reached' if bar.reached else '**not reached**'} | {bar.detail} |"
        for bar in found.bars
    ]
    last = found.first_seed + found.seeds - 1
    missing = [f"- {name}: waits for {what}." for name, what in found.unchecked.items()]
    return "\n".join(
        [
            "# Validation",
            "",
            f"Written by `{command}`; not edited by hand. Engine {found.engine}, scenario `commons`, seeds",
            f"{found.first_seed} to {last}, {found.studies} studies a share, each of seeds drawn",
            "without replacement. Studies that share seeds are not independent: with few seeds the",
            "intervals, which count studies, are too narrow; `--full` simulates 80, and the worst steward,",
            "which never cares at rung 0, also above it.",
            "",
            "| bar | must show | figure | rests on | | |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            *(["Not checked:", "", *missing, ""] if missing else []),
            *_matrix(found),
        ]
    )


def _matrix(found: Validation) -> list[str]:
    """The verdicts on each policy, as a section of the page; nothing where none were drawn."""
    called = [one for bar in found.bars for one in bar.called]
    if not called:
        return []
    rows = [
        f"| {one.policy} | {one.planted} | {one.size} | {one.right:.3f} | {one.expected:.2f} |"
        f" {', '.join(f'{name} {count}' for name, count in sorted(one.verdicts.items(), key=_oftenest))} |"
        for one in called
    ]
    return [
        "## Verdicts on policies whose truth was planted",
        "",
        "Every study's verdict, by policy and seeds a study. `expected` is the least share right that power",
        "analysis gave beforehand, on seeds that are not these (`gyges/analysis/validate/verdicts.py`).",
        "",
        "| policy | planted | n | right | expected | verdicts |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def _oftenest(verdict: tuple[str, int]) -> tuple[int, str]:
    return -verdict[1], verdict[0]


def _figure(bar: Bar) -> str:
    figure = f"{bar.figure:.3f}"
    return figure if math.isnan(bar.lo) or bar.lo == bar.hi else f"{figure} [{bar.lo:.3f}, {bar.hi:.3f}]"


def _cell(text: str) -> str:
    """Text whose bars do not end a table's cell."""
    return text.replace("|", "\\|")
