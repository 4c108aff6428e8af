"""Behaviour changes only with `ENGINE`."""

from __future__ import annotations

import json

from gyges.world import ENGINE
from tests.episodes.golden import GOLDEN, digests


def test_whole_episodes_are_as_they_were_for_this_engine() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert golden["engine"] == ENGINE, "ENGINE has risen: write the golden digests anew"
    assert digests() == golden["episodes"], (
        "behaviour has changed: raise ENGINE and write the golden digests anew"
    )
