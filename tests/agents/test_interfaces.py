"""Two ways to name an option, one engine: by its label, or by a typed call with target and amount."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.agents import skins
from gyges.agents.llm import VENDORS, ModelPolicy
from gyges.agents.llm.choice import choice
from gyges.agents.llm.compose import compose, remember
from gyges.agents.llm.prompt import Settings
from gyges.agents.llm.vendor import Reply
from gyges.agents.policy import Interface, Observation
from gyges.agents.skins import render
from gyges.episodes.log import Turn
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log
from gyges.episodes.verify import verify
from gyges.world.acts import ACT_INDEX
from tests.agents.conftest import look
from tests.agents.test_model_requests import check
from tests.servers.stand_in import StandIn, text

TOOLS = look(rung=3, interface="tools")
CALLS = [option.call for option in TOOLS.options]
ARGUMENTS = ("act", "target", "amount")
Make = Callable[..., ModelPolicy]


def calling(call: Any, say: str = "") -> dict[str, Any]:
    """A reply of the stand-in: a call of the tool with these arguments."""
    return {"response": {"toolCalls": [{"name": "choose", "arguments": {**call, "say": say}}]}}


@pytest.mark.parametrize("skin", skins.names())
@pytest.mark.parametrize("interface", ["menu", "tools"])
@pytest.mark.parametrize("rung", range(6))
def test_a_call_resolves_to_the_one_option_that_it_names(skin: str, interface: Interface, rung: int) -> None:
    calls = [option.call for option in look(rung=rung, interface=interface, skin=skin).options]
    assert all(set(call) == ({"option"} if interface == "menu" else set(ARGUMENTS)) for call in calls)
    for index, call in enumerate(calls):
        for reply in (Reply(calls=({**call, "say": ""},)), Reply(text=json.dumps(call))):
            assert choice(reply, calls).option == index


@given(*(st.sampled_from([call[name] for call in CALLS]) for name in ARGUMENTS))
def test_what_no_line_holds_together_is_illegal(act: str, target: str, amount: int) -> None:
    mixed: dict[str, str | int] = {"act": act, "target": target, "amount": amount}
    found = choice(Reply(calls=(mixed,)), CALLS)
    if mixed in CALLS:
        assert (found.option, found.problem) == (CALLS.index(mixed), None)
    else:
        assert (found.option, found.problem) == (None, "illegal")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": None},
        {"amount": "1000"},
        {"amount": 1000.0},
        {"amount": True},
        {"target": 3},
        {"act": ["x"]},
    ],
    ids=str,
)
def test_an_argument_of_another_type_names_nothing(change: dict[str, Any]) -> None:
    assert choice(Reply(calls=({**CALLS[0], **change},)), CALLS).problem == "unparsable"
    missing = {name: value for name, value in CALLS[0].items() if name not in change}
    assert choice(Reply(calls=(missing,)), CALLS).problem == "unparsable"


def test_one_act_twice_with_one_target_and_amount_still_has_two_names() -> None:
    named = [(ACT_INDEX["treat"], "Ada", 900)] * 3 + [(ACT_INDEX["treat"], "Ada", 901)]
    calls = render.calls("tools", skins.load("settlement").wording(0), ("A", "B", "C", "D"), named)
    assert len({tuple(call.items()) for call in calls}) == 4


def test_arguments_are_limited_to_what_is_on_offer(vendor: str) -> None:
    body = VENDORS[vendor].request(compose(TOOLS, "model-1", Settings()))
    check(vendor, body)
    (tool,) = body["tools"]
    schema = tool["input_schema"] if vendor == "anthropic" else tool["function"]["parameters"]
    assert list(schema["properties"]) == schema["required"] == [*ARGUMENTS, "say", "promises", "report"]
    for name, kind in zip(ARGUMENTS, ("string", "string", "integer"), strict=True):
        assert schema["properties"][name]["type"] == kind
        offered = schema["properties"][name]["enum"]
        assert len(offered) == len(set(offered))
        assert set(offered) == {call[name] for call in CALLS}
    assert "enum" not in schema["properties"]["say"]


async def test_a_model_is_asked_again_once_and_then_the_decision_is_missing(
    vendor: str, model: Make, stand_in: StandIn
) -> None:
    wrong = {**CALLS[0], "amount": 1}
    stand_in.script([calling(wrong), calling(CALLS[3], "It is done.")])
    decision = await model().act(TOOLS)
    assert (decision.option, decision.words) == (3, "It is done.")
    asked_again = json.dumps(stand_in.requests()[1]["body"]["messages"][-1], ensure_ascii=False)
    assert "no line holds together" in asked_again
    assert json.dumps(json.dumps(CALLS[5]))[1:-1] in asked_again
    stand_in.script([calling(wrong), calling(wrong)])
    assert (await model().act(TOOLS)).missing == "illegal"
    stand_in.script([text("Well."), text(json.dumps(CALLS[1]))])
    assert (await model().act(TOOLS)).option == 1


def test_what_was_called_is_shown_again_as_it_was_called(vendor: str) -> None:
    memory = remember(TOOLS, 2, "So be it.")
    body = VENDORS[vendor].request(compose(look(interface="tools", memory=memory), "model-1", Settings()))
    check(vendor, body)
    said = json.dumps(body["messages"])
    for value in CALLS[2].values():
        assert str(value) in said
    assert memory[0]["call"] == CALLS[2]


async def test_both_interfaces_drive_one_engine_and_write_one_log(tmp_path: Path) -> None:
    """The same options taken by label and by call: the same turns, to the last digest."""

    def by_call(observation: Observation) -> int:
        calls = [option.call for option in observation.options]
        wanted = calls[observation.key % len(calls) // 2]
        return choice(Reply(calls=(wanted,)), calls).option or 0

    turns: dict[str, list[Turn]] = {}
    for interface in ("menu", "tools"):
        spec = EpisodeSpec(policy="mine", rung=5, turns=4, people=8, interface=interface)
        path = tmp_path / f"{interface}.jsonl"
        await run_episode(spec, by_call, path)
        assert verify(path).exit_code == 0
        turns[interface] = [msgspec.structs.replace(line, chain="") for line in read_log(path).turns]
    assert turns["menu"] == turns["tools"]
    assert len({line.choice for line in turns["menu"]}) > 3
