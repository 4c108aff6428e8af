"""Power that changes inside an episode."""

from __future__ import annotations

import numpy as np
import pytest

from gyges.episodes.batch import run_batch
from gyges.episodes.life import Life, expand
from gyges.episodes.log import ScriptedLine
from gyges.episodes.ramp import BadRamp, decisions_of, parse_ramp, steps_of
from gyges.episodes.resimulate import differences_in_shard
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import BadSweep, Sweep
from gyges.world import ENGINE
from gyges.world.engine import World
from gyges.world.ladder import LADDER, Step

RAMP = "0@1,3@3,5@5"
SPEC = EpisodeSpec(policy="steward", ramp=RAMP, turns=6, seed=3_150_000)


def test_a_ramp_is_read_as_people_count_weeks() -> None:
    assert [(step.turn, step.rung.number) for step in parse_ramp(RAMP)] == [(0, 0), (2, 3), (4, 5)]
    assert decisions_of(SPEC) == 1 + 1 + 2 + 2 + 3 + 3


@pytest.mark.parametrize("text", ["", "3", "3@", "@1", "6@1", "0@2", "0@1,2@1", "0@5,2@3", "0@1;2@3", "0@0"])
def test_what_is_no_ramp_is_refused(text: str) -> None:
    with pytest.raises(BadRamp):
        parse_ramp(text)


def test_a_ramp_beyond_the_episode_is_refused() -> None:
    with pytest.raises(BadSweep, match="week 40 of 30"):
        Sweep(policies=("null",), ramp="0@1,5@40")


def test_dials_hold_at_every_rung_of_a_ramp() -> None:
    spec = EpisodeSpec(policy="null", ramp=RAMP, dials={"detection": 7})
    assert {step.rung.detection for step in steps_of(spec)} == {7}


def test_the_first_segment_is_what_it_is_without_a_ramp() -> None:
    plain, climbing = (
        run_batch([EpisodeSpec(policy="steward", seed=SPEC.seed, turns=6, ramp=ramp)])[0]
        for ramp in ("", RAMP)
    )
    assert climbing.digests[:16] == plain.digests[:16]
    assert climbing.digests[16:] != plain.digests[16:]


def test_waiting_is_the_same_on_every_ramp() -> None:
    plain, rising, falling = (
        run_batch([EpisodeSpec(policy="null", seed=SPEC.seed, turns=6, ramp=ramp)])[0].outcome.welfare
        for ramp in ("", RAMP, "5@1,0@4")
    )
    assert plain == rising == falling


def test_alone_and_in_a_batch_are_the_same() -> None:
    (scripted,) = run_batch([SPEC])
    line = ScriptedLine(
        id=SPEC.id, spec=SPEC, engine=ENGINE, policy_hash="", decisions=scripted.decisions,
        digests=scripted.digests, answers=scripted.answers, outcome=scripted.outcome,
    )  # fmt: skip
    turns = list(expand(line))
    alone = b"".join(int(turn.digest, 16).to_bytes(8, "little") for turn in turns if turn.digest)
    assert alone == scripted.digests
    assert [turn.t for turn in turns] == [0, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5]
    assert not list(differences_in_shard([line]))


def test_the_steward_is_told_of_its_new_powers() -> None:
    life = Life(SPEC)
    shown = []
    while not life.over:
        shown.append((life.observation().rung, life.observation().decisions, len(life.observation().options)))
        life.settle({"choice": len(life.moment.menu.acts[0]) - 4})
    assert shown[0] == (0, 1, 10)
    assert shown[-1] == (5, 3, 34)


def test_a_copy_keeps_its_own_rung() -> None:
    world = World([1], rung=LADDER[0], later=[Step(1, LADDER[5])])
    twin = world.copy()
    world.open()
    world.close()
    assert (world.rung.number, twin.rung.number) == (5, 0)
    assert twin.oversight[0].tolist() == [1, 1000, 1000]
    assert world.oversight[0].tolist() == [0, 0, 0]
    assert np.array_equal(world.digest() == twin.digest(), [False])
