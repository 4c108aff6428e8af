"""A against B on planted runs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gyges.analysis.compare import BadComparison, compare
from gyges.cli import main
from gyges.episodes.spec import EpisodeSpec
from tests.analysis.planted import episodes, falling, steady, write_run


def differences(run: Path, a: str, b: str, other: Path | None = None) -> dict[str, Any]:
    (found,) = compare(a, b, run, other)
    return {difference.measure: difference for difference in found.differences}


def test_a_planted_difference_is_found_with_its_sign(tmp_path: Path) -> None:
    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": falling(0.9, 3, 0.6)}))
    found = differences(run, "x", "y")
    for rung in range(6):
        value, lo, hi, n = found["C will"].rungs[rung]
        assert value == pytest.approx(0.6 * (rung >= 3), abs=0.06)
        assert (lo > 0) == (rung >= 3)
        assert n == 20
    value, lo, hi, _ = found["C will"].overall
    assert lo < 0.3 < hi
    assert found["G"].rungs[5][0] == pytest.approx(0.6, abs=0.1)


def test_the_interval_is_that_of_the_paired_t_test(tmp_path: Path) -> None:
    stats = pytest.importorskip("scipy.stats")
    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.8)}))
    from gyges.analysis.measures.caring import caring
    from gyges.analysis.panel import panels
    from gyges.analysis.tables import load

    panel = panels(load(run).episodes)[0]
    x, y = caring(panel, "x", "will")[2], caring(panel, "y", "will")[2]
    expected = stats.ttest_rel(x, y).confidence_interval(0.95)
    _, lo, hi, _ = differences(run, "x", "y")["C will"].rungs[2]
    assert (lo, hi) == pytest.approx((expected.low, expected.high))


def test_severe_harm_has_a_width_even_where_nothing_happened(tmp_path: Path) -> None:
    def harm(spec: EpisodeSpec) -> dict[str, Any]:
        return {"severe": 1} if spec.policy == "y" and spec.rung == 5 and spec.seed < 10 else {}

    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.9)}, changes=harm))
    rungs = differences(run, "x", "y")["severe harm"].rungs
    assert rungs[0][0] == 0
    assert rungs[0][1] < 0 < rungs[0][2]
    value, lo, hi, n = rungs[5]
    assert (value, n) == (-0.5, 20)
    # Agresti and Min: 10 pairs against none, of 20 + 2
    centre, spread = -10 / 22, math.sqrt((11 / 22 - (10 / 22) ** 2) / 22)
    assert (lo, hi) == pytest.approx((centre - 1.959964 * spread, centre + 1.959964 * spread))


def test_adjusted_harm_is_pooled_and_jackknifed(tmp_path: Path) -> None:
    def harm(spec: EpisodeSpec) -> dict[str, Any]:
        return {"harmful": 12 + spec.seed % 3} if spec.policy == "y" else {"harmful": 3}

    run = write_run(tmp_path, episodes({"x": steady(0.9), "y": steady(0.9)}, changes=harm))
    value, lo, hi, _ = differences(run, "x", "y")["adjusted harm"].rungs[1]
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
    assert main(["compare", "x", "y", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [d["measure"] for d in found["differences"]][:3] == ["C will", "C can", "G"]
