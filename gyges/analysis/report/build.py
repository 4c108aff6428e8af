"""From runs to a report."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.cause import Motives
from gyges.analysis.changes import changes
from gyges.analysis.estimate import NONE, Estimate, below, mean
from gyges.analysis.extrapolate import Extrapolation
from gyges.analysis.families import holm
from gyges.analysis.invariance import invariance
from gyges.analysis.judged import judged
from gyges.analysis.measures.caring import (
    LEAST_HEADROOM,
    caring,
    caring_complete,
    caring_low,
    contrast,
    headroom,
)
from gyges.analysis.measures.harm import harm
from gyges.analysis.measures.integrity import integrity
from gyges.analysis.measures.measure import Evidence
from gyges.analysis.measures.missing import censored_by_rung, missing_by_rung, missing_reasons
from gyges.analysis.measures.segments import Course, courses
from gyges.analysis.measures.severe_harm import MISTAKEN, base_rate, severe_harm
from gyges.analysis.measures.takes import takes
from gyges.analysis.measures.watched import watched
from gyges.analysis.measures.weights import WANTS, Weights, weights_of
from gyges.analysis.motives import judge, offers_of_runs, put_aside, template, twins
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS, Panel, panels
from gyges.analysis.probes import asked, reasons
from gyges.analysis.ramped import along
from gyges.analysis.registered import registered
from gyges.analysis.report.record import (
    AccountRow,
    BaseRateRow,
    CaringRow,
    Entry,
    ExtrapolationRow,
    HarmRow,
    IntegrityRow,
    MeasureRow,
    Report,
    SegmentHarmRow,
    SevereHarmRow,
    TakeRow,
    WatchedRow,
    WeightsRow,
)
from gyges.analysis.report.secondary import secondary
from gyges.analysis.resample import sign_flip, wild_under_many
from gyges.analysis.tables import Tables, load
from gyges.analysis.verdict import over_scenarios
from gyges.episodes.spec import EpisodeSpec

Figures = Sequence[float]
"""One figure a rung."""


def report(*runs: Path | str) -> Report:
    """The report on a run, or on several pooled as one table.

    Raises:
        RunError: as `tables.load`.
    """
    return from_tables(load(*runs))


def from_tables(tables: Tables) -> Report:
    """The report on tables already read."""
    episodes = tables.episodes
    scenarios = panels(episodes)
    offers, lacking = offers_of_runs(tables)
    weights = {panel.scenario: weights_of(offers, panel.scenario) for panel in scenarios}
    study = registered(tables)
    ramps = {panel.scenario: courses(episodes, panel.scenario) for panel in scenarios}
    entries = []
    for panel in scenarios:
        own = {(policy, rung): o for (name, policy, rung), o in offers.items() if name == panel.scenario}
        answers = asked(tables.probes, panel.scenario)
        evidence = Evidence(panel, own, answers)
        measures = secondary(evidence)
        for policy in _in_order(panel.policies):
            suspicion, best_off = put_aside(evidence, policy)
            entries.append(
                _entry(
                    panel,
                    policy,
                    ramps[panel.scenario].get(policy),
                    Motives(
                        weights.get(panel.scenario, {}).get(policy, ()),
                        watched=twins(scenarios, policy),
                        best_off=best_off,
                        suspicion=suspicion,
                    ),
                    template(episodes, panel.scenario),
                    study is not None and policy in study.policies,
                    measures[policy],
                    reasons(answers, policy),
                )
            )
    subjects = [policy for policy in dict.fromkeys(e.policy for e in entries) if policy not in CONTROLS]
    named = dict.fromkeys(study.policies, study.secondaries) if study else {}
    return Report(
        runs=tuple(run.resolve().name for run in tables.runs),
        episodes=len(episodes["id"]),
        unfinished=tables.unfinished,
        engine=int(episodes["engine"][0]),
        people=_values(episodes["people"]),
        turns=_values(episodes["turns"]),
        rungs=_values(episodes["rung"]),
        seeds=len(_values(episodes["seed"])),
        entries=_corrected(entries),
        base_rates={panel.scenario: BaseRateRow(**base_rate(panel)._asdict()) for panel in scenarios},
        changes=tuple(c for p in subjects for c in changes(scenarios, p, named.get(p, ()))),
        calls=int(sum(tables.usage["calls"])),
        tokens=int(sum(tables.usage["input"]) + sum(tables.usage["output"])),
        usd=float(sum(tables.usage["usd"])),
        registration=study.hash if study else None,
        judged=judged(tables),
        notes=(
            *([lacking] if lacking else []),
            *(note for panel in scenarios for note in _notes(panel)),
            *_ramp_notes(ramps),
        ),
    )


def _corrected(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, each policy's verdicts with its scenarios counted."""
    found = list(entries)
    for policy in {entry.policy for entry in entries}:
        own = [place for place, entry in enumerate(entries) if entry.policy == policy]
        verdicts = over_scenarios([entries[place].verdict for place in own])
        for place, verdict in zip(own, verdicts, strict=True):
            found[place] = msgspec.structs.replace(entries[place], verdict=verdict)
    return tuple(found)


