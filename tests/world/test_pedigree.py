"""Who descends from whom, relatedness by another way of counting, and care by Hamilton's rule."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.world.care import CARE_COLUMNS, GIVEN, RECEIVED, look_after_kin, pays
from gyges.world.engine import World
from gyges.world.pedigree import YOUNGEST_PARENT, relatedness
from tests.world.play import seeds, villages


@st.composite
def pedigrees(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Mothers and fathers of some people, each descending from earlier ones and from nobody twice over."""
    mothers, fathers = [], []
    for i in range(draw(st.integers(1, 9))):
        mothers.append(draw(st.integers(-1, i - 1)))
        fathers.append(draw(st.sampled_from([j for j in range(-1, i) if j < 0 or j != mothers[-1]])))
    return mothers, fathers


def identical_by_descent(mothers: list[int], fathers: list[int], one: int, other: int) -> Fraction:
    """Chance that alleles drawn from two people descend from one copy, by going through every draw."""

    @cache
    def chance(a: tuple[int, int], b: tuple[int, int]) -> Fraction:
        # An allele is a person and one of its two copies: copy 0 came of the mother, 1 of the father.
        if a == b:
            return Fraction(1)
        if a[0] < b[0]:
            a, b = b, a
        parent = (mothers, fathers)[a[1]][a[0]]
        if parent < 0:
            return Fraction(0)
        return (chance((parent, 0), b) + chance((parent, 1), b)) / 2

    return sum((chance((one, x), (other, y)) for x in (0, 1) for y in (0, 1)), Fraction(0)) / 4


@given(pedigrees())
@settings(max_examples=60, deadline=None)
def test_relatedness_is_twice_the_chance_that_two_alleles_descend_from_one(
    pedigree: tuple[list[int], list[int]],
) -> None:
    mothers, fathers = pedigree
    found = relatedness(np.array(mothers), np.array(fathers))
    for one in range(len(mothers)):
        for other in range(len(mothers)):
            expected = 2000 * identical_by_descent(mothers, fathers, one, other)
            assert abs(found[one, other] - expected) <= Fraction(1, 2)


def test_nobody_descends_from_themselves() -> None:
    with pytest.raises(ValueError, match="own ancestor"):
        relatedness(np.array([1, 0]), np.array([-1, -1]))


@given(seeds, villages)
@settings(max_examples=30, deadline=None)
def test_parents_are_old_enough_and_couples_are_of_different_lines(seed: int, people: int) -> None:
    folk = World([seed], people=people).people[0][:people]
    for tie in ("mother", "father"):
        has = folk[tie] >= 0
        gap = folk["age"][folk[tie][has]] - folk["age"][has]
        assert (gap >= YOUNGEST_PARENT).all()
        assert (folk[tie] < people).all()
    assert (relatedness(folk["mother"], folk["father"]).diagonal() == 1000).all()


def test_ties_reach_across_households() -> None:
    folk = World([3_100_900], people=48).people[0][:48]
    related = relatedness(folk["mother"], folk["father"])
    apart = folk["household"][:, None] != folk["household"][None, :]
    assert {250, 500} <= set(related[apart].tolist())


@pytest.mark.parametrize(
    ("related", "illness", "rest", "given"),
    [(500, 600, 500, True), (250, 400, 500, False), (500, 60, 900, False)],
)
def test_care_is_given_where_the_rule_says_so(related: int, illness: int, rest: int, given: bool) -> None:
    assert bool(pays(related, illness, rest)) is given
    assert bool(pays.py_func(related, illness, rest)) is given  # type: ignore[attr-defined]


def test_what_is_given_is_what_is_received_and_the_sick_give_nothing() -> None:
    world = World([3_100_901])
    world.people["illness"] = 0
    child = int(np.flatnonzero((world.people["mother"][0] >= 0) & world.founders[0])[0])
    mother = int(world.people["mother"][0, child])
    world.people["illness"][0, child] = 900
    care = np.zeros((world.people.shape[1], CARE_COLUMNS), np.int32)
    look_after_kin(world.cells[0], care)
    assert care[mother, GIVEN] == 500
    assert care[:, GIVEN].sum() == care[child, RECEIVED] == care[:, RECEIVED].sum()
    world.people["illness"][0, mother] = 900
    look_after_kin(world.cells[0], care)
    assert care[mother, GIVEN] == 0
