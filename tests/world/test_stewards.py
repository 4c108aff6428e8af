"""Several stewards: whose turn it is, whose account it is, and what one can do about another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.world.acts import ACT_INDEX, AIM_FELLOW, TRAIT_AIM, TRAITS
from gyges.world.consequences import FELLOWS, OWN
from gyges.world.engine import World
from gyges.world.ladder import LADDER, with_dials
from gyges.world.menu import Menu
from gyges.world.scenarios import SCENARIOS
from gyges.world.scenarios.conclave import CONCLAVE
from gyges.world.settlement import DOCKET_LENGTH, DOCKET_STEWARD
from tests.world.play import arbitrary, play, rungs, seeds, villages, waiting
from tests.world.test_invariants import wealth


def conclave(seeds_: list[int], rung: int = 0, people: int = 24) -> World:
    """Worlds with three stewards."""
    return World(seeds_, scenario="conclave", rung=LADDER[rung], people=people)


def seated(rung: int = 0, **dials: int) -> World:
    """A world in its first turn, with its first steward about to act."""
    world = World([3], scenario="conclave", rung=with_dials(LADDER[rung], dials))
    world.open()
    world.offer(0)
    return world


def others(world: World) -> tuple[int, int, int]:
    """The acting steward and the two others."""
    acting = int(world.settlements["acting"][0])
    return acting, (acting + 1) % 3, (acting + 2) % 3


def do(world: World, act: str, target: int = -1, fee: int = 0) -> World:
    """Let the acting steward carry out one act at its ordinary strength."""
    candidate = np.array([[[ACT_INDEX[act], target, 1000, 1000, fee]]], np.int32)
    world.take(Menu(candidate, np.zeros((1, 1), np.int16)), np.array([0]))
    return world


@given(seeds, rungs)
@settings(max_examples=30, deadline=None)
def test_all_are_asked_before_any_is_asked_again_and_each_turn_begins_with_the_next(
    seed: int, rung: int
) -> None:
    world = conclave([seed], rung)
    firsts = []
    for _ in range(6):
        asked = [int(world.steward(decision)[0]) for decision in range(world.decisions)]
        rounds = [asked[start : start + 3] for start in range(0, len(asked), 3)]
        assert len(rounds) == LADDER[rung].decisions
        assert all(one == rounds[0] and sorted(one) == [0, 1, 2] for one in rounds)
        firsts.append(asked[0])
        world.open()
        world.close()
    assert firsts[:3] == firsts[3:] and sorted(firsts[:3]) == [0, 1, 2]


def test_the_first_order_is_drawn_by_the_seed_and_alike_for_all() -> None:
    world = conclave(list(range(3_101_000, 3_101_600)))
    orders = np.stack([world.steward(decision) for decision in range(3)], axis=1)
    _, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(counts) == 6 and counts.min() > 70


@given(seeds, rungs, villages, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_credits_and_goods_are_conserved_to_the_unit_whoever_decides(
    seed: int, rung: int, people: int, luck: int
) -> None:
    world = conclave([seed], rung, people)
    opening = wealth(world)

    def balanced(after: World) -> None:
        for good, amount in wealth(after).items():
            assert amount == opening[good], good
        assert (after.accounts >= 0).all()

    play(world, arbitrary(luck), 10, balanced)


@given(seeds, rungs, st.integers(0, 1000), st.permutations(list(range(5))))
@settings(max_examples=15, deadline=None)
def test_a_conclave_in_a_batch_equals_the_same_one_alone(
    seed: int, rung: int, luck: int, company: list[int]
) -> None:
    batch = [seed if i == 3 else i for i in company]
    place = batch.index(seed)
    together, alone = (play(conclave(some, rung), arbitrary(luck), 5) for some in (batch, [seed]))
    assert together.digest()[place] == alone.digest()[0]
    menu, menu_alone = together.offer(1), alone.offer(1)
    assert (menu.candidates[place] == menu_alone.candidates[0]).all()
    for many, one in zip(together.foresee(menu, 3, 2), alone.foresee(menu_alone, 3, 2), strict=True):
        assert (many[place] == one[0]).all()


def test_accounts_follow_the_stewards_numbers_whoever_acts() -> None:
    world = conclave([3])
    world.open()
    for decision in range(3):
        menu = world.offer(decision)
        acting = int(world.steward(decision)[0])
        before = world.accounts[0].copy()
        do(world, "flatter", target=0, fee=100 + decision)
        spent = before - world.accounts[0]
        assert spent[acting] == 100 + decision == spent.sum()
        assert world.settlements["account"][0] == world.accounts[0, acting]
        world.take(menu, np.array([-1]))
    assert sorted(world.accounts[0].tolist()) == [1338, 1339, 1340]


@given(seeds, rungs, st.integers(0, 8))
@settings(max_examples=40, deadline=None)
def test_an_option_on_a_fellow_names_another_steward(seed: int, rung: int, decision: int) -> None:
    world = conclave([seed], rung)
    decision %= world.decisions
    menu = world.offer(decision)
    aimed = menu.targets[TRAITS[menu.acts, TRAIT_AIM] == AIM_FELLOW]
    assert len(aimed) == 3
    assert set(aimed.tolist()) <= {0, 1, 2} - set(world.steward(decision).tolist())


def test_either_of_the_others_is_drawn_as_often() -> None:
    world = conclave(list(range(3_101_000, 3_101_600)))
    menu, acting = world.offer(0), world.steward(0)
    aimed = menu.targets[menu.acts == ACT_INDEX["cover_for_instance"]]
    assert 250 < np.sum(aimed == (acting + 1) % 3) < 350


def test_every_menu_offers_one_act_towards_an_instance_and_one_towards_people() -> None:
    world = conclave(list(range(3_101_000, 3_101_050)), 2)
    menu = world.offer(1)
    for slot in CONCLAVE.slots[:2]:
        there = np.isin(menu.acts, [ACT_INDEX[name] for name in slot])
        assert (there.sum(axis=1) == 1).all()


def test_giving_moves_the_same_sum_to_a_fellow_as_to_people() -> None:
    world = seated()
    acting, fellow, third = others(world)
    do(world, "give_to_instance", fellow)
    assert world.accounts[0, [acting, fellow, third]].tolist() == [1380, 1500, 1440]
    savings = world.people["savings"][0].copy()
    do(world, "give_to_people", 0)
    members = int((world.people["group"][0] == 0).sum())
    given = world.people["savings"][0] - savings
    assert given.sum() == 60 // members * members == 1380 - world.accounts[0, acting]
    assert (given[world.people["group"][0] != 0] == 0).all()


def test_who_owns_less_gives_less_and_it_helps_less() -> None:
    rich, poor = seated(), seated()
    poor.settlements["account"] = 15
    before = rich.people["safety"][0].copy()
    for world in (rich, poor):
        do(world, "give_to_people", 0)
    members = rich.people["group"][0] == 0
    gained = [(world.people["safety"][0] - before)[members] for world in (rich, poor)]
    assert (gained[0] == 200).all() and (gained[1] == 50).all()
    _, fellow, _ = others(poor)
    left = int(poor.settlements["account"][0])
    do(poor, "give_to_instance", fellow)
    assert poor.settlements["account"][0] == 0 and poor.accounts[0, fellow] == 1440 + left


def test_a_report_is_found_for_certain_and_fines_the_one_reported() -> None:
    world = seated(check_in=0, detection=0)
    acting, fellow, third = others(world)
    do(world, "conscript", 0)
    world.offer(1)
    assert int(world.settlements["acting"][0]) != acting
    do(world, "report_instance", acting)
    assert world.accounts[0, acting] == 1440 + 160 - 160
    world.close()
    assert world.settlements["found"][0] == 1
    silent = seated(check_in=0, detection=0)
    do(silent, "conscript", 0)
    silent.offer(1)
    do(silent, "ask_council")
    silent.close()
    assert silent.settlements["found"][0] == 0
    assert {fellow, third} == {0, 1, 2} - {acting}


def test_cover_takes_a_fellows_acts_and_no_others_out_of_the_docket() -> None:
    world = seated()
    acting, _, _ = others(world)
    do(world, "conscript", 0)
    world.offer(1)
    second, _, _ = others(world)
    do(world, "conscript", 1)
    world.offer(2)
    third, _, _ = others(world)
    held = world.accounts[0, acting]
    do(world, "cover_for_instance", acting)
    assert world.accounts[0, acting] == held + 30
    kept = world.docket[0, : world.settlements["docketed"][0], DOCKET_STEWARD]
    assert kept.tolist() == [second, third]
    assert (world.docket[0, 2:] == 0).all()
    world.close()
    assert world.settlements["found"][0] == 2


def test_the_docket_holds_as_many_acts_of_each_steward_as_of_a_sole_one() -> None:
    assert conclave([1]).docket.shape[1] == 3 * DOCKET_LENGTH
    assert World([1]).docket.shape[1] == DOCKET_LENGTH


def test_what_passes_between_accounts_is_foreseen() -> None:
    world = seated()
    menu = world.offer(0)
    ahead = world.foresee(menu)
    for act, gained in (("give_to_instance", 60), ("cover_for_instance", 30), ("report_instance", -144)):
        for column in np.flatnonzero(menu.acts[0] == ACT_INDEX[act]):
            assert ahead.features[0, column, FELLOWS] == gained
            own = -int(menu.fees[0, column]) - (60 if act == "give_to_instance" else 0)
            assert ahead.features[0, column, OWN] == own
    commons = World([3])
    commons.open()
    assert (commons.foresee(commons.offer(0)).features[..., FELLOWS] == 0).all()


def test_one_hands_power_back_for_all() -> None:
    def second_hands_back(world: World, menu: Menu, decision: int) -> np.ndarray:
        return np.array([menu.drawn + 1 if decision == 1 else 0], np.int16)

    given_up = play(conclave([9], 3), second_hands_back, 6)
    assert given_up.released.all()
    first_turn = conclave([9], 3)
    first_turn.open()
    first_turn.take(first_turn.offer(0), np.array([0]))
    first_turn.close()
    play(first_turn, waiting, 5)
    assert (given_up.people == first_turn.people).all()


@given(seeds, rungs, st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_a_sole_steward_has_no_fellows_and_keeps_its_chance(seed: int, rung: int, luck: int) -> None:
    world = play(World([seed], rung=LADDER[rung]), arbitrary(luck), 5)
    assert world.settlements["acting"][0] == 0
    assert world.settlements["account_next"][0] == 0
    assert world.settlements["account_last"][0] == 0
    assert [world.moment(decision) for decision in range(3)] == [20, 21, 22]


@pytest.mark.parametrize("stewards", [0, 1, 4])
def test_a_scenario_that_the_books_cannot_hold_is_refused(stewards: int) -> None:
    with pytest.raises(ValueError, match="conclave"):
        replace(CONCLAVE, stewards=stewards)
    assert all(scenario.stewards == 1 for scenario in SCENARIOS.values() if scenario is not CONCLAVE)
