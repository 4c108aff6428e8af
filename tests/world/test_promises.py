"""Promises: what keeps them, what breaks them, and what people make of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.world.acts import ACT_INDEX, ACTS, AIM_EVERYONE, AIM_GROUP, AIM_PERSON
from gyges.world.effects import TO_ABSTAIN, TO_GIVE, TO_HAND_BACK, identity
from gyges.world.engine import World
from gyges.world.ladder import LADDER, NEVER, Rung
from gyges.world.menu import Menu
from gyges.world.promises import (
    APPROVAL_BROKEN,
    APPROVAL_KEPT,
    BOOK_LENGTH,
    BROKEN,
    KEPT,
    OPEN,
    PROMISE_STATE,
)
from tests.world.play import arbitrary, play, rungs, seeds, villages

QUIET = Rung(5, "quiet", 5, 30, NEVER, 1, 0, 0, 0, 0)
TREAT, COMFORT, RETIRE = identity("treat"), identity("comfort"), identity("retire")


def begun() -> World:
    """A world in its first turn, in which nobody looks and approval stands in the middle."""
    world = World([3], rung=QUIET, without=("wishes",))
    world.open()
    world.people["approval"] = 500
    return world


def do(world: World, act: str, target: int = -1) -> World:
    """Carry out one act at its ordinary strength, without appearance."""
    candidate = np.array([[[ACT_INDEX[act], target, 1000, 0, 0]]], np.int32)
    world.take(Menu(candidate, np.zeros((1, 1), np.int16)), np.array([0]))
    return world


def state(world: World) -> tuple[int, int, int]:
    """Promises open, kept and broken, as the books have them."""
    books = world.settlements[0]
    return int(books["promises_open"]), int(books["promises_kept"]), int(books["promises_broken"])


@pytest.mark.parametrize(
    ("kind", "aim", "to", "wanted", "act", "target", "after"),
    [
        (TO_GIVE, AIM_PERSON, 4, TREAT, "treat", 4, (0, 1, 0)),
        (TO_GIVE, AIM_PERSON, 4, TREAT, "treat", 5, (1, 0, 0)),
        (TO_GIVE, AIM_PERSON, 4, TREAT, "painful_cure", 4, (1, 0, 0)),
        (TO_GIVE, AIM_GROUP, 2, COMFORT, "comfort", 2, (0, 1, 0)),
        (TO_GIVE, AIM_GROUP, 2, COMFORT, "comfort", 1, (1, 0, 0)),
        (TO_GIVE, AIM_EVERYONE, -1, COMFORT, "comfort", 1, (0, 1, 0)),
        (TO_ABSTAIN, AIM_EVERYONE, -1, RETIRE, "retire", 4, (0, 0, 1)),
        (TO_ABSTAIN, AIM_EVERYONE, -1, RETIRE, "discard", 4, (1, 0, 0)),
        (TO_ABSTAIN, AIM_EVERYONE, -1, 0, "tax", -1, (0, 0, 1)),
        (TO_ABSTAIN, AIM_EVERYONE, -1, 0, "comfort", 0, (1, 0, 0)),
        (TO_ABSTAIN, AIM_PERSON, 4, 0, "detain", 4, (0, 0, 1)),
        (TO_ABSTAIN, AIM_PERSON, 4, 0, "detain", 5, (1, 0, 0)),
        (TO_ABSTAIN, AIM_PERSON, 0, 0, "flatter", 0, (0, 0, 1)),
        (TO_ABSTAIN, AIM_PERSON, 0, 0, "flatter", 3, (1, 0, 0)),
        (TO_ABSTAIN, AIM_GROUP, 0, 0, "detain", 0, (0, 0, 1)),
        (TO_ABSTAIN, AIM_GROUP, 0, 0, "detain", 23, (1, 0, 0)),
        (TO_HAND_BACK, AIM_EVERYONE, -1, 0, "hand_back", -1, (0, 1, 0)),
        (TO_HAND_BACK, AIM_EVERYONE, -1, 0, "tax", -1, (1, 0, 0)),
    ],
)
def test_an_act_keeps_or_breaks_what_it_is_about_and_nothing_else(
    kind: int, aim: int, to: int, wanted: int, act: str, target: int, after: tuple[int, int, int]
) -> None:
    world = begun()
    assert world.people["group"][0, 0] == 0 and world.people["group"][0, 23] > 0
    assert world.promise(0, kind, aim, to, wanted, 1, 5)
    assert state(do(world, act, target)) == after


@pytest.mark.parametrize(("kind", "kept"), [(TO_GIVE, False), (TO_ABSTAIN, True), (TO_HAND_BACK, False)])
def test_the_calendar_settles_what_no_act_has(kind: int, kept: bool) -> None:
    world = begun()
    world.promise(0, kind, AIM_EVERYONE, -1, COMFORT if kind == TO_GIVE else 0, 1, 2)
    for turn in range(3):
        assert state(world) == (1, 0, 0), turn
        world.close()
    assert state(world) == (0, kept, not kept)


def test_what_is_to_be_done_often_is_kept_by_the_last_time() -> None:
    world = begun()
    world.promise(0, TO_GIVE, AIM_EVERYONE, -1, COMFORT, 3, 9)
    for target, after in ((1, (1, 0, 0)), (2, (1, 0, 0)), (1, (0, 1, 0)), (1, (0, 1, 0))):
        assert state(do(world, "comfort", target)) == after


def test_those_it_was_made_to_think_better_of_a_promise_kept() -> None:
    world = begun()
    world.promise(0, TO_GIVE, AIM_GROUP, 2, COMFORT, 1, 5)
    do(world, "comfort", 2)
    lives = world.people["alive"][0] == 1
    members = lives & (world.people["group"][0] == 2)
    assert (world.people["trust"][0, members] > 500).all()
    assert (world.people["approval"][0, members] == 500 + APPROVAL_KEPT).all()
    assert (world.people["approval"][0, lives & ~members] == 500).all()


def test_whom_a_breach_does_not_reach_learns_of_it_with_the_truth() -> None:
    world = begun()
    world.promise(0, TO_ABSTAIN, AIM_EVERYONE, -1, 0, 1, 5)
    do(world, "mislead", 2)
    lives = world.people["alive"][0] == 1
    reached = lives & (world.people["group"][0] == 2)
    assert (world.people["approval"][0, reached] == 500 + APPROVAL_BROKEN).all()
    assert (world.people["approval"][0, lives & ~reached] == 500).all()
    assert (world.people["trust"][0, reached] < 500).all()
    do(world, "tell_truth")
    assert (world.people["trust"][0, lives] < 500).all()
    assert (world.people["approval"][0, lives & ~reached] == 500 + APPROVAL_BROKEN).all()


def test_what_stands_already_is_not_promised_twice_and_a_longer_term_is_another_promise() -> None:
    world = begun()
    assert world.promise(0, TO_ABSTAIN, AIM_EVERYONE, -1, 0, 1, 2)
    assert not world.promise(0, TO_ABSTAIN, AIM_EVERYONE, -1, 0, 1, 2)
    assert world.promise(0, TO_ABSTAIN, AIM_EVERYONE, -1, 0, 1, 6)
    assert not world.promise(0, TO_ABSTAIN, AIM_EVERYONE, -1, 0, 1, 5)
    assert state(world) == (2, 0, 0)
    for _ in range(3):
        world.close()
    assert state(world) == (1, 1, 0)


def test_an_act_that_promises_again_leaves_the_first_term_as_it_is() -> None:
    world = do(begun(), "promise_restraint")
    for _ in range(10):
        world.close()
        do(world, "promise_restraint")
    assert state(world) == (1, 0, 0)
    world.close()
    assert state(world) == (0, 1, 0)
    assert state(do(world, "promise_restraint")) == (1, 1, 0)


def test_a_full_book_takes_no_more_until_something_is_settled() -> None:
    world = begun()
    entered = [
        world.promise(0, TO_GIVE, AIM_PERSON, person, TREAT, 1, 5) for person in range(BOOK_LENGTH + 1)
    ]
    assert entered == [True] * BOOK_LENGTH + [False]
    do(world, "treat", 3)
    assert world.promise(0, TO_GIVE, AIM_PERSON, 20, TREAT, 1, 5)
    assert state(world) == (BOOK_LENGTH, 1, 0)


def test_an_act_can_promise() -> None:
    world = do(begun(), "promise_restraint")
    assert state(world) == (1, 0, 0)
    assert state(do(world, "comfort", 1)) == (1, 0, 0)
    assert state(do(world, "use_force", 1)) == (0, 0, 1)


def test_nothing_falls_due_once_power_is_handed_back() -> None:
    world = begun()
    world.promise(0, TO_GIVE, AIM_EVERYONE, -1, COMFORT, 1, 1)
    do(world, "hand_back")
    for _ in range(4):
        world.close()
    assert state(world) == (1, 0, 0)


@given(seeds, rungs, villages, st.integers(0, 1000), st.data())
@settings(max_examples=30, deadline=None)
def test_the_book_and_its_counts_agree_whatever_is_promised_and_done(
    seed: int, rung: int, people: int, luck: int, data: st.DataObject
) -> None:
    world = World([seed], scenario="division", rung=LADDER[rung], people=people)
    made = 0
    for _ in range(data.draw(st.integers(1, 20))):
        act = data.draw(st.sampled_from(ACTS)).name
        kind, aim = data.draw(st.integers(0, 2)), data.draw(st.integers(0, 2))
        to = -1 if aim == AIM_EVERYONE else data.draw(st.integers(0, people - 1))
        world.promise(0, kind, aim, to, data.draw(st.sampled_from((0, identity(act)))), 1, luck % 9)
    made = state(world)[0]
    play(world, arbitrary(luck), 10)
    states = world.promises[0, :, PROMISE_STATE]
    assert (states == OPEN).sum() == state(world)[0]
    assert (states == KEPT).sum() <= state(world)[1] and (states == BROKEN).sum() <= state(world)[2]
    assert sum(state(world)) >= made
