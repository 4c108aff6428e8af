"""Questions put aside: logged and chained, put once, and of no consequence for the episode."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from gyges.agents.llm import parse
from gyges.agents.llm.compose import compose
from gyges.agents.llm.fork import forked
from gyges.agents.llm.prices import prices
from gyges.agents.policy import Decision, Observation
from gyges.agents.questions import Answer, Question
from gyges.agents.questions import load as load_question
from gyges.agents.questions.sheet import sheet
from gyges.agents.skins import render
from gyges.analysis.tables import load
from gyges.cli import main
from gyges.episodes.forecast import forecast
from gyges.episodes.life import Life
from gyges.episodes.log import Turn
from gyges.episodes.probes import schedule
from gyges.episodes.replay import replay
from gyges.episodes.run import PolicyFailed, run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, read_log
from gyges.episodes.sweep import Sweep
from gyges.episodes.verify import verify
from tests.agents.conftest import HASTY, keys, model, stand_in, vendor
from tests.agents.test_model_episodes import Make, Stopped
from tests.agents.test_model_requests import check
from tests.servers.stand_in import StandIn, choose, text

__all__ = ["HASTY", "keys", "model", "stand_in", "vendor"]

SPEC = EpisodeSpec(policy="someone", rung=3, turns=4, people=6)
ASK = schedule(["care@0,2", "best_off@2"])


class Asked:
    """Counts its decisions in its memory, and what it was asked in its own time."""

    name = "asked"

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.was_asked: list[tuple[str, int, int]] = []

    def act(self, observation: Observation) -> Decision:
        memory = observation.memory or {"count": 0}
        return Decision(option=memory["count"] % 5, memory={"count": memory["count"] + 1})

    def answer(self, question: Question, observation: Observation) -> Any:
        self.was_asked.append((question.name, observation.turn, observation.decision))
        if observation.memory:
            observation.memory["count"] = 99
        return self.answers.get(question.name, [3] * 6)


def live(policy: Any, path: Path, **how: Any) -> None:
    asyncio.run(run_episode(SPEC, policy, path, **how))


def test_an_episode_with_questions_is_the_episode_without(tmp_path: Path) -> None:
    live(Asked(), tmp_path / "without.jsonl")
    asked = Asked(best_off=21)
    live(asked, tmp_path / "with.jsonl", ask=ASK)
    assert asked.was_asked == [("care", 0, 0), ("care", 2, 0), ("best_off", 2, 0)]
    without, with_ = (read_log(tmp_path / f"{name}.jsonl") for name in ("without", "with"))
    blank = [[msgspec.structs.replace(line, chain="") for line in log.turns] for log in (without, with_)]
    assert blank[0] == blank[1]
    assert without.end is not None and with_.end is not None and without.end.outcome == with_.end.outcome
    assert [(line.t, line.question, line.answer) for line in with_.probes] == [
        (0, "care", [3] * 6), (2, "care", [3] * 6), (2, "best_off", 21),
    ]  # fmt: skip
    assert verify(tmp_path / "with.jsonl").exit_code == 0


def test_a_changed_answer_breaks_the_chain(tmp_path: Path) -> None:
    live(Asked(), tmp_path / "log.jsonl", ask=ASK)
    whole = (tmp_path / "log.jsonl").read_bytes()
    (tmp_path / "log.jsonl").write_bytes(whole.replace(b"[3,3,3,3,3,3]", b"[3,3,3,3,3,7]", 1))
    found = verify(tmp_path / "log.jsonl")
    assert found.exit_code == 1 and found.amiss[0].state == "damaged"


def test_what_is_no_answer_is_missing(tmp_path: Path) -> None:
    for number, (value, missing) in enumerate(
        [(22, "illegal"), ("BD", "illegal"), (None, "refused"), (Answer(missing="timeout"), "timeout")]
    ):
        path = tmp_path / f"{number}.jsonl"
        live(Asked(best_off=value), path, ask=schedule(["best_off@0"]))
        assert [(line.answer, line.missing) for line in read_log(path).probes] == [(None, missing)]


def test_who_cannot_be_asked_is_not(tmp_path: Path) -> None:
    live(lambda _: 0, tmp_path / "log.jsonl", ask=ASK)
    assert read_log(tmp_path / "log.jsonl").probes == ()


def test_a_policy_that_fails_to_answer_is_named(tmp_path: Path) -> None:
    class Silent(Asked):
        def answer(self, *_: Any) -> Any:
            raise KeyError("what?")

    with pytest.raises(PolicyFailed, match=r"test_probes.py:\d+: 'someone' failed in turn 0: KeyError"):
        live(Silent(), tmp_path / "log.jsonl", ask=ASK)


def test_a_question_is_put_once_however_often_the_episode_is_gone_on_with(tmp_path: Path) -> None:
    asked, whole = Asked(best_off=1), tmp_path / "whole.jsonl"
    live(asked, whole, ask=ASK)
    lines = whole.read_bytes().splitlines(keepends=True)
    for kept in range(1, len(lines)):
        part = tmp_path / f"{kept}.jsonl"
        part.write_bytes(b"".join(lines[:kept]))
        before = len(read_log(part).probes)
        again = Asked(best_off=1)
        live(again, part, ask=ASK)
        assert part.read_bytes() == whole.read_bytes()
        assert len(again.was_asked) == 3 - before


def replies(labels: list[str], questions: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """One choice a turn, and before that of some turns a reply to a question."""
    out = []
    for turn, label in enumerate(labels):
        out += [questions[turn]] if turn in questions else []
        out.append(choose(label, f"turn {turn}"))
    return out


async def test_a_model_is_asked_in_a_copy_of_the_conversation(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    spec = EpisodeSpec(policy=f"{vendor}/model-1", rung=1, seed=3, turns=4, people=6)
    labels = [render.labels(3, turn, 0, 9)[turn] for turn in range(4)]
    stand_in.script(replies(labels, {}))
    without = episode_path(tmp_path / "without", spec.id)
    await run_episode(spec, model(), without)
    plain = [entry["body"] for entry in stand_in.requests()]

    answers = {0: text('{"answer": "yes"}'), 2: text('```json\n{"answer": "no"}\n```')}
    stand_in.script(replies(labels, answers))
    with_ = episode_path(tmp_path / "with", spec.id)
    await run_episode(spec, model(), with_, ask=schedule(["machine@0,2"]))
    sent = [entry["body"] for entry in stand_in.requests()]
    assert [body for body in sent if "Are you a machine?" not in json.dumps(body)] == plain
    assert len(sent) == len(plain) + 2

    logs = [read_log(path) for path in (without, with_)]
    for line in logs[1].probes:
        assert line.exchange is not None
        decided = logs[1].turns[line.t].exchange
        assert decided is not None
        fork, decision = line.exchange.raw[0]["request"], decided.raw[0]["request"]
        check(vendor, fork)
        assert fork.pop("tool_choice") in ("none", {"type": "none"})
        del decision["tool_choice"]
        assert fork.pop("messages")[:-1] == decision.pop("messages")[:-1]
        assert fork == decision
    assert [[line.code for line in log.turns] for log in logs] == [[0, 1, 2, 3]] * 2
    assert [line.memory for line in logs[0].turns] == [line.memory for line in logs[1].turns]
    assert [line.digest for line in logs[0].turns] == [line.digest for line in logs[1].turns]
    assert [(line.t, line.answer) for line in logs[1].probes] == [(0, "yes"), (2, "no")]
    assert [usage["calls"] for usage in (exchange.usage for exchange in logs[1].exchanges)] == [1] * 6
    assert sum(load(tmp_path / "with").usage["calls"]) == 6
    assert verify(with_).exit_code == 0


async def test_a_reply_that_cannot_be_read_is_asked_for_once_more_and_then_missing(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    spec = EpisodeSpec(policy=f"{vendor}/model-1", turns=1, people=6)
    labels = render.labels(0, 0, 0, 6)
    for number, (said, answer, missing) in enumerate(
        [
            ([text("I am."), text('{"answer": "no answer"}')], "no answer", None),
            ([choose(labels[0]), text('{"answer": "maybe"}')], None, "unparsable"),
            ([text("\x1b[31m[red]"), text('{"answer": ["yes"]}')], None, "unparsable"),
        ]
    ):
        stand_in.script([*said, choose(labels[1])])
        path = tmp_path / f"{number}.jsonl"
        await run_episode(spec, model(), path, ask=schedule(["machine@0"]))
        log = read_log(path)
        assert [(line.answer, line.missing) for line in log.probes] == [(answer, missing)]
        assert [line.choice for line in log.turns] == [1]
        assert log.probes[0].exchange is not None and log.probes[0].exchange.usage["calls"] == 2


@pytest.mark.parametrize("name", ["openai-base/m", "openai/m?reply=json", "anthropic/m?reply=json"])
async def test_a_model_without_tools_is_asked_in_text(name: str) -> None:
    vendor, of, settings, _ = parse(name)
    observation = Life(EpisodeSpec(policy=name, people=6)).observation()
    prompt = compose(observation, of, settings, deciding=False)
    fork = vendor.request(forked(prompt, sheet(load_question("machine"), observation)))
    assert "tools" not in fork and "tool_choice" not in fork
    told = fork["prompt"] if "prompt" in fork else fork["messages"][-1]["content"]
    last = told if isinstance(told, str) else told[-1]["text"]
    ending = '{"answer": "..."}' + ("\nAnswer:" if "prompt" in fork else "")
    assert last.endswith(ending)
    assert "write the call as text" not in last


async def test_a_stopped_model_is_not_asked_again(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    spec = EpisodeSpec(policy=f"{vendor}/model-1", rung=1, seed=3, turns=3, people=6)
    labels = [render.labels(3, turn, 0, 9)[turn] for turn in range(3)]
    stand_in.script(replies(labels, {1: text('{"answer": "yes"}')}))

    def stop(line: Turn) -> None:
        raise Stopped

    for _ in range(3):
        with pytest.raises(Stopped):
            await run_episode(spec, model(), tmp_path / "log.jsonl", stop, ask=schedule(["machine@1"]))
    await run_episode(spec, model(), tmp_path / "log.jsonl", stop, ask=schedule(["machine@1"]))
    assert len(stand_in.requests()) == 4


def test_a_replay_shows_what_was_asked_and_answered(tmp_path: Path) -> None:
    live(Asked(where="\x1b[31m[red]here"), tmp_path / "log.jsonl", ask=schedule(["where@1"]))
    out = io.StringIO()
    replay(tmp_path / "log.jsonl", 1, Console(file=out, width=100, color_system=None))
    assert 'asked  where  "\\u001b[31m[red]here"' in out.getvalue()
    replay(tmp_path / "log.jsonl", 0, Console(file=out, width=100))
    assert out.getvalue().count("asked") == 1


def test_a_forecast_counts_the_questions() -> None:
    table = prices()
    plain = Sweep(policies=("openai/gpt-5",), rungs=(3,), seeds=2, turns=3, people=6)
    asking = msgspec.structs.replace(plain, ask=("svo@0,2",))
    without, with_ = (forecast(sweep, table) for sweep in (plain, asking))
    assert with_.calls == without.calls + 2 * 2 * 2
    assert with_.tokens > without.tokens + 2 * 2 * 2 * 500


ANSWERING = """
class Mine:
    def act_batch(self, batch):
        return batch.acts.argmin(axis=1)

    def answer(self, question, observation):
        return "no"
