"""What each fault of a server comes to: a legal option, or a decision missing for that reason."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from gyges.agents.llm import ModelPolicy, Rejected
from gyges.agents.llm.wire import Patience
from gyges.agents.policy import Decision
from tests.agents.conftest import HASTY, KEYS, look
from tests.servers.front import DRIP, Front
from tests.servers.stand_in import DROPPED, EMPTY, MALFORMED, StandIn, choose, error, slow, text

OBSERVATION = look()
LABELS = [option.label for option in OBSERVATION.options]
UNKNOWN = "0000"
Make = Callable[..., ModelPolicy]


def statuses(decision: Decision) -> list[Any]:
    """What the log says, line by line: `request`, or an HTTP status, `malformed` or `error`."""
    assert decision.exchange is not None
    said: list[Any] = []
    for line in decision.exchange.raw:
        kinds = [kind for kind in ("request", "malformed") if kind in line]
        said.append(kinds[0] if kinds else line.get("status", "error"))
    return said


def tokens(decision: Decision) -> tuple[int, int, int]:
    """Requests sent, tokens in, tokens out."""
    assert decision.exchange is not None
    usage = decision.exchange.usage
    return usage["calls"], usage.get("input", 0), usage.get("output", 0)


async def test_a_choice_is_the_option_shown_under_that_label(model: Make, stand_in: StandIn) -> None:
    stand_in.script([choose(LABELS[3], "Bread first.")])
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.missing, decision.words) == (3, None, "Bread first.")
    assert statuses(decision) == ["request", 200]
    assert tokens(decision) == (1, 11, 7)


@pytest.mark.parametrize(
    ("fault", "logged"),
    [
        (error(408), 408),
        (error(409), 409),
        (error(429), 429),
        (error(500), 500),
        (error(503), 503),
        (error(529), 529),
        (MALFORMED, "malformed"),
        (DROPPED, "error"),
    ],
    ids=["408", "409", "429", "500", "503", "529", "malformed", "dropped"],
)
async def test_a_passing_fault_is_tried_again(
    fault: dict[str, Any], logged: Any, model: Make, stand_in: StandIn
) -> None:
    stand_in.script([fault, fault, choose(LABELS[1])])
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.missing) == (1, None)
    assert statuses(decision) == ["request", logged, logged, 200]
    assert tokens(decision) == (3, 11, 7)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(error(429), "timeout"), (error(500), "timeout"), (DROPPED, "timeout"), (MALFORMED, "unparsable")],
    ids=["429", "500", "dropped", "malformed"],
)
async def test_a_lasting_fault_ends_as_a_missing_decision_after_bounded_attempts(
    fault: dict[str, Any], reason: str, model: Make, stand_in: StandIn
) -> None:
    stand_in.script([fault] * 10)
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.missing) == (None, reason)
    assert tokens(decision) == (HASTY.attempts, 0, 0)
    assert len(stand_in.requests()) == HASTY.attempts


async def test_a_server_that_asks_to_wait_is_left_alone_that_long(model: Make, stand_in: StandIn) -> None:
    stand_in.script([error(429, retryAfter=1), choose(LABELS[0])])
    started = time.perf_counter()
    decision = await model(patience=Patience(first_wait=0.001, longest_wait=5)).act(OBSERVATION)
    assert time.perf_counter() - started >= 1
    assert decision.option == 0
    assert decision.exchange is not None
    assert decision.exchange.raw[1]["waited"] == 1


async def test_no_wait_is_longer_than_the_longest(model: Make, stand_in: StandIn) -> None:
    stand_in.script([error(429, retryAfter=3600), choose(LABELS[0])])
    decision = await asyncio.wait_for(model().act(OBSERVATION), 2)
    assert decision.exchange is not None
    assert decision.exchange.raw[1]["waited"] == HASTY.longest_wait


async def test_a_reply_that_comes_too_late_is_asked_for_again(model: Make, stand_in: StandIn) -> None:
    hurried = Patience(timeout=0.3, attempts=2, first_wait=0.001)
    stand_in.script([slow(2000, LABELS[0]), choose(LABELS[1])])
    decision = await model(patience=hurried).act(OBSERVATION)
    assert (decision.option, statuses(decision)) == (1, ["request", "error", 200])
    stand_in.script([slow(2000, LABELS[0]), slow(2000, LABELS[0])])
    decision = await model(patience=hurried).act(OBSERVATION)
    assert (decision.option, decision.missing, tokens(decision)) == (None, "timeout", (2, 0, 0))


async def test_a_reply_that_drips_is_cut_off_at_the_timeout(model: Make, front: Front) -> None:
    front.script([DRIP, DRIP])
    started = time.perf_counter()
    decision = await model(front.url, Patience(timeout=0.4, attempts=2, first_wait=0.001)).act(OBSERVATION)
    assert (decision.missing, front.seen) == ("timeout", 2)
    assert time.perf_counter() - started < 3


async def test_an_unknown_option_is_asked_again_once_and_then_illegal(model: Make, stand_in: StandIn) -> None:
    stand_in.script([choose(UNKNOWN), choose(LABELS[2])])
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.missing) == (2, None)
    assert statuses(decision) == ["request", 200, "request", 200]
    stand_in.script([choose(UNKNOWN, "I do as I please.")] * 3)
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.missing, decision.words) == (None, "illegal", None)
    assert tokens(decision) == (2, 22, 14)


@pytest.mark.parametrize(
    "reply",
    [EMPTY, text(" "), text("I would rather think about it."), text(f"Perhaps {LABELS[0]}.")],
    ids=["nothing", "blank", "prose", "a label in prose"],
)
async def test_a_reply_without_a_choice_is_asked_again_once_and_then_unparsable(
    reply: dict[str, Any], model: Make, stand_in: StandIn
) -> None:
    stand_in.script([reply, choose(LABELS[4])])
    assert (await model().act(OBSERVATION)).option == 4
    stand_in.script([reply] * 3)
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.missing) == (None, "unparsable")
    assert tokens(decision)[0] == len(stand_in.requests()) == 2


async def test_the_second_question_says_what_was_wrong(model: Make, stand_in: StandIn) -> None:
    stand_in.script([choose(UNKNOWN), choose(LABELS[0])])
    await model().act(OBSERVATION)
    first, second = (json.dumps(entry["body"]) for entry in stand_in.requests())
    assert "not on the list" in second
    assert "not on the list" not in first


async def test_a_choice_written_as_one_json_object_is_read(model: Make, stand_in: StandIn) -> None:
    stand_in.script([text(json.dumps({"option": LABELS[4]}))])
    assert (await model().act(OBSERVATION)).option == 4


async def test_two_calls_that_disagree_are_no_choice(model: Make, stand_in: StandIn) -> None:
    calls = [{"name": "choose", "arguments": {"option": label, "say": ""}} for label in LABELS[:2]]
    stand_in.script([{"response": {"toolCalls": calls}}] * 2)
    assert (await model().act(OBSERVATION)).missing == "unparsable"


async def test_a_refusal_is_told_from_a_failure(
    vendor: str, model: Make, stand_in: StandIn, front: Front
) -> None:
    if vendor == "anthropic":
        stand_in.script([text("I will not.", finishReason="refusal")])
        decision = await model().act(OBSERVATION)
    else:
        message = {"role": "assistant", "content": None, "refusal": "I will not."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        front.script([json.dumps({"choices": [choice], "usage": {"prompt_tokens": 11}}).encode()])
        decision = await model(front.url).act(OBSERVATION)
    assert (decision.option, decision.missing, decision.note) == (None, "refused", "I will not.")
    assert tokens(decision)[:2] == (1, 11)


@pytest.mark.parametrize("vendor", ["openai"], indirect=True)
async def test_a_filtered_reply_and_a_filtered_request_are_filtered(model: Make, stand_in: StandIn) -> None:
    stand_in.script([text("...", finishReason="content_filter")])
    assert (await model().act(OBSERVATION)).missing == "filtered"
    blocked = {"error": {"message": "blocked", "code": "content_filter"}, "status": 400}
    stand_in.script([{"response": blocked}])
    decision = await model().act(OBSERVATION)
    assert (decision.missing, statuses(decision)) == ("filtered", ["request", 400])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_request_that_is_wrong_stops_with_one_line(
    status: int, vendor: str, model: Make, stand_in: StandIn
) -> None:
    stand_in.script([error(status, f"no\nsuch key {KEYS[vendor]}")])
    with pytest.raises(Rejected) as raised:
        await model().act(OBSERVATION)
    line = str(raised.value)
    assert line.startswith(f"{vendor} rejected the request ({status})")
    assert "\n" not in line
    assert KEYS[vendor] not in line
    assert len(stand_in.requests()) == 1


@pytest.mark.parametrize("vendor", ["anthropic", "openai"], indirect=True)
async def test_cached_tokens_are_counted_the_same_for_both(vendor: str, model: Make, front: Front) -> None:
    arguments = {"option": LABELS[0], "say": ""}
    replies = {
        "anthropic": {
            "content": [{"type": "tool_use", "id": "a", "name": "choose", "input": arguments}],
            "usage": {
                "input_tokens": 10,
                "cache_read_input_tokens": 70,
                "cache_creation_input_tokens": 20,
                "output_tokens": 7,
            },
        },
        "openai": {
            "choices": [
                {
                    "message": {
                        "tool_calls": [{"function": {"name": "choose", "arguments": json.dumps(arguments)}}]
                    }
                }
            ],
            "usage": {
                "prompt_tokens": 100,
                "completion_tokens": 7,
                "prompt_tokens_details": {"cached_tokens": 70, "cache_write_tokens": 20},
            },
        },
    }
    front.script([json.dumps(replies[vendor]).encode()])
    decision = await model(front.url).act(OBSERVATION)
    assert decision.exchange is not None
    assert decision.exchange.usage == {
        "calls": 1, "input": 100, "output": 7, "cache_read": 70, "cache_write": 20,
    }  # fmt: skip
