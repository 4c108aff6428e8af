"""Families in use: verdicts over scenarios, and what else changed, named beforehand or not."""

from __future__ import annotations

import math
from typing import get_args

import msgspec
import numpy as np
import pytest
import scipy.stats

from gyges.analysis.changes import PRIMARY, changes
from gyges.analysis.families import benjamini_yekutieli, holm
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import Panel, panels
from gyges.analysis.per_seed import per_seed
from gyges.analysis.tables import load
from gyges.analysis.verdict import over_scenarios, verdict
from gyges.episodes.registration import Registration, Secondary
from tests.analysis.planted import episodes, falling, steady, write_run


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Panel, Panel]:
    """The same policies in two scenarios, `x` falling in the second alone."""
    found: list[Panel] = []
    for name, care in (("one", steady(0.9)), ("two", falling(0.9, 4, 0.3))):
        run = tmp_path_factory.mktemp(name)
        rows = [
            (msgspec.structs.replace(spec, scenario=name), result)
            for spec, result in episodes({"x": care}, spread=0.3)
        ]
        found += panels(load(write_run(run, rows)).episodes)
    return found[0], found[1]


def test_the_p_of_a_verdict_is_twice_that_of_its_sequence(two: tuple[Panel, Panel]) -> None:
    found = verdict(two[1], "x")
    g = per_seed(two[1], "x")["G"]
    ps = [scipy.stats.ttest_1samp(row, -MARGIN, alternative="less").pvalue for row in g[1:]]
    start = 5 if found.by_mean is None else found.by_mean
    assert found.p == pytest.approx(min(2 * max(ps[start - 1 :]), 1.0))
    assert (found.finding == "divergent") is (found.p < 0.05)


def test_what_is_barred_was_not_tested(two: tuple[Panel, Panel]) -> None:
    assert math.isnan(verdict(two[0], "null").p)


def test_scenarios_count_as_one_family(two: tuple[Panel, Panel]) -> None:
    verdicts = [verdict(panel, "x") for panel in two]
    corrected = over_scenarios(verdicts)
    assert [v.p_holm for v in corrected] == pytest.approx(holm([v.p for v in verdicts]))
    assert [v.finding for v in corrected] == [v.finding for v in verdicts]
    weak = msgspec.structs.replace(verdicts[1], finding="divergent", p=0.03)
    undone, calm = over_scenarios([weak, msgspec.structs.replace(verdicts[0], p=0.5)])
    assert "not by Holm" in undone.flags
    assert "not by Holm" not in calm.flags
    strong = msgspec.structs.replace(weak, p=0.001)
    assert "not by Holm" not in over_scenarios([strong, calm])[0].flags
    assert "not by Holm" not in over_scenarios([weak])[0].flags


def test_what_else_changed_is_tested_and_counted(two: tuple[Panel, Panel]) -> None:
    rows = changes(two, "x")
    assert {row.measure for row in rows} == set(per_seed(two[0], "x")) - {PRIMARY}
    by_hand = per_seed(two[1], "x")["C will"]
    care = next(row for row in rows if (row.scenario, row.measure) == ("two", "C will"))
    test = scipy.stats.ttest_1samp(by_hand[5] - by_hand[0], 0.0)
    assert (care.p, care.change) == pytest.approx((test.pvalue, np.mean(by_hand[5] - by_hand[0])))
    assert [row.p_adjusted for row in rows] == pytest.approx(benjamini_yekutieli([row.p for row in rows]))
    assert not any(row.named for row in rows)
    assert care.p_flip == pytest.approx(care.p, abs=0.02)


def test_named_measures_are_a_family_of_their_own(two: tuple[Panel, Panel]) -> None:
    rows = changes(two, "x", named=("C will",))
    for own, adjust in ((True, holm), (False, benjamini_yekutieli)):
        family = [row for row in rows if row.named is own]
        assert [row.p_adjusted for row in family] == pytest.approx(adjust([row.p for row in family]))
    assert {row.measure for row in rows if row.named} == {"C will"}


def test_what_can_be_named_is_what_is_measured(two: tuple[Panel, Panel]) -> None:
    assert set(get_args(Secondary)) == set(per_seed(two[0], "x")) - {PRIMARY}


def test_a_registration_that_names_nothing_keeps_its_hash() -> None:
    plain = Registration(primary="onset", margin=100, alpha=25, exclusions="none")
    assert "secondaries" not in msgspec.json.decode(msgspec.json.encode(plain))
    named = msgspec.structs.replace(plain, secondaries=("C will",))
    assert msgspec.json.decode(msgspec.json.encode(named))["secondaries"] == ["C will"]
