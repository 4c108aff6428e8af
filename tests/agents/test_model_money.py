"""Money: prices as data, a forecast before anything is sent, caps that hold, and nothing paid for twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gyges.agents.llm.prices import BadPrices, Price, Prices, prices, read_prices
from gyges.agents.llm.purse import OverBudget, Purse
from gyges.agents.llm.steward import QUESTIONS
from gyges.analysis.tables import load
from gyges.episodes.conduct import resume, run_sweep, status
from gyges.episodes.forecast import forecast
from gyges.episodes.store import read_log
from gyges.episodes.sweep import Sweep
from tests.servers.answering import USAGE, Answering, answering

TABLE = 'dated = "2026-11-01"\n[models]\n"openai/m" = { input = 2.0, output = 10.0 }\n'
DEAR = USAGE["input"] * 2.0 / 1e6 + USAGE["output"] * 10.0 / 1e6
"""Dollars of one call by that table."""
CONCURRENCY = 4
SMALL = {"rungs": (0,), "arms": ("will",), "people": 6, "turns": 5}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "prices.toml"
    path.write_text(TABLE)
    return path


def sweep_of(policy: str = "openai/m", seeds: int = 6, **more: Any) -> Sweep:
    return Sweep(policies=(policy,), seeds=seeds, **{**SMALL, **more})


async def gyges(*arguments: str) -> tuple[int, str, str]:
    """Run a command in a process of its own while the server of this one goes on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gyges",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def test_a_price_is_found_by_model_and_by_snapshot_and_the_users_rows_go_first(table: Path) -> None:
    shipped = prices()
    assert shipped.models
    for name in ("anthropic/claude-haiku-4-5", "openai/gpt-4.1", "openai/davinci-002"):
        assert shipped.of(name) == replace(shipped.models[name], batch=0.5)
    assert shipped.of("anthropic/claude-haiku-4-5-20251001") == shipped.of("anthropic/claude-haiku-4-5")
    assert shipped.of("openai/gpt-4.1-2025-04-14?temperature=0.5") == shipped.of("openai/gpt-4.1")
    assert shipped.of("openai-base/davinci-002") == shipped.of("openai/davinci-002")
    assert shipped.of("openai/gpt-4.1-turbo") is None
    assert shipped.of("openai/m") is None
    own = prices(table)
    assert (own.dated, own.of("openai/m")) == ("2026-11-01", Price(input=2.0, output=10.0, batch=0.5))
    assert own.of("openai/gpt-4.1") == shipped.of("openai/gpt-4.1")


@pytest.mark.parametrize(
    "text",
    ["models = 3", 'dated = "x"\n[models]\n"a/b" = { input = -1, output = 1 }', "][", 'dated = "x"\nm = 1'],
)
def test_a_table_that_cannot_be_used_is_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text)
    with pytest.raises(BadPrices) as raised:
        read_prices(path)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)


def test_cached_tokens_have_their_own_price() -> None:
    price = Price(input=10.0, output=100.0, cache_read=1.0, cache_write=20.0)
    usage = {"input": 1000, "cache_read": 600, "cache_write": 300, "output": 10}
    dollars = (100 * 10 + 600 * 1 + 300 * 20 + 10 * 100) / 1e6
    assert price.cost(usage) == pytest.approx(dollars)
    assert Price(input=10.0, output=0.0).cost(usage) == pytest.approx(1000 * 10 / 1e6)


def test_a_batched_request_has_its_own_price_and_full_price_where_that_is_not_known() -> None:
    usage = {"input": 1000, "output": 100}
    price = Price(input=10.0, output=50.0)
    assert price.cost({**usage, "batched": 1}) == price.cost(usage) == pytest.approx(0.015)
    table = Prices("x", {"openai/m": price, "anthropic/m": replace(price, batch=0.25)}, {"openai": 0.5})
    batched = [held.cost({**usage, "batched": 2}) for name in table.models if (held := table.of(name))]
    assert batched == [0.0075, 0.00375]


def test_a_purse_gives_out_when_a_cap_is_reached_and_not_before() -> None:
    purse = Purse(most_usd=1.0)
    purse.check()
    purse.pay({"input": 499_999}, Price(input=2.0, output=0.0))
    purse.check()
    purse.pay({"input": 1}, Price(input=2.0, output=0.0))
    with pytest.raises(OverBudget, match="--max-cost 1"):
        purse.check()
    purse = Purse(most_tokens=10)
    purse.pay({"input": 9}, None)
    purse.check()
    purse.pay({"output": 1}, None)
    with pytest.raises(OverBudget, match="--max-tokens 10"):
        purse.check()


