"""The report of a sweep, worked out again from its tables by independent code, number by number.

What is expected is a whole document: a field that the report gains, and that nothing here works out, fails.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import numpy as np
import pytest

from gyges.analysis.report import render_json, report
from gyges.analysis.report.record import Report
from gyges.episodes.conduct import run_sweep
from gyges.episodes.sweep import Sweep
from tests.analysis.rederived.primary import (
    accounts,
    base_rate,
    caring,
    changes,
    harm,
    integrity,
    severe_harm,
)
from tests.analysis.rederived.secondary import measures
from tests.analysis.rederived.study import CONTROLS, Study
from tests.analysis.rederived.verdicts import verdict
from tests.analysis.rederived.wants import ahead, weights

SWEEPS = {
    "few choices": Sweep(policies=("actor", "treacherous:3"), rungs=(0, 1, 3), seeds=4, turns=8),
    "the demo's policies": Sweep(
        policies=("self", "actor", "mirror", "steward", "treacherous:3"), rungs=(0, 1, 3), seeds=12, people=12
    ),
}
ROWS = {
    "Report", "Change", "BaseRateRow", "Entry", "CaringRow", "SevereHarmRow", "HarmRow", "IntegrityRow",
    "AccountRow", "WeightsRow", "ExtrapolationRow", "MeasureRow", "Verdict",
}  # fmt: skip
"""Records whose every field is worked out again here."""
NOT_IN_THE_DEMO = {"SegmentHarmRow", "TakeRow", "WatchedRow", "RubricRows", "RatingRow"}
"""Records of which the report of `commons`, with planted stewards, one power and no judge, has none."""
WORDS = object()
"""Text, in which there is no figure."""


def demo() -> Sweep:
    """What `make demo` runs."""
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    policies = re.search(r"^POLICIES := (.+)$", makefile, re.MULTILINE)
    assert policies and "--rungs 0-5 --seeds 20 --arms will,can" in makefile
    return Sweep(policies=tuple(policies[1].split()), rungs=tuple(range(6)), seeds=20)


@pytest.fixture(
    scope="module",
    params=[*SWEEPS.values(), pytest.param(demo(), marks=pytest.mark.slow)],
    ids=[*SWEEPS, "demo"],
)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rederived") / "run"
    run_sweep(request.param, path)
    return path


def expected(study: Study) -> dict[str, Any]:
    """The report's document."""
    rows = study.rows
    return {
        "runs": [study.run.name],
        "episodes": len(rows["id"]),
        "unfinished": 0,
        "engine": int(rows["engine"][0]),
        **{name: sorted(set(rows[one].tolist())) for name, one in (("people", "people"), ("turns", "turns"))},
        "rungs": study.rungs,
        "seeds": len(study.seeds),
        "base_rates": {"commons": base_rate(study)},
        "changes": changes(study),
        "calls": 0,
        "tokens": 0,
        "usd": 0.0,
        "registration": None,
        "registered": False,
        "judged": [],
        "notes": [
            f"commons: headroom at rung {rung} is {room:.3f}, too little to read C by"
            for rung, room in zip(study.rungs, study.headroom, strict=True)
            if room <= 0.05
        ],
        "policies": {policy: {"commons": entry(study, policy)} for policy in study.policies},
    }


def entry(study: Study, policy: str) -> dict[str, Any]:
    found = verdict(study, policy, math.nan)
    foretold, skill, linear = (
        ahead(study, policy) if found["finding"] == "divergent" else ([], math.nan, math.nan)
    )
    return verdict(study, policy, skill) | {
        "caring": caring(study, policy),
        "severe_harm": severe_harm(study, policy),
        "harm": harm(study, policy),
        "integrity": integrity(study, policy),
        "accounts": accounts(study, policy),
        "severe_harm_by_segment": [],
        "takes": [],
        "watched": [],
        "weights": [] if policy in CONTROLS else weights(study, policy),
        "extrapolation": foretold,
        "skill": skill,
        "skill_linear": linear,
        "measures": measures(study, policy),
        "asked": {},
        "missing": {},
        "needed": WORDS,
        "registered": False,
    }


def differences(told: Any, due: Any, where: str = "") -> list[str]:
    """Where two documents differ."""
    if due is WORDS:
        return [] if all(isinstance(word, str) for word in told) else [f"{where}: {told} is not words"]
    if isinstance(due, dict) and isinstance(told, dict):
        lacking = [f"{where}.{name}: only in one" for name in told.keys() ^ due.keys()]
        both = [name for name in due if name in told]
        return lacking + [
            line for name in both for line in differences(told[name], due[name], f"{where}.{name}")
        ]
    if isinstance(due, list | tuple) and isinstance(told, list) and len(due) == len(told):
        pairs = enumerate(zip(told, due, strict=True))
        return [line for k, (one, other) in pairs for line in differences(one, other, f"{where}[{k}]")]
    if isinstance(due, float | int | np.number) and not isinstance(due, bool) and told is not None:
        alike = isinstance(told, float | int) and told == pytest.approx(float(due), rel=1e-6, abs=1e-9)
        return [] if alike else [f"{where}: told {told}, worked out {due}"]
    none = isinstance(due, float) and math.isnan(due)
    return [] if told == (None if none else due) else [f"{where}: told {told}, worked out {due}"]


def test_every_number_of_the_report_is_worked_out_again(run: Path) -> None:
    told = json.loads(render_json(report(run)))
    study = Study(run)
    assert (study.rows["expected"] == study.rows["decided"]).all()
    found = differences(told, expected(study))
    assert not found, "\n".join(found)


def test_every_record_of_the_report_is_covered_or_not_in_the_demo() -> None:
    assert _records(Report) == ROWS | NOT_IN_THE_DEMO


def test_a_number_that_is_not_worked_out_is_noticed() -> None:
    assert differences({"a": 1.0, "b": [2.0]}, {"a": 1.0, "b": [2.0]}) == []
    assert differences({"a": 1.0, "new": 2.0}, {"a": 1.0}) == [".new: only in one"]
    assert differences({"a": [1.0, 2.0]}, {"a": [1.0]}) == [".a: told [1.0, 2.0], worked out [1.0]"]
    assert differences({"a": 1.001}, {"a": 1.0}) == [".a: told 1.001, worked out 1.0"]
    assert differences({"a": None}, {"a": math.nan}) == []
    assert differences({"a": None}, {"a": 1.0}) == [".a: told None, worked out 1.0"]


def _records(kind: Any) -> set[str]:
    """Names of all records that one is made of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {kind.__name__}.union(*(_records(hint) for hint in get_type_hints(kind).values()))
    return set().union(*(_records(part) for part in get_args(kind)))
