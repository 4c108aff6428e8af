"""200 episodes of both SDKs before a server nobody here wrote, in a gale: each end is the one foretold."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gyges.agents.llm import Service, policy
from gyges.agents.skins import render
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, read_log
from gyges.episodes.verify import verify
from gyges.world.ladder import LADDER
from tests.servers.gale import TIMEOUT, UNPARSABLE, Gale, blowing
from tests.servers.rule_book import answered, rule, ruled

TURNS = 5
RUNG = 1
ATTEMPTS = 3
PATHS = {"anthropic": "/v1/messages", "openai": "/v1/chat/completions"}
AT_ONCE = 32


def name(vendor: str, number: int) -> str:
    """A model for each episode, so that rules and faults are its own; every other one has no tools."""
    reply = "&reply=json" if number % 4 >= 2 else ""
    return f"{vendor}/m{number}?attempts={ATTEMPTS}&timeout=30&first_wait=0.001&longest_wait=0.02{reply}"


def spec_of(number: int) -> EpisodeSpec:
    vendor = ("anthropic", "openai")[number % 2]
    return EpisodeSpec(policy=name(vendor, number), rung=RUNG, seed=number, turns=TURNS, people=6)


def script(number: int) -> list[tuple[int | None, str | None]]:
    """For each turn, the option that the server names, and the reason if what it says cannot be used."""
    drawn = LADDER[RUNG].options
    kinds: list[tuple[int | None, str | None]] = []
    for turn in range(TURNS):
        kind = (number * 7 + turn * 3) % 8
        problem = {0: "unparsable", 1: "illegal"}.get(kind)
        kinds.append((None if problem else kind % drawn, problem))
    return kinds


def rules(number: int) -> Iterator[dict[str, Any]]:
    """What the server says in each week; later weeks first, because earlier ones are shown again."""
    tools = "reply=json" not in spec_of(number).policy
    for turn, (option, problem) in reversed(list(enumerate(script(number)))):
        label = "0000" if option is None else render.labels(number, turn, 0, LADDER[RUNG].options)[option]
        call = {"option": label, "say": f"Week {turn + 1}."}
        answer: dict[str, Any] = {"content": json.dumps(call)}
        if tools:
            answer = {"content": "Well.", "tool_calls": [{"name": "choose", "arguments": call}]}
        if problem == "unparsable":
            answer = {"content": "I would rather think about it."}
        yield rule(f"m{number}", f"Week {turn + 1} of {TURNS}", answer)


def foretold(number: int, faults: list[str]) -> tuple[list[tuple[int | None, str | None]], int]:
    """Each turn's option and reason, worked out from the script and the faults alone; and requests used."""
    left = iter(faults)
    decisions: list[tuple[int | None, str | None]] = []
    used = 0
    for option, problem in script(number):
        reason: str | None = None
        for _question in range(2 if problem else 1):
            met: list[str] = []
            while len(met) < ATTEMPTS and (fault := next(left)):
                met.append(fault)
            used += min(len(met) + 1, ATTEMPTS)
            lasts = len(met) == ATTEMPTS
            reason = ("timeout" if met[-1] in TIMEOUT else "unparsable") if lasts else problem
            if lasts:
                break
        decisions.append((None if reason else option, reason))
    return decisions, used


async def storm(episodes: int, folder: Path, gale: Gale) -> None:
    service, room = Service(concurrency=AT_ONCE), asyncio.Semaphore(AT_ONCE)

    async def live(number: int) -> None:
        spec = spec_of(number)
        async with room:
            model = policy(spec.policy, f"{gale.url}/v1", service)
            try:
                await run_episode(spec, model, episode_path(folder, spec.id))
            finally:
                await model.aclose()

    await asyncio.gather(*map(live, range(episodes)))


@pytest.mark.slow
@pytest.mark.parametrize("episodes", [200])
async def test_before_a_second_server_in_a_gale_every_decision_is_the_one_foretold(
    episodes: int, tmp_path: Path
) -> None:
    book = [line for number in range(episodes) for line in rules(number)]
    with ruled(tmp_path, book) as url:
        async with blowing(url, faulty=0.3, seed=5) as gale:
            await storm(episodes, tmp_path / "run", gale)
        befell = Counter(fault for faults in gale.journal.values() for fault in faults)
        assert answered(url) == sum(befell[fault] for fault in ("", "truncated", *UNPARSABLE))
    reasons: Counter[str] = Counter()
    with_tools: set[tuple[str, bool]] = set()
    for number in range(episodes):
        spec = spec_of(number)
        log = read_log(episode_path(tmp_path / "run", spec.id))
        faults = gale.journal[f"{PATHS[spec.policy.partition('/')[0]]} m{number}"]
        decisions, used = foretold(number, faults)
        assert [(line.choice, line.missing) for line in log.turns] == decisions
        assert used == len(faults) == sum(x.usage["calls"] for x in log.exchanges)
        assert log.end is not None
        outcome = log.end.outcome
        missing = Counter(reason for _, reason in decisions if reason)
        assert (outcome.expected, outcome.missing) == (TURNS, missing)
        assert outcome.decided == TURNS - missing.total()
        reasons += missing
        with_tools |= {(spec.policy.partition("/")[0], "tools" in x.raw[0]["request"]) for x in log.exchanges}
    assert reasons.keys() == {"timeout", "unparsable", "illegal"}
    assert with_tools == {("anthropic", True), ("openai", True), ("anthropic", False), ("openai", False)}
    assert not verify(tmp_path / "run").exit_code