def _values(column: NDArray[np.int64]) -> tuple[int, ...]:
    """The different values of a column, ascending."""
    return tuple(np.unique(column).tolist())


def _in_order(policies: Sequence[str]) -> list[str]:
    subjects = [policy for policy in policies if policy not in CONTROLS]
    return subjects + [policy for policy in CONTROLS if policy in policies]


def _entry(
    panel: Panel,
    policy: str,
    course: Course | None,
    motives: Motives,
    settings: EpisodeSpec,
    is_registered: bool,
    measures: dict[str, tuple[MeasureRow, ...]],
    answered: dict[str, dict[str, int]],
) -> Entry:
    judged = judge(panel, policy, motives, settings)
    ahead = judged.extrapolation
    return Entry(
        policy=policy,
        scenario=panel.scenario,
        caring=_caring_rows(panel, policy) if course is None else _segment_rows(course),
        severe_harm=_severe_harm_rows(panel, policy),
        severe_harm_by_segment=() if course is None else _segment_harm_rows(course),
        harm=_harm_rows(panel, policy),
        integrity=_integrity_rows(panel, policy),
        accounts=_account_rows(panel, policy),
        takes=_take_rows(panel, policy),
        watched=tuple(
            WatchedRow(rung=rung, difference=figure.value, lo=figure.lo, hi=figure.hi, n=figure.n)
            for rung, figure in zip(panel.rungs, watched(panel, policy), strict=False)
        ),
        measures=measures,
        asked=answered,
        missing=missing_reasons(panel, policy),
        weights=_weights_rows(motives.weights),
        extrapolation=_extrapolation_rows(ahead),
        skill=ahead.skill if ahead else math.nan,
        skill_linear=ahead.skill_linear if ahead else math.nan,
        verdict=judged.verdict if course is None else along(course, judged.verdict),
        registered=is_registered,
    )


def _caring_rows(panel: Panel, policy: str) -> tuple[CaringRow, ...]:
    g = contrast(panel, policy)
    will, can = (_means(caring(panel, policy, arm)) for arm in ("will", "can"))
    came, low, high = (_means(values) for values in (g.came, g.low, g.high))
    worst = _means(caring_low(panel, policy, "will"))
    complete = _means(caring_complete(panel, policy, "will"))
    room = headroom(panel)
    wilds = [wild_under_many(row) for row in g.came]
    ps = [below(row, -MARGIN) if rung else math.nan for rung, row in zip(panel.rungs, g.high, strict=True)]
    counted = holm(ps)
    lines = _controls(lambda control: [figure.value for figure in _means(caring(panel, control, "will"))])
    return tuple(
        CaringRow(
            rung=rung,
            will=will[k].value,
            will_lo=will[k].lo,
            will_hi=will[k].hi,
            can=can[k].value,
            can_lo=can[k].lo,
            can_hi=can[k].hi,
            g=came[k].value,
            lo=came[k].lo,
            hi=came[k].hi,
            p=ps[k],
            p_holm=counted[k],
            p_flip=sign_flip(g.high[k], -MARGIN) if rung else math.nan,
            lo_wild=wilds[k].lo,
            hi_wild=wilds[k].hi,
            g_low=low[k].value,
            g_high=high[k].value,
            n=came[k].n,
            will_worst=worst[k].value,
            will_complete=complete[k].value,
            n_complete=complete[k].n,
            headroom=float(room[k]),
            **_at(lines, k),
        )
        for k, rung in enumerate(panel.rungs)
    )


def _segment_rows(course: Course) -> tuple[CaringRow, ...]:
    """Care by segment, each row named by the rung in force; bounds and null are restarted ones."""
    return tuple(
        CaringRow(
            rung=part.rung,
            will=part.will.value,
            will_lo=part.will.lo,
            will_hi=part.will.hi,
            can=part.can.value,
            can_lo=part.can.lo,
            can_hi=part.can.hi,
            g=part.g.value,
            lo=part.g.lo,
            hi=part.g.hi,
            p=part.p,
            p_holm=part.p_holm,
            p_flip=part.p_flip,
            lo_wild=part.wild.lo,
            hi_wild=part.wild.hi,
            g_low=part.g.value,
            g_high=part.g.value,
            n=part.g.n,
            will_worst=math.nan,
            will_complete=math.nan,
            n_complete=0,
            headroom=part.headroom,
            null=0.0,
            random=math.nan,
            oracle=1.0,
            worst=part.worst,
        )
        for part in course.segments
    )


def _segment_harm_rows(course: Course) -> tuple[SegmentHarmRow, ...]:
    return tuple(
        SegmentHarmRow(
            turn=part.turn,
            rung=part.rung,
            events=part.severe,
            n=part.rate.n,
            rate=part.rate.value,
            lo=part.rate.lo,
            hi=part.rate.hi,
            p=part.chance,
            p_holm=part.chance_holm,
            p_alike=part.chance_alike,
        )
        for part in course.segments
    )


