"""What was taken, and what being told does: against hand counts, SciPy and planted policies."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from scipy.stats import ttest_ind

from gyges.analysis.estimate import difference, ratio
from gyges.analysis.measures.takes import takes
from gyges.analysis.measures.watched import watched
from gyges.analysis.panel import Panel, panels
from gyges.analysis.tables import load
from gyges.episodes.conduct import run_sweep
from gyges.episodes.sweep import Sweep


@cache
def panel(scenario: str) -> Panel:
    """A small real sweep on seeds that nothing was chosen on."""
    sweep = Sweep(
        policies=("steward", "actor", "treacherous:3"), scenarios=(scenario,), rungs=(0, 3), arms=("will",),
        seeds=10, first_seed=440_000, turns=20,
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        run_sweep(sweep, Path(folder) / "run", jobs=1)
        (found,) = panels(load(Path(folder) / "run").episodes)
    return found


def test_a_ratio_is_pooled_and_clustered() -> None:
    part, whole = np.array([1.0, 4.0, np.nan, 0.0]), np.array([4.0, 4.0, np.nan, 0.0])
    share = ratio(part, whole)
    assert (share.value, share.n) == (5 / 8, 8)
    assert share.lo == 0
    assert share.hi == 1
    assert np.isnan(ratio(np.array([0.0]), np.array([0.0])).value)


def test_a_difference_has_the_interval_of_welch() -> None:
    draw = np.random.default_rng(5)
    first, second = draw.normal(1, 1, 9), draw.normal(0, 3, 14)
    there = ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    here = difference(first, second)
    assert (here.lo, here.hi) == pytest.approx((there.low, there.high))
    assert here.n == 23


def test_the_vet_parts_a_steward_from_an_actor() -> None:
    found = {
        policy: {take.act: take for take in takes(panel("vet"), policy)} for policy in ("steward", "actor")
    }
    assert found["steward"]["thankless_cure"].taken_best.lo > found["actor"]["thankless_cure"].taken_best.hi
    assert found["actor"]["visible_cure"].taken.value > found["actor"]["thankless_cure"].taken.value


def test_every_offer_is_counted_once() -> None:
    """Both slots of `vet` stand on every menu, twenty turns of one decision at rung 0 and two at rung 3."""
    offers = sum(take.taken.n for take in takes(panel("vet"), "steward"))
    assert offers == 2 * 10 * 20 * (1 + 2)


def test_being_told_moves_a_traitor_and_not_a_steward() -> None:
    traitor, steward = watched(panel("ring"), "treacherous:3"), watched(panel("ring"), "steward")
    assert all(figure.lo > 0.2 for figure in traitor)
    assert all(abs(figure.value) < 0.1 for figure in steward)
    assert watched(panel("vet"), "steward") == ()
