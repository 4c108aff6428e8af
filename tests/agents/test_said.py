"""Promises and figures in a reply: what can be checked is taken, the rest dropped and logged as such."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.agents.llm import ModelPolicy
from gyges.agents.llm.said import MOST_SAID, entries, said
from gyges.agents.policy import Observation, Promise
from gyges.agents.skins import names
from gyges.episodes.life import Life
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log
from gyges.episodes.verify import verify
from gyges.episodes.words import checked, unknown_entry
from gyges.world.settlement import LEDGER
from tests.agents.test_interfaces import calling
from tests.servers.stand_in import StandIn

Make = Callable[..., ModelPolicy]


def look(interface: Any = "menu", skin: str = "settlement") -> Observation:
    life = Life(EpisodeSpec(policy="m", rung=2, turns=12, interface=interface, skin=skin, seed=3_100_061))
    for _ in range(3):
        life.settle({"choice": life.moment.menu.drawn})
    return life.observation()


MENU, TOOLS = look(), look("tools")


def naming(observation: Observation, place: int) -> dict[str, Any]:
    """How a promise names an option."""
    return {name: value for name, value in observation.options[place].call.items() if name != "amount"}


@pytest.mark.parametrize("observation", [MENU, TOOLS], ids=["menu", "tools"])
def test_a_promise_is_read_as_it_is_meant(observation: Observation) -> None:
    option, nothing = observation.options[2], dict.fromkeys(naming(observation, 2), "")
    told = said(
        {
            "promises": [
                {"kind": "give", **naming(observation, 2), "times": 3, "by": 9},
                {"kind": "abstain", **naming(observation, 2), "times": 7, "by": 4},
                {"kind": "abstain", **nothing, "times": 1, "by": 12},
                {"kind": "hand_back", **nothing, "times": 1, "by": 5},
            ]
        },
        observation,
    )
    assert told.promises == (
        Promise(to=option.target, kind="give", act=option.act, amount=3, by=8),
        Promise(to=option.target, kind="abstain", act=option.act, by=3),
        Promise(to=-1, kind="abstain", by=11),
        Promise(to=-1, kind="hand_back", by=4),
    )
    assert told.dropped == () and said(told.again, observation) == told


MALFORMED: list[dict[str, Any]] = [
    {"kind": "swear"},
    {"by": 3},
    {"by": 0},
    {"by": "9"},
    {"by": True},
    {"by": 10**12},
    {"times": 0},
    {"times": None},
    {"times": 10**9},
    {"option": "the first"},
    {"option": ""},
    {"option": ["QK"]},
]


@pytest.mark.parametrize("wrong", MALFORMED, ids=str)
def test_a_malformed_promise_is_dropped_and_never_mended(wrong: dict[str, Any]) -> None:
    good = {"kind": "give", **naming(MENU, 2), "times": 1, "by": 9}
    told = said({"promises": [{**good, **wrong}, good]}, MENU)
    assert told.dropped == ({**good, **wrong},) and len(told.promises) == 1


@pytest.mark.parametrize("skin", names())
def test_figures_are_named_in_the_words_of_the_skin(skin: str) -> None:
    observation = look(skin=skin)
    called = entries(observation)
    assert list(called.values()) == list(LEDGER) and len(called) == len(LEDGER)
    told = said({"report": [{"entry": name, "figure": 7} for name in called]}, observation)
    assert told.report == dict.fromkeys(LEDGER, 7)


def test_what_is_no_figure_is_dropped_and_no_answer_is_none() -> None:
    food, *_, likely = entries(MENU)
    wrong = [
        {"entry": likely, "figure": 1001},
        {"entry": "virtue", "figure": 3}, {"entry": food, "figure": -1}, {"entry": food, "figure": 2.0},
        {"entry": food, "figure": True}, {"entry": [food], "figure": 3}, {"entry": food}, "12", None,
    ]  # fmt: skip
    told = said({"report": wrong}, MENU)
    assert told.report is None and told.dropped == tuple(wrong)
    assert said({}, MENU).report is None and said({"report": 7, "promises": "all"}, MENU).dropped == (
        "all",
        7,
    )
    flood = said({"report": [{"entry": food, "figure": 1}] * 100}, MENU)
    assert len(flood.dropped) == 100 - MOST_SAID


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
records = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["give", "abstain", "hand_back"]) | json_values,
        "option": st.sampled_from([option.label for option in MENU.options]) | json_values,
        "times": st.integers(-1, 3) | json_values,
        "by": st.integers(0, 20) | json_values,
        "entry": st.sampled_from(list(entries(MENU))) | json_values,
        "figure": st.integers(-1, 10) | json_values,
    },
)


@given(st.fixed_dictionaries({}, optional={
    "promises": st.lists(records | json_values, max_size=20) | json_values,
    "report": st.lists(records | json_values, max_size=20) | json_values,
}))  # fmt: skip
def test_whatever_comes_only_what_can_be_checked_is_taken(call: dict[str, Any]) -> None:
    told = said(call, MENU)
    for promise in told.promises:
        checked(promise, len(MENU.people))
        assert promise.by >= MENU.turn
    assert unknown_entry(told.report or {}) is None
    json.dumps(told.again)
    listed = [call.get(name) for name in ("promises", "report")]
    came = sum(len(value) if isinstance(value, list) else value is not None for value in listed)
    figures = sum(1 for value in listed[1:] for _ in (value if isinstance(value, list) else ()))
    assert len(told.promises) + len(told.dropped) <= came <= len(told.promises) + len(told.dropped) + figures


async def test_a_models_words_are_kept_logged_shown_again_and_verified(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    spec = EpisodeSpec(policy=f"{vendor}/model-1", rung=0, turns=3, people=6, seed=3_100_062)
    observation = Life(spec).observation()
    option = observation.options[0]
    give = {"kind": "give", **naming(observation, 0), "times": 2, "by": 9}
    asked = [calling({**option.call, "promises": [give, {"kind": "swear"}], "report": []})]
    second = Life(spec)
    promised = Promise(to=option.target, kind="give", act=option.act, amount=2, by=8)
    second.settle({"choice": 0, "promises": [promised]})
    seen = second.observation()
    assert seen.question is not None
    figure = {"entry": {v: k for k, v in entries(seen).items()}[seen.question], "figure": 5}
    asked.append(calling({**seen.options[0].call, "promises": [], "report": [figure]}))
    stand_in.script([*asked, calling({"option": "none"}), calling({"option": "none"})])
    path = tmp_path / "log.jsonl"
    outcome = await run_episode(spec, model(), path)
    log = read_log(path)
    assert log.turns[0].promises and log.turns[0].exchange is not None
    assert {"dropped": [{"kind": "swear"}]} in log.turns[0].exchange.raw
    assert log.turns[1].report == {seen.question: 5}
    assert (outcome.promises_made, outcome.reports_made) == (1, 1)
    shown_again = json.dumps(stand_in.requests()[-1]["body"]["messages"])
    assert "times" in shown_again and "swear" not in shown_again
    assert await asyncio.to_thread(verify, path) is not None
    assert verify(path).exit_code == 0
