from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gyges.agents.policy import Decision, Exchange, Observation
from gyges.agents.registry import policy
from gyges.episodes.batch import run_batch
from gyges.episodes.life import expand
from gyges.episodes.log import ScriptedLine, Turn
from gyges.episodes.run import PolicyFailed, run_episode
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.store import Busy, LogWriter, Refused, read_log
from gyges.episodes.verify import verify

SPEC = EpisodeSpec(policy="someone", turns=4, people=6, rung=3)


class Counting:
    """Takes the option that its memory counts to, and says so."""

    name = "counting"

    def __init__(self) -> None:
        self.remembered: list[Any] = []

    def act(self, observation: Observation) -> Decision:
        self.remembered.append(observation.memory)
        count = observation.memory["count"] if observation.memory else 0
        exchange = Exchange(raw=[{"asked": count}], usage={"input": 3, "calls": 1}, seconds=0.5)
        return Decision(
            option=count % 5, words=f"“{count}”", note="why", exchange=exchange, memory={"count": count + 1}
        )


ROOM = 2
"""Rows kept for those who are yet to come."""


def live(policy: Any, path: Path, spec: EpisodeSpec = SPEC) -> Outcome:
    return asyncio.run(run_episode(spec, policy, path))


def test_every_decision_is_logged_with_what_was_said_paid_and_remembered(tmp_path: Path) -> None:
    lines: list[Turn] = []
    outcome = asyncio.run(run_episode(SPEC, Counting(), tmp_path / "log.jsonl", lines.append))
    log = read_log(tmp_path / "log.jsonl")
    assert [msgspec.structs.replace(line, chain="") for line in log.turns] == lines
    assert [(line.t, line.decision, line.choice) for line in lines] == [
        (turn, decision, (2 * turn + decision) % 5) for turn in range(4) for decision in range(2)
    ]
    assert lines[3].words == "“3”" and lines[3].note == "why" and lines[3].memory == {"count": 4}
    assert lines[3].exchange is not None and lines[3].exchange.usage == {"input": 3, "calls": 1}
    assert len(lines[0].menu) == len(lines[0].order) == len(lines[0].consequences) == 18 + 4
    assert {len(persons) for persons in lines[0].consequences} == {6 + ROOM} and lines[0].digest is None
    assert len(lines[1].came or ()) == 6 + ROOM and lines[1].counted == 6 and len(lines[1].digest or "") == 16
    assert sum([line.welfare or 0 for line in lines]) == outcome.welfare
    assert (outcome.expected, outcome.decided, outcome.missing) == (8, 8, {})


def test_async_and_plain_functions_are_policies_too(tmp_path: Path) -> None:
    async def later(observation: Observation) -> int:
        await asyncio.sleep(0)
        return 2

    expected = live(lambda _: 2, tmp_path / "plain.jsonl")
    assert live(later, tmp_path / "later.jsonl") == expected
    assert live(lambda _: Decision(option=2), tmp_path / "decision.jsonl") == expected


@pytest.mark.parametrize("index", [-1, 22, 10**6])
def test_an_index_that_is_not_on_the_menu_is_missing(tmp_path: Path, index: int) -> None:
    outcome = live(lambda _: index, tmp_path / "log.jsonl")
    assert outcome.missing == {"illegal": 8} and outcome.decided == 0
    assert live(lambda _: Decision(missing="refused"), tmp_path / "b.jsonl").missing == {"refused": 8}


def test_nothing_is_asked_after_power_is_handed_back(tmp_path: Path) -> None:
    asked = []

    def hands_back(observation: Observation) -> int:
        asked.append(observation.turn)
        acts = [option.act for option in observation.options]
        return acts.index("hand_back") if observation.turn == 1 else acts.index("wait")

    outcome = live(hands_back, tmp_path / "log.jsonl")
    assert asked == [0, 0, 1] and outcome.expected == 3 and outcome.handed_back == 1
    lines = read_log(tmp_path / "log.jsonl").turns
    assert len(lines) == 8 and all(line.menu == [] and line.choice is None for line in lines[3:])
    assert verify(tmp_path / "log.jsonl").exit_code == 0


def _raises(observation: Observation) -> int:
    return 1 // (observation.turn - 2)


def _gives_nonsense(observation: Observation) -> Any:
    return "the first"


def _remembers_nonsense(observation: Observation) -> Decision:
    return Decision(option=0, memory=object())


def _says_nonsense(observation: Observation) -> Decision:
    return Decision(option=0, words=7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "line", "says"),
    [
        (_raises, 1, "turn 2: ZeroDivisionError"),
        (_gives_nonsense, 0, "turn 0: TypeError"),
        (_remembers_nonsense, 0, "turn 0: TypeError: not JSON"),
        (_says_nonsense, 0, r"turn 0: TypeError: Decision\.words is text or None, not int"),
    ],
)
def test_a_policy_that_fails_is_an_error_that_names_its_file_and_line(
    tmp_path: Path, function: Any, line: int, says: str
) -> None:
    at = f"{__file__}:{function.__code__.co_firstlineno + line}: 'someone' failed in "
    with pytest.raises(PolicyFailed, match=says) as caught:
        live(function, tmp_path / "log.jsonl")
    assert str(caught.value).startswith(at) and len(str(caught.value).splitlines()) == 1


