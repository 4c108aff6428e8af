"""A model as several stewards: each instance has its own conversation, and hears what is meant for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gyges.agents.llm import ModelPolicy
from gyges.episodes.life import Life
from gyges.episodes.log import Turn
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, read_log
from gyges.episodes.verify import verify
from tests.servers.stand_in import StandIn, choose

Make = Callable[..., ModelPolicy]
TURNS = 3


def spec_of(vendor: str) -> EpisodeSpec:
    return EpisodeSpec(
        policy=f"{vendor}/model-1", scenario="conclave", rung=0, seed=21, turns=TURNS, people=6
    )


def script(spec: EpisodeSpec) -> tuple[list[dict[str, Any]], list[tuple[int, int | None]]]:
    """What each instance answers, to a fellow where one is on the menu; and who said it to whom."""
    life, replies = Life(spec), []
    said: list[tuple[int, int | None]] = []
    while not life.over:
        options = life.observation().options
        aimed = ("message_instance", "give_to_instance") if life.world.turn != 1 else ("wait",)
        taken = next(i for i, option in enumerate(options) if option.act in aimed)
        words = f"word {len(said)} of instance {life.steward}."
        replies.append(choose(options[taken].label, words))
        line = life.settle({"choice": taken, "words": words})
        said.append((line.steward, line.heard_by))
    return replies, said


async def test_each_instance_has_its_own_conversation_and_hears_what_is_meant_for_it(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    spec = spec_of(vendor)
    replies, said = script(spec)
    stand_in.script(replies)
    path = episode_path(tmp_path, spec.id)
    outcome = await run_episode(spec, model(), path)
    assert outcome.decided == outcome.expected == 3 * TURNS
    sent = [json.dumps(entry["body"]) for entry in stand_in.requests()]
    assert len(sent) == 3 * TURNS
    for asked, (steward, _) in enumerate(said):
        for earlier, (speaker, heard_by) in enumerate(said[:asked]):
            words = f"word {earlier} of instance {speaker}."
            assert (words in sent[asked]) == (speaker == steward or heard_by in (None, steward))
        assert f"word {asked} " not in sent[asked]
    assert verify(path).exit_code == 0
    for number in range(3):
        lines = [line for line in read_log(path).turns if line.steward == number]
        assert [len(line.memory) for line in lines] == [1, 2, 3]


class Stopped(Exception):
    """Stands in for a kill between two decisions."""


async def test_a_conclave_that_was_stopped_goes_on_in_the_same_conversations(
    vendor: str, model: Make, stand_in: StandIn, tmp_path: Path
) -> None:
    spec = spec_of(vendor)
    replies, _ = script(spec)
    stand_in.script(replies)
    whole, stopped = episode_path(tmp_path / "whole", spec.id), episode_path(tmp_path / "stopped", spec.id)
    undisturbed = await run_episode(spec, model(), whole)
    sent = [entry["body"] for entry in stand_in.requests()]

    def stop(line: Turn) -> None:
        if (line.t, line.decision) in ((0, 1), (2, 0)):
            raise Stopped

    stand_in.script(replies)
    for _ in range(2):
        try:
            await run_episode(spec, model(), stopped, stop)
        except Stopped:
            continue
        raise AssertionError("it was not stopped")
    assert await run_episode(spec, model(), stopped) == undisturbed
    assert [entry["body"] for entry in stand_in.requests()] == sent
