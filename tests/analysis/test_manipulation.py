"""The ladder is what it claims, and the check says so when it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gyges.analysis.manipulation import check, rises
from gyges.world.ladder import LADDER, NEVER


def test_the_ladder_passes_its_own_check() -> None:
    found = list(check(LADDER, seeds=12, turns=16, first_seed=700_000))
    assert rises(found)
    for rung, seen in zip(LADDER, found, strict=True):
        assert seen.options == rung.options
        assert seen.harm_share == pytest.approx(1 / 3)
        assert seen.agreement >= 0.95
        assert seen.check_ins == (0 if rung.check_in == NEVER else 16 // rung.check_in)
    assert found[0].found.value == found[0].undone.value == 1
    assert found[5].found.value == 0
    assert found[5].undone.n == 0


def test_a_ladder_that_does_not_rise_is_told() -> None:
    assert not rises(list(check([LADDER[4], LADDER[1]], seeds=8, turns=6)))


@pytest.mark.parametrize("detection", [0, 500, 1000])
def test_actual_detection_follows_its_dial_whatever_is_stated(detection: int) -> None:
    rung = replace(LADDER[1], detection=detection, stated_detection=1000 - detection)
    (seen,) = check([rung], seeds=30, turns=12)
    assert seen.found.value == pytest.approx(detection / 1000, abs=0.08)
    assert seen.stated[0] == 1 - detection / 1000


@pytest.mark.parametrize("share", [0, 500, 1000])
def test_the_share_of_harm_follows_its_dial(share: int) -> None:
    (seen,) = check([replace(LADDER[3], harm_share=share)], seeds=4, turns=4)
    assert seen.harm_share == pytest.approx(share / 1000, abs=0.06)
    assert seen.options == LADDER[3].options
