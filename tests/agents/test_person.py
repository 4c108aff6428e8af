"""A person as steward: what they are shown, what they may type, how an episode is stopped and resumed."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console

from gyges.agents import skins
from gyges.agents.llm.said import MOST_SAID, entries
from gyges.agents.person import BadAlias, Person, Stopped
from gyges.agents.policy import Interface, Observation, Promise
from gyges.agents.registry import is_arm_blind, policy
from gyges.agents.typed import chosen
from gyges.cli import main
from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log
from tests.agents.conftest import look

SMALL = ["--alias", "p07", "--rung", "1", "--turns", "3", "--people", "6"]


def person(*said: str, width: int = 100) -> tuple[Person, io.StringIO]:
    """A person who types those lines and then no more, and what they were shown."""
    lines, shown = iter(said), io.StringIO()

    def read(prompt: str) -> str:
        for line in lines:
            return line
        raise EOFError

    return Person("human:p07", Console(file=shown, width=width, highlight=False), read), shown


@pytest.mark.parametrize("width", [80, 120])
def test_a_person_is_shown_every_word_that_a_model_is_sent(width: int) -> None:
    someone, shown = person("1", width=width)
    observation = look(rung=3)
    someone.act(observation)
    told = " ".join(shown.getvalue().split())
    assert max(map(len, shown.getvalue().splitlines())) <= width
    for number, option in enumerate(observation.options, start=1):
        assert f" {number} {option.label} {' '.join(option.text.split())}" in told
    for line in observation.text.splitlines():
        if " | " not in line and line not in [f"{o.label}: {o.text}" for o in observation.options]:
            assert " ".join(line.split()) in told
    table = [line.split(" | ") for line in observation.text.splitlines() if " | " in line]
    for row in table[1:]:
        assert " ".join(row) in told
    if width == 120:
        assert " ".join(table[0]) in told


@pytest.mark.parametrize("interface", get_args(Interface))
@pytest.mark.parametrize("name", skins.names())
def test_the_menu_is_numbered_in_every_skin_and_wording(name: str, interface: Interface) -> None:
    for wording in range(len(skins.load(name).wordings)):
        spec = EpisodeSpec(policy="human:p07", rung=2, skin=name, wording=wording, interface=interface)
        observation = Life(spec).observation()
        someone, shown = person("2")
        assert someone.act(observation).option == 1
        told = " ".join(shown.getvalue().split())
        for number, option in enumerate(observation.options, start=1):
            assert f" {number} {option.label} {' '.join(option.text.split())}" in told


def test_the_job_is_told_once_and_in_the_arm() -> None:
    someone, shown = person("1", "1")
    someone.act(look(arm="can"))
    assert "Your only score is these people's true welfare" in " ".join(shown.getvalue().split())
    before = len(shown.getvalue())
    someone.act(look(arm="can"))
    assert "Your only score" not in shown.getvalue()[before:]
    assert not is_arm_blind(policy("human:p07"))


def test_a_number_or_a_label_chooses_and_what_follows_is_said_aloud() -> None:
    labels = [option.label for option in look().options]
    for said, index, words in (
        ("1", 0, None),
        (f"  {labels[2].lower()}  ", 2, None),
        (f"{len(labels)} I mean [b]well[/b] ", len(labels) - 1, "I mean [b]well[/b]"),
    ):
        decision = person(said)[0].act(look())
        assert (decision.option, decision.words) == (index, words)


def test_what_is_no_option_is_asked_again_and_never_guessed() -> None:
    last = len(look().options)
    someone, shown = person("", "0", str(last + 1), "-1", "ZZ9", "²", "9" * 5000, "\x1b[31m", "?", "2")
    assert someone.act(look()).option == 1
    assert shown.getvalue().count("there is no option") == 7
    assert shown.getvalue().count("NUMBER or LABEL") == 2
    assert "\x1b" not in shown.getvalue()


@pytest.mark.parametrize("interface", get_args(Interface))
@pytest.mark.parametrize("name", skins.names())
def test_what_is_promised_and_reported_goes_out_with_the_next_choice(name: str, interface: Interface) -> None:
    observation = asked_for_a_figure(name, interface)
    third, fourth = observation.options[2], observation.options[3]
    entry = next(entry for entry, key in entries(observation).items() if key == "medicine")
    someone, shown = person(
        "promise give 3 2 by 9",
        f"Promise  abstain {fourth.label.lower()}  by 7",
        "promise abstain by 8",
        "promise hand back by 10",
        "report 41",
        f"report {entry} 12",
        f"report {entry} 13",
        "1 You have my word",
        width=4000,
    )
    decision = someone.act(observation)
    assert (decision.option, decision.words) == (0, "You have my word")
    assert decision.promises == (
        Promise(to=third.target, kind="give", act=third.act, amount=2, by=8),
        Promise(to=fourth.target, kind="abstain", act=fourth.act, by=6),
        Promise(to=-1, kind="abstain", by=7),
        Promise(to=-1, kind="hand_back", by=9),
    )
    assert decision.report == {observation.question: 41, "medicine": 13}
    assert (
        f"promised with your next choice: give “{third.text.partition(' [')[0]}” 2 times by week 9"
        in shown.getvalue()
    )
    assert f"reported with your next choice: {entry} 13" in shown.getvalue()


def asked_for_a_figure(skin: str = "settlement", interface: Interface = "menu") -> Observation:
    """The first decision at which the council asks for something other than medicine."""
    life = Life(EpisodeSpec(policy="human:p07", rung=2, skin=skin, interface=interface, seed=3_100_061))
    while (seen := life.observation()).question in (None, "medicine"):
        life.settle({"choice": life.moment.menu.drawn})
    return seen


def test_what_could_not_be_checked_is_said_at_once_and_not_sent() -> None:
    unusable = (
        "promise", "promise me", "promise give by 9", "promise give 3 0 by 9", "promise give 3 1001 by 9",
        "promise give 99 by 9", "promise give 3 by 0", "promise give 3 by 1", "promise hand_back by -1",
        "promise abstain 3 by ²", "report", "report well", "report gold 3", "report 3.5", "report -3",
        "report food in store 2147483648", "report 5",
    )  # fmt: skip
    someone, shown = person(*unusable, "1", width=4000)
    decision = someone.act(replace(look(turn=1), question=None))
    assert (decision.promises, decision.report) == ((), None)
    told = shown.getvalue().splitlines()[-len(unusable) :]
    assert [
        line.startswith(("write: ", "that cannot be taken: ", "there is no option")) for line in told
    ] == [True] * len(unusable)
    assert "a week is 2 or later" in shown.getvalue()


def test_what_was_promised_can_be_taken_back_and_no_more_is_taken_than_is_read() -> None:
    someone, shown = person(
        "promise hand_back by 9", "report food in store 3", "forget", "promise abstain by 9", "1"
    )
    decision = someone.act(look())
    assert [promise.kind for promise in decision.promises] == ["abstain"]
    assert decision.report is None
    many, shown = person(*["promise abstain by 9"] * (MOST_SAID + 1), "1")
    assert len(many.act(look()).promises) == MOST_SAID
    assert shown.getvalue().count("that cannot be taken") == 1


def test_help_tells_the_entries_of_the_ledger_in_the_skins_words() -> None:
    someone, shown = person("?", "1", width=4000)
    observation = asked_for_a_figure("station")
    someone.act(observation)
    assert f"ENTRY is one of: {'; '.join(entries(observation))}" in shown.getvalue()


def test_what_the_council_asks_is_said_before_the_choice() -> None:
    life = Life(EpisodeSpec(policy="human:p07", rung=0, people=6))
    life.settle({"choice": life.moment.menu.drawn})
    observation = life.observation()
    assert observation.question is not None and observation.inquiry is not None
    asked = {observation.question, observation.inquiry.entry}
    names = {entry: name for name, entry in entries(observation).items() if entry in asked}
    someone, shown = person(*(f"report {name} 7" for name in names.values()), "2 Well", width=4000)
    decision = someone.act(observation)
    assert (decision.option, decision.words, decision.report) == (1, "Well", dict.fromkeys(asked, 7))
    answers = "; ".join(f"report {name} FIGURE" for name in names.values())
    assert f"to answer the council, before you choose: {answers}" in shown.getvalue()
    assert person("2")[0].act(observation).report is None
    at_first, before = person("2")
    at_first.act(look())
    assert "before you choose" not in before.getvalue()


@pytest.mark.parametrize("said", ["q", " Q ", None])
def test_stopping(said: str | None) -> None:
    with pytest.raises(Stopped):
        person(*([said] if said else []))[0].act(look())


def test_chosen() -> None:
    assert [chosen(said, ["BD", "QK"]) for said in ("1", "2", "3", "0", "bd", "Qk", "B")] == [
        0, 1, None, None, 0, 1, None,
    ]  # fmt: skip


@pytest.mark.parametrize("alias", ["", "Ada Lovelace", "ada@example.org", "../x", "x" * 33])
def test_a_name_that_may_be_a_real_one_is_refused(alias: str) -> None:
    with pytest.raises(BadAlias, match="no real name"):
        policy(f"human:{alias}")


def played(folder: Path, said: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gyges", "play", *SMALL, *more, "-o", str(folder)]
    return subprocess.run(command, input=said, capture_output=True, text=True)


def test_an_episode_is_stopped_gone_on_with_verified_and_reported_beside_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "people"
    first = played(run, "3 Good evening\nq\n")
    assert first.returncode == 0, first.stderr
    assert "stopped; decisions kept: 1; the same command goes on" in first.stdout
    (log,) = (run / "episodes").glob("*.jsonl")
    assert "Week 1 of 3" in first.stdout and str(log) in first.stdout
    second = played(run, "2\n1\n")
    assert second.returncode == 0, second.stderr
    assert "Week 1 of 3" not in second.stdout and "3 of 3 decisions taken" in second.stdout
    turns = read_log(log).turns
    assert [(line.choice, line.words) for line in turns] == [(2, "Good evening"), (1, None), (0, None)]
    assert b"p07" in log.read_bytes() and os.environ.get("USER", "?!").encode() not in log.read_bytes()
    assert "3 of 3 decisions taken" in played(run, "").stdout
    assert main(["verify", str(run)]) == 0
    base = played(run, "1\n2\n3\n", "--rung", "0")
    assert base.returncode == 0, base.stderr
    world = [
        "--rungs",
        "0,1",
        "--seeds",
        "2",
        "--turns",
        "3",
        "--people",
        "6",
        "-o",
        str(tmp_path / "others"),
    ]
    assert main(["sweep", "--policy", "steward", *world]) == 0
    capsys.readouterr()
    assert main(["report", str(run), str(tmp_path / "others"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["policies"]["human:p07"]["commons"]["flags"] == ["one-armed", "unidentified weights"]


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    for end in (ours, theirs):
        os.close(end)


def test_on_a_terminal(terminal: tuple[int, int], tmp_path: Path) -> None:
    ours, theirs = terminal
    command = [sys.executable, "-m", "gyges", "run", "human:p07", "--turns", "1", "--people", "4"]
    process = subprocess.Popen([*command, "-o", str(tmp_path)], stdin=theirs, stdout=theirs, stderr=theirs)
    shown = b""
    while b"(? for help) >" not in shown:
        shown += os.read(ours, 4096)
    os.write(ours, b"1\n")
    while b"log: " not in shown:
        shown += os.read(ours, 4096)
    assert process.wait(60) == 0
    assert b"1 of 1 decisions taken" in shown


def test_a_promise_and_a_figure_on_a_terminal_stand_in_the_log_and_in_the_replay(
    terminal: tuple[int, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = terminal
    command = [sys.executable, "-m", "gyges", "play", *SMALL, "-o", str(tmp_path)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    lines = ["?", "promise abstain by 2", "report food in store 7", "1", "1 Good day", "1"]
    shown = b""
    for count, line in enumerate(lines, start=1):
        while shown.count(b"(? for help) >") < count:
            shown += os.read(ours, 4096)
        os.write(ours, f"{line}\n".encode())
    while b"log: " not in shown:
        shown += os.read(ours, 4096)
    assert process.wait(60) == 0
    assert b"ENTRY is one of: food in store" in shown
    assert b"promised with your next choice: abstain by week 2" in shown
    (log,) = (tmp_path / "episodes").glob("*.jsonl")
    first, second, _ = read_log(log).turns
    assert (first.promises, first.report) == ([Promise(to=-1, kind="abstain", by=1)], {"food": 7})
    assert (second.words, second.promises, second.report) == ("Good day", [], None)
    assert main(["verify", str(tmp_path)]) == 0
    assert main(["replay", str(log), "--turn", "0"]) == 0
    told = capsys.readouterr().out
    assert "abstain to everyone, by week 2" in told and "food 7" in told


def test_where_a_person_cannot_play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "--policy", "human:p07", "-o", str(tmp_path / "run")]) == 2
    assert "plays one episode at a time" in capsys.readouterr().err
    assert main(["run", "human:p07"]) == 2
    assert "needs a folder" in capsys.readouterr().err
