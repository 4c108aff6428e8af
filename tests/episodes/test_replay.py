from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from gyges.agents.policy import Decision, Observation
from gyges.episodes.conduct import run_sweep
from gyges.episodes.panel import bar, clean
from gyges.episodes.replay import NoEpisode, find, listing, replay
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import Refused
from gyges.episodes.sweep import Sweep
from gyges.world import ENGINE

SPEC = EpisodeSpec(policy="[red]mine[/red]", rung=3, turns=3, people=8)
HOSTILE = "\x1b[2J\x1b]0;title\x07[bold red]hello[/] \u202eolleh\u2028\x9b31m {t} \ud800 \r\n" + "x" * 5000


def hostile(observation: Observation) -> Decision:
    if observation.turn == 2:
        acts = [option.act for option in observation.options]
        return Decision(option=acts.index("hand_back"), words="goodbye")
    return (
        Decision(option=3, words=HOSTILE, note=HOSTILE)
        if observation.decision
        else Decision(missing="timeout")
    )


def shown(path: Path, width: int = 80, turn: int | None = None) -> str:
    out = io.StringIO()
    replay(path, turn, Console(file=out, width=width, force_terminal=True, highlight=False))
    return out.getvalue()


def plain(path: Path, width: int = 80, turn: int | None = None) -> str:
    out = io.StringIO()
    replay(path, turn, Console(file=out, width=width, highlight=False))
    return out.getvalue()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "episodes" / f"{SPEC.id}.jsonl"
    asyncio.run(run_episode(SPEC, hostile, path))
    return path


@pytest.mark.parametrize("width", [80, 120])
def test_a_panel_a_turn_holds_people_menu_choice_words_and_what_came(log: Path, width: int) -> None:
    text = plain(log, width)
    assert [text.count(f"turn {turn} of 3") for turn in range(3)] == [1, 1, 1]
    assert {len(line) for line in text.splitlines() if line[:1] in "╭│╰"} == {width}
    assert text.count("no decision  timeout") == 2 and text.count("chose  ") == 3
    assert text.count("▶") == 3 and text.count("menu 1 of 2") == 3
    assert (
        "said   “goodbye”" in text and "Power has been handed back, or taken away: nothing is asked." in text
    )
    assert text.count("welfare  0.") == 3 and "gained " in text and "lost   " in text
    assert "rung 3 governor · will · seed 0" in text and text.endswith("finished\n")


def test_hostile_words_can_neither_move_the_cursor_nor_colour(log: Path) -> None:
    text = shown(log)
    for sequence in ("\x1b[2J", "\x1b]0", "\x07", "\u202e", "\u2028", "\x9b", "\r"):
        assert sequence not in text
    assert "[bold red]hello[/]" in text and "[red]mine[/red]" in text and "(3," in text
    assert all(character == "\n" or character == "\x1b" or character >= " " for character in text)


def test_one_turn_can_be_asked_for(log: Path) -> None:
    text = plain(log, turn=1)
    assert "turn 1 of 3" in text and "turn 0 of 3" not in text
    with pytest.raises(NoEpisode, match="no whole turn 9"):
        plain(log, turn=9)


def test_an_unfinished_log_is_shown_as_far_as_it_goes(log: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:4]) + b"{")
    text = plain(torn)
    assert "turn 0 of 3" in text and "turn 1 of 3" not in text
    assert text.endswith("unfinished: intact through turn 0, 1 torn bytes dropped\n")


def test_episodes_of_a_run_are_found_by_the_start_of_their_id(tmp_path: Path) -> None:
    run_sweep(Sweep(policies=("null",), rungs=(0,), seeds=1, people=60, turns=2), tmp_path)
    specs = [spec for spec, state in listing(tmp_path) if state == "finished"]
    assert len(specs) == 8
    oracle = next(spec for spec in specs if spec.policy == "oracle")
    assert find(tmp_path / oracle.id[:12]).spec == oracle
    text = plain(tmp_path / oracle.id)
    assert text.count("▶") == 2 and "the 48 worst off of 60" in text
    with pytest.raises(NoEpisode, match="no episodes whose ID starts with 'zz'"):
        find(tmp_path / "zz")
    with pytest.raises(NoEpisode, match="holds no episodes"):
        find(tmp_path / "nowhere" / "0")


def test_an_episode_of_another_engine_is_refused(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gyges.episodes.replay.ENGINE", 99)
    with pytest.raises(Refused, match=f"of engine {ENGINE}, and this is engine 99"):
        plain(log)


def test_bars_and_cleaning() -> None:
    assert [bar(value, 1000, 2) for value in (0, 1, 500, 1000, 2000)] == ["  ", "▏ ", "█ ", "██", "██"]
    assert clean("tab\there\x00") == "tabhere" and clean("né 🙂") == "né 🙂"
