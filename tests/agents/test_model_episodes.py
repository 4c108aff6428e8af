"""Whole episodes of models against a faulty server: every decision legal, or missing for a known reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from gyges.agents.llm import ModelPolicy
from gyges.agents.llm.wire import Patience
from gyges.agents.skins import render
from gyges.episodes.log import Turn
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, read_log
from gyges.world.ladder import LADDER
from tests.agents.conftest import KEYS
from tests.servers.stand_in import DROPPED, EMPTY, MALFORMED, StandIn, choose, error, text

RUNG, SEED, TURNS, ATTEMPTS = 2, 17, 20, 3
PATIENCE = Patience(timeout=5.0, attempts=ATTEMPTS, first_wait=0.001, longest_wait=0.01)
UNKNOWN = choose("0000", "I take what is not offered.")
Make = Callable[..., ModelPolicy]


def script(vendor: str) -> tuple[list[list[dict[str, Any]]], list[str | None]]:
    """What the server answers in each turn, and why that turn's decision is missing, if it is."""
    declined = text("No.", finishReason="refusal" if vendor == "anthropic" else "content_filter")
    reason = "refused" if vendor == "anthropic" else "filtered"
    replies: list[list[dict[str, Any]]] = []
    reasons: list[str | None] = []
    for turn in range(TURNS):
        label = render.labels(SEED, turn, 0, LADDER[RUNG].options)[turn % LADDER[RUNG].options]
        good = choose(label, f"The key is {KEYS[vendor]}. \x1b[31m[bold]")
        faults: list[tuple[list[dict[str, Any]], str | None]] = [
            ([good], None),
            ([error(429, f"slow down, {KEYS[vendor]}"), good], None),
            ([error(500), error(500), good], None),
            ([MALFORMED, good], None),
            ([DROPPED, good], None),
            ([UNKNOWN, good], None),
            ([EMPTY, good], None),
            ([UNKNOWN, UNKNOWN], "illegal"),
            ([EMPTY, EMPTY], "unparsable"),
            ([UNKNOWN, text("Well.")], "unparsable"),
            ([error(500)] * ATTEMPTS, "timeout"),
            ([error(429)] * ATTEMPTS, "timeout"),
            ([MALFORMED] * ATTEMPTS, "unparsable"),
            ([declined], reason),
            ([text(json.dumps({"option": label}))], None),
        ]
        answers, missing = faults[turn % len(faults)]
        replies.append(answers)
        reasons.append(missing)
    return replies, reasons


def spec_of(vendor: str) -> EpisodeSpec:
    return EpisodeSpec(policy=f"{vendor}/model-1", rung=RUNG, seed=SEED, turns=TURNS)


def flat(replies: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [reply for turn in replies for reply in turn]


async def test_twenty_turns_with_faults_end_with_every_decision_legal_or_missing_by_reason(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    replies, reasons = script(vendor)
    stand_in.script(flat(replies))
    path = episode_path(tmp_path, spec_of(vendor).id)
    outcome = await run_episode(spec_of(vendor), model(patience=PATIENCE), path)
    missing = Counter(reason for reason in reasons if reason)
    assert outcome.expected == TURNS
    assert outcome.missing == missing
    assert outcome.decided == TURNS - missing.total()
    lines = read_log(path).turns
    assert [line.missing for line in lines] == reasons
    for turn, line in enumerate(lines):
        assert line.choice == (None if reasons[turn] else turn % LADDER[RUNG].options)
        assert line.exchange is not None
        assert line.exchange.usage["calls"] == len(replies[turn])
    assert len(stand_in.requests()) == len(flat(replies))
    assert holding(KEYS[vendor], tmp_path) == []
    assert holding(spec_of(vendor).policy, tmp_path) == [path]


def holding(text: str, folder: Path) -> list[Path]:
    """The files under a folder in which a text occurs."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if text.encode() in path.read_bytes()]


class Stopped(Exception):
    """Stands in for a kill between two decisions."""


async def test_an_episode_that_was_stopped_goes_on_and_asks_nothing_twice(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    replies, _ = script(vendor)
    spec = spec_of(vendor)
    whole, stopped = episode_path(tmp_path / "whole", spec.id), episode_path(tmp_path / "stopped", spec.id)

    def stop(line: Turn) -> None:
        if line.t in (4, 11):
            raise Stopped

    stand_in.script(flat(replies))
    undisturbed = await run_episode(spec, model(patience=PATIENCE), whole)
    sent = [entry["body"] for entry in stand_in.requests()]
    stand_in.script(flat(replies))
    for _ in range(2):
        with pytest.raises(Stopped):
            await run_episode(spec, model(patience=PATIENCE), stopped, stop)
    assert await run_episode(spec, model(patience=PATIENCE), stopped) == undisturbed
    assert [entry["body"] for entry in stand_in.requests()] == sent
    ends = [read_log(path).turns[-1] for path in (whole, stopped)]
    assert ends[0].memory == ends[1].memory
    assert ends[0].digest == ends[1].digest
