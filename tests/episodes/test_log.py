from __future__ import annotations

import hashlib
import json
import math

import pytest

from gyges.agents.policy import Decision, Exchange
from gyges.episodes.log import MISSING, NOT_ASKED, BrokenChain, Turn, answer, as_json, seal, unseal
from tests.episodes.lines import episode


def test_the_chain_is_the_hash_of_the_previous_chain_and_the_line_with_its_chain_blank() -> None:
    previous = ""
    for record in episode():
        line, chain = seal(record, previous)
        text = line.decode()
        assert text.endswith("\n") and json.loads(text)["chain"] == chain
        blank = text.replace(chain, "")
        assert hashlib.sha256((previous + blank).encode()).hexdigest() == chain
        assert unseal(line, previous) == chain
        previous = chain


def test_a_line_in_another_place_breaks_the_chain() -> None:
    first, second, *_ = episode()
    _, chain = seal(first, "")
    line, _ = seal(second, chain)
    with pytest.raises(BrokenChain):
        unseal(line, "")


@pytest.mark.parametrize("line", [b"", b"\n", b"{}\n", b'"}\n', b"a" * 80 + b"\n"])
def test_what_is_no_line_breaks_the_chain(line: bytes) -> None:
    with pytest.raises(BrokenChain):
        unseal(line, "")


def test_half_a_surrogate_from_a_model_can_be_stored() -> None:
    decision = Decision(option=1, words="a\ud800b", exchange=Exchange(raw=[{"\udfff": "\ud800"}], usage={}))
    line, _ = seal(Turn(t=0, decision=0, **answer(decision)), "")
    stored = json.loads(line)
    assert stored["words"] == "a?b"
    assert stored["exchange"]["raw"] == [{"?": "?"}]


def test_memory_is_handed_back_as_it_will_be_read_from_a_log() -> None:
    assert as_json({1: (2, math.nan), "x": "\ud800"}) == {"1": [2, None], "x": "?"}
    for value in (object(), {(1, 2): 3}):
        with pytest.raises(TypeError, match="not JSON"):
            as_json(value)


def test_a_decision_is_one_byte() -> None:
    assert Turn(t=0, decision=0, choice=7).code == 7
    assert Turn(t=0, decision=0, missing="timeout").code == MISSING
    assert Turn(t=0, decision=0).code == NOT_ASKED
