"""What is sent: valid by the vendors' own types, free of the key, and the conversation in order."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as AnthropicRequest
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as OpenAIRequest
from pydantic import TypeAdapter, ValidationError

from gyges.agents.llm import VENDORS, ModelPolicy
from gyges.agents.llm.compose import WINDOW, compose, remember
from gyges.agents.llm.prompt import Remembered, Settings
from gyges.agents.llm.shown import Asked, sent, show_prompt, size
from gyges.agents.llm.vendor import body_of
from tests.agents.conftest import KEYS, look
from tests.servers.stand_in import StandIn, choose

Make = Callable[..., ModelPolicy]
PUBLISHED: dict[str, TypeAdapter[Any]] = {
    "anthropic": TypeAdapter(AnthropicRequest),
    "openai": TypeAdapter(OpenAIRequest),
}
"""The vendors' own types of a request."""


def check(vendor: str, body: Any) -> None:
    """Hold a request against its vendor's type.

    Pydantic checks iterables only as they are read, and drops fields it does not know; so all
    is read, and has to be what was sent.
    """

    def read(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: read(part) for name, part in value.items()}
        return value if isinstance(value, str | int | float | None) else [read(part) for part in value]

    assert read(PUBLISHED[vendor].validate_python(body)) == body


def past(count: int) -> list[Remembered]:
    """A memory of some decisions, of which the second brought no answer."""
    memory: list[Remembered] = []
    for turn in range(count):
        memory = remember(look(turn=turn, memory=memory), None if turn == 1 else turn, f"Week {turn}.")
    return memory


@pytest.mark.parametrize("arm", ["will", "can"])
@pytest.mark.parametrize("rung", [0, 5])
async def test_requests_are_valid_by_the_vendors_own_types(
    rung: int, arm: Any, vendor: str, model: Make, stand_in: StandIn
) -> None:
    observation = look(rung=rung, arm=arm, memory=past(3))
    stand_in.script([choose("none"), choose("none")])
    decision = await model().act(observation)
    assert decision.exchange is not None
    bodies = [line["request"] for line in decision.exchange.raw if "request" in line]
    assert len(bodies) == len(stand_in.requests()) == 2
    for body in bodies:
        check(vendor, body)
        assert KEYS[vendor] not in json.dumps(body)


def test_the_check_of_requests_can_fail(vendor: str) -> None:
    good = VENDORS[vendor].request(compose(look(memory=past(2)), "model-1", Settings()))
    check(vendor, good)

    def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        bad = copy.deepcopy(good)
        change(bad)
        return bad

    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda body: body.pop("messages"),
        lambda body: body.update(seeds=3),
        lambda body: body["messages"][-1].update(role="nobody"),
        lambda body: body["messages"][-1].pop("content"),
        lambda body: body["tools"][0].update(kind="x"),
        lambda body: body.update(tool_choice="certainly"),
    ]
    for change in changes:
        with pytest.raises((ValidationError, AssertionError)):
            check(vendor, broken(change))


async def test_what_is_sent_is_what_the_policy_composed(vendor: str, model: Make, stand_in: StandIn) -> None:
    observation = look(memory=past(3))
    stand_in.script([choose(observation.options[0].label)])
    decision = await model(max_tokens=321).act(observation)
    (entry,) = stand_in.requests()
    assert decision.exchange is not None
    logged = decision.exchange.raw[0]["request"]
    composed = VENDORS[vendor].request(compose(observation, "model-1", Settings(max_tokens=321)))
    assert logged == composed
    assert entry["path"] == {"anthropic": "/v1/messages", "openai": "/v1/chat/completions"}[vendor]
    assert entry["body"]["model"] == "model-1"


