"""Batches: the same episodes at half the price, and nothing sent twice whatever happens in between."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gyges.agents.llm import Rejected
from gyges.agents.llm.batches.journal import InUse, Journal, batches
from gyges.agents.llm.purse import OverBudget, Purse
from gyges.cli import main
from gyges.episodes.conduct import resume, run_sweep, status
from gyges.episodes.forecast import forecast
from gyges.episodes.log import Turn
from gyges.episodes.store import Refused, read_log
from gyges.episodes.sweep import Sweep
from tests.servers.answering import USAGE, answering
from tests.servers.batching import UNANSWERED, UNUSABLE, Batching, Entry, batching

HURRIED = "?attempts=3&timeout=60&first_wait=0.01&longest_wait=0.05"
MODELS = (f"anthropic/m{HURRIED}", f"openai/m{HURRIED}")
TABLE = """dated = "2026-11-01"
[models]
"openai/m" = { input = 2.0, output = 10.0 }
"anthropic/m" = { input = 2.0, output = 10.0 }
"""
DEAR = USAGE["input"] * 2.0 / 1e6 + USAGE["output"] * 10.0 / 1e6
"""Dollars of one call by that table, by itself."""
SEEDS, TURNS = 4, 3


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "prices.toml"
    path.write_text(TABLE)
    return path


def sweep_of(*policies: str, seeds: int = SEEDS, turns: int = TURNS, **more: Any) -> Sweep:
    how = {"rungs": (0,), "arms": ("will",), "people": 6, **more}
    return Sweep(policies=policies or MODELS, seeds=seeds, turns=turns, **how)


async def go(sweep: Sweep, run: Path, url: str, provider_batch: bool = True, **how: Any) -> None:
    await asyncio.to_thread(
        run_sweep, sweep, run, jobs=1, base_url=f"{url}/v1", provider_batch=provider_batch, **how
    )


def lines_of(run: Path) -> dict[str, list[Turn]]:
    return {path.stem: list(read_log(path).turns) for path in sorted((run / "episodes").glob("*.jsonl"))}


def alike(line: Turn) -> Any:
    """A decision's line without what batches may change: marks of the batch, seconds, and the chain."""
    assert line.exchange is not None
    raw = [{key: each[key] for key in each if key not in ("batch", "item")} for each in line.exchange.raw]
    usage = {key: count for key, count in line.exchange.usage.items() if key != "batched"}
    told = {name: getattr(line, name) for name in line.__struct_fields__ if name not in ("chain", "exchange")}
    return told, raw, usage


async def test_the_same_episodes_come_of_batches_as_of_calls_one_by_one(tmp_path: Path) -> None:
    async with answering() as live:
        await go(sweep_of(), tmp_path / "live", live.url, provider_batch=False)
    async with batching(seconds=0.05) as server:
        await go(sweep_of(), tmp_path / "batched", server.url)
    one, other = lines_of(tmp_path / "live"), lines_of(tmp_path / "batched")
    assert one.keys() == other.keys()
    assert len(one) == 2 * SEEDS
    for id, lines in one.items():
        assert list(map(alike, lines)) == list(map(alike, other[id]))
        for line in other[id]:
            assert line.exchange is not None
            assert line.exchange.usage["batched"] == 1
            assert line.exchange.raw[-1]["batch"] in server.batches
    sizes = Counter(len(held.entries) for held in server.batches.values())
    assert sizes == {SEEDS: 2 * TURNS}  # of each model a batch a decision, with all its episodes in it


async def test_a_batched_request_costs_half_in_status_and_forecast(table: Path, tmp_path: Path) -> None:
    from gyges.agents.llm.prices import prices

    sweep = sweep_of(MODELS[1])
    async with batching() as server:
        await go(sweep, tmp_path / "run", server.url, own_prices=table)
    (cost,) = status(tmp_path / "run").spent.values()
    assert (cost.calls, cost.input) == (SEEDS * TURNS, SEEDS * TURNS * USAGE["input"])
    assert cost.usd == pytest.approx(SEEDS * TURNS * DEAR / 2)
    whole, half = (forecast(sweep, prices(table), batched=batched).usd for batched in (False, True))
    assert whole is not None and half == pytest.approx(whole / 2)


def sent(server: Batching) -> dict[str, list[Entry]]:
    """Requests as the server had them, by path and body."""
    found: dict[str, list[Entry]] = {}
    for entry in server.journal:
        found.setdefault(json.dumps([entry.path, entry.body], sort_keys=True), []).append(entry)
    return found


