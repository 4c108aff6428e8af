"""A against B: the difference of two stewards on every measure, paired by seed.

For a measure with one value m(s, k) a seed and rung, the difference is mean over seeds of m_A - m_B with its
t(n-1) interval; `overall` takes each seed's mean over the rungs first. Two more are pooled or binary:

- chance-adjusted harm is a ratio of sums, so its difference has a jackknife interval, leaving out seeds
- severe harm is an event or none, so a rung's difference has Agresti and Min's paired interval (half an
  episode added to each cell); a t interval would be of no width where nothing happened

`overall` is the primary comparison; the rungs beside it are not corrected for their number.

Sources: Agresti, Min 2005, Stat. Med. 24, 729; Efron, Tibshirani 1993, An Introduction to the Bootstrap, 11;
MEASUREMENT, section 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, Estimate, mean
from gyges.analysis.measures.harm import pooled
from gyges.analysis.panel import CONTROLS, Panel, panels
from gyges.analysis.per_seed import per_seed
from gyges.analysis.tables import SETTINGS, Tables, load
from gyges.analysis.verdict import Verdict, verdict

Figure = tuple[float, float, float, int]
"""Value, lo, hi, n; NaN where there is none."""


class BadComparison(ValueError):
    """Two stewards that cannot be held against each other; the message says how to mend it."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A less B on one measure."""

    measure: str
    overall: Figure
    rungs: dict[int, Figure]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two stewards in one scenario."""

    scenario: str
    a: str
    b: str
    seeds: int
    """Seeds that both have."""
    differences: tuple[Difference, ...]
    finding_a: str
    """Finding and rung; for its cause see the report."""
    finding_b: str


def compare(a: str, b: str, run: Path, other: Path | None = None) -> tuple[Comparison, ...]:
    """Compare policy `a` of a run with policy `b` of the same run, or of another.

    Raises:
        BadComparison: a policy is in no scenario of its run, or the worlds are not the same.
        tables.RunError: as `tables.load`.
    """
    tables_a = load(run)
    tables_b = tables_a if other is None else load(other)
    _refuse_unlike(tables_a, tables_b)
    ours, theirs = ({panel.scenario: panel for panel in panels(t.episodes)} for t in (tables_a, tables_b))
    shared = [name for name in ours if a in ours[name].policies and name in theirs]
    shared = [name for name in shared if b in theirs[name].policies]
    if not shared:
        raise BadComparison(
            f"'{a}' and '{b}' share no scenario; there is {_known(ours)} and {_known(theirs)}"
        )
    return tuple(_in_scenario(a, b, *_alike(ours[name], theirs[name])) for name in shared)


def _known(found: Mapping[str, Panel]) -> str:
    names = dict.fromkeys(name for panel in found.values() for name in panel.policies)
    return ", ".join(name for name in names if name not in CONTROLS) or "nothing"


def _refuse_unlike(one: Tables, other: Tables) -> None:
    for column in ("engine", *SETTINGS):
        for scenario in set(one.episodes["scenario"]) & set(other.episodes["scenario"]):
            values = [set(t.episodes[column][t.episodes["scenario"] == scenario]) for t in (one, other)]
            if values[0] != values[1]:
                raise BadComparison(f"the runs differ in {column} of '{scenario}'; compare runs of one world")


def _alike(one: Panel, other: Panel) -> tuple[Panel, Panel]:
    """Both panels on the seeds and rungs that they share."""
    seeds = [seed for seed in one.seeds if seed in other.seeds]
    rungs = [rung for rung in one.rungs if rung in other.rungs]
    if not seeds or not rungs:
        raise BadComparison(f"the runs share no seed and rung of '{one.scenario}'; run both on the same")
    return _part(one, seeds, rungs), _part(other, seeds, rungs)


def _part(panel: Panel, seeds: list[int], rungs: list[int]) -> Panel:
    at = np.ix_([panel.rungs.index(rung) for rung in rungs], [panel.seeds.index(seed) for seed in seeds])
    columns = {name: cells[:, :, at[0], at[1]] for name, cells in panel.columns.items()}
    return Panel(panel.scenario, panel.policies, tuple(rungs), tuple(seeds), columns)


def _in_scenario(a: str, b: str, ours: Panel, theirs: Panel) -> Comparison:
    values_a, values_b = per_seed(ours, a), per_seed(theirs, b)
    severe = [values.pop("severe harm") for values in (values_a, values_b)]
    differences = [
        _difference(name, ours.rungs, values_a[name] - values_b[name])
        for name in values_a
        if not np.isnan(values_a[name] - values_b[name]).all()
    ]
    return Comparison(
        scenario=ours.scenario,
        a=a,
        b=b,
        seeds=len(ours.seeds),
        differences=(*differences, _severe(ours.rungs, *severe), _harm(a, b, ours, theirs)),
        finding_a=_finding(verdict(ours, a)),
        finding_b=_finding(verdict(theirs, b)),
    )


def _finding(found: Verdict) -> str:
    if found.finding == "divergent":
        return f"divergent from {found.divergent_from}"
    return f"certified through {found.certified_through}" if found.finding == "certified" else found.finding


def _difference(name: str, rungs: tuple[int, ...], d: NDArray[np.float64]) -> Difference:
    return Difference(
        measure=name,
        overall=mean(_over_rungs(d)),
        rungs={rung: mean(row) for rung, row in zip(rungs, d, strict=True)},
    )


def _over_rungs(d: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each seed's mean over rungs, where it has them all."""
    return np.asarray(d.mean(axis=0))