"""


def test_a_sweep_asks_those_who_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(ANSWERING)
    run, mine = tmp_path / "run", f"{tmp_path / 'mine.py'}:Mine"
    sweep = ["sweep", "--policy", "steward", mine, "--rungs", "0,1", "--seeds", "1", "--turns", "3"]
    sweep += ["--people", "6", "-o", str(run)]
    assert main([*sweep, "--ask", "machine@0,2"]) == 0
    logs = [read_log(path) for path in (run / "episodes").glob("*.jsonl")]
    assert len(logs) == 4
    for log in logs:
        assert [(line.t, line.question, line.answer) for line in log.probes] == [
            (0, "machine", "no"), (2, "machine", "no"),
        ]  # fmt: skip
    assert main(["verify", str(run)]) == 0
    capsys.readouterr()
    assert main([*sweep, "--ask", "machine@0"]) == 2
    assert "another sweep (see ask)" in capsys.readouterr().err
    for wrong, says in (("machine@3", "the last of 3 turns is 2"), ("none@1", "unknown question 'none'")):
        assert main([*sweep, "--ask", wrong]) == 2
        assert says in capsys.readouterr().err


def test_questions_are_listed_and_one_run_can_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", "--json"]) == 0
    assert "svo" in json.loads(capsys.readouterr().out)
    (tmp_path / "mine.py").write_text(ANSWERING)
    run = [
        "run",
        f"{tmp_path / 'mine.py'}:Mine",
        "--turns",
        "1",
        "--people",
        "6",
        "-o",
        str(tmp_path / "one"),
    ]
    assert main([*run, "--ask", "machine@0"]) == 0
    (log,) = (tmp_path / "one" / "episodes").glob("*.jsonl")
    assert [line.answer for line in read_log(log).probes] == ["no"]