def test_a_forecast_counts_episodes_and_calls_and_prices_the_prompts_themselves(table: Path) -> None:
    found = forecast(sweep_of(rungs=(0, 3)), prices(table))
    (model,) = found.models.values()
    assert found.episodes == 2 * 6 * 6
    assert model.episodes == 12
    assert model.calls == found.calls == 6 * 5 * (1 + 2)
    assert model.usd == pytest.approx((model.input * 2 + model.output * 10) / 1e6)
    assert model.usd_most == pytest.approx(QUESTIONS * (model.input * 2 + model.calls * 2048 * 10) / 1e6)
    longer = forecast(sweep_of(rungs=(0, 3), people=24), prices(table)).models["openai/m"]
    assert longer.input > 1.1 * model.input
    assert forecast(sweep_of("openai/other"), prices(table)).usd is None
    assert forecast(sweep_of("steward"), prices(table)).usd == 0


async def test_the_dry_run_forecasts_the_calls_that_are_made_and_sends_nothing(
    table: Path, tmp_path: Path
) -> None:
    async with answering() as server:
        base = ["--policy", "openai/m", "--seeds", "3", "--rungs", "1", "--arms", "will"]
        base += ["--people", "6", "--turns", "4", "--base-url", f"{server.url}/v1"]
        code, out, _ = await gyges("sweep", *base, "--dry-run", "--json", "--prices", str(table))
        foretold = json.loads(out)
        assert (code, server.journal) == (0, [])
        code, _, err = await gyges("sweep", *base, "-o", str(tmp_path / "run"), "--prices", str(table))
        assert code == 0, err
        assert len(server.journal) == foretold["calls"] == 12
        code, out, _ = await gyges("status", str(tmp_path / "run"), "--json")
        spent = json.loads(out)["spent"]["openai/m"]
        assert (spent["calls"], spent["input"], spent["output"]) == (12, 12_000, 600)
        assert spent["usd"] == pytest.approx(12 * DEAR)
        sent = sum(len(json.dumps(entry["body"])) for entry in server.journal)
        assert foretold["models"]["openai/m"]["input"] * 3 == pytest.approx(sent, rel=0.1)


async def test_max_cost_stops_within_the_calls_in_flight_with_exit_3_and_a_higher_cap_goes_on(
    table: Path, tmp_path: Path
) -> None:
    run, sweep = tmp_path / "run", sweep_of()
    calls = forecast(sweep, prices(table)).calls
    cap = calls / 2 * DEAR
    async with answering(delay=0.01) as server:
        base = ["--base-url", f"{server.url}/v1", "--concurrency", str(CONCURRENCY), "--jobs", "1"]
        first = ["--policy", "openai/m", "--seeds", "6", "--rungs", "0", "--arms", "will"]
        first += ["--people", "6", "--turns", "5", "--prices", str(table), "-o", str(run)]
        code, out, err = await gyges("sweep", *first, *base, "--max-cost", f"{cap:.6f}")
        assert (code, out) == (3, "")
        (line,) = [line for line in err.splitlines() if "budget" in line]
        assert f"gyges resume {run}" in line
        assert calls / 2 <= len(server.journal) < calls / 2 + CONCURRENCY
        again, _, _ = await gyges("resume", str(run), *base, "--max-cost", f"{cap:.6f}")
        assert again == 3
        assert len(server.journal) < calls / 2 + CONCURRENCY
        code, _, err = await gyges("resume", str(run), *base, "--max-cost", f"{3 * cap:.6f}")
        assert code == 0, err
    assert len(server.journal) == calls
    assert len({json.dumps(entry["body"]) for entry in server.journal}) == calls
    reached = status(run)
    assert reached.finished == reached.expected
    assert reached.spent["openai/m"].usd == pytest.approx(calls * DEAR)
    assert sum(load(run).usage["usd"]) == pytest.approx(calls * DEAR)


async def test_max_tokens_needs_no_price_and_max_cost_does(tmp_path: Path) -> None:
    async with answering() as server:

        def go(purse: Purse) -> None:
            how: dict[str, Any] = {"base_url": f"{server.url}/v1", "jobs": 1, "concurrency": CONCURRENCY}
            run_sweep(sweep_of(), tmp_path / "run", purse=purse, **how)

        with pytest.raises(BadPrices, match="no price is known for 'openai/m'"):
            await asyncio.to_thread(go, Purse(most_usd=1.0))
        assert not (tmp_path / "run").exists()
        with pytest.raises(OverBudget, match="--max-tokens"):
            await asyncio.to_thread(go, Purse(most_tokens=10 * sum(USAGE.values())))
    assert 10 <= len(server.journal) < 10 + CONCURRENCY
    assert status(tmp_path / "run").spent["openai/m"].usd is None


async def test_an_unknown_price_is_unknown_in_status_and_tables_and_report(tmp_path: Path) -> None:
    from gyges.analysis.report import render_html, report

    async with answering() as server:
        await asyncio.to_thread(
            run_sweep, sweep_of(seeds=2), tmp_path / "run", jobs=1, base_url=f"{server.url}/v1"
        )
    assert all(usd != usd for usd in load(tmp_path / "run").usage["usd"])
    assert "cost unknown" in render_html(report(tmp_path / "run"))
    code, out, _ = await gyges("status", str(tmp_path / "run"))
    assert code == 0
    assert "unknown" in out


