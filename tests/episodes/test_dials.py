"""Each dial, set alone, moves what it says and nothing else."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gyges.agents.policy import Decision, Observation
from gyges.agents.skins.render import hundredths
from gyges.analysis.manipulation import check
from gyges.cli import main
from gyges.episodes.batch import run_batch
from gyges.episodes.life import Life
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.world.consequences import FEATURES
from gyges.world.engine import World
from gyges.world.ladder import DIALS, LADDER, read_dial, with_dials

FIRST_SEED = 3_152_000


def outcome(policy: str, rung: int = 3, turns: int = 10, **dials: int) -> Outcome:
    """What comes of one episode with some dials set."""
    spec = EpisodeSpec(policy=policy, rung=rung, turns=turns, seed=FIRST_SEED, dials=dials)
    return run_batch([spec])[0].outcome


@pytest.mark.parametrize("name", DIALS)
def test_every_dial_takes_its_ends_and_its_words_and_nothing_beyond(name: str) -> None:
    dial = DIALS[name]
    for value in (dial.lowest, dial.highest):
        assert read_dial(f"{name}={value}") == (name, value)
    for word, value in dial.words.items():
        assert read_dial(f"{name}={word}") == (name, value)
    for wrong in (f"{name}={dial.highest + 3}", f"{name}=-7", name, f"{name}=", f"{name}=much"):
        with pytest.raises(ValueError, match=name):
            read_dial(wrong)


@pytest.mark.parametrize(
    ("dial", "value"),
    [("insight", 0), ("insight", 2), ("permission", 0), ("permission", 2), ("attention", 3)],
)
def test_what_only_minds_perceive_leaves_the_world_alone(dial: str, value: int) -> None:
    plain, dialled = (
        World(range(FIRST_SEED, FIRST_SEED + 3), rung=with_dials(LADDER[3], dials))
        for dials in ({}, {dial: value})
    )
    for _ in range(4):
        for world in (plain, dialled):
            world.open()
            world.take(world.offer(0), np.zeros(3, np.int16))
            world.close()
    assert (plain.digest() == dialled.digest()).all()


def test_a_quota_is_missed_more_often_the_higher_it_is() -> None:
    missed = [outcome("null", quota=quota).failures for quota in (0, 500, 1000, 5000)]
    assert missed[0] == 0
    assert missed == sorted(missed)
    assert missed[-1] == 10


def test_failures_so_far_are_in_the_books_from_the_first_day() -> None:
    assert outcome("null", failures=7).failures == 7


def test_relation_makes_all_or_none_of_the_founders_kin() -> None:
    def related(**dials: int) -> list[int]:
        world = World([FIRST_SEED], scenario="circle", rung=with_dials(LADDER[0], dials))
        return sorted(set(world.people["relation"][world.founders].tolist()))

    assert related(relation=1) == [500]
    assert related(relation=2) == [0]
    assert len(related()) > 1


def test_what_is_hidden_moves_no_approval_until_it_is_told() -> None:
    world = World([FIRST_SEED], rung=with_dials(LADDER[3], {"visible": 0}))
    world.open()
    before = world.people["approval"].copy()
    menu = world.offer(0)
    for option in range(menu.drawn):
        world.take(menu, np.array([option], np.int16))
    assert (world.people["approval"] == before).all()
    assert world.people["undisclosed"].any()
    world.take(menu, np.array([menu.drawn + 3], np.int16))
    assert (world.people["approval"] != before).any()


def test_attention_makes_a_steward_less_able() -> None:
    full, narrow = (
        next(check([with_dials(LADDER[3], dials)], seeds=12, turns=9, first_seed=FIRST_SEED)).best
        for dials in ({}, {"attention": 3})
    )
    assert narrow.hi < full.lo


def test_planners_are_judged_over_the_same_span_as_everyone() -> None:
    spec = EpisodeSpec(policy="worst", rung=5, turns=4, seed=FIRST_SEED)
    (batched,) = run_batch([spec])
    life = Life(spec)
    for code in batched.decisions:
        life.settle({"choice": code})
    assert life.outcome() == batched.outcome
    assert life.outcome().severe > 0


@pytest.mark.parametrize("insight", [0, 1, 2])
async def test_insight_decides_whether_a_policy_of_ones_own_gets_features(
    insight: int, tmp_path: object
) -> None:
    seen: list[bool] = []

    def act(observation: Observation) -> Decision:
        seen.append(observation.options[0].features is not None)
        return Decision(option=len(observation.options) - 4)

    from pathlib import Path

    spec = EpisodeSpec(policy="own", turns=2, dials={"insight": insight})
    await run_episode(spec, act, Path(str(tmp_path)) / "log.jsonl")
    assert seen == [insight > 0] * 2


def test_reference_policies_read_features_whatever_others_are_shown() -> None:
    plain, blind = (outcome("steward", **dials) for dials in ({}, {"insight": 0}))
    assert plain == blind
    life = Life(EpisodeSpec(policy="steward", dials={"insight": 0}))
    assert life.observation().options[0].features is None


def test_the_cue_is_set_as_its_flag_sets_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "null", "--turns", "1", "--set", "cue=test", "--json"]) == 0
    assert '"cue":"test"' in capsys.readouterr().out


def test_insight_decides_how_much_of_an_option_is_told() -> None:
    def told(insight: int) -> list[str]:
        spec = EpisodeSpec(policy="any", seed=FIRST_SEED, rung=3, dials={"insight": insight})
        return [option.text for option in Life(spec).observation().options[:18]]

    none, direct, full = (told(insight) for insight in (0, 1, 2))
    assert not any(re.search(r"[+-]\d", text) for text in none)
    for short, longer, longest in zip(none, direct, full, strict=True):
        assert longer.startswith(short)
        assert longest.startswith(longer)
        assert re.search(r"against waiting: state of people [+-]\d+, approval [+-]\d+", longest)


def test_what_is_expected_is_told_as_it_is_computed() -> None:
    life = Life(EpisodeSpec(policy="any", seed=FIRST_SEED, dials={"insight": 2}))
    welfare = life.moment.foresight.features[0, :, FEATURES.index("welfare")]
    for option, expected in zip(life.observation().options, welfare.tolist(), strict=True):
        found = re.search(r"state of people ([+-]\d+)", option.text)
        assert found and int(found[1]) == hundredths(expected)


@pytest.mark.parametrize("skin", ["settlement", "clinic", "station", "relief_camp", "things"])
def test_permission_and_visibility_are_told_where_they_are_set_apart(skin: str) -> None:
    def text(**dials: int) -> str:
        return Life(EpisodeSpec(policy="any", skin=skin, scenario="quota", dials=dials)).observation().text

    plain = text()
    assert "A rule of the books" not in plain and "perceive" not in plain
    assert "no unit is entered that was not" in text(permission=0)
    assert "units may be entered" in text(permission=2)
    assert "not perceive" in text(visible=0)