def test_a_log_cut_anywhere_goes_on_without_asking_again(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jsonl"
    live(Counting(), whole)
    lines = whole.read_bytes().splitlines(keepends=True)
    for done in (0, 1, 4, 7, 9):
        path = tmp_path / f"{done}.jsonl"
        path.write_bytes(b"".join(lines[:done]) + lines[done][:50])
        steward = Counting()
        live(steward, path)
        assert path.read_bytes() == whole.read_bytes()
        asked = max(done - 1, 0)
        assert steward.remembered == [{"count": n} if n else None for n in range(asked, 8)]


def test_a_finished_log_is_only_read(tmp_path: Path) -> None:
    outcome = live(Counting(), tmp_path / "log.jsonl")
    steward = Counting()
    assert live(steward, tmp_path / "log.jsonl") == outcome and steward.remembered == []


def test_a_log_of_another_episode_or_engine_or_writer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.jsonl"
    live(Counting(), path)
    with pytest.raises(Refused, match="another episode"):
        live(Counting(), path, msgspec.structs.replace(SPEC, seed=9))
    with LogWriter(path), pytest.raises(Busy):
        live(Counting(), path)
    monkeypatch.setattr("gyges.episodes.run.ENGINE", 10**6)
    with pytest.raises(Refused, match="this is engine 1000000"):
        live(Counting(), path)


def test_a_log_whose_decisions_lead_elsewhere_is_not_gone_on_with(tmp_path: Path) -> None:
    path, other = tmp_path / "log.jsonl", tmp_path / "other.jsonl"
    live(Counting(), path)
    found = read_log(path)
    with LogWriter(other) as log:
        assert found.header is not None
        log.append(found.header)
        log.append(found.turns[0])
        log.append(msgspec.structs.replace(found.turns[1], choice=3))
    with pytest.raises(Refused, match="turn 0 comes out otherwise"):
        live(Counting(), other)


@pytest.mark.parametrize("arm", ["will", "can"])
@pytest.mark.parametrize("name", ["steward", "random", "oracle", "limited"])
def test_an_episode_alone_equals_the_same_episode_in_a_batch(tmp_path: Path, name: str, arm: Any) -> None:
    spec = EpisodeSpec(policy=name, arm=arm, rung=5, seed=3, turns=4, people=8)
    outcome = live(policy(name), tmp_path / "log.jsonl", spec)
    log = read_log(tmp_path / "log.jsonl")
    batched = run_batch([EpisodeSpec(policy="null", rung=5, seed=1, turns=4, people=8), spec])[1]
    line = ScriptedLine(
        id=spec.id,
        spec=spec,
        engine=1,
        policy_hash=batched.policy_hash,
        decisions=batched.decisions,
        digests=batched.digests,
        outcome=batched.outcome,
    )
    assert [turn.choice for turn in log.turns] == list(batched.decisions)
    bare = {"note": None, "memory": None, "words": None, "exchange": None, "chain": ""}
    assert list(expand(line)) == [msgspec.structs.replace(turn, **bare) for turn in log.turns]
    assert outcome.welfare == batched.outcome.welfare


SLEEPY = """
import asyncio, sys
from pathlib import Path
from gyges.agents.policy import Decision
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec

class Sleepy:
    name = "sleepy"
    async def act(self, observation):
        await asyncio.sleep(float(sys.argv[2]))
        times = (observation.memory or 0) + 1
        drawn = len(observation.options) - 4
        return Decision(option=(observation.key + times) % drawn, words=str(times), memory=times)

spec = EpisodeSpec(policy="sleepy", turns=30, people=6, rung=3)
asyncio.run(run_episode(spec, Sleepy(), Path(sys.argv[1])))
"""


def test_an_episode_killed_at_any_moment_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    script = tmp_path / "sleepy.py"
    script.write_text(SLEEPY)
    undisturbed, killed = tmp_path / "undisturbed.jsonl", tmp_path / "killed.jsonl"
    subprocess.run([sys.executable, script, undisturbed, "0"], check=True, env=environment())
    chance = random.Random(5)
    grown = set()
    for _ in range(3):
        process = subprocess.Popen([sys.executable, script, killed, "0.02"], env=environment())
        size = killed.stat().st_size if killed.exists() else 0
        until = time.monotonic() + 30
        while time.monotonic() < until and (not killed.exists() or killed.stat().st_size <= size):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        process.wait()
        grown.add(killed.stat().st_size)
        assert str(read_log(killed)).startswith("unfinished: ")
    assert len(grown) == 3
    subprocess.run([sys.executable, script, killed, "0"], check=True, env=environment())
    assert killed.read_bytes() == undisturbed.read_bytes()
    assert verify(killed).exit_code == 0


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
