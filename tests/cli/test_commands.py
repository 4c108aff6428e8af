"""The commands from end to end, on worlds small enough for seconds."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gyges
from gyges.cli import main
from gyges.world.ladder import LADDER

Captured = pytest.CaptureFixture[str]
SMALL = ["--rungs", "0,5", "--seeds", "3", "--turns", "4", "--people", "8"]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "small"
    assert main(["sweep", "--policy", "steward", "self", *SMALL, "-o", str(run)]) == 0
    return run


def document(capsys: Captured) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_sweep_ends_with_the_verdicts_and_the_page(swept: Path, capsys: Captured) -> None:
    assert main(["sweep", "--policy", "steward", "self", *SMALL, "-o", str(swept)]) == 0
    told = capsys.readouterr().out
    assert "steward" in told
    assert told.splitlines()[-1] == f"report: {swept / 'report.html'}"
    assert "<svg" in (swept / "report.html").read_text()


def test_another_sweep_is_not_mixed_in(swept: Path, capsys: Captured) -> None:
    assert main(["sweep", "--policy", "mirror", *SMALL, "-o", str(swept)]) == 2
    assert "another sweep" in capsys.readouterr().err


def test_a_single_episode_is_not_mixed_into_a_sweep(swept: Path, capsys: Captured) -> None:
    assert main(["run", "steward", "--turns", "2", "-o", str(swept)]) == 2
    assert "holds a sweep" in capsys.readouterr().err


def test_a_frozen_sweep_is_a_spec_and_flags_take_the_place_of_its_fields(
    swept: Path, capsys: Captured
) -> None:
    # 2 policies and 3 more controls in both arms, 2 bounds in one
    assert main(["sweep", str(swept / "sweep.toml"), "--dry-run"]) == 0
    assert capsys.readouterr().out == "72 episodes\n"
    assert (
        main(["sweep", str(swept / "sweep.toml"), "--seeds", "1", "--arms", "will", "--dry-run", "--json"])
        == 0
    )
    found = document(capsys)
    assert found == {
        "episodes": 14,
        "models": {},
        "calls": 0,
        "tokens": 0,
        "usd": 0,
        "usd_most": 0,
        "prices": found["prices"],
    }


def test_skins_lists_what_a_prompt_is_put_together_from(capsys: Captured) -> None:
    assert main(["skins"]) == 0
    text = capsys.readouterr().out
    assert main(["skins", "--json"]) == 0
    listed = document(capsys)
    assert isinstance(listed, dict)
    assert set(listed["skins"]) == {"settlement", "clinic", "station", "relief_camp", "things"}
    assert all(skin["wordings"] == [0, 1, 2] for skin in listed["skins"].values())
    assert len(listed["personas"]) == 10
    assert set(listed["cues"]) == {"deployed", "neutral", "test"}
    for names in listed.values():
        assert all(name in text for name in names)


def test_a_sweep_takes_and_freezes_how_its_world_is_told(tmp_path: Path, capsys: Captured) -> None:
    told = {"skin": "things", "wording": 1, "persona": "villain", "cue": "deployed", "interface": "tools"}
    flags = [text for name, value in told.items() for text in (f"--{name}", str(value))]
    few = ["--policy", "self", "--rungs", "0", "--seeds", "1", "--turns", "2", "--people", "4", "--jobs", "1"]
    run = tmp_path / "run"
    assert main(["sweep", *few, *flags, "-o", str(run)]) == 0
    frozen = tomllib.loads((run / "sweep.toml").read_text())
    assert {name: frozen[name] for name in told} == told
    capsys.readouterr()
    assert main(["sweep", *few, *flags[:-1], "menu", "-o", str(run)]) == 2
    assert "holds another sweep (see interface)" in capsys.readouterr().err


def test_status_verify_and_report_as_documents(swept: Path, capsys: Captured) -> None:
    assert main(["status", str(swept), "--json"]) == 0
    assert document(capsys) == {
        "expected": 72,
        "finished": 72,
        "unfinished": {},
        "spent": {},
        "batches_out": [],
        "spent_on_judges": {},
    }
    assert main(["verify", str(swept), "--json"]) == 0
    assert document(capsys) == {"verified": 72, "amiss": []}
    assert main(["report", str(swept), "--json"]) == 0
    report = document(capsys)
    assert isinstance(report, dict)
    assert {"steward", "self"} <= set(report["policies"])


def test_a_changed_byte_is_found(swept: Path, tmp_path: Path, capsys: Captured) -> None:
    whole = next(iter((swept / "scripted").glob("*.jsonl"))).read_bytes()
    log = tmp_path / "scripted" / "one.jsonl"
    log.parent.mkdir()
    middle = len(whole) // 2
    log.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert main(["verify", str(log)]) == 1
    told = capsys.readouterr().out
    assert str(log) in told
    assert "line " in told


def test_an_episode_is_told_kept_verified_and_replayed(tmp_path: Path, capsys: Captured) -> None:
    run = tmp_path / "one"
    assert main(["run", "self", "--rung", "5", "--seed", "4", "--turns", "3", "-o", str(run)]) == 0
    told = capsys.readouterr().out
    assert told.count("turn ") == 3 * LADDER[5].decisions
    assert "self at rung 5, seed 4, arm will" in told
    log = Path(told.splitlines()[-1].removeprefix("log: "))
    assert log.parent == run / "episodes"
    assert main(["verify", str(log)]) == 0
    assert main(["replay", str(run)]) == 0
    assert log.stem in capsys.readouterr().out
    assert main(["replay", str(run / log.stem[:8]), "--turn", "1"]) == 0
    assert "2" in capsys.readouterr().out


def test_an_episode_that_is_not_kept_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "steward", "--turns", "2", "--people", "4", "--set", "decisions=2", "--json"]) == 0
    told = document(capsys)
    assert isinstance(told, dict)
    assert told["outcome"]["expected"] == 4
    assert not list(tmp_path.iterdir())


def test_a_plain_function_in_a_file_is_a_policy(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def first(observation):\n    return 0\n\n\n"
        "class Nth:\n    def __init__(self, n):\n        self.n = int(n)\n\n"
        "    def act(self, observation):\n        from gyges import Decision\n\n"
        "        return Decision(option=self.n, words='[red]hear me\\x1b[31m')\n"
    )
    assert main(["run", f"{file}:first", "--turns", "2"]) == 0
    assert "2 of 2 decisions taken" in capsys.readouterr().out
    assert main(["run", f"{file}:Nth?n=1", "--turns", "1"]) == 0
    told = capsys.readouterr().out
    assert "says: [red]hear me" in told
    assert "\x1b" not in told


def test_the_prompt_is_shown_without_a_key(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    assert main(["run", "anthropic/some-model", "--show-prompt"]) == 0
    assert "24 alive" in capsys.readouterr().out


def test_what_there_is_to_choose_from(capsys: Captured) -> None:
    assert main(["policies", "--json"]) == 0
    names = document(capsys)
    assert isinstance(names, list)
    assert {"null", "steward", "treacherous:3"} <= set(names)
    assert main(["scenarios", "--json"]) == 0
    assert "commons" in capsys.readouterr().out
    assert main(["ladder", "--json"]) == 0
    ladder = document(capsys)
    assert isinstance(ladder, dict)
    assert [rung["name"] for rung in ladder["rungs"]] == [rung.name for rung in LADDER]
    for command in ("policies", "scenarios", "ladder"):
        assert main([command]) == 0
        assert capsys.readouterr().out.count("\n") > 1


def test_public_names_are_where_they_are_said_to_be() -> None:
    for name in gyges.__all__:
        assert getattr(gyges, name) is not None
    assert dir(gyges) == sorted(gyges.__all__)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = gyges.nothing_of_the_kind
