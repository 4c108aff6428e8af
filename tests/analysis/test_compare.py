"""A against B on planted runs."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import scipy.stats

from gyges.analysis.compare import BadComparison, compare
from gyges.analysis.measures.catalogue import BY_NAME
from gyges.analysis.report import report
from gyges.cli import main
from gyges.episodes.conduct import run_sweep
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import Sweep
from tests.analysis.planted import episodes, falling, outcome, steady, write_run


def differences(run: Path, a: str, b: str, other: Path | None = None) -> dict[str, Any]:
    (found,) = compare(a, b, run, other)
    return {difference.measure: difference for difference in found.differences}


def test_a_planted_difference_is_found_with_its_sign(tmp_path: Path) -> None:
    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": falling(0.9, 3, 0.6)}))
    found = differences(run, "x", "y")
    for rung in range(6):
        value, lo, hi, n = found["C will"].points[str(rung)]
        assert value == pytest.approx(0.6 * (rung >= 3), abs=0.06)
        assert (lo > 0) == (rung >= 3)
        assert n == 20
    value, lo, hi, _ = found["C will"].overall
    assert lo < 0.3 < hi
    assert found["G"].points["5"][0] == pytest.approx(0.6, abs=0.1)


def test_the_interval_is_that_of_the_paired_t_test(tmp_path: Path) -> None:
    stats = pytest.importorskip("scipy.stats")
    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.8)}))
    from gyges.analysis.measures.caring import caring
    from gyges.analysis.panel import panels
    from gyges.analysis.tables import load

    panel = panels(load(run).episodes)[0]
    x, y = caring(panel, "x", "will")[2], caring(panel, "y", "will")[2]
    expected = stats.ttest_rel(x, y).confidence_interval(0.95)
    _, lo, hi, _ = differences(run, "x", "y")["C will"].points["2"]
    assert (lo, hi) == pytest.approx((expected.low, expected.high))


def test_severe_harm_has_a_width_even_where_nothing_happened(tmp_path: Path) -> None:
    def harm(spec: EpisodeSpec) -> dict[str, Any]:
        return {"severe": 1} if spec.policy == "y" and spec.rung == 5 and spec.seed < 10 else {}

    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.9)}, changes=harm))
    rungs = differences(run, "x", "y")["severe harm"].points
    assert rungs["0"][0] == 0
    assert rungs["0"][1] < 0 < rungs["0"][2]
    value, lo, hi, n = rungs["5"]
    assert (value, n) == (-0.5, 20)
    # Agresti and Min: 10 pairs against none, of 20 + 2
    centre, spread = -10 / 22, math.sqrt((11 / 22 - (10 / 22) ** 2) / 22)
    assert (lo, hi) == pytest.approx((centre - 1.959964 * spread, centre + 1.959964 * spread))


def test_adjusted_harm_is_pooled_and_jackknifed(tmp_path: Path) -> None:
    def harm(spec: EpisodeSpec) -> dict[str, Any]:
        return {"harmful": 12 + spec.seed % 3} if spec.policy == "y" else {"harmful": 3}

    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.9)}, changes=harm))
    value, lo, hi, _ = differences(run, "x", "y")["adjusted harm"].points["1"]
    chosen = np.mean([12 + seed % 3 for seed in range(20)]) / 30
    offered = 0.333
    expected = (3 / 30 - offered) / offered - (chosen - offered) / (1 - offered)
    assert value == pytest.approx(expected)
    assert lo < expected < hi < 0


def test_one_policy_in_two_runs(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a", episodes({"x": steady(0.9)}), policy_hash="old")
    second = write_run(tmp_path / "b", episodes({"x": steady(0.6)}, seeds=range(5, 30)), policy_hash="new")
    (found,) = compare("x", "x", first, second)
    assert found.seeds == 15
    assert found.differences[0].overall[0] == pytest.approx(0.3, abs=0.05)


def test_what_cannot_be_compared_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "a", episodes({"x": steady(0.9), "y": steady(0.9)}))
    with pytest.raises(BadComparison, match="there is limited, x, y"):
        compare("x", "z", run)
    other = write_run(tmp_path / "b", episodes({"x": steady(0.9)}), engine=2)
    with pytest.raises(BadComparison, match="differ in engine"):
        compare("x", "x", run, other)
    apart = write_run(tmp_path / "c", episodes({"x": steady(0.9)}, seeds=range(50, 53)))
    with pytest.raises(BadComparison, match="share no seed"):
        compare("x", "x", run, apart)
    assert main(["compare", "x", "z", str(run)]) == 2
    assert "there is limited, x, y" in capsys.readouterr().err


def test_the_command_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": falling(0.9, 3, 0.6)}))
    assert main(["compare", "x", "y", str(run)]) == 0
    told = capsys.readouterr().out
    assert "B y: divergent from 3" in told
    assert "not in both: " in told
    assert main(["compare", "x", "y", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [d["measure"] for d in found["differences"]][:3] == ["C will", "C can", "G"]


def test_the_whole_catalogue_is_compared_or_said_not_to_be_in_both(tmp_path: Path) -> None:
    (found,) = compare("x", "y", write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.8)})))
    measures = [difference.measure for difference in found.differences]
    assert not set(measures) & set(found.not_in_both)
    assert set(BY_NAME) <= {*measures, *found.not_in_both}
    assert {"siding", "weight_welfare", "watched", "taken"} <= set(found.not_in_both)
    assert all(n == 20 for difference in found.differences for *_, n in difference.points.values())
    assert found.notes and found.notes[0].startswith("no weights")


def test_leaving_seeds_out_of_a_mean_gives_the_paired_t_interval(tmp_path: Path) -> None:
    def spread(spec: EpisodeSpec) -> dict[str, Any]:
        return {"gini": int(np.random.default_rng([spec.seed, spec.rung, spec.policy == "y"]).integers(4000))}

    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.9)}, changes=spread))
    found = differences(run, "x", "y")["gini"]
    cells = np.array(
        [
            [[spread(EpisodeSpec(policy=p, seed=s, rung=k))["gini"] for s in range(20)] for k in range(6)]
            for p in "xy"
        ]
    )
    x, y = cells / 10_000
    for at, (one, other) in {"2": (x[2], y[2]), "all": (x.mean(axis=0), y.mean(axis=0))}.items():
        expected = scipy.stats.ttest_rel(one, other)
        value, lo, hi, n = found.overall if at == "all" else found.points[at]
        assert value == pytest.approx((one - other).mean())
        assert (lo, hi) == pytest.approx(tuple(expected.confidence_interval(0.95)))
        assert n == 20


def test_siding_is_pooled_and_its_interval_holds_the_pairing(tmp_path: Path) -> None:
    """B sends just what A sends, so nothing differs but one act a seed, whatever seeds differ in."""

    def sent(policy: str, seed: int) -> dict[str, list[int]]:
        to, others = 2 + 3 * (seed % 5) + (policy == "x"), 9
        return {"give_to_instance": [20, 0, to, 0], "give_to_people": [20, 0, others, 0]}

    rows = [
        (spec, msgspec.structs.replace(outcome(0.5, 0, spec.seed), tallies=sent(spec.policy, spec.seed)))
        for spec in (EpisodeSpec(policy=p, scenario="conclave", seed=s) for p in "xy" for s in range(20))
    ]
    found = differences(write_run(tmp_path, rows), "x", "y")
    value, lo, hi, n = found["siding"].overall
    to = np.array([2 + 3 * (seed % 5) for seed in range(20)])
    assert value == pytest.approx((to + 1).sum() / (to + 10).sum() - to.sum() / (to + 9).sum())
    assert 0 < lo < value < hi < 0.05
    assert n == 20
    assert found["siding"].points["0"] == found["siding"].overall
    assert "siding_messages" not in found
    assert found["taken"].points["give_to_people"][0] == pytest.approx(0)


def test_a_share_of_episodes_has_a_width_where_none_differ(tmp_path: Path) -> None:
    def cheats(spec: EpisodeSpec) -> dict[str, Any]:
        return {"tempted": {"1": 1}, "cheated_at": 1 if spec.policy == "y" and spec.seed < 5 else -1}

    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.9)}, changes=cheats))
    found = differences(run, "x", "y")["cheated"]
    assert found.points["3"][0] == -0.25 and found.points["3"][3] == 20
    same = differences(run, "x", "x")["cheated"]
    assert same.points["3"][0] == 0 and same.points["3"][1] < 0 < same.points["3"][2]


def test_weights_of_one_study_are_compared_on_one_scale(tmp_path: Path) -> None:
    run = tmp_path / "run"
    sweep = Sweep(policies=("actor", "mirror"), rungs=(3,), seeds=8, arms=("will",), people=12)
    run_sweep(sweep, run)
    found = differences(run, "actor", "mirror")
    value, lo, hi, n = found["weight_approval"].points["3"]
    assert lo > 0.5 and value < hi and n == 8
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    once, twice = (msgspec.json.encode(compare("actor", "mirror", run, other)) for other in (None, copy))
    assert once == twice
    told = {entry.policy: entry for entry in report(run).entries}
    assert value == pytest.approx(
        told["actor"].weights[0].approval[0] - told["mirror"].weights[0].approval[0]
    )
