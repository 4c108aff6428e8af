"""One sweep of a policy in a file, one from an entry point, one over HTTP and a reference policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gyges.cli import main
from tests.agents.test_served import example

__all__ = ["example"]

MINE = """
import numpy as np

class Mine:
    arm_blind = True

    def act_batch(self, batch):
        return (batch.key % batch.acts.shape[1]).astype(np.int16)
"""


@pytest.fixture
def registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a policy that an installed package has registered."""
    installed = tmp_path / "installed"
    about = installed / "gentle-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gentle\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[gyges.policies]\ngentle = gentle_stewards:first\n")
    (installed / "gentle_stewards.py").write_text("def first(observation):\n    return 0\n")
    monkeypatch.syspath_prepend(str(installed))
    return "gentle"


def test_four_kinds_of_policy_in_one_sweep(
    tmp_path: Path, registered: str, example: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    mine = f"{tmp_path / 'mine.py'}:Mine"
    names = ["steward", mine, registered, example]
    small = ["--rungs", "0,2", "--seeds", "2", "--turns", "3", "--people", "6"]
    assert main(["sweep", "--policy", *names, *small, "-o", str(tmp_path / "run"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(names) <= set(report["policies"])
    flags = {name: report["policies"][name]["commons"]["flags"] for name in names}
    assert all("uncorrected" in flags[name] for name in (mine, registered, example))
    assert "uncorrected" not in flags["steward"]
    assert main(["verify", str(tmp_path / "run")]) == 0