def hold(server: Batching, run: Path, attempts: int = 3) -> Counter[str]:
    """Make sure that nothing was sent twice without need, and that every decision is the one answered."""
    for entries in sent(server).values():
        assert len(entries) <= attempts
        assert all(entry.fate in UNANSWERED for entry in entries[:-1]), "answered, and sent again"
    items = Counter(entry.item for entry in server.journal)
    assert set(items.values()) <= {1}
    by_item = {entry.item: entry for entry in server.journal}
    logged: list[str] = []
    reasons: Counter[str] = Counter()
    for lines in lines_of(run).values():
        for line in lines:
            assert line.exchange is not None
            tries = [each for each in line.exchange.raw if "request" not in each]
            assert line.exchange.usage["calls"] == len(tries)
            fate = ""
            for each in tries:
                fate = by_item[each["item"]].fate if "item" in each else "expired"
                logged += [each["item"]] if "item" in each else []
                assert ("reply" in each) == (fate not in UNANSWERED)
                assert "item" in each or "could not be sent" in each["error"]
            assert (line.choice is None) == (line.missing is not None) == (fate != "")
            reasons[line.missing or "decided"] += 1
    assert len(logged) == len(set(logged))
    assert set(logged) == set(by_item)
    return reasons


@pytest.mark.parametrize(("seeds", "turns"), [(6, 3), pytest.param(100, 6, marks=pytest.mark.slow)])
async def test_under_a_storm_of_faults_every_episode_ends_and_nothing_is_sent_twice(
    seeds: int, turns: int, tmp_path: Path
) -> None:
    """3 in 10 requests in batches go wrong, and 3 in 10 calls of the protocol."""
    run = tmp_path / "run"
    async with batching(faulty=0.3, rough=0.3, seed=11, seconds=0.02) as server:
        await go(sweep_of(seeds=seeds, turns=turns), run, server.url)
    reached = status(run)
    assert reached.finished == reached.expected
    assert reached.batches_out == []
    reasons = hold(server, run)
    assert reasons.total() == 2 * seeds * turns
    outcomes = [end.outcome for path in (run / "episodes").glob("*.jsonl") if (end := read_log(path).end)]
    counted = sum((Counter(outcome.missing) for outcome in outcomes), Counter())
    assert counted == Counter({reason: n for reason, n in reasons.items() if reason != "decided"})
    assert sum(outcome.decided for outcome in outcomes) == reasons["decided"]
    assert server.met["dropped after"] and server.met["truncated"]
    assert {entry.fate for entry in server.journal} == {"", *UNANSWERED, *UNUSABLE} or seeds < 100


@pytest.mark.parametrize("fate", UNANSWERED)
async def test_what_is_never_answered_is_missing_after_as_many_batches_as_attempts(
    fate: str, tmp_path: Path
) -> None:
    async with batching(fate=fate) as server:
        await go(sweep_of(seeds=1, turns=1), tmp_path / "run", server.url)
    assert len(server.batches) == 2 * 3
    assert hold(server, tmp_path / "run") == {"timeout": 2}
    (cost,) = {spent.usd for spent in status(tmp_path / "run").spent.values()}
    assert not cost


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fate", ["", "expired", "left out"])
async def test_a_batch_whose_sending_is_in_doubt_is_found_by_what_is_in_it(
    model: str, fate: str, tmp_path: Path
) -> None:
    """Even one without any results, which names nobody's requests."""
    async with batching(fate=fate, unsaid=1) as server:
        await go(sweep_of(model, seeds=1, turns=1), tmp_path / "run", server.url)
    assert len(server.batches) == (3 if fate else 1)
    assert hold(server, tmp_path / "run") == {"timeout" if fate else "decided": 1}


async def begun(run: Path, url: str) -> asyncio.subprocess.Process:
    """A sweep in a process of its own."""
    small = ["--seeds", str(SEEDS), "--rungs", "0", "--arms", "will", "--people", "6", "--turns", str(TURNS)]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gyges", "sweep", "--policy", *MODELS, *small, "--jobs", "1",
        "--base-url", f"{url}/v1", "--provider-batch", "-o", str(run),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


