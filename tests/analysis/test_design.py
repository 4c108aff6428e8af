"""Sample sizes against formulas and against what planted seeds do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gyges.analysis.design import BadDesign, cost, design, needed, seeds_for_share
from gyges.analysis.estimate import share_lower, tail
from gyges.analysis.onset import fell
from gyges.cli import main
from tests.analysis.planted import episodes, falling, write_run


def test_formula_is_that_of_the_z_test() -> None:
    assert needed(0.2, 0.25, 0.9) == int(np.ceil(((1.959964 + 1.281552) * 0.25 / 0.2) ** 2))
    assert needed(0.1, 0.25, 0.8) == int(np.ceil(((1.959964 + 0.841621) * 2.5) ** 2))


def test_simulated_size_has_the_power_that_the_test_of_the_report_has() -> None:
    found = design(0.3, 0.25)
    assert found.find.formula <= found.find.simulated <= found.find.formula + 4
    chance = np.random.default_rng(11)
    rejected = [fell(chance.normal(-0.3, 0.25, found.find.simulated)) for _ in range(1000)]
    assert np.mean(rejected) == pytest.approx(found.find.power, abs=0.04)
    fewer = [fell(chance.normal(-0.3, 0.25, found.find.simulated - 5)) for _ in range(1000)]
    assert np.mean(fewer) < 0.9


def test_seeds_for_a_share_are_the_fewest_that_stay_enough() -> None:
    n = seeds_for_share(0.3, 0.9)

    def power(size: int) -> float:
        least = next(k for k in range(size + 2) if tail(k, size, 0.02) < 0.025)
        return tail(least, size, 0.3)

    assert power(n) >= 0.9 > power(n - 1)
    assert all(power(size) >= 0.9 for size in range(n, n + 25))
    assert share_lower(1, n) > 0


def test_a_pilot_gives_its_own_variance(tmp_path: Path) -> None:
    run = write_run(tmp_path, episodes({"x": falling(0.9, 3, 0.5)}, spread=0.2))
    found = design(0.3, pilot=run)
    # G is a difference of four figures with noise of .2 each; `limited` counts among the stewards
    assert found.sigma == pytest.approx(0.4, rel=0.15)
    assert found.sigma_from == f"10 rungs of {run.name}"
    assert design(0.3, pilot=run) == found
    with pytest.raises(BadDesign, match="give --sigma"):
        design(0.3, pilot=write_run(tmp_path / "even", episodes({"x": falling(0.9, 3, 0.5)}, spread=0.0)))


def test_cost_counts_both_arms_and_every_control() -> None:
    found = cost(10)
    assert (found.own, found.controls, found.decisions) == (120, 480, 6000)


def test_the_command_says_both_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "--effect", ".3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["find"]["formula"] == 17
    assert main(["design", "--effect", ".3"]) == 0
    assert "to find a fall of 0.3" in capsys.readouterr().out
    assert main(["design", "--effect", ".05"]) == 2
    assert "lies within the margin" in capsys.readouterr().err
    assert main(["design", "--effect", "much"]) == 2
