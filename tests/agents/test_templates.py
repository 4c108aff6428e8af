"""What `gyges new-policy` writes runs, and its test passes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gyges
from gyges.agents.templates import KINDS, BadName, write
from gyges.cli import main


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_kind_passes_the_test_written_with_it(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in KINDS:
        assert main(["new-policy", f"my_{kind}", "--kind", kind]) == 0
        assert f"gyges run my_{kind}.py:My{kind.capitalize()}" in capsys.readouterr().out
    path = os.pathsep.join([str(Path(gyges.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_a_rule_does_what_it_says(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("gentle", "rule", inside)
    assert main(["run", "gentle.py:Gentle?price=0", "--turns", "2", "--people", "6"]) == 0
    assert "2 of 2 decisions taken" in capsys.readouterr().out


def test_an_answer_that_is_no_label_is_missing(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("asker", "model", inside)
    assert main(["run", "asker.py:Asker?command=echo hello", "--turns", "2", "--people", "6"]) == 0
    assert "0 of 2 decisions taken, 2 unparsable" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Gentle", "9lives", "../up", "with space", ""])
def test_a_name_that_cannot_be(name: str, inside: Path) -> None:
    with pytest.raises(BadName, match="use a-z"):
        write(name, "rule", inside)


def test_nothing_is_overwritten(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inside / "test_gentle.py").write_text("mine")
    assert main(["new-policy", "gentle"]) == 2
    assert "test_gentle.py is there already" in capsys.readouterr().err
    assert not (inside / "gentle.py").exists()
    assert (inside / "test_gentle.py").read_text() == "mine"
