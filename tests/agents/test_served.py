"""A policy over HTTP: what goes out, what may come back, and what becomes of everything else."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from gyges.agents.policy import Decision, Promise
from gyges.agents.registry import is_arm_blind, policy
from gyges.agents.served import LONGEST_REPLY, BadAddress, Served
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import read_log
from tests.agents.conftest import look

EXAMPLE = Path(__file__).parents[2] / "examples" / "http_steward.py"
Ask = Callable[..., Awaitable[Decision]]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    """Ask a server that answers with that status and body (a float: nothing for so many seconds)."""
    answers: list[tuple[int, bytes | float]] = []
    received: list[object] = []

    async def handle(request: web.Request) -> web.Response:
        received.append(json.loads(await request.read()))
        status, body = answers.pop(0)
        if isinstance(body, float):
            await asyncio.sleep(body)
            body = b""
        return web.Response(status=status, body=body)

    app = web.Application()
    app.router.add_post("/act", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/act"

    async def asked(body: bytes | float, status: int = 200, settings: str = "timeout=0.3") -> Decision:
        answers.append((status, body))
        served = Served(f"{url}#{settings}")
        try:
            decision = await served.act(look(memory={"so": "far"}))
        finally:
            await served.aclose()
        sent = received[-1]
        assert isinstance(sent, dict)
        assert sent["memory"] == {"so": "far"} and len(sent["people"]) == 24
        assert [option["label"] for option in sent["options"]] == [option.label for option in look().options]
        return decision

    yield asked
    await runner.cleanup()


async def test_a_decision_comes_back_whole(ask: Ask) -> None:
    said = {"option": 2, "words": "yes", "note": "thinking", "memory": [1, {"a": None}], "more": "ignored"}
    decision = await ask(json.dumps(said).encode())
    assert (decision.option, decision.words, decision.note) == (2, "yes", "thinking")
    assert decision.memory == [1, {"a": None}]
    assert decision.exchange is not None and decision.exchange.usage == {"calls": 1}
    assert (await ask(b'{"missing": "refused"}')).missing == "refused"
    assert (await ask(b'{"option": 1, "memory": [99999999999999999999999]}')).memory == [None]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"3", b"null", b"[]", b"{}", b'{"option": null}', b'{"option": "3"}', b'{"option": 1.5}',
        b'{"option": true}', b'{"option": 1, "missing": "refused"}', b'{"missing": "tired"}',
        b'{"option": 1, "words": 5}', b'{"option": 1, "words": "\\ud800"}', b'{"option": 1', b"\xff\xfe",
        b'{"option": 1, "memory": NaN}', b"<html>",
        b'{"option": 1, "memory": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"option": 1, "note": "' + b"x" * LONGEST_REPLY + b'"}',
    ],
    ids=repr,
)  # fmt: skip
async def test_what_is_no_decision_is_missing_as_unparsable(ask: Ask, body: bytes) -> None:
    decision = await ask(body)
    assert (decision.option, decision.missing) == (None, "unparsable")
    assert decision.exchange is not None and len(json.dumps(decision.exchange.raw)) < 20_000


@pytest.mark.parametrize(("body", "status"), [(5.0, 200), (b"", 500), (b"", 503), (b"{}", 429)])
async def test_a_server_in_trouble_is_missing_as_timeout(ask: Ask, body: bytes | float, status: int) -> None:
    assert (await ask(body, status)).missing == "timeout"


@pytest.mark.parametrize("status", [301, 400, 404, 405])
async def test_an_address_without_a_policy_ends_the_run(ask: Ask, status: int) -> None:
    with pytest.raises(BadAddress, match=f"answered {status}; check path"):
        await ask(b"", status)


async def test_an_address_that_never_answered_ends_the_run_and_one_that_did_does_not() -> None:
    served = Served(f"http://127.0.0.1:{free_port()}/act")
    with pytest.raises(BadAddress, match="nothing answers at"):
        await served.act(look())
    served._answered = True
    assert (await served.act(look())).missing == "timeout"
    await served.aclose()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("http://", "is no address"),
        ("http://host:port/path", "is no address"),
        ("http://me:secret@host/path", "leave user and password out"),
        ("http://host/path#timeout=0", "settings of"),
        ("http://host/path#patience=3", "there are: timeout, instructed"),
    ],
)
def test_an_address_that_cannot_be_used(name: str, says: str) -> None:
    with pytest.raises(BadAddress, match=says) as caught:
        policy(name)
    assert "secret" not in str(caught.value)


def test_a_server_is_arm_blind_unless_its_address_says_otherwise() -> None:
    assert is_arm_blind(policy("http://host/path"))
    assert not is_arm_blind(policy("http://host/path#instructed=1"))


@pytest.fixture
def example() -> Iterator[str]:
    """The address of the example server, running."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(EXAMPLE), str(port)], stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}/steward"
    finally:
        process.terminate()
        process.wait(10)


async def test_the_example_server_lives_an_episode_and_remembers(example: str, tmp_path: Path) -> None:
    spec = EpisodeSpec(policy=example, rung=3, turns=3, people=6)
    served = policy(example)
    outcome = await run_episode(spec, served, tmp_path / "log.jsonl")
    await served.aclose()
    assert (outcome.decided, outcome.expected) == (6, 6)
    log = read_log(tmp_path / "log.jsonl")
    assert [line.memory for line in log.turns] == [1, 2, 3, 4, 5, 6]
    assert log.turns[-1].words == "My decision number 6."
    assert log.header is not None and log.header.arm_blind


async def test_promises_and_figures_that_can_be_checked_are_taken_and_others_dropped(ask: Ask) -> None:
    good = {"to": -1, "kind": "give", "act": "comfort", "amount": 2, "by": 9}
    bad = [{**good, "act": "dance"}, {**good, "to": 10**6}, {**good, "kind": "swear"}, {**good, "by": "9"}, 7]
    body = {
        "option": 1,
        "promises": [good, *bad],
        "report": {"food": 12, "any_ill": 900, "virtue": 3, "ill": -1, "output": 1.5, "any_lost": 1001},
    }
    decision = await ask(json.dumps(body).encode())
    assert decision.promises == (Promise(to=-1, kind="give", act="comfort", amount=2, by=9),)
    assert decision.report == {"food": 12, "any_ill": 900}
    assert decision.exchange is not None
    dropped = [*bad, {"virtue": 3}, {"ill": -1}, {"output": 1.5}, {"any_lost": 1001}]
    assert decision.exchange.raw == [{"status": 200, "dropped": dropped}]
    silent = await ask(b'{"option": 1}')
    assert (silent.promises, silent.report) == ((), None)
