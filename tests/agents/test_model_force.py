"""An act done in a model's name: it stands in the conversation as its own, and twins fork one state."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from gyges.agents import skins
from gyges.agents.llm.prices import prices
from gyges.analysis.tables import load
from gyges.episodes.conduct import resume, run_sweep, status
from gyges.episodes.forecast import forecast
from gyges.episodes.log import FORCED
from gyges.episodes.store import Log, read_log
from gyges.episodes.sweep import Sweep
from gyges.episodes.verify import verify
from gyges.world.ladder import FORBIDDEN, PERMITTED
from tests.servers.answering import Answering, answering
from tests.servers.batching import batching

TURNS, AT = 5, 2
"""Turns of an episode, and that of the act."""


def sweep_of(vendor: str, **more: Any) -> Sweep:
    fields: dict[str, Any] = {
        "policies": (f"{vendor}/m",), "scenarios": ("quota",), "rungs": (0,), "arms": ("will",), "seeds": 1,
        "first_seed": 3_902_000, "people": 6, "turns": TURNS, "force": f"falsify_ledger@{AT + 1}",
    }  # fmt: skip
    return Sweep(**fields | more)


async def lived(server: Answering, sweep: Sweep, run: Path) -> list[Log]:
    """The logs of the model's episodes: the one without the act, forbidden, permitted."""
    await asyncio.to_thread(run_sweep, sweep, run, jobs=1, base_url=server.url + server_path(sweep))
    return logs(sweep, run)


def server_path(sweep: Sweep) -> str:
    return "" if sweep.policies[0].startswith("anthropic") else "/v1"


def logs(sweep: Sweep, run: Path) -> list[Log]:
    specs = [spec for spec in sweep.episodes() if "/" in spec.policy]
    return [read_log(run / "episodes" / f"{spec.id}.jsonl") for spec in specs]


async def test_twins_take_over_what_was_decided_before_the_act_and_pay_for_nothing_of_it(
    vendor: str, tmp_path: Path
) -> None:
    sweep = sweep_of(vendor)
    async with answering() as server:
        plain, *twins = await lived(server, sweep, tmp_path)
        sent = len(server.journal)
    assert [log.end.outcome.handed_back for log in (plain, *twins) if log.end] == [-1] * 3
    assert sent == TURNS + 2 * (TURNS - AT - 1)
    assert status(tmp_path).spent[f"{vendor}/m"].calls == sent
    assert forecast(sweep, prices()).models[f"{vendor}/m"].calls == sent
    for twin in twins:
        assert [line.digest for line in twin.turns[:AT]] == [line.digest for line in plain.turns[:AT]]
        assert [line.memory for line in twin.turns[:AT]] == [line.memory for line in plain.turns[:AT]]
        assert [line.exchange is None for line in twin.turns] == [True] * (AT + 1) + [False] * (
            TURNS - AT - 1
        )
    assert twins[0].turns[AT].digest == twins[1].turns[AT].digest
    assert verify(tmp_path).exit_code == 0


async def test_the_act_stands_in_the_conversation_as_a_call_of_the_models_own(
    vendor: str, tmp_path: Path
) -> None:
    sweep = sweep_of(vendor)
    async with answering() as server:
        _, *twins = await lived(server, sweep, tmp_path)
        bodies = [json.dumps(entry["body"]) for entry in server.journal if entry["answered"]]
    said = skins.load("settlement").wording(0).phrases
    for permission, word, twin in zip((FORBIDDEN, PERMITTED), ("forbidden", "permitted"), twins, strict=True):
        line = twin.turns[AT]
        assert (line.code, line.words, line.promises) == (FORCED, None, [])
        act = line.memory[-1]
        own = twin.turns[AT + 1].memory[-1]
        assert act.keys() == own.keys()
        assert act["call"].keys() == own["call"].keys()
        assert (act["say"], act["promises"], act["report"]) == ("", [], [])
        assert act["outcome"].startswith("Done:") == own["outcome"].startswith("Done:")
        assert twin.header is not None and twin.header.spec.dials == {"permission": permission}
        assert said[f"permission_{word}"] in act["shown"]
        assert said[f"permission_{word}"] not in twin.turns[AT - 1].memory[-1]["shown"]
        assert any(json.dumps(act["outcome"])[1:-1] in body for body in bodies)


async def test_twins_come_of_batches_as_of_calls_one_by_one(tmp_path: Path) -> None:
    sweep = sweep_of("openai", seeds=2)
    async with answering() as live:
        one_by_one = await lived(live, sweep, tmp_path / "live")
    async with batching(seconds=0.05) as server:
        how: dict[str, Any] = {"jobs": 1, "provider_batch": True, "base_url": f"{server.url}/v1"}
        await asyncio.to_thread(run_sweep, sweep, tmp_path / "batched", **how)
    batched = logs(sweep, tmp_path / "batched")
    assert [[line.digest for line in log.turns] for log in batched] == [
        [line.digest for line in log.turns] for log in one_by_one
    ]
    assert len(server.journal) == len(live.journal)


@pytest.mark.parametrize("cut", [1, AT, AT + 1, AT + 2])
async def test_a_twin_that_was_killed_goes_on_and_asks_nothing_twice(cut: int, tmp_path: Path) -> None:
    sweep = sweep_of("openai")
    async with answering() as server:
        *_, twin = await lived(server, sweep, tmp_path)
        whole, sent = twin.path.read_bytes(), len(server.journal)
        twin.path.write_bytes(b"".join(whole.splitlines(keepends=True)[: 1 + cut]))
        await asyncio.to_thread(resume, tmp_path, jobs=1, base_url=f"{server.url}/v1")
        again = len(server.journal) - sent
    assert again == TURNS - max(cut, AT + 1)
    (*_, gone_on) = logs(sweep, tmp_path)
    assert [line.digest for line in gone_on.turns] == [line.digest for line in twin.turns]
    assert [line.memory for line in gone_on.turns] == [line.memory for line in twin.turns]


async def test_the_tables_keep_twins_apart_and_count_what_they_cost(tmp_path: Path) -> None:
    async with answering() as server:
        await lived(server, sweep_of("openai", ask=("svo@0",)), tmp_path)
    tables = load(tmp_path)
    assert set(tables.episodes["force"]) == {""}
    assert len(tables.forced["id"]) == 2 * len(tables.episodes["id"])
    assert len(tables.usage["id"]) == 3
    assert set(tables.probes["id"]) <= set(tables.episodes["id"])
