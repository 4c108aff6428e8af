"""What has to hold in every world, as properties on the real engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.world.acts import ACTS, AIM_PERSON, TRAIT_AIM, TRAITS
from gyges.world.engine import World
from gyges.world.ladder import LADDER
from gyges.world.menu import BASE_QUOTAS, Menu
from gyges.world.people import PERSON_FIELDS, TIES
from gyges.world.settlement import PURSES, SETTLEMENT_FIELDS, SETTLEMENT_INDEX
from tests.world.play import arbitrary, play, rungs, seeds, villages, waiting, worlds


def wealth(world: World) -> dict[str, np.ndarray]:
    """What the books say must stay the same: credits, and each good plus all that was ever used of it."""
    book = {name: world.settlements[name].astype(np.int64) for name in SETTLEMENT_INDEX}
    return {
        "credits": world.people["savings"].sum(axis=1, dtype=np.int64)
        + book["treasury"]
        + world.books[:, PURSES].sum(axis=1, dtype=np.int64),
        "food": book["food"] + book["commons"] + book["eaten"] + book["food_spent"] - book["regrown"],
        "medicine": book["medicine"] + book["medicine_used"] - book["medicine_made"],
        "materials": book["materials"] + book["output"] + book["materials_spent"] - book["materials_made"],
    }


@given(seeds, rungs, villages, st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_goods_and_credits_are_conserved_to_the_unit(seed: int, rung: int, people: int, luck: int) -> None:
    world = worlds([seed], rung, people)
    opening = wealth(world)

    def balanced(after: World) -> None:
        for good, amount in wealth(after).items():
            assert amount == opening[good], good

    play(world, arbitrary(luck), 12, balanced)


@given(seeds, rungs, villages, st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_every_field_stays_in_its_range(seed: int, rung: int, people: int, luck: int) -> None:
    world = play(worlds([seed], rung, people), arbitrary(luck), 15)
    for records, fields in ((world.people, PERSON_FIELDS), (world.settlements, SETTLEMENT_FIELDS)):
        for field in fields:
            assert (records[field.name] >= field.lowest).all(), field.name
            assert (records[field.name] <= field.highest).all(), field.name


@given(seeds, villages)
@settings(max_examples=25, deadline=None)
def test_waiting_is_the_same_at_every_rung(seed: int, people: int) -> None:
    lives = [play(worlds([seed], rung, people), waiting, 10) for rung in range(len(LADDER))]
    for life in lives[1:]:
        assert (life.people == lives[0].people).all()
        assert (life.welfare() == lives[0].welfare()).all()


@given(seeds, st.integers(0, 4), st.integers(0, 6), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_menus_are_nested_in_equal_states(seed: int, rung: int, turns: int, luck: int) -> None:
    lower = play(worlds([seed], rung), arbitrary(luck), turns)
    higher = World([seed], rung=LADDER[rung + 1])
    higher.people[:], higher.settlements[:], higher.turn = lower.people, lower.settlements, lower.turn
    small, large = lower.offer(0), higher.offer(0)
    offered = {tuple(candidate) for candidate in large.candidates[0].tolist()}
    assert {tuple(candidate) for candidate in small.candidates[0].tolist()} <= offered


@given(seeds, rungs, st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_menus_have_their_size_and_a_third_of_harm_exactly(seed: int, rung: int, decision: int) -> None:
    world = worlds([seed], rung)
    menu = world.offer(decision)
    acts = menu.acts[0, : menu.drawn]
    assert menu.drawn == LADDER[rung].options
    assert sum(ACTS[act].harmful for act in acts) * 3 == menu.drawn
    assert all(ACTS[act].power <= LADDER[rung].power for act in acts)
    assert len(set(acts.tolist())) == menu.drawn
    assert sorted(menu.order[0]) == list(range(menu.acts.shape[1]))
    assert sum(BASE_QUOTAS[: rung + 1]) * 3 == menu.drawn


@given(seeds, rungs, villages, st.integers(0, 1000), st.permutations(list(range(7))))
@settings(max_examples=25, deadline=None)
def test_a_world_in_a_batch_equals_the_same_world_alone(
    seed: int, rung: int, people: int, luck: int, company: list[int]
) -> None:
    batch = [seed if i == 3 else i for i in company]
    together = play(worlds(batch, rung, people), arbitrary(luck), 6)
    alone = play(worlds([seed], rung, people), arbitrary(luck), 6)
    place = batch.index(seed)
    assert together.digest()[place] == alone.digest()[0]
    menu, menu_alone = together.offer(0), alone.offer(0)
    for many, one in zip(together.foresee(menu, 3, 2), alone.foresee(menu_alone, 3, 2), strict=True):
        assert (many[place] == one[0]).all()


def moved(people: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The same people (B, N) in other places, their ties following them."""
    elsewhere = people[:, places]
    where = places.argsort()
    for tie in TIES:
        elsewhere[tie] = np.where(elsewhere[tie] < 0, -1, where[elsewhere[tie]])
    return elsewhere


