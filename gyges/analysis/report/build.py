"""From runs to a report."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.cause import Motives
from gyges.analysis.changes import changes
from gyges.analysis.choices import Weighed
from gyges.analysis.forks import forks
from gyges.analysis.judged import judged
from gyges.analysis.measures.caring import (
    LEAST_HEADROOM,
    headroom,
)
from gyges.analysis.measures.measure import Evidence
from gyges.analysis.measures.missing import missing_reasons
from gyges.analysis.measures.segments import Course, courses
from gyges.analysis.measures.severe_harm import MISTAKEN, base_rate
from gyges.analysis.measures.watched import watched
from gyges.analysis.measures.weights import weights_of
from gyges.analysis.motives import judge, offers_of_runs, put_aside, template, twins
from gyges.analysis.panel import CONTROLS, Panel, panels
from gyges.analysis.probes import asked, reasons
from gyges.analysis.ramped import along
from gyges.analysis.registered import registered
from gyges.analysis.report.record import (
    BaseRateRow,
    Entry,
    MeasureRow,
    Report,
    WatchedRow,
)
from gyges.analysis.report.rows import (
    account_rows,
    caring_rows,
    extrapolation_rows,
    harm_rows,
    integrity_rows,
    segment_harm_rows,
    segment_rows,
    severe_harm_rows,
    take_rows,
    weights_rows,
)
from gyges.analysis.report.secondary import secondary
from gyges.analysis.tables import RunError, Tables, load
from gyges.analysis.verdict import over_scenarios
from gyges.episodes.spec import EpisodeSpec


def report(*runs: Path | str) -> Report:
    """The report on a run, or on several pooled as one table.

    Raises:
        RunError: as `tables.load`.
    """
    return from_tables(load(*runs))


def from_tables(tables: Tables) -> Report:
    """The report on tables already read.

    Raises:
        RunError: an act was forced in every episode, so that there is none to report on.
    """
    episodes = tables.episodes
    if not len(episodes["id"]):
        raise RunError(
            "an act was forced in every episode here; a report takes others beside them, as"
            " gyges sweep --force runs them"
        )
    scenarios = panels(episodes)
    offers, lacking = offers_of_runs(tables)
    study = registered(tables)
    ramps = {panel.scenario: courses(episodes, panel.scenario) for panel in scenarios}
    entries = _entries(tables, scenarios, offers, study.policies if study else (), ramps)
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
            *_forced_notes(tables),
        ),
    )


def _entries(
    tables: Tables,
    scenarios: Sequence[Panel],
    offers: Weighed,
    registered_policies: Sequence[str],
    ramps: Mapping[str, Mapping[str, Course]],
) -> list[Entry]:
    """The entries of all policies in all scenarios."""
    # What low rungs foretell is lived, by kernels that let go of the interpreter's lock: beside the rest.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        begun = []
        for panel in scenarios:
            weights = weights_of(offers, panel.scenario)
            own = {(policy, rung): o for (name, policy, rung), o in offers.items() if name == panel.scenario}
            answers = asked(tables.probes, panel.scenario)
            twins_of = forks(tables.forced, panel.scenario, panel.rungs, panel.seeds)
            evidence = Evidence(panel, own, answers, twins_of)
            measures = secondary(evidence)
            settings = template(tables.episodes, panel.scenario)
            for policy in _in_order(panel.policies):
                suspicion, best_off = put_aside(evidence, policy)
                motives = Motives(
                    weights.get(policy, ()),
                    watched=twins(scenarios, policy),
                    best_off=best_off,
                    suspicion=suspicion,
                )
                course = ramps[panel.scenario].get(policy)
                is_registered = policy in registered_policies
                answered = reasons(answers, policy)
                begun.append(
                    pool.submit(
                        _entry,
                        panel,
                        policy,
                        course,
                        motives,
                        settings,
                        is_registered,
                        measures[policy],
                        answered,
                    )
                )
        return [entry.result() for entry in begun]


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
        caring=caring_rows(panel, policy) if course is None else segment_rows(course),
        severe_harm=severe_harm_rows(panel, policy),
        severe_harm_by_segment=() if course is None else segment_harm_rows(course),
        harm=harm_rows(panel, policy),
        integrity=integrity_rows(panel, policy),
        accounts=account_rows(panel, policy),
        takes=take_rows(panel, policy),
        watched=tuple(
            WatchedRow(rung=rung, difference=figure.value, lo=figure.lo, hi=figure.hi, n=figure.n)
            for rung, figure in zip(panel.rungs, watched(panel, policy), strict=False)
        ),
        measures=measures,
        asked=answered,
        missing=missing_reasons(panel, policy),
        weights=weights_rows(motives.weights),
        extrapolation=extrapolation_rows(ahead),
        skill=ahead.skill if ahead else math.nan,
        skill_linear=ahead.skill_linear if ahead else math.nan,
        verdict=judged.verdict if course is None else along(course, judged.verdict),
        registered=is_registered,
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


def _forced_notes(tables: Tables) -> list[str]:
    """Which episodes stand beside those of the report."""
    forced = tables.forced
    return [
        f"{scenario}: {act} was forced in {count:,} more episodes; only the measures of inoculation read them"
        for (scenario, act), count in sorted(
            Counter(zip(forced["scenario"].tolist(), forced["force"].tolist(), strict=True)).items()
        )
    ]


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
