"""Faults by the hundred over both vendors: every episode ends, nothing is invented, and the counts add up."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gyges.agents.llm import ModelPolicy, Service, policy
from gyges.agents.llm.gate import Gate
from gyges.episodes.log import Turn
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.store import episode_path, read_log
from tests.servers.answering import UNANSWERED, Answering, answering

ATTEMPTS = 3
HURRIED = f"?attempts={ATTEMPTS}&timeout=3&first_wait=0.001&longest_wait=0.02"
VENDORS = ("anthropic", "openai")
AT_ONCE = 16


async def storm(
    server: Answering, folder: Path, episodes: int, turns: int
) -> tuple[dict[EpisodeSpec, Outcome], Service]:
    """Live episodes of both vendors' models against a server, some at once."""
    service = Service(concurrency=AT_ONCE)
    names = [f"{vendor}/m{HURRIED}" for vendor in VENDORS]
    models: dict[str, ModelPolicy] = {name: policy(name, f"{server.url}/v1", service) for name in names}
    specs = [
        EpisodeSpec(policy=names[number % 2], rung=1, seed=number, turns=turns, people=6)
        for number in range(episodes)
    ]
    room = asyncio.Semaphore(AT_ONCE)

    async def live(spec: EpisodeSpec) -> Outcome:
        async with room:
            return await run_episode(spec, models[spec.policy], episode_path(folder, spec.id))

    try:
        outcomes = await asyncio.gather(*map(live, specs))
    finally:
        await asyncio.gather(*(model.aclose() for model in models.values()))
    return {spec.id: outcome for spec, outcome in zip(specs, outcomes, strict=True)}, service  # type: ignore[misc]


def questions(line: Turn) -> list[list[Any]]:
    """What a decision's log holds of each question: the request, then a line for each attempt."""
    assert line.exchange is not None
    asked: list[list[Any]] = []
    for item in line.exchange.raw:
        asked += [[item]] if "request" in item else []
        asked[-1] += [] if "request" in item else [item]
    return asked


def picked(attempt: dict[str, Any]) -> str | None:
    """The label that a whole reply names by the tool, read without the code under test."""
    reply = attempt.get("reply") or {}
    for block in reply.get("content", ()):
        if block["type"] == "tool_use":
            return str(block["input"]["option"])
    for choice in reply.get("choices", ()):
        for call in choice["message"].get("tool_calls", ()):
            return str(json.loads(call["function"]["arguments"])["option"])
    return None


@pytest.mark.parametrize(("episodes", "turns"), [(12, 4), pytest.param(200, 10, marks=pytest.mark.slow)])
async def test_under_a_storm_of_faults_every_episode_ends_and_every_count_adds_up(
    episodes: int, turns: int, tmp_path: Path
) -> None:
    async with answering(faulty=0.3, seed=7, delay=0.001) as server:
        outcomes, _ = await storm(server, tmp_path, episodes, turns)
        journal = server.journal
    assert len(outcomes) == episodes
    attempts, statuses, reasons, decided = 0, Counter[str](), Counter[str](), 0
    for id, outcome in outcomes.items():
        log = read_log(episode_path(tmp_path, str(id)))
        assert log.end is not None and log.end.outcome == outcome
        assert outcome.expected == turns == len(log.turns)
        assert outcome.decided + sum(outcome.missing.values()) == turns
        assert Counter(line.missing for line in log.turns if line.missing) == outcome.missing
        reasons.update(outcome.missing)
        decided += outcome.decided
        for line in log.turns:
            assert line.exchange is not None
            asked = questions(line)
            assert 1 <= len(asked) <= 2
            for request, *tries in asked:
                assert 1 <= len(tries) <= ATTEMPTS
                labels = _labels(request)
                if request is asked[-1][0]:
                    taken = None if line.choice is None else labels[line.choice]
                    assert taken == (picked(tries[-1]) if picked(tries[-1]) in labels else None)
                for each in tries:
                    statuses["answered" if "reply" in each else "not answered"] += 1
                    statuses["too late"] += "no reply within" in str(each.get("error"))
            assert line.exchange.usage["calls"] == sum(len(tries) for _, *tries in asked)
            assert (line.choice is None) == (line.missing is not None)
            attempts += line.exchange.usage["calls"]
    assert attempts == len(journal)
    late = statuses["too late"] - server.met["slow"]  # answers that a busy machine did not bring in time
    assert late >= 0
    assert statuses["answered"] == sum(entry["answered"] for entry in journal) - late
    assert statuses["not answered"] == sum(entry["fault"] in UNANSWERED for entry in journal) + late
    assert decided + reasons.total() == episodes * turns
    assert 0 <= sum(entry["option"] is not None for entry in journal) - decided <= late
    assert reasons.keys() <= {"refused", "unparsable", "illegal", "timeout"}
    assert 0 <= server.met["refusal"] - reasons["refused"] <= late


