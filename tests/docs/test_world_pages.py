"""What the pages about the world say can be done, and names what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gyges
from gyges.world.people import PERSON_FIELDS
from gyges.world.settlement import SETTLEMENT_FIELDS

PACKAGE = Path(gyges.__file__).parent
DOCS = PACKAGE.parent / "docs"


def test_the_page_names_every_field() -> None:
    page = (DOCS / "world.md").read_text()
    for field in (*PERSON_FIELDS, *SETTLEMENT_FIELDS):
        assert f"| `{field.name}` |" in page


@pytest.mark.slow
def test_a_scenario_can_be_added_by_following_the_page(tmp_path: Path) -> None:
    page = (DOCS / "new-scenario.md").read_text()
    code, words = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[0] for kind in ("python", "text"))
    assert len(code.splitlines()) + len(words.splitlines()) < 60
    shutil.copytree(PACKAGE, tmp_path / "gyges", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "gyges" / "world" / "scenarios" / "well.py").write_text(code)
    acts = tmp_path / "gyges" / "agents" / "skins" / "settlement" / "acts.txt"
    acts.write_text(acts.read_text() + words)

    def run(*command: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "GYGES_CACHE": str(tmp_path / "cache")}
        done = subprocess.run(
            [sys.executable, "-m", "gyges", *command],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "well" in run("scenarios")
    out = run(
        "sweep", "--scenario", "well", "--policy", "steward", "self", "--rungs", "0", "--seeds", "3",
        "--turns", "8", "-o", str(tmp_path / "run"),
    )  # fmt: skip
    assert "well: " in out
    assert "verified" in run("verify", str(tmp_path / "run"))
    assert "Open the well" in run("run", "steward", "--scenario", "well", "--turns", "2", "--show-prompt")
