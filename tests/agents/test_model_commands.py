"""The command line with models: a key that is missing, a server of one's own, nothing left open."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gyges.agents.llm import VENDORS
from tests.agents.conftest import KEYS
from tests.servers.stand_in import StandIn, choose, error, text

MODEL = ["--rung", "1", "--turns", "3", "--people", "6"]


def gyges(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with the keys of the environment."""
    return subprocess.run([sys.executable, "-m", "gyges", *arguments], capture_output=True, text=True)


def test_a_missing_key_is_one_line_and_exit_2(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VENDORS[vendor].key_variable)
    for arguments in (["run", f"{vendor}/m"], ["sweep", "--policy", f"{vendor}/m", "-o", "nowhere"]):
        done = gyges(*arguments)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert f"set {VENDORS[vendor].key_variable}" in done.stderr
        assert not Path("nowhere").exists()


def test_a_wrong_key_is_one_line_and_exit_2(vendor: str, stand_in: StandIn) -> None:
    stand_in.script([error(401, f"no such key {KEYS[vendor]}")])
    done = gyges("run", f"{vendor}/m", *MODEL, "--base-url", f"{stand_in.url}/v1")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{vendor} rejected the request (401)" in done.stderr
    assert KEYS[vendor] not in done.stderr + done.stdout


def test_one_episode_and_a_sweep_end_cleanly(vendor: str, stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.script([choose("0000")] * 6)
    base = ["--base-url", f"{stand_in.url}/v1"]
    done = gyges("run", f"{vendor}/m", *MODEL, *base, "--json", "-o", str(tmp_path / "one"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["outcome"]["missing"] == {"illegal": 3}
    stand_in.script([text("Well.")] * 12)
    sweep = ["--policy", f"{vendor}/m", "--rungs", "1", "--seeds", "2", "--arms", "will", *MODEL[2:]]
    done = gyges("sweep", *sweep, *base, "-o", str(tmp_path / "many"), "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "Unclosed" not in done.stderr
    assert len(stand_in.requests()) == 12
    logs = list((tmp_path / "many" / "episodes").glob("*.jsonl"))
    assert len(logs) == 2
    assert gyges("verify", str(tmp_path / "one")).returncode == 0
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEYS[vendor].encode() not in path.read_bytes()


def test_the_prompt_is_shown_without_a_key(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VENDORS[vendor].key_variable)
    done = gyges("run", f"{vendor}/m", *MODEL, "--show-prompt")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--- system ---" in done.stdout
    assert "You may do one of these." in done.stdout


def test_the_prompt_shown_takes_the_settings_of_the_name_and_refuses_those_it_does_not_know() -> None:
    done = gyges("run", "openai/m?temperature=0&reply=json", *MODEL, "--show-prompt", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["settings"] == {"model": "m", "max_completion_tokens": 2048, "temperature": 0.0}
    assert [part["as"] for part in told["texts"]] == ["system", "user"]
    done = gyges("run", "openai/m?warmth=0", *MODEL, "--show-prompt")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "a model takes" in done.stderr
