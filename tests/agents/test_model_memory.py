"""What an episode holds while its model thinks: a process has to hold hundreds."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gyges.agents.llm import VENDORS, ModelPolicy
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path
from tests.servers.answering import reply

EPISODES = 10
FEW = 2
"""Episodes lived beforehand, so that what is made once for all is there."""
DECISIONS = 7
"""Answered to each before its model is silent: its memory is as full as it gets."""
MOST = 300_000
"""Bytes a live episode may take."""


@pytest.mark.parametrize("vendor", ["openai", pytest.param("anthropic", marks=pytest.mark.slow)])
async def test_a_live_episode_takes_less_than_300_kilobytes(vendor: str, tmp_path: Path) -> None:
    asked: dict[str, int] = {}
    silent, go_on = asyncio.Event(), asyncio.Event()

    async def handler(request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        who = str(body["model"])
        (tool,) = body["tools"]
        schema = tool["input_schema"] if vendor == "anthropic" else tool["function"]["parameters"]
        asked[who] = asked.get(who, 0) + 1
        if asked[who] > DECISIONS:
            if sum(count > DECISIONS for count in asked.values()) == FEW + EPISODES:
                silent.set()
            await go_on.wait()
        label = schema["properties"]["option"]["enum"][0]
        return httpx2.Response(200, json=reply(request.url.path, body, label))

    def connect(key: str, base_url: str | None) -> Any:
        sdk = VENDORS[vendor].sdk()
        maker = sdk.AsyncAnthropic if vendor == "anthropic" else sdk.AsyncOpenAI
        client = sdk.DefaultAsyncHttpxClient(transport=httpx2.MockTransport(handler))
        return maker(api_key=key, base_url="http://told.invalid/v1", max_retries=0, http_client=client)

    of = replace(VENDORS[vendor], connect=connect)
    client = connect("key-for-a-test", None)
    shared = replace(of, connect=lambda *_: client)

    def begin(number: int) -> asyncio.Task[Any]:
        model = ModelPolicy(shared, f"m{number}", base_url="http://told.invalid")
        spec = EpisodeSpec(policy=model.name, rung=5, seed=number, turns=30, people=24)
        return asyncio.create_task(run_episode(spec, model, episode_path(tmp_path, spec.id)))

    live = [begin(number) for number in range(FEW)]
    while sum(asked.values()) < FEW * (DECISIONS + 1):  # noqa: ASYNC110  # the answers are this loop's own
        await asyncio.sleep(0.01)
    gc.collect()
    tracemalloc.start()
    try:
        live += [begin(FEW + number) for number in range(EPISODES)]
        await asyncio.wait_for(silent.wait(), 120)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        for task in live:
            task.cancel()
        await asyncio.gather(*live, return_exceptions=True)
        await client.close()
    assert EPISODES * 10_000 < held < EPISODES * MOST