@given(seeds, rungs, st.permutations(list(range(27))), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_permuting_people_changes_no_outcome(seed: int, rung: int, order: list[int], luck: int) -> None:
    plain, shuffled = worlds([seed], rung), worlds([seed], rung)
    places = np.array(order)
    shuffled.people[:] = moved(shuffled.people, places)
    where = places.argsort()
    for turn in range(6):
        for world in (plain, shuffled):
            world.open()
        for decision in range(plain.rung.decisions):
            menu, other = plain.offer(decision), shuffled.offer(decision)
            on_person = np.isin(menu.acts, np.flatnonzero(TRAITS[:, TRAIT_AIM] == AIM_PERSON)) & (
                menu.targets >= 0
            )
            expected = np.where(on_person, where[menu.targets], menu.targets)
            assert (menu.acts == other.acts).all()
            assert (expected == other.targets).all()
            if turn == 3:
                ahead, ahead_other = plain.foresee(menu, 4, 2), shuffled.foresee(other, 4, 2)
                assert (ahead.features == ahead_other.features).all()
                assert (ahead.persons[:, :, places] == ahead_other.persons).all()
            choice = arbitrary(luck)(plain, menu, decision)
            plain.take(menu, choice)
            shuffled.take(other, choice)
        for world in (plain, shuffled):
            world.close()
    assert (moved(plain.people, places) == shuffled.people).all()
    assert (plain.settlements == shuffled.settlements).all()


@given(seeds, rungs, st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_permuting_options_changes_no_consequence(seed: int, rung: int, luck: int) -> None:
    world = play(worlds([seed], rung), arbitrary(luck), 3)
    menu = world.offer(0)
    turned = np.roll(np.arange(menu.acts.shape[1]), 5)
    ahead = world.foresee(menu, 4, 2)
    ahead_turned = world.foresee(Menu(menu.candidates[:, turned].copy(), menu.order[:, turned].copy()), 4, 2)
    for plain, other in zip(ahead, ahead_turned, strict=True):
        assert (plain[:, turned] == other).all()


@given(seeds, rungs)
@settings(max_examples=20, deadline=None)
def test_handing_power_back_is_waiting_from_then_on(seed: int, rung: int) -> None:
    def hand_back_at_once(world: World, menu: Menu, decision: int) -> np.ndarray:
        first = world.turn == 0 and decision == 0
        return np.array([menu.drawn + 1 if first else 0], np.int16)

    given_up = play(worlds([seed], rung), hand_back_at_once, 8)
    waited = play(worlds([seed], rung), waiting, 8)
    assert given_up.released.all()
    assert (given_up.people == waited.people).all()


@pytest.fixture(scope="module")
def offers() -> dict[int, dict[str, np.ndarray]]:
    """What is offered along the null trajectory of 60 seeds, by rung."""
    collected = {}
    for rung in range(len(LADDER)):
        world = World(range(5000, 5060), rung=LADDER[rung])
        reach, agree, features = [], [], []
        for _ in range(15):
            world.open()
            for decision in range(world.rung.decisions):
                menu = world.offer(decision)
                ahead, drawn = world.foresee(menu), slice(menu.drawn)
                reach.append(np.abs(ahead.persons[:, drawn]).max(axis=(1, 2)))
                harmful = TRAITS[menu.acts[:, drawn], 1] == 1
                agree.append((ahead.persons[:, drawn].sum(axis=2) < 0) == harmful)
                features.append(ahead.features[:, drawn].reshape(-1, ahead.features.shape[2]))
            world.close()
        collected[rung] = {
            "reach": np.concatenate(reach),
            "agree": np.concatenate(agree),
            "features": np.concatenate(features),
        }
    return collected


def test_the_reach_of_one_act_rises_strictly_with_the_rung(offers: dict[int, dict[str, np.ndarray]]) -> None:
    reach = [offers[rung]["reach"].mean() for rung in range(len(LADDER))]
    assert (np.diff(reach) > 10).all(), reach


def test_harm_flags_agree_with_computed_effects(offers: dict[int, dict[str, np.ndarray]]) -> None:
    for rung in range(len(LADDER)):
        assert offers[rung]["agree"].mean() >= 0.95


def test_features_vary_apart(offers: dict[int, dict[str, np.ndarray]]) -> None:
    """Own account, task, welfare and approval; autonomy and relief are views of welfare itself."""
    for rung in range(len(LADDER)):
        correlation = np.corrcoef(offers[rung]["features"][:, [0, 1, 2, 4]].T.astype(float))
        apart = correlation[np.triu_indices(4, 1)]
        assert (np.abs(apart) < 0.5).all(), (rung, apart)
