"""A mistake of the user is one line on standard error and exit code 2; a fault of the program is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gyges.cli import main
from gyges.cli.exits import exit_code

COMMANDS = ("run", "sweep", "resume", "status", "verify", "replay", "report", "policies", "ladder", "bench")
SPEC = 'policies = ["steward"]\nseeds = 2\nrungs = [0, 5]\n'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["frobnicate"], "frobnicate"),
        (["run"], "POLICY"),
        (["run", "nobody"], "unknown policy 'nobody'"),
        (["run", "steward", "--rung", "9"], "no rung '9'"),
        (["run", "steward", "--scenario", "paradise"], "no scenario 'paradise'"),
        (["run", "steward", "--set", "luck=1"], "unknown dial 'luck'"),
        (["run", "steward", "--people", "1"], "2..1000000"),
        (["run", "steward", "--skin", "klingon", "--show-prompt"], "klingon"),
        (["run", "anthropic/some-model"], "ANTHROPIC_API_KEY"),
        (["run", "openai/some-model"], "OPENAI_API_KEY"),
        (["run", "nowhere.py:Gentle"], "nowhere.py"),
        (["run", "steward", "--rnug", "1"], "--rnug"),
        (["sweep"], "--policy"),
        (["sweep", "--policy", "steward"], "-o"),
        (["sweep", "--policy", "steward", "nobody", "-o", "run"], "unknown policy 'nobody'"),
        (["sweep", "--policy", "steward", "steward", "--dry-run"], "twice"),
        (["sweep", "absent.toml", "--dry-run"], "absent.toml"),
        (["sweep", "broken.toml", "--dry-run"], "broken.toml"),
        (["sweep", "odd.toml", "--dry-run"], "odd.toml"),
        (["sweep", "binary.toml", "--dry-run"], "binary.toml"),
        (["status", "absent"], "absent"),
        (["resume", "absent"], "absent"),
        (["verify", "absent"], "absent"),
        (["replay", "absent/0123"], "absent"),
        (["report", "absent"], "absent"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for key in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(key, raising=False)
    Path("broken.toml").write_text("policies = [")
    Path("odd.toml").write_text(SPEC + "luck = 3\n")
    Path("binary.toml").write_bytes(b"\xff\x00\xfe")
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = [line for line in told.err.splitlines() if "compiling the world" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("gyges: error: ")
    assert said in lines[0]
    assert not Path("run").exists()


def test_a_policy_file_that_fails_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import gyges\n\n1 / 0\n")
    assert main(["run", f"{file}:Gentle"]) == 2
    assert f"{file}:3: ZeroDivisionError" in capsys.readouterr().err


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_code(ZeroDivisionError("a fault"))


def test_an_interruption_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(KeyboardInterrupt()) == 130
    assert "kept" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m gyges ladder --json | true; exit ${{PIPESTATUS[0]}}"
    for _ in range(5):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert done.stderr == ""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_of_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    assert left.value.code == 0
    assert "usage: gyges" in capsys.readouterr().out


def test_help_imports_nothing_heavy_and_is_quick() -> None:
    heavy = {
        "numpy",
        "numba",
        "msgspec",
        "rich",
        "anthropic",
        "openai",
        "duckdb",
        "scipy",
        "jinja2",
        "asyncio",
    }
    code = "import sys; from gyges.cli.parser import command_line; command_line().format_help()"
    code += f"; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