async def until(server: Batching, count: int) -> None:
    async with asyncio.timeout(60):
        while len(server.batches) < count:  # noqa: ASYNC110  # the server has no events of its own
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("mute", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_killed_with_a_batch_out_it_goes_on_and_sends_nothing_twice(mute: bool, tmp_path: Path) -> None:
    """Mute, the server has taken the batches and the process has not heard their names."""
    run = tmp_path / "run"
    async with batching(seconds=0.3) as server:
        process = await begun(run, server.url)
        await until(server, 2)
        server.mute = mute
        await until(server, 4)
        await asyncio.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        server.mute = False
        out = status(run).batches_out
        assert len(out) == 2
        assert all(bool(batch.batch) != mute for batch in out)
        with pytest.raises(Refused, match="--provider-batch"):
            await asyncio.to_thread(resume, run, jobs=1, base_url=f"{server.url}/v1")
        await asyncio.to_thread(resume, run, jobs=1, base_url=f"{server.url}/v1", provider_batch=True)
    assert len(server.journal) == len(sent(server)) == 2 * SEEDS * TURNS
    assert hold(server, run) == {"decided": 2 * SEEDS * TURNS}
    reached = status(run)
    assert (reached.finished, reached.batches_out) == (reached.expected, [])


async def test_answers_that_were_fetched_and_not_logged_are_not_asked_for_again(tmp_path: Path) -> None:
    """As if killed between the writing of the results and of the logs."""
    run = tmp_path / "run"
    async with batching() as server:
        await go(sweep_of(), run, server.url)
        before = lines_of(run)
        for path in (run / "episodes").glob("*.jsonl"):
            whole = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join(whole[: 2 + hash(path.stem) % 2]))
        with pytest.raises(Refused, match="--provider-batch"):
            await go(sweep_of(), run, server.url, provider_batch=False)
        await go(sweep_of(), run, server.url)
        assert {id: [*map(alike, lines)] for id, lines in lines_of(run).items()} == {
            id: [*map(alike, lines)] for id, lines in before.items()
        }
    assert len(server.journal) == 2 * SEEDS * TURNS


async def test_an_interrupt_leaves_the_batch_out_and_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    async with batching(seconds=1.0) as server:
        process = await begun(run, server.url)
        await until(server, 2)
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, said = await process.communicate()
        assert process.returncode == 130
        assert f"2 batches are out and stay so; go on with gyges resume {run} --pro" in said.decode()
        assert main(["status", str(run)]) == 1
        shown = capsys.readouterr().out
        assert f"{SEEDS} requests to openai/m are out since" in shown
        assert f"go on with: gyges resume {run} --provider-batch" in shown
        assert len(server.batches) == 2
        going_on = ["resume", str(run), "--jobs", "1", "--base-url", f"{server.url}/v1", "--provider-batch"]
        assert await asyncio.to_thread(main, going_on) == 0
    assert len(server.journal) == 2 * SEEDS * TURNS


async def test_max_cost_is_held_against_the_forecast_of_each_batch(table: Path, tmp_path: Path) -> None:
    run, sweep = tmp_path / "run", sweep_of(MODELS[1], seeds=6, turns=6)
    calls = 6 * 6
    async with batching() as server:
        with pytest.raises(OverBudget, match=r"resume .* --provider-batch"):
            await go(sweep, run, server.url, own_prices=table, purse=Purse(calls / 2 * DEAR / 2))
        (cost,) = status(run).spent.values()
        assert cost.usd is not None and 0 < cost.usd <= calls / 2 * DEAR / 2
        assert 6 <= len(server.journal) < calls
        await go(sweep, run, server.url, purse=Purse(2 * calls * DEAR))
    assert len(server.journal) == len(sent(server)) == calls
    (cost,) = status(run).spent.values()
    assert cost.usd == pytest.approx(calls * DEAR / 2)


async def test_a_batch_that_the_vendor_does_not_take_is_one_line_and_can_be_sent_again(
    tmp_path: Path,
) -> None:
    run, sweep = tmp_path / "run", sweep_of(MODELS[1])
    async with batching(fail="Enqueued token limit reached\x1b[31m") as server:
        with pytest.raises(Rejected, match="took nothing of batch batch_0: Enqueued token limit") as raised:
            await go(sweep, run, server.url)
        assert "\x1b" not in str(raised.value)
        assert status(run).batches_out == []
        server.fail = ""
        await go(sweep, run, server.url, provider_batch=True)
    assert len(server.journal) == SEEDS * TURNS


async def test_one_episode_can_go_through_batches_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with batching() as server:
        small = ["run", MODELS[0], "--people", "6", "--turns", "2", "--base-url", f"{server.url}/v1"]
        assert await asyncio.to_thread(main, [*small, "--provider-batch"]) == 2
        assert "-o RUN" in capsys.readouterr().err
        assert await asyncio.to_thread(main, [*small, "--provider-batch", "-o", str(tmp_path / "run")]) == 0
    assert [len(held.entries) for held in server.batches.values()] == [1, 1]


async def test_a_base_model_goes_through_batches_of_completions(tmp_path: Path) -> None:
    async with batching() as server:
        await go(sweep_of(f"openai-base/m{HURRIED}", seeds=2, turns=2), tmp_path / "run", server.url)
    assert {entry.path for entry in server.journal} == {"/v1/completions"}
    assert hold(server, tmp_path / "run") == {"decided": 4}


def test_the_journal_has_one_writer_and_drops_a_torn_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(InUse):
        Journal(tmp_path)
    journal.close()
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"line":"sent","na')
    assert batches(tmp_path) == {}
    Journal(tmp_path).close()
    assert (tmp_path / "journal.jsonl").read_bytes() == b""