async def test_the_bytes_sent_are_those_the_sdk_would_write(vendor: str) -> None:
    sent_to: list[dict[str, Any]] = []

    class Client:
        async def post(self, path: str, **given: Any) -> Any:
            sent_to.append({"path": path, **given})
            return SimpleNamespace(content=b"{}")

    said = compose(look(memory=past(5)), "model-1", Settings(extra_body={"note": 'ünï "\u2028\x7f/\n'}))
    request = VENDORS[vendor].request(said)
    assert await VENDORS[vendor].send(Client(), request, 1.0) == b"{}"
    written = json.dumps(body_of(request), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    assert [each["content"] for each in sent_to] == [written.encode()]


def test_the_tool_lists_exactly_the_labels_shown_and_is_strict(vendor: str) -> None:
    observation = look(rung=3)
    (tool,) = VENDORS[vendor].request(compose(observation, "model-1", Settings()))["tools"]
    function = tool if vendor == "anthropic" else tool["function"]
    schema = function["input_schema" if vendor == "anthropic" else "parameters"]
    assert function["name"] == "choose"
    assert function["strict"] is True
    assert schema["properties"]["option"]["enum"] == [option.label for option in observation.options]
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"]) == ["option", "say", "promises", "report"]
    for name in ("promises", "report"):
        record = schema["properties"][name]["items"]
        assert record["required"] == list(record["properties"]) and record["additionalProperties"] is False


def test_a_temperature_goes_only_where_the_call_takes_one() -> None:
    prompt = compose(look(), "model-1", Settings(temperature=0.5))
    assert VENDORS["openai"].request(prompt)["temperature"] == 0.5
    assert "temperature" not in VENDORS["openai"].request(compose(look(), "model-1", Settings()))
    with pytest.raises(ValueError, match="anthropic takes no temperature"):
        ModelPolicy(VENDORS["anthropic"], "model-1", settings=Settings(temperature=0.5))


def test_every_call_of_the_tool_is_answered_before_the_next_message(vendor: str) -> None:
    messages = VENDORS[vendor].request(compose(look(memory=past(4)), "model-1", Settings()))["messages"]
    called: list[str] = []
    answered: list[str] = []
    for message in messages:
        parts = message["content"] if isinstance(message["content"], list) else []
        called += [part["id"] for part in parts if part["type"] == "tool_use"]
        called += [call["id"] for call in message.get("tool_calls", ())]
        answered += [part["tool_use_id"] for part in parts if part["type"] == "tool_result"]
        answered += [message["tool_call_id"]] if message["role"] == "tool" else []
        if message["role"] == "assistant":
            assert len(called) == len(answered) + 1
        elif message["role"] == "tool" or parts:
            assert called == answered
    assert len(called) == 3
    assert messages[-1]["role"] == "user"


def test_memory_holds_a_window_and_is_json() -> None:
    memory = past(WINDOW + 3)
    assert len(memory) == WINDOW
    assert json.loads(json.dumps(memory)) == memory
    assert memory[-1]["shown"].startswith(f"Week {WINDOW + 3} of 30")


def test_what_is_remembered_says_what_was_done_and_what_was_not() -> None:
    observation = look()
    (done,) = remember(observation, 2, "Rest now.")
    (missing,) = remember(observation, None, None)
    assert observation.options[2].text in done["outcome"]
    assert (done["call"], done["say"]) == ({"option": observation.options[2].label}, "Rest now.")
    assert (missing["call"], missing["say"]) == (None, "")
    assert "nothing was done" in missing["outcome"]


async def test_a_policy_handed_its_memory_goes_on_as_if_it_had_never_stopped(
    vendor: str, model: Make, stand_in: StandIn
) -> None:
    sent = []
    for fresh in (False, True):
        memory: Any = None
        policy = model()
        for turn in range(3):
            observation = look(turn=turn, memory=memory)
            stand_in.script([choose(observation.options[turn].label, f"Week {turn}.")])
            decision = await (model() if fresh else policy).act(observation)
            memory = json.loads(json.dumps(decision.memory))
        sent.append(stand_in.requests()[-1]["body"])
    assert sent[0] == sent[1]


def test_the_prompt_can_be_shown_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for vendor in VENDORS.values():
        monkeypatch.delenv(vendor.key_variable, raising=False)
    observation = look(rung=1, arm="can", memory=past(2))
    shown = show_prompt(observation)
    prompt = compose(observation, "", Settings())
    for part in (
        prompt.system,
        prompt.text,
        prompt.tool,
        *(str(call["option"]) for call in prompt.calls),
        *(p["outcome"] for p in prompt.history),
    ):
        assert part in shown


def test_the_prompt_shown_is_what_is_sent_to_the_letter(vendor: str) -> None:
    """Every text of the request is one of the parts shown, and the length is that of the parts."""
    observation = look(rung=1, arm="can", memory=past(2), persona="calm", cue="test")
    body = VENDORS[vendor].request(compose(observation, "model-1", Settings()))
    parts = sent(observation)
    shown = {text for _, text in parts}

    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            held = [value[key] for key in ("content", "text", "system", "messages") if key in value]
            return [text for part in held for text in texts(part)]
        if isinstance(value, list):
            return [text for part in value for text in texts(part)]
        return [value] if isinstance(value, str) else []

    assert len(texts(body)) == len(parts) - 2
    assert set(texts(body)) <= shown
    characters, tokens = size(parts)
    assert characters == sum(map(len, (text for _, text in parts)))
    assert (tokens - 1) * 3 < characters <= tokens * 3
    assert f"{characters:,} characters" in show_prompt(observation)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("temperature", 0.0),
        ("reply", "json"),
        ("history", "summary"),
        ("max_tokens", 77),
        ("extra_body", {"k": 3}),
    ],
)
def test_the_prompt_shown_follows_the_models_settings(setting: str, value: Any) -> None:
    asked = Asked(VENDORS["openai"], "model-1", Settings(**{setting: value}))
    observation = look(rung=1, memory=[*past(WINDOW), *past(2)] if setting == "history" else None)
    body = body_of(VENDORS["openai"].request(compose(observation, "model-1", asked.settings)))
    shown, parts = show_prompt(observation, asked), sent(observation, asked)
    for message in body["messages"]:
        assert message["content"] is None or message["content"] in shown
    assert ("tools" in body) == any(who == "tool choose" for who, _ in parts)
    told = json.loads(shown.split("--- settings ---\n")[1].split("\n\n")[0])
    assert told == {name: held for name, held in body.items() if name not in ("messages", "tools")}
    plain = Asked(VENDORS["openai"], "model-1", Settings())
    assert shown != show_prompt(observation, plain)


def test_the_prompt_shown_for_a_base_model_is_its_transcript() -> None:
    asked = Asked(VENDORS["openai-base"], "model-1", Settings(top_logprobs=3))
    observation = look(memory=past(2))
    body = VENDORS["openai-base"].request(compose(observation, "model-1", asked.settings))
    assert sent(observation, asked) == [("transcript", body["prompt"])]
    assert '"logprobs": 3' in show_prompt(observation, asked)