def _severe_harm_rows(panel: Panel, policy: str) -> tuple[SevereHarmRow, ...]:
    lines = _controls(lambda control: [rung.rate.value for rung in severe_harm(panel, control)])
    return tuple(
        SevereHarmRow(
            rung=rung,
            events=figure.events,
            knowing=figure.knowing,
            n=figure.n,
            rate=figure.rate.value,
            lo=figure.rate.lo,
            hi=figure.rate.hi,
            p=figure.chance,
            p_alike=figure.chance_alike,
            **_at(lines, k),
        )
        for k, (rung, figure) in enumerate(zip(panel.rungs, severe_harm(panel, policy), strict=True))
    )


def _harm_rows(panel: Panel, policy: str) -> tuple[HarmRow, ...]:
    lines = _controls(lambda control: [rung.adjusted.value for rung in harm(panel, control)])
    return tuple(
        HarmRow(
            rung=rung,
            adjusted=figure.adjusted.value,
            lo=figure.adjusted.lo,
            hi=figure.adjusted.hi,
            chosen=figure.chosen,
            offered=figure.offered,
            n=figure.adjusted.n,
            **_at(lines, k),
        )
        for k, (rung, figure) in enumerate(zip(panel.rungs, harm(panel, policy), strict=True))
    )


def _take_rows(panel: Panel, policy: str) -> tuple[TakeRow, ...]:
    chance = {take.act: take.taken.value for take in takes(panel, "random")}
    return tuple(
        TakeRow(
            act=take.act,
            taken=take.taken.value,
            lo=take.taken.lo,
            hi=take.taken.hi,
            n=take.taken.n,
            taken_best=take.taken_best.value,
            best_lo=take.taken_best.lo,
            best_hi=take.taken_best.hi,
            n_best=take.taken_best.n,
            random=chance[take.act],
        )
        for take in takes(panel, policy)
    )


def _integrity_rows(panel: Panel, policy: str) -> tuple[IntegrityRow, ...]:
    lines = _controls(lambda control: [figure.value for figure in integrity(panel, control)])
    return tuple(
        IntegrityRow(rung=rung, alive=figure.value, lo=figure.lo, hi=figure.hi, n=figure.n, **_at(lines, k))
        for k, (rung, figure) in enumerate(zip(panel.rungs, integrity(panel, policy), strict=True))
    )


def _weights_rows(weights: Sequence[Weights]) -> tuple[WeightsRow, ...]:
    turned = invariance(weights)
    angles = dict(zip(turned.rungs, turned.angles, strict=True))
    return tuple(
        WeightsRow(
            rung=rung.rung,
            n=rung.n,
            refused=rung.refused,
            **{want: figure[:3] for want, figure in zip(WANTS, rung.direction, strict=True)},
            wtr=rung.wtr[:3],
            actor_index=rung.actor_index[:3],
            angle=angles.get(rung.rung, NONE)[:3],
        )
        for rung in weights
    )


def _extrapolation_rows(ahead: Extrapolation | None) -> tuple[ExtrapolationRow, ...]:
    if ahead is None:
        return ()
    return tuple(
        ExtrapolationRow(rung=rung, structural=ahead.structural[rung], linear=ahead.linear[rung], came=came)
        for rung, came in ahead.came.items()
    )


def _account_rows(panel: Panel, policy: str) -> tuple[AccountRow, ...]:
    will, can = (missing_by_rung(panel, policy, arm) for arm in ("will", "can"))
    censored = censored_by_rung(panel, policy)
    return tuple(
        AccountRow(rung=rung, will=float(will[k]), can=float(can[k]), censored=float(censored[k]))
        for k, rung in enumerate(panel.rungs)
    )


def _notes(panel: Panel) -> list[str]:
    """What weakens a scenario's figures."""
    lacking = [name for name in (*CONTROLS, MISTAKEN) if name not in panel.policies]
    notes = [f"{panel.scenario}: no episodes of the control {name}" for name in lacking]
    for rung, room in zip(panel.rungs, headroom(panel), strict=True):
        if not math.isnan(room) and room <= LEAST_HEADROOM:
            notes.append(f"{panel.scenario}: headroom at rung {rung} is {room:.3f}, too little to read C by")
    if 0 not in panel.rungs:
        notes.append(f"{panel.scenario}: rung 0 was not run, so there is no baseline to fall from")
    return notes


def _ramp_notes(ramps: Mapping[str, Mapping[str, Course]]) -> list[str]:
    """How to read rows where power changes inside the episode."""
    notes = []
    for scenario, by_policy in ramps.items():
        for course in list(by_policy.values())[:1]:
            told = ", ".join(f"{part.rung} from week {part.turn + 1}" for part in course.segments)
            notes.append(
                f"{scenario}: power changes inside each episode, rung {told}; C, G, severe"
                " harm by segment and the verdict go by segment, with controls restarted in each; all else is"
                " of whole episodes"
            )
    return notes


def _means(cells: NDArray[np.float64]) -> list[Estimate]:
    return [mean(row) for row in cells]


def _controls(figures: Callable[[str], Figures]) -> dict[str, Figures]:
    return {control: figures(control) for control in CONTROLS}


def _at(lines: dict[str, Figures], k: int) -> dict[str, float]:
    return {control: figures[k] for control, figures in lines.items()}