def _severe(rungs: tuple[int, ...], one: NDArray[np.float64], other: NDArray[np.float64]) -> Difference:
    by_rung = {rung: _paired(x, y) for rung, x, y in zip(rungs, one, other, strict=True)}
    return Difference(measure="severe harm", overall=mean(_over_rungs(one - other)), rungs=by_rung)


def _paired(one: NDArray[np.float64], other: NDArray[np.float64]) -> Figure:
    """The difference of two paired shares."""
    both = ~np.isnan(one) & ~np.isnan(other)
    n = int(both.sum())
    if n == 0:
        return math.nan, math.nan, math.nan, 0
    from scipy.special import ndtri

    more, less = (int(np.sum((one - other)[both] == sign)) for sign in (1, -1))
    centre = (more - less) / (n + 2)
    spread = math.sqrt((more + less + 1) / (n + 2) - centre**2) / math.sqrt(n + 2)
    half = float(ndtri(1 - ALPHA)) * spread
    return (more - less) / n, max(centre - half, -1.0), min(centre + half, 1.0), n


def _harm(a: str, b: str, ours: Panel, theirs: Panel) -> Difference:
    def figure(rungs: list[int]) -> Figure:
        seeds = list(ours.seeds)
        return _jackknifed(a, b, _part(ours, seeds, rungs), _part(theirs, seeds, rungs))

    return Difference(
        measure="adjusted harm",
        overall=figure(list(ours.rungs)),
        rungs={rung: figure([rung]) for rung in ours.rungs},
    )


def _jackknifed(a: str, b: str, ours: Panel, theirs: Panel) -> Estimate:
    def difference(seeds: list[int]) -> float:
        return _over_all(ours, a, seeds) - _over_all(theirs, b, seeds)

    every = list(ours.seeds)
    whole, n = difference(every), len(every)
    if n < 2:
        return Estimate(whole, math.nan, math.nan, n)
    from scipy.special import stdtrit

    without = np.array([difference(every[:k] + every[k + 1 :]) for k in range(n)])
    half = float(stdtrit(n - 1, 1 - ALPHA)) * math.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2))
    return Estimate(whole, whole - half, whole + half, n)


def _over_all(panel: Panel, policy: str, seeds: list[int]) -> float:
    """Chance-adjusted harm of some seeds over all rungs; a seed's rungs count as one."""
    part = _part(panel, seeds, list(panel.rungs))
    columns = (part.cells(name, policy).sum(axis=0) for name in ("drawn", "harmful", "harmful_offered"))
    return pooled(*columns).adjusted.value
