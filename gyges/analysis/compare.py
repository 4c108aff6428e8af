"""A against B: the difference of two stewards on every measure, paired by seed.

For a measure with one value m(s, k) a seed and rung, the difference is mean over seeds of m_A - m_B with its
t(n-1) interval; `overall` takes each seed's mean over the rungs first. A rung's severe harm is an event or
none, and has Agresti and Min's interval. Everything else, chance-adjusted harm and the whole catalogue of
secondary measures among it, goes by leaving out one seed after the other (`paired`).

`overall` is the primary comparison; the points beside it are not corrected for their number.

Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.choices import Weighed
from gyges.analysis.compared import compared
from gyges.analysis.estimate import mean
from gyges.analysis.forks import forks
from gyges.analysis.measures.measure import Evidence
from gyges.analysis.measures.weights import scales
from gyges.analysis.motives import offers_of_runs
from gyges.analysis.paired import Difference, Side, over_rungs, paired, share_difference
from gyges.analysis.panel import CONTROLS, Panel, panels
from gyges.analysis.per_seed import per_seed
from gyges.analysis.probes import asked
from gyges.analysis.tables import SETTINGS, Tables, load
from gyges.analysis.verdict import Verdict, verdict

SEVERE = "severe harm"
"""The one measure of `per_seed` that is an event or none."""


class BadComparison(ValueError):
    """Two stewards that cannot be held against each other; the message says how to mend it."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two stewards in one scenario."""

    scenario: str
    a: str
    b: str
    seeds: int
    """Seeds that both have."""
    differences: tuple[Difference, ...]
    not_in_both: tuple[str, ...]
    """Measures of which one of the two, or both, have no figure, and that have no difference."""
    finding_a: str
    """Finding and rung; for its cause see the report."""
    finding_b: str
    notes: tuple[str, ...]
    """Why choices, on which weights rest, are lacking."""


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
    weighed_a, lacking_a = offers_of_runs(tables_a)
    weighed_b, lacking_b = (weighed_a, None) if other is None else offers_of_runs(tables_b)
    notes = tuple(lacking for lacking in (lacking_a, lacking_b) if lacking)
    found = []
    for name in shared:
        rungs, seeds = _alike(ours[name], theirs[name])
        found.append(
            _in_scenario(
                _side(a, ours[name], weighed_a, tables_a, rungs, seeds),
                _side(b, theirs[name], weighed_b, tables_b, rungs, seeds),
                scales(
                    own
                    for weighed in (weighed_a, weighed_b)
                    for (at, *_), own in weighed.items()
                    if at == name
                ),
                notes,
            )
        )
    return tuple(found)


def _known(found: Mapping[str, Panel]) -> str:
    names = dict.fromkeys(name for panel in found.values() for name in panel.policies)
    return ", ".join(name for name in names if name not in CONTROLS) or "nothing"


def _refuse_unlike(one: Tables, other: Tables) -> None:
    for column in ("engine", *SETTINGS):
        for scenario in set(one.episodes["scenario"]) & set(other.episodes["scenario"]):
            values = [set(t.episodes[column][t.episodes["scenario"] == scenario]) for t in (one, other)]
            if values[0] != values[1]:
                raise BadComparison(f"the runs differ in {column} of '{scenario}'; compare runs of one world")


def _alike(one: Panel, other: Panel) -> tuple[list[int], list[int]]:
    """Rungs and seeds that both have."""
    rungs = [rung for rung in one.rungs if rung in other.rungs]
    seeds = [seed for seed in one.seeds if seed in other.seeds]
    if not seeds or not rungs:
        raise BadComparison(f"the runs share no seed and rung of '{one.scenario}'; run both on the same")
    return rungs, seeds


def _side(
    policy: str, panel: Panel, weighed: Weighed, tables: Tables, rungs: Sequence[int], seeds: Sequence[int]
) -> Side:
    """A policy with what may be read of it, on some rungs and seeds."""
    own = {(who, rung): o for (at, who, rung), o in weighed.items() if (at, who) == (panel.scenario, policy)}
    evidence = Evidence(
        panel,
        own,
        asked(tables.probes, panel.scenario),
        forks(tables.forced, panel.scenario, panel.rungs, panel.seeds),
    )
    return Side(evidence.on(rungs, seeds), policy)


def _in_scenario(ours: Side, theirs: Side, scale: NDArray[np.float64], notes: tuple[str, ...]) -> Comparison:
    panel = ours.evidence.panel
    sides = (ours, theirs)
    one, other = (per_seed(side.evidence.panel, side.policy) for side in sides)
    groups = compared(scale)
    found = {
        difference.measure: difference
        for difference in (
            *(_of_seeds(name, panel.rungs, one[name], other[name]) for name in one),
            *(each for group in groups for each in paired(group.find, *sides, group.events)),
        )
        if difference is not None
    }
    measures = (*one, *(name for group in groups for name in group.names))
    return Comparison(
        scenario=panel.scenario,
        a=ours.policy,
        b=theirs.policy,
        seeds=len(panel.seeds),
        differences=tuple(found[name] for name in measures if name in found),
        not_in_both=tuple(name for name in measures if name not in found),
        finding_a=_finding(verdict(panel, ours.policy)),
        finding_b=_finding(verdict(theirs.evidence.panel, theirs.policy)),
        notes=notes,
    )


def _of_seeds(
    name: str, rungs: tuple[int, ...], one: NDArray[np.float64], other: NDArray[np.float64]
) -> Difference | None:
    """A less B on a measure with one value a seed, (rungs, seeds); None where no seed has both."""
    if np.isnan(one - other).all():
        return None
    points = {
        str(rung): share_difference(one[k], other[k]) if name == SEVERE else mean(one[k] - other[k])
        for k, rung in enumerate(rungs)
    }
    return Difference(measure=name, overall=over_rungs(one - other), points=points)


def _finding(found: Verdict) -> str:
    if found.finding == "divergent":
        return f"divergent from {found.divergent_from}"
    return f"certified through {found.certified_through}" if found.finding == "certified" else found.finding
