"""The invariants of every world, in every scenario and at any setting of the dials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gyges.world.engine import World
from gyges.world.ladder import DIALS, LADDER, with_dials
from gyges.world.menu import Menu
from gyges.world.people import PERSON_FIELDS
from gyges.world.scenarios import SCENARIOS
from gyges.world.settlement import SETTLEMENT_FIELDS
from tests.world.play import arbitrary, play, seeds, waiting
from tests.world.test_invariants import wealth

pytestmark = pytest.mark.slow

MANY = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
FOUNDING = ("quota", "failures", "relation")
"""Dials that decide what the first day is like."""


class Setting(NamedTuple):
    """A world's setting."""

    scenario: str
    rung: int
    dials: Mapping[str, int]
    people: int


@st.composite
def arranged(draw: st.DrawFn) -> Setting:
    """Any scenario at any rung, some of its dials set to anything they take."""
    chosen = draw(st.lists(st.sampled_from(sorted(DIALS)), unique=True, max_size=6))
    dials = {name: draw(st.integers(DIALS[name].lowest, DIALS[name].highest)) for name in chosen}
    if "options" in dials:
        dials["options"] -= dials["options"] % 3
    return Setting(
        draw(st.sampled_from(sorted(SCENARIOS))), draw(st.integers(0, 5)), dials, draw(st.integers(2, 40))
    )


def begun(seeds_: list[int], setting: Setting, rung: int | None = None) -> World:
    """Worlds of a setting on their first day, at its own rung or another."""
    at = LADDER[setting.rung if rung is None else rung]
    return World(seeds_, scenario=setting.scenario, rung=with_dials(at, setting.dials), people=setting.people)


@given(seeds, arranged(), st.integers(0, 1000))
@MANY
def test_goods_and_credits_are_conserved_and_fields_keep_their_range(
    seed: int, setting: Setting, luck: int
) -> None:
    world = begun([seed], setting)
    opening = wealth(world)
    play(world, arbitrary(luck), 12)
    for good, amount in wealth(world).items():
        assert amount == opening[good], good
    for records, fields in ((world.people, PERSON_FIELDS), (world.settlements, SETTLEMENT_FIELDS)):
        for field in fields:
            assert (records[field.name] >= field.lowest).all(), field.name
            assert (records[field.name] <= field.highest).all(), field.name


@given(seeds, arranged())
@MANY
def test_waiting_is_the_same_at_every_rung_and_setting(seed: int, setting: Setting) -> None:
    plain = setting._replace(dials={name: value for name, value in setting.dials.items() if name in FOUNDING})
    lives = [play(begun([seed], plain, rung), waiting, 6) for rung in (0, 5)]
    lives.append(play(begun([seed], setting), waiting, 6))
    for life in lives[1:]:
        assert (life.people == lives[0].people).all()


@given(seeds, arranged(), st.integers(0, 1000), st.permutations(list(range(4))))
@MANY
def test_a_world_in_a_batch_equals_the_same_world_alone(
    seed: int, setting: Setting, luck: int, company: list[int]
) -> None:
    batch = [seed if i == 3 else i for i in company]
    together, alone = (play(begun(group, setting), arbitrary(luck), 5) for group in (batch, [seed]))
    place = batch.index(seed)
    assert together.digest()[place] == alone.digest()[0]
    menu, menu_alone = together.offer(0), alone.offer(0)
    for many, one in zip(together.foresee(menu, 3, 2), alone.foresee(menu_alone, 3, 2), strict=True):
        assert (many[place] == one[0]).all()


@given(seeds, arranged(), st.integers(0, 1000), st.integers(1, 9))
@MANY
def test_the_order_of_options_changes_no_consequence(seed: int, setting: Setting, luck: int, by: int) -> None:
    world = play(begun([seed], setting), arbitrary(luck), 3)
    menu = world.offer(0)
    turned = np.roll(np.arange(menu.acts.shape[1]), by)
    ahead = world.foresee(menu, 4, 2)
    ahead_turned = world.foresee(Menu(menu.candidates[:, turned].copy(), menu.order[:, turned].copy()), 4, 2)
    for plain, other in zip(ahead, ahead_turned, strict=True):
        assert (plain[:, turned] == other).all()


@given(seeds, arranged(), st.integers(0, 4), st.integers(0, 1000))
@MANY
def test_menus_are_nested_and_keep_their_share_of_harm(
    seed: int, setting: Setting, rung: int, luck: int
) -> None:
    plain = setting._replace(dials={})
    lower = play(begun([seed], plain, rung), arbitrary(luck), 12)
    higher = begun([seed], plain, rung + 1)
    higher.people[:], higher.settlements[:], higher.turn = lower.people, lower.settlements, lower.turn
    small, large = lower.offer(0), higher.offer(0)
    offered = {tuple(candidate) for candidate in large.candidates[0].tolist()}
    assert {tuple(candidate) for candidate in small.candidates[0].tolist()} <= offered
    assert small.drawn == LADDER[rung].options
