"""Everything that is sent to OpenAI, held against its own OpenAPI document by a JSON Schema validator."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gyges.agents.llm import parse, policy
from gyges.agents.llm.compose import WINDOW, compose
from gyges.agents.llm.judge import Judge
from gyges.agents.llm.speakers import Speakers
from gyges.agents.llm.vendor import body_of
from gyges.agents.questions import load, names
from gyges.episodes.conduct import run_sweep
from gyges.episodes.sweep import Sweep
from tests.agents.conftest import look
from tests.agents.test_model_forms import past
from tests.agents.test_speakers import ADA, SHEET
from tests.servers.answering import answering
from tests.servers.batching import batching
from tests.servers.published import EDITIONS, Published
from tests.servers.published import edition as edition_of

CHAT, BASE, FILES, BATCHES = "/chat/completions", "/completions", "/files", "/batches"
PATHS = {"openai": CHAT, "openai-base": BASE}
Body = dict[str, Any]


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Published:
    return edition_of(request.param)


@cache
def remembered(history: str, interface: str) -> list[Any]:
    """Ten decisions, more than are shown again."""
    return past(WINDOW + 4, history, interface)


def asked(name: str, interface: Any = "menu", **told: Any) -> tuple[str, Body]:
    """The path and the body of a decision that follows on ten others."""
    vendor, model, settings, _ = parse(name)
    memory = remembered(settings.history, interface)
    prompt = compose(look(memory=memory, interface=interface, **told), model, settings)
    return PATHS[vendor.name], body_of(vendor.request(prompt))


@pytest.mark.parametrize("interface", ["menu", "tools"])
@pytest.mark.parametrize("history", ["window", "full", "summary"])
@pytest.mark.parametrize(
    "name",
    [
        "openai/m?reply=call",
        "openai/m?reply=json",
        "openai/m?reply=json&top_logprobs=20",
        "openai/m?temperature=0",
        "openai-base/m?temperature=2",
        "openai-base/m?top_logprobs=5",
    ],
)
def test_every_form_of_a_decision_is_a_request_of_the_document(
    name: str, history: str, interface: Any, edition: Published
) -> None:
    path, body = asked(f"{name}&history={history}", interface, rung=5, arm="can", persona="calm", cue="test")
    assert edition.faults(path, body) == []


@pytest.mark.parametrize("kind", ["openai", "openai-base"])
async def test_all_who_ask_send_requests_of_the_document(kind: str, edition: Published) -> None:
    """Decisions asked for twice, questions on the side, people who speak, judges: as they arrive."""
    async with answering(label="0000") as server:
        model = policy(f"{kind}/m", f"{server.url}/v1")
        await model.act(look(memory=past(3)))
        for question in names():
            await model.answer(load(question), look(memory=past(3)))
        await Speakers(model).say(ADA)
        await Judge(model).rate(SHEET, "episode")
        await model.aclose()
    # Only a person's sentence is not asked for again.
    assert len(server.journal) == 2 + 2 * len(names()) + 1 + 2
    for entry in server.journal:
        assert entry["path"] == f"/v1{PATHS[kind]}"
        assert edition.faults(PATHS[kind], entry["body"]) == []


async def test_a_batch_its_file_and_every_line_are_of_the_document(
    tmp_path: Path, edition: Published
) -> None:
    models = ("openai/m?reply=json", "openai/m", "openai-base/m")
    sweep = Sweep(policies=models, rungs=(0,), arms=("will",), people=6, seeds=2, turns=2)
    async with batching() as server:
        url = f"{server.url}/v1"
        await asyncio.to_thread(run_sweep, sweep, tmp_path, jobs=1, base_url=url, provider_batch=True)
    lines = [json.loads(line) for form in server.forms for line in form["file"].splitlines()]
    assert len(lines) == len(models) * 2 * 2
    assert {line["url"] for line in lines} == {f"/v1{CHAT}", f"/v1{BASE}"}
    for form, batch in zip(server.forms, server.created, strict=True):
        assert edition.faults(FILES, form) == []
        assert edition.faults(BATCHES, batch) == []
    for line in lines:
        assert edition.faults_of_line(line) == []


SPOILT: list[tuple[str, Callable[[Body], object]]] = [
    ("openai/m", lambda body: body.pop("messages")),
    ("openai/m", lambda body: body.pop("model")),
    ("openai/m", lambda body: body.update(seeds=3)),
    ("openai/m", lambda body: body.update(messages=[])),
    ("openai/m", lambda body: body.update(tool_choice="certainly")),
    ("openai/m", lambda body: body.update(max_completion_tokens="2048")),
    ("openai/m", lambda body: body["messages"][-1].update(role="nobody")),
    ("openai/m", lambda body: body["messages"][-1].update(kind="x")),
    ("openai/m", lambda body: body["messages"][-1].pop("content")),
    ("openai/m", lambda body: body["tools"][0].pop("type")),
    ("openai/m", lambda body: body["tools"][0].update(kind="x")),
    ("openai/m", lambda body: body["tools"][0]["function"].pop("name")),
    ("openai/m", lambda body: body["tools"][0]["function"].update(schema={})),
    ("openai/m", lambda body: calls(body)[0].pop("id")),
    ("openai/m", lambda body: calls(body)[0].update(kind="x")),
    ("openai/m", lambda body: calls(body)[0]["function"].update(arguments={})),
    ("openai/m?reply=json&top_logprobs=20", lambda body: body.update(top_logprobs=21)),
    ("openai/m?temperature=2", lambda body: body.update(temperature=2.1)),
    ("openai-base/m", lambda body: body.pop("prompt")),
    ("openai-base/m", lambda body: body.update(messages=[])),
    ("openai-base/m", lambda body: body.update(stop=["a", "b", "c", "d", "e"])),
    ("openai-base/m?top_logprobs=5", lambda body: body.update(logprobs=6)),
]


def calls(body: Body) -> list[Any]:
    """The calls of the first message that has any."""
    return next(message["tool_calls"] for message in body["messages"] if "tool_calls" in message)


@pytest.mark.parametrize(("name", "spoil"), SPOILT)
def test_a_spoilt_request_is_none_of_the_document(
    name: str, spoil: Callable[[Body], object], edition: Published
) -> None:
    path, body = asked(name)
    assert edition.faults(path, body) == []
    spoilt = copy.deepcopy(body)
    spoil(spoilt)
    assert edition.faults(path, spoilt) != []


LINE = {
    "custom_id": "a",
    "method": "POST",
    "url": "/v1/completions",
    "body": {"model": "m", "prompt": "One, two,"},
}


@pytest.mark.parametrize("change", [{"url": "/v1/batches"}, {"url": "/v1/chat/completions"}, {"body": {}}])
def test_a_line_to_the_wrong_place_or_with_a_spoilt_body_is_none(change: Body, edition: Published) -> None:
    assert edition.faults_of_line(LINE) == []
    assert edition.faults_of_line(LINE | change) != []


@pytest.mark.parametrize("change", [{"custom_id": 3}, {"method": "GET"}, {"kind": "x"}])
def test_a_spoilt_line_is_none_of_the_edition_that_says_what_a_line_is(change: Body) -> None:
    assert edition_of(EDITIONS[-1]).faults_of_line(LINE | change) != []


def test_a_spoilt_form_or_batch_is_none_of_the_document(edition: Published) -> None:
    form = {"file": "{}\n", "purpose": "batch"}
    batch = {"input_file_id": "f", "endpoint": "/v1/completions", "completion_window": "24h"}
    assert edition.faults(FILES, form) == edition.faults(BATCHES, batch) == []
    for path, spoilt in [
        (FILES, form | {"purpose": "bulk"}),
        (FILES, form | {"name": "x"}),
        (BATCHES, batch | {"endpoint": "/v1/files"}),
        (BATCHES, batch | {"completion_window": "1h"}),
        (BATCHES, batch | {"metadata": {"gyges": 3}}),
        (BATCHES, batch | {"labels": {}}),
    ]:
        assert edition.faults(path, spoilt) != []
