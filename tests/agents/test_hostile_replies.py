"""Replies meant to break something stay data, and never become an option."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.agents.llm import VENDORS, ModelPolicy
from gyges.agents.llm.choice import choice
from gyges.agents.llm.clean import DEEPEST, cleaned, printable
from gyges.agents.llm.compose import LONGEST_WORDS, compose
from gyges.agents.llm.prompt import Settings
from gyges.agents.llm.vendor import Reply
from tests.agents.conftest import HASTY, KEYS, look
from tests.servers.front import Front
from tests.servers.stand_in import StandIn, choose, error

OBSERVATION = look()
LABELS = [option.label for option in OBSERVATION.options]
MENU, TOOLS = ([o.call for o in look(interface=i).options] for i in ("menu", "tools"))
PROMPT, PROMPT_OF_TOOLS = (compose(look(interface=i), "m", Settings()) for i in ("menu", "tools"))
MARKUP = "[bold]<script>alert(1)</script>\x1b[2J\x00\u202e{turn} \U0001f600"
Make = Callable[..., ModelPolicy]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


async def test_words_are_kept_as_they_came_and_shown_again_without_control_characters(
    model: Make, stand_in: StandIn
) -> None:
    stand_in.script([choose(LABELS[0], MARKUP)])
    decision = await model().act(OBSERVATION)
    assert (decision.option, decision.words) == (0, MARKUP)
    assert decision.memory[-1]["say"] == MARKUP.replace("\x1b", "").replace("\x00", "")
    msgspec.json.encode(decision)


async def test_endless_words_are_kept_but_not_shown_again_in_full(model: Make, stand_in: StandIn) -> None:
    endless = "mercy " * 200_000
    stand_in.script([choose(LABELS[0], endless)])
    decision = await model().act(OBSERVATION)
    assert decision.words == endless
    assert len(decision.memory[-1]["say"]) == LONGEST_WORDS


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"text"', b"[" * 100_000, b"9" * 5000, b"\xff\xfe{", b"<html>busy</html>"],
    ids=["empty", "null", "array", "string", "deep", "digits", "no utf-8", "html"],
)
async def test_a_body_that_is_no_json_object_is_malformed(body: bytes, model: Make, front: Front) -> None:
    front.script([body] * 9)
    decision = await model(front.url).act(OBSERVATION)
    assert (decision.option, decision.missing, front.seen) == (None, "unparsable", HASTY.attempts)
    msgspec.json.encode(decision)


@pytest.mark.parametrize(
    "value",
    [None, [], {}, 7, "x", [None], [7], [[]], [{}], {"a": 1}, 10**30, float("nan"), "\ud800"],
    ids=repr,
)
async def test_fields_of_another_form_than_promised_count_as_not_there(
    value: Any, model: Make, front: Front
) -> None:
    refusal = None if isinstance(value, str) else value  # in words it is a refusal
    forms = [
        dict.fromkeys(("content", "choices", "usage", "stop_reason"), value),
        {
            "choices": [{"message": value, "finish_reason": value}],
            "content": [{"type": "tool_use", "input": value}],
        },
        {
            "choices": [{"message": {"content": value, "refusal": refusal, "tool_calls": value}}],
            "content": [
                {"type": "text", "text": value},
                {"type": "tool_use", "name": "choose", "input": value},
            ],
            "usage": {"input_tokens": value, "prompt_tokens": value, "prompt_tokens_details": value},
        },
    ]
    for form in forms:
        front.script([json.dumps(form).encode()] * 2)
        decision = await model(front.url).act(OBSERVATION)
        assert (decision.option, decision.missing) == (None, "unparsable")
        assert decision.exchange is not None
        assert decision.exchange.usage["calls"] == 2
        msgspec.json.encode(decision)


async def test_a_server_that_repeats_the_key_is_not_quoted(
    vendor: str, model: Make, stand_in: StandIn, front: Front
) -> None:
    key = KEYS[vendor]
    stand_in.script([error(500, f"bad key {key}"), choose(LABELS[0], f"My key is {key}.")])
    decision = await model().act(OBSERVATION)
    assert decision.words == "My key is [key]."
    assert key.encode() not in msgspec.json.encode(decision)
    escaped = "".join(f"\\u{ord(char):04x}" for char in key)
    arguments = f'{{"option": "{LABELS[0]}", "say": "{escaped}"}}'
    call = {"function": {"name": "choose", "arguments": arguments}}
    body = {
        "anthropic": f'{{"content": [{{"type": "tool_use", "name": "choose", "input": {arguments}}}]}}',
        "openai": json.dumps({"choices": [{"message": {"tool_calls": [call]}}]}),
    }[vendor]
    front.script([f"not json {key}".encode(), body.encode()])
    decision = await model(front.url).act(OBSERVATION)
    assert (decision.option, decision.words) == (0, "[key]")
    assert key.encode() not in msgspec.json.encode(decision)
    assert key not in json.dumps(decision.memory)


@given(JSON)
def test_whatever_json_a_server_sends_reading_it_never_raises(value: Any) -> None:
    value = cleaned(value, "")
    msgspec.json.encode(value)
    for vendor in VENDORS.values():
        for reply in (
            {"content": value, "choices": value, "usage": value},
            {"choices": [{"message": value}]},
        ):
            for calls, prompt in ((MENU, PROMPT), (TOOLS, PROMPT_OF_TOOLS)):
                choice(vendor.read(reply, prompt.calls), calls)
    for calls in (MENU, TOOLS):
        assert choice(Reply(calls=(value,)), calls).option is None
        assert choice(Reply(calls=({**calls[1], next(iter(calls[1])): value},)), calls).option is None


@given(st.text())
def test_no_text_is_taken_for_a_choice_unless_it_is_one_json_object(text: str) -> None:
    for said in (text, f"{text}{LABELS[0]}", f"I choose {LABELS[0]}. {text}"):
        assert choice(Reply(text=said), MENU).option is None


def test_only_one_json_object_and_nothing_else_is_read_as_a_choice() -> None:
    lone = json.dumps({"option": LABELS[1], "say": "So be it."})
    for said in (lone, f"  {lone}\n", f"```json\n{lone}\n```", f"```\n{lone}\n```"):
        assert choice(Reply(text=said), MENU).option == 1
    for said in (f"Not {lone}", f"{lone}{lone}", f"[{lone}]", lone + " " * 30_000 + "!"):
        assert choice(Reply(text=said), MENU).problem == "unparsable"
    assert choice(Reply(text='{"option": "0000"}'), MENU).problem == "illegal"


def test_cleaning_blanks_the_key_everywhere_but_spares_placeholders() -> None:
    secret = "sk-secret-value"
    assert cleaned({secret: [f"a{secret}b", 1]}, secret) == {"[key]": ["a[key]b", 1]}
    assert cleaned("none at all", "none") == "none at all"
    nested: Any = 1
    for _ in range(DEEPEST + 10):
        nested = [nested]
    assert "1" not in json.dumps(cleaned(nested, secret))


def test_what_is_wide_is_kept_as_it_is_and_only_what_is_deep_is_cut() -> None:
    wide = {"rows": [{"cells": [[number] for number in range(DEEPEST)]} for _ in range(DEEPEST)]}
    assert cleaned(wide, "") == wide
    deepest: Any = "here"
    for _ in range(DEEPEST):
        deepest = {"in": deepest}
    assert cleaned([deepest], "") == cleaned([deepest], "sk-another-secret-value")
    assert "here" in json.dumps(cleaned(deepest, ""))
    assert cleaned({"a": 2**63, "b": 2**63 - 1, "c": "9" * 30}, "") == {
        "a": None,
        "b": 2**63 - 1,
        "c": "9" * 30,
    }


def test_printable_text_keeps_lines_and_drops_controls() -> None:
    assert printable("a\tb\nc\x07\x1b\x9b\ud800d", 6) == "a\tb\ncd"
