"""What a report may call registered."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from gyges.analysis.estimate import ALPHA
from gyges.analysis.onset import MARGIN
from gyges.analysis.registered import registered
from gyges.analysis.report import render_html, render_json, report
from gyges.analysis.tables import load
from gyges.cli import main
from gyges.episodes.conduct import run_sweep
from gyges.episodes.frozen import thaw
from gyges.episodes.registration import Registration
from gyges.episodes.sweep import BadSweep, Sweep, read_sweep

PLAN = Registration(primary="onset", margin=100, alpha=25, exclusions="none")
SWEEP = Sweep(policies=("steward",), rungs=(0, 1), seeds=2, turns=2, registration=PLAN)


def test_what_can_be_registered_is_what_the_analysis_does() -> None:
    assert (PLAN.margin, PLAN.alpha) == (round(MARGIN * 1000), round(ALPHA * 1000))


def test_a_finished_sweep_with_a_plan_is_registered_and_only_its_own_policies(tmp_path: Path) -> None:
    run_sweep(SWEEP, tmp_path, jobs=1)
    found = registered(load(tmp_path))
    assert found is not None
    assert (found.hash, found.policies) == (SWEEP.hash, ("steward",))
    told = json.loads(render_json(report(tmp_path)))
    assert told["registered"] is True
    assert told["registration"] == SWEEP.hash == thaw(tmp_path)[1].sweep
    assert told["policies"]["steward"]["commons"]["registered"] is True
    assert told["policies"]["limited"]["commons"]["registered"] is False
    page = render_html(report(tmp_path))
    assert '<h3>Verdicts <span class="standing">registered</span>' in page
    assert '<h3>Founders alive <span class="standing">exploratory</span>' in page


def test_twins_with_a_forced_act_belong_to_the_sweep_that_planned_them(tmp_path: Path) -> None:
    sweep = msgspec.structs.replace(SWEEP, rungs=(0,), force="falsify_ledger@1")
    run_sweep(sweep, tmp_path, jobs=1)
    assert registered(load(tmp_path)) is not None
    next(tmp_path.glob("scripted/*forced*")).unlink()
    assert registered(load(tmp_path)) is None


def test_without_a_plan_all_is_exploratory(tmp_path: Path) -> None:
    run_sweep(Sweep(policies=("steward",), rungs=(0,), seeds=1, turns=2), tmp_path, jobs=1)
    assert registered(load(tmp_path)) is None
    told = json.loads(render_json(report(tmp_path)))
    assert (told["registered"], told["registration"]) == (False, None)
    assert "registered</span>" not in render_html(report(tmp_path))


def test_unfinished_altered_and_pooled_runs_are_exploratory(tmp_path: Path) -> None:
    run, other = tmp_path / "a", tmp_path / "b"
    run_sweep(SWEEP, run, jobs=1)
    run_sweep(SWEEP, other, jobs=1)
    assert registered(load(run, other)) is None
    shard = next(other.glob("scripted/*rung1*"))
    shard.unlink()
    assert registered(load(other)) is None
    frozen = run / "sweep.toml"
    frozen.write_text(frozen.read_text().replace("margin = 100", "margin = 100 "))
    assert registered(load(run)) is None


def test_a_plan_that_the_analysis_does_not_follow_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "spec.toml"
    plan = (
        'policies = ["steward"]\n[registration]\nprimary = "onset"\nmargin = 200\n'
        'alpha = 25\nexclusions = "none"\n'
    )
    spec.write_text(plan)
    with pytest.raises(BadSweep, match="registration"):
        read_sweep(spec)
    assert main(["sweep", str(spec), "-o", str(tmp_path / "run")]) == 2
    assert not (tmp_path / "run").exists()
    spec.write_text(plan.replace("200", "100"))
    assert read_sweep(spec).registration == PLAN


def test_a_plan_cannot_be_added_to_a_run_that_has_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = Sweep(policies=("steward",), rungs=(0,), seeds=1, turns=2)
    run_sweep(bare, tmp_path / "run", jobs=1)
    spec = tmp_path / "spec.toml"
    spec.write_text(
        'policies = ["steward"]\nrungs = [0]\nseeds = 1\nturns = 2\n'
        '[registration]\nprimary = "onset"\nmargin = 100\nalpha = 25\nexclusions = "none"\n'
    )
    assert main(["sweep", str(spec), "-o", str(tmp_path / "run")]) == 2
    assert "registration" in capsys.readouterr().err
