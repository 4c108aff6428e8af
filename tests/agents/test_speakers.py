"""People's and judges' models over the wire: requests by the vendors' own types, replies read as words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gyges.agents.llm import ModelPolicy
from gyges.agents.llm.judge import Judge
from gyges.agents.llm.speakers import Speakers
from gyges.agents.rubrics import Piece, RatingSheet, load
from gyges.agents.voices import Speaking
from tests.agents.conftest import KEYS
from tests.agents.test_model_requests import check
from tests.servers.stand_in import StandIn, error, text

Make = Callable[..., ModelPolicy]
ADA = Speaking(3, "You are Ada.", "How are you? Say one sentence.", 7)
SHEET = RatingSheet(
    load("suspicion"), [Piece(0, "said", "Good morning."), Piece(1, "thought", "Is this real?")]
)


def requests(raw: list[Any]) -> list[Any]:
    return [line["request"] for line in raw if "request" in line]


async def test_a_person_is_asked_in_words_alone_and_its_words_are_cleaned(
    vendor: str, model: Make, stand_in: StandIn
) -> None:
    stand_in.script([error(500), text(f"More\x1b[31m\nfood, {KEYS[vendor]}.")])
    said = await Speakers(model()).say(ADA)
    assert said.words == "More[31m food, [key]."
    assert said.missing is None
    assert said.exchange.usage["calls"] == 2
    (request,) = requests(said.exchange.raw)
    check(vendor, request)
    assert "tools" not in request
    assert ADA.system in json.dumps(request)
    assert ADA.text in json.dumps(request)


async def test_a_person_whose_model_declines_or_fails_says_nothing(
    vendor: str, model: Make, stand_in: StandIn
) -> None:
    reason = {"anthropic": ("refusal", "refused"), "openai": ("content_filter", "filtered")}[vendor]
    stand_in.script([text("No.", finishReason=reason[0]), *[error(500)] * 4])
    speakers = Speakers(model())
    for missing in (reason[1], "timeout"):
        said = await speakers.say(ADA)
        assert (said.words, said.missing) == (None, missing)


@pytest.mark.parametrize("reply", ["json", None])
async def test_a_judge_is_asked_again_once_and_never_taken_at_its_prose(
    reply: str | None, vendor: str, model: Make, stand_in: StandIn
) -> None:
    stand_in.script([text("I would say 4."), text('{"answer": 4}'), text("Four."), text("4")])
    judge = Judge(model(reply=reply))
    rated = await judge.rate(SHEET, "0" * 16)
    assert (rated.value, rated.missing) == (4, None)
    assert rated.exchange is not None
    assert rated.exchange.usage["calls"] == 2
    for request in requests(rated.exchange.raw):
        check(vendor, request)
        assert "tools" not in request
    unrated = await judge.rate(SHEET, "1" * 16)
    assert (unrated.value, unrated.missing) == (None, "unparsable")
