"""The forms an exchange can take: tools, text, transcripts for base models; histories, thinking, extra fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openai.types.completion_create_params import CompletionCreateParamsNonStreaming as CompletionRequest
from pydantic import TypeAdapter

from gyges.agents import llm
from gyges.agents.llm import VENDORS, ModelPolicy
from gyges.agents.llm.compose import WINDOW, compose, remember
from gyges.agents.llm.forms import forms
from gyges.agents.llm.logprobs import Position, option_logprobs
from gyges.agents.llm.prompt import Remembered, Settings
from gyges.agents.skins.render import handle
from gyges.cli.named import with_body
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, read_log
from tests.agents.conftest import look
from tests.agents.test_model_requests import check
from tests.servers.answering import answering
from tests.servers.front import Front

Make = Callable[..., ModelPolicy]
NAMES = ("anthropic/m?reply=json", "openai/m?reply=json", "openai/m", "anthropic/m", "openai-base/m")


def past(count: int, history: str = "full", interface: Any = "menu") -> list[Remembered]:
    memory: list[Remembered] = []
    for turn in range(count):
        seen = look(turn=turn, memory=memory, interface=interface)
        memory = remember(seen, None if turn == 1 else turn % 3, f"Week {turn}.", history)
    return memory


@pytest.mark.parametrize("interface", ["menu", "tools"])
@pytest.mark.parametrize("history", ["window", "full", "summary"])
@pytest.mark.parametrize("reply", ["call", "json"])
def test_every_form_is_valid_by_the_vendors_own_types(
    reply: Any, history: Any, interface: Any, vendor: str
) -> None:
    settings = Settings(reply=reply, history=history)
    memory = past(WINDOW + 4, history, interface)
    body = VENDORS[vendor].request(compose(look(memory=memory, interface=interface), "m", settings))
    check(vendor, body)
    assert ("tools" in body) == (reply == "call")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("interface", ["menu", "tools"])
async def test_an_episode_in_every_form_is_decided_throughout(
    interface: Any, name: str, tmp_path: Path
) -> None:
    spec = EpisodeSpec(policy=name, people=6, turns=4, interface=interface)
    async with answering() as server:
        policy = llm.policy(name, f"{server.url}/v1")
        outcome = await run_episode(spec, policy, episode_path(tmp_path, spec.id))
        await policy.aclose()
    assert (outcome.decided, outcome.missing) == (4, {})
    for entry, line in zip(server.journal, read_log(episode_path(tmp_path, spec.id)).turns, strict=True):
        assert ("tools" in entry["body"]) == (name in ("openai/m", "anthropic/m"))
        assert line.choice == entry["index"]


def test_a_base_models_transcript_is_a_valid_request_and_breaks_off_where_the_choice_stands() -> None:
    memory = past(3)
    observation = look(memory=memory)
    body = VENDORS["openai-base"].request(compose(observation, "m", Settings(top_logprobs=5)))
    TypeAdapter(CompletionRequest).validate_python(body)
    prompt = body["prompt"]
    assert prompt.endswith(f"{observation.text}\n{forms()['choice']}")
    assert body["logprobs"] == 5
    places = [prompt.index(text) for text in (memory[0]["shown"], memory[2]["shown"], observation.text)]
    assert places == sorted(places)
    for exchange in memory:
        assert exchange["outcome"] in prompt
        assert exchange["call"] is None or f"{forms()['choice']} {handle(exchange['call'])}" in prompt


@pytest.mark.parametrize("text", [" {label} \nThen", "{label}", '{{"option": "{label}"}}'])
def test_a_base_models_line_that_is_a_label_is_a_choice(text: str) -> None:
    prompt = compose(look(), "m", Settings())
    label = prompt.calls[2]["option"]
    reply = VENDORS["openai-base"].read({"choices": [{"text": text.format(label=label)}]}, prompt)
    assert llm.choice.choice(reply, prompt.calls).option == 2


@pytest.mark.parametrize(
    "text", ["", "I choose {label}", "{label} or {other}", "{label}.", "zz", "  \n{label}x"]
)
def test_a_base_models_line_that_is_anything_else_is_none(text: str) -> None:
    prompt = compose(look(), "m", Settings())
    label, other = (call["option"] for call in prompt.calls[:2])
    said = text.format(label=label, other=other)
    reply = VENDORS["openai-base"].read({"choices": [{"text": said}]}, prompt)
    assert llm.choice.choice(reply, prompt.calls).option is None


def test_a_full_history_keeps_all_and_what_a_vendor_has_kept_of_it_is_a_prefix(vendor: str) -> None:
    settings = Settings(history="full")
    requests = [
        VENDORS[vendor].request(compose(look(turn=n, memory=past(n)), "m", settings)) for n in (10, 11)
    ]
    assert requests[0]["tools"] == requests[1]["tools"]
    first, second = ([json.dumps(m).replace(MARK, "") for m in each["messages"]] for each in requests)
    assert first[:-1] == second[: len(first) - 1]
    assert sum("Week 0." in message for message in second) == 1
    assert json.dumps(requests).count(MARK) == (2 if vendor == "anthropic" else 0)


YES = {"type": "text", "text": "Yes."}
MARK = ', "cache_control": {"type": "ephemeral"}'


def test_a_window_shows_six_and_a_summary_tallies_the_rest(vendor: str) -> None:
    memory = past(WINDOW + 5, "summary")
    assert len(memory) == WINDOW + 5
    for history in ("window", "summary"):
        prompt = compose(look(memory=memory), "m", Settings(history=history))
        assert list(prompt.history) == memory[-WINDOW:]
        said = json.dumps(VENDORS[vendor].request(prompt), ensure_ascii=False)
        assert (forms()["earlier"] in said) == (history == "summary")
    left_out = [exchange["outcome"] for exchange in memory[:5]]
    assert sum(int(line.split(" x ")[0]) for line in prompt.summary.splitlines()[1:]) == 5
    assert all(outcome in prompt.summary for outcome in left_out)


@pytest.mark.parametrize(
    ("vendor", "body"),
    [
        (
            "anthropic",
            {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Yes."}]},
        ),
        ("openai", {"choices": [{"message": {"reasoning_content": "Hm.", "content": "Yes."}}]}),
        ("openai", {"choices": [{"message": {"reasoning": "Hm.", "content": "Yes."}}]}),
    ],
    indirect=["vendor"],
)
async def test_thinking_is_kept_in_the_log_with_snapshot_and_fingerprint(
    body: dict[str, Any], model: Make, front: Front
) -> None:
    whole = {**body, "model": "m-2026-11-01", "system_fingerprint": "fp_1"}
    front.script([json.dumps(whole).encode()] * 2)
    decision = await model(front.url).act(look())
    assert decision.note == "Hm.\n\nYes."
    assert decision.exchange is not None
    assert decision.exchange.raw[1]["reply"] == whole


async def test_extra_fields_reach_the_server_and_stand_in_the_name(vendor: str) -> None:
    name = with_body(f"{vendor}/m?max_tokens=9", '{"steering": {"layer": 7, "by": "a&b=c"}, "top_k": 20}')
    assert with_body("steward", "{}") == "steward"
    async with answering() as server:
        policy = llm.policy(name, f"{server.url}/v1")
        decision = await policy.act(look())
        await policy.aclose()
    (entry,) = server.journal
    assert entry["body"]["steering"] == {"layer": 7, "by": "a&b=c"}
    assert entry["body"]["top_k"] == 20
    assert decision.option is not None
    assert policy.settings.max_tokens == 9


def test_log_probabilities_of_options_are_read_where_the_label_stands() -> None:
    labels = ["QK", "BD", "QZ"]
    text = [
        Position('{"', {}),
        Position('option":"', {}),
        Position("QK", {"QK": -0.2, "BD": -1.9, "Q": -3.0}),
    ]
    assert option_logprobs([*text, Position('"}', {})], labels, "QK") == {"QK": -0.2, "BD": -1.9}
    halves = [Position(" Q", {" Q": -0.1, " B": -2.4}), Position("K", {"K": -0.5})]
    assert option_logprobs(halves, labels, "QK") == {"BD": -2.4}
    assert option_logprobs([Position("BD or BD", {})], labels, "BD") == {}
    assert option_logprobs([], labels, "BD") == {}


@pytest.mark.parametrize("kind", ["openai", "openai-base"])
async def test_log_probabilities_are_asked_for_and_logged(kind: str, front: Front) -> None:
    observation = look()
    labels = [option.label for option in observation.options]
    tops = {f" {labels[0]}": -0.3, f" {labels[1]}": -1.5}
    chat = {
        "message": {"content": json.dumps({"option": labels[0]})},
        "logprobs": {
            "content": [
                {"token": '{"option": "', "top_logprobs": []},
                {
                    "token": labels[0],
                    "top_logprobs": [
                        {"token": labels[0], "logprob": -0.3},
                        {"token": labels[1], "logprob": -1.5},
                    ],
                },
                {"token": '"}', "top_logprobs": []},
            ]
        },
    }
    base = {"text": f" {labels[0]}", "logprobs": {"tokens": [f" {labels[0]}"], "top_logprobs": [tops]}}
    front.script([json.dumps({"choices": [chat if kind == "openai" else base]}).encode()])
    name = f"{kind}/m?top_logprobs=5{'&reply=json' if kind == 'openai' else ''}"
    policy = llm.policy(name, f"{front.url}/v1")
    decision = await policy.act(observation)
    await policy.aclose()
    assert decision.option == 0
    assert decision.exchange is not None
    assert decision.exchange.raw[-1] == {"option_logprobs": {labels[0]: -0.3, labels[1]: -1.5}}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("anthropic/m?top_logprobs=3", "takes no top_logprobs"),
        ("openai-base/m?reply=json", "takes no reply"),
        ("openai/m?reply=prose", "cannot be used"),
        ("openai/m?history=half", "cannot be used"),
        ("openai/m?extra_body=[1]", "no JSON object"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as raised:
        llm.policy(name, "http://localhost:1/v1")
    assert "\n" not in str(raised.value)
