"""`gyges smoke --live`: what connects and what does not, against a server that stands in for a vendor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gyges.agents.skins import render
from gyges.cli import main
from tests.agents.conftest import KEYS, keys, stand_in, vendor
from tests.servers.stand_in import EMPTY, StandIn, choose, error, text

__all__ = ["keys", "stand_in", "vendor"]

Captured = pytest.CaptureFixture[str]


def labels() -> list[str]:
    return [render.labels(0, turn, 0, 6)[0] for turn in range(3)]


def smoke(name: str, stand_in: StandIn, *more: str) -> int:
    return main(["smoke", "--live", name, "--base-url", f"{stand_in.url}/v1", *more])


def test_everything_connects(vendor: str, stand_in: StandIn, tmp_path: Path, capsys: Captured) -> None:
    stand_in.script([choose(label, "Good day.") for label in labels()])
    assert smoke(f"{vendor}/model-1", stand_in, "-o", str(tmp_path / "run")) == 0
    told = capsys.readouterr().out
    assert [line.split()[:2] for line in told.splitlines()[:5]] == [
        ["ok", "connection"], ["ok", "decisions"], ["ok", "tool"], ["ok", "verify"], ["ok", "report"],
    ]  # fmt: skip
    assert "3 requests, 33 tokens in, 21 out" in told
    assert (tmp_path / "run" / "report.html").exists()
    assert main(["verify", str(tmp_path / "run")]) == 0
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEYS[vendor].encode() not in path.read_bytes()


def test_what_does_not_connect_is_named(vendor: str, stand_in: StandIn, capsys: Captured) -> None:
    first, second, _ = labels()
    stand_in.script([text(json.dumps({"option": first})), text(json.dumps({"option": second})), EMPTY, EMPTY])
    assert smoke(f"{vendor}/model-1", stand_in, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    found = {check["name"]: (check["connects"], check["said"]) for check in told["checks"]}
    assert found["decisions"] == (False, "2 of 3 came; missing: unparsable")
    assert found["tool"] == (False, "0 of 3 replies call it")
    assert found["verify"][0] and found["report"][0]
    assert told["spent"][f"{vendor}/model-1"]["calls"] == 4


def test_a_wrong_key_is_one_line(vendor: str, stand_in: StandIn, capsys: Captured) -> None:
    stand_in.script([error(401, "no such key")] * 3)
    assert smoke(f"{vendor}/model-1", stand_in) == 2
    assert f"{vendor} rejected the request (401)" in capsys.readouterr().err


def test_a_dear_model_is_not_asked(stand_in: StandIn, capsys: Captured) -> None:
    stand_in.script([])
    assert smoke("anthropic/claude-fable-5-1?max_tokens=64000", stand_in) == 2
    assert "could cost $" in capsys.readouterr().err
    assert stand_in.requests() == []


def test_spending_stops_at_the_cap(stand_in: StandIn, capsys: Captured) -> None:
    dear = choose(labels()[0])
    dear["response"]["usage"] = {"prompt_tokens": 70_000, "completion_tokens": 5}
    stand_in.script([dear] * 3)
    assert smoke("openai/model-1", stand_in) == 3
    assert "--max-tokens 60,000" in capsys.readouterr().err
    assert len(stand_in.requests()) == 1


def test_only_models_are_tried(capsys: Captured) -> None:
    assert main(["smoke", "--live", "steward"]) == 2
    assert "asks no model" in capsys.readouterr().err
    assert main(["smoke"]) == 2
    assert "--live" in capsys.readouterr().err