def _labels(request: dict[str, Any]) -> list[str]:
    (tool,) = request["request"]["tools"]
    schema = tool["input_schema"] if "input_schema" in tool else tool["function"]["parameters"]
    return list(schema["properties"]["option"]["enum"])


async def test_a_provider_with_room_for_four_is_soon_sent_no_more_than_it_takes(tmp_path: Path) -> None:
    async with answering(room=4, delay=0.02) as server:
        outcomes, service = await storm(server, tmp_path, episodes=AT_ONCE, turns=8)
    complaints = sum(not entry["answered"] for entry in server.journal)
    (gate,) = service.gates.values()
    assert len(outcomes) == AT_ONCE
    assert gate.limit < AT_ONCE
    tail = server.journal[len(server.journal) // 2 :]
    assert sum(not entry["answered"] for entry in tail) < 0.25 * len(tail)
    assert 0 < complaints < len(server.journal) / 2


async def test_the_gate_halves_once_for_a_burst_and_recovers_by_one_a_round() -> None:
    gate = Gate(16)
    burst = [await gate.enter() for _ in range(16)]
    for number in burst:
        gate.leave(number, 429)
    assert gate.limit == 8
    for _ in range(8):
        gate.leave(await gate.enter(), 200)
    assert gate.limit == pytest.approx(9, abs=0.1)
    number = await gate.enter()
    gate.leave(number, 529)
    assert gate.limit == pytest.approx(4.5, abs=0.1)
    for _ in range(1000):
        gate.leave(await gate.enter(), 200)
    assert gate.limit == 16
    for status in (None, 500):
        gate.leave(await gate.enter(), status)
        assert gate.limit == 16


async def test_no_more_pass_the_gate_than_its_limit_and_in_the_order_they_came() -> None:
    gate, order, most = Gate(3), [], 0

    async def go(name: int) -> None:
        nonlocal most
        number = await gate.enter()
        order.append(name)
        most = max(most, gate.under_way)
        await asyncio.sleep(0)
        gate.leave(number, 200)

    await asyncio.gather(*(go(name) for name in range(50)))
    assert (order, most, gate.under_way) == (list(range(50)), 3, 0)


async def test_one_who_is_told_to_rest_makes_all_others_rest_too() -> None:
    gate, loop = Gate(2), asyncio.get_running_loop()
    gate.leave(await gate.enter(), 429, rest=0.1)
    told = loop.time()
    await gate.enter()
    assert loop.time() - told >= 0.09


async def test_a_waiter_that_gives_up_leaves_its_place_to_the_next() -> None:
    gate = Gate(1)
    number = await gate.enter()
    first, second = (asyncio.create_task(gate.enter()) for _ in range(2))
    await asyncio.sleep(0)
    gate.leave(number, 200)
    first.cancel()
    assert await asyncio.wait_for(second, 1) == 2
    assert gate.under_way == 1