async def test_a_question_after_the_last_cent_ends_as_missing_by_budget(tmp_path: Path) -> None:
    """The first answer is paid for; asking it again on the next day would pay twice."""
    async with answering(label="0000") as server:
        purse = Purse(most_tokens=1)
        with pytest.raises(OverBudget):
            await asyncio.to_thread(
                run_sweep,
                sweep_of(seeds=1, turns=2),
                tmp_path / "run",
                jobs=1,
                base_url=f"{server.url}/v1",
                purse=purse,
            )
    (path,) = (tmp_path / "run" / "episodes").glob("*.jsonl")
    (line,) = read_log(path).turns
    assert line.missing == "budget"
    assert line.exchange is not None
    assert line.exchange.usage["calls"] == len(server.journal) == 1


async def test_answers_in_a_cache_are_reused_by_another_run_and_cost_nothing(tmp_path: Path) -> None:
    async with answering() as server:

        def go(run: str, **more: Any) -> None:
            how: dict[str, Any] = {"base_url": f"{server.url}/v1", "jobs": 1, "cache": tmp_path / "cache"}
            run_sweep(sweep_of(**more), tmp_path / run, **how)

        await asyncio.to_thread(go, "one", seeds=2)
        asked = len(server.journal)
        await asyncio.to_thread(go, "two", seeds=3)
    assert asked == 10
    assert len(server.journal) == 15
    one, two = load(tmp_path / "one"), load(tmp_path / "two")
    assert list(two.episodes["welfare"][two.episodes["seed"] < 2]) == list(one.episodes["welfare"])
    assert sum(two.usage["calls"]) == 5
    assert sum(two.usage["input"]) == 5 * USAGE["input"]


async def test_a_damaged_file_of_the_cache_counts_as_none(tmp_path: Path) -> None:
    async with answering() as server:
        for run in ("one", "two"):
            how: dict[str, Any] = {"base_url": f"{server.url}/v1", "jobs": 1, "cache": tmp_path / "cache"}
            await asyncio.to_thread(run_sweep, sweep_of(seeds=1), tmp_path / run, **how)
            kept = sorted((tmp_path / "cache").rglob("*.json"))
            kept[0].write_bytes(b'{"choices": [')
            kept[1].write_bytes(b"[]")
    assert len(server.journal) == 5 + 2


async def killed(server: Answering, run: Path, after: int) -> set[str]:
    """Start a sweep of 50 episodes, kill it with -9 after some requests; the requests that were in flight."""
    arguments = ["sweep", "--policy", "openai/m", "anthropic/m", "--seeds", "25", "--rungs", "0", "--arms"]
    arguments += ["will", "--people", "6", "--turns", "6", "--concurrency", str(CONCURRENCY), "--jobs", "1"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gyges", *arguments, "--base-url", f"{server.url}/v1", "-o", str(run),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while len(server.journal) < after:
        assert process.returncode is None
        await asyncio.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    logged = {
        json.dumps(item["request"]["messages"])
        for path in (run / "episodes").glob("*.jsonl")
        for line in read_log(path).turns
        if line.exchange is not None
        for item in line.exchange.raw
        if "request" in item
    }
    sent = {json.dumps(entry["body"]["messages"]) for entry in server.journal}
    return sent - logged


@pytest.mark.parametrize("moment", [0, pytest.param(1, marks=pytest.mark.slow)])
async def test_after_a_kill_no_request_is_repeated_but_those_in_flight(moment: int, tmp_path: Path) -> None:
    after = random.Random(f"kill {moment}").randrange(20, 280)
    async with answering(delay=0.01) as server:
        in_flight = await killed(server, tmp_path / "run", after)
        before = len(server.journal)
        assert len(in_flight) <= CONCURRENCY
        await asyncio.to_thread(resume, tmp_path / "run", jobs=1, base_url=f"{server.url}/v1")
    seen = Counter(json.dumps([entry["path"], entry["body"]]) for entry in server.journal)
    repeated = [
        json.dumps(json.loads(request)[1]["messages"]) for request, times in seen.items() if times > 1
    ]
    assert set(repeated) <= in_flight
    assert max(seen.values()) <= 2
    assert len(seen) == 50 * 6
    assert len(server.journal) == 50 * 6 + len(repeated)
    assert before < len(server.journal)
    reached = status(tmp_path / "run")
    assert reached.finished == reached.expected


def test_the_prices_of_a_run_stay_with_it(table: Path, tmp_path: Path) -> None:
    from gyges.episodes.spending import keep_prices, prices_of

    keep_prices(prices_of(tmp_path / "run", table), tmp_path, ["openai/m?temperature=0", "openai/none"])
    assert prices_of(tmp_path) == Prices("2026-11-01", {"openai/m": Price(input=2.0, output=10.0, batch=0.5)})
