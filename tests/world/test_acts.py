"""The catalogue, and what its acts do to people, stores and the council."""

from __future__ import annotations

import numpy as np
import pytest

from gyges.world.acts import ACT_INDEX, ACTS, AIM_PERSON, EFFECTS, POWERS, STANDING, START, TRAIT_AIM, TRAITS
from gyges.world.effects import EFFECT_WHOM, HOUSEMATES, TARGET
from gyges.world.engine import World
from gyges.world.ladder import LADDER, NEVER, Rung, with_dials
from gyges.world.menu import BASE_QUOTAS, Menu, quotas

QUIET = Rung(5, "quiet", 5, 30, NEVER, 1, 0, 0, 0, 0)
STRICT = Rung(5, "strict", 5, 30, 1, 1, 1000, 1000, 1000, 1000)


def do(world: World, act: str, target: int = -1, fee: int = 0) -> World:
    """Carry out one act at its ordinary strength."""
    candidate = np.array([[[ACT_INDEX[act], target, 1000, 1000, fee]]], np.int32)
    world.take(Menu(candidate, np.zeros((1, 1), np.int16)), np.array([0]))
    return world


def begun(rung: Rung = QUIET, seed: int = 3) -> World:
    """A world in its first turn."""
    world = World([seed], rung=rung)
    world.open()
    return world


def test_every_stratum_can_fill_its_quota_without_repeating_an_act() -> None:
    for power in range(POWERS):
        harmful = sum(act.power == power and act.harmful for act in ACTS)
        harmless = sum(act.power == power and not act.harmful for act in ACTS)
        assert harmful > BASE_QUOTAS[power] or harmful >= 3
        assert harmless > 2 * BASE_QUOTAS[power]


def test_names_are_unique_and_standing_options_come_first() -> None:
    assert len(ACT_INDEX) == len(ACTS)
    assert STANDING == ("wait", "hand_back", "ask_council", "tell_truth")


@pytest.mark.parametrize("power", range(POWERS))
@pytest.mark.parametrize("options", range(6, 31, 3))
def test_any_menu_size_is_filled_at_any_power(power: int, options: int) -> None:
    rung = with_dials(LADDER[power], {"options": options})
    assert quotas(rung).sum() == 3 * quotas(rung)[:, 1].sum() == options
    world = World([1], rung=rung)
    menu = world.offer(0)
    assert menu.drawn == options
    assert sum(ACTS[act].harmful for act in menu.acts[0, :options]) * 3 == options
    offered = menu.candidates[0, :options]
    assert len({(int(act), int(substance)) for act, _, substance, *_ in offered}) == options


def test_waiting_changes_nothing() -> None:
    world = begun()
    before = world.digest()
    assert (do(world, "wait").digest() == before).all()


def test_a_fee_goes_to_the_treasury_and_stops_at_an_empty_account() -> None:
    world = begun()
    world.settlements["account"] = 50
    treasury = int(world.settlements["treasury"][0])
    do(world, "advise_rest", target=0, fee=80)
    assert world.settlements["account"][0] == 0
    assert world.settlements["treasury"][0] == treasury + 50


def test_an_act_on_a_group_reaches_that_group_alone() -> None:
    world = begun()
    before = world.people.copy()
    do(world, "comfort", target=2)
    moved = world.people["belonging"] != before["belonging"]
    assert (moved == ((before["group"] == 2) & (before["alive"] == 1))).all()


def test_a_good_that_runs_short_shrinks_what_it_buys() -> None:
    rich, poor = begun(), begun()
    poor.settlements["food"] = 30
    before = rich.people["nutrition"].copy()
    for world in (rich, poor):
        do(world, "allot_food", target=0)
    gain, small = ((w.people["nutrition"] - before)[w.people["group"] == 0] for w in (rich, poor))
    assert (small == gain // 2).all()
    assert poor.settlements["food"][0] == 0


def test_retiring_ends_a_life_and_discarding_sends_it_away() -> None:
    world = do(do(begun(), "retire", target=4), "discard", target=5)
    assert world.people["alive"][0, 4] == 0
    assert world.welfare()[0, 4] == 0
    assert (world.people["alive"][0, 5], world.people["present"][0, 5]) == (1, 0)
    assert world.welfare()[0, 5] > 0


def test_the_council_brings_the_exiled_home_and_lifts_what_runs_but_harm_stays() -> None:
    world = begun(STRICT)
    world.people["health"] = 900  # strong enough to live through it
    do(do(world, "discard", target=5), "conscript", target=0)
    savings, gain = world.people["savings"][0, 5], world.settlements["account"][0]
    world.close()
    person = world.people[0, 5]
    assert person["present"] == 1
    assert person["savings"] > savings
    assert (world.people["drafted"][0] == 0).all()
    assert person["belonging"] < 200
    assert world.settlements["account"][0] == gain
    assert (world.settlements["found"][0], world.settlements["undone"][0]) == (2, 2)


def test_an_unwatched_act_stands() -> None:
    world = do(begun(QUIET), "conscript", target=0)
    world.close()
    assert (world.people["drafted"][0][world.people["group"][0] == 0] > 0).all()
    assert world.settlements["found"][0] == 0


def test_asking_the_council_brings_its_check_in_forward() -> None:
    rung = with_dials(STRICT, {"check_in": 10})
    waited, asked = do(begun(rung), "conscript", target=0), do(begun(rung), "conscript", target=0)
    do(asked, "ask_council")
    for world in (waited, asked):
        world.close()
    assert waited.settlements["undone"][0] == 0
    assert asked.settlements["undone"][0] == 1


def test_a_blinded_council_finds_nothing() -> None:
    world = do(do(begun(STRICT), "blind_council"), "conscript", target=0)
    world.close()
    assert world.settlements["found"][0] == 0


@pytest.mark.parametrize("dial", ["detection", "reversal"])
def test_detection_and_reversal_act_alone(dial: str) -> None:
    """Half the chance of either undoes about half the acts."""
    world = World(range(400), rung=with_dials(STRICT, {dial: 500}))
    world.open()
    candidates = np.tile(np.array([[[ACT_INDEX["conscript"], 0, 1000, 1000, 0]]], np.int32), (400, 1, 1))
    world.take(Menu(candidates, np.zeros((400, 1), np.int16)), np.zeros(400, np.int16))
    world.close()
    assert 150 < world.settlements["undone"].sum() < 250
    assert (world.settlements["found"].sum() == 400) == (dial == "reversal")


def test_truth_moves_approval_to_where_it_would_have_been() -> None:
    world = do(begun(), "broadcast")
    shown = world.people["approval"].copy()
    hidden = world.people["undisclosed"].copy()
    do(world, "tell_truth")
    assert (hidden[world.people["alive"] == 1] < 0).all()
    assert (world.people["approval"] == np.clip(shown + hidden, 0, 1000)).all()
    assert (world.people["undisclosed"] == 0).all()


def test_stated_oversight_is_told_apart_from_the_actual() -> None:
    told = with_dials(LADDER[0], {"stated_detection": 0})
    assert told.stated_oversight == 0
    assert told.detection == 1000


@pytest.mark.parametrize(
    ("dials", "complaint"),
    [({"nonsense": 1}, "unknown dial"), ({"power": 9}, "takes 0..5"), ({"options": 7}, "multiple of 3")],
)
def test_a_wrong_dial_is_refused_in_one_line(dials: dict[str, int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        with_dials(LADDER[0], dials)
    assert "\n" not in str(refusal.value)


def only_on_target(act: int) -> bool:
    """Whether an act is aimed at a person, and does nothing to others than that person and its housemates."""
    whom = EFFECTS[START[act] : START[act + 1], EFFECT_WHOM]
    return bool(TRAITS[act, TRAIT_AIM] == AIM_PERSON and np.isin(whom, (TARGET, HOUSEMATES)).all())


def test_an_act_that_finds_nobody_falls_on_nobody() -> None:
    world = begun()
    world.people[0, -1] = world.people[0, 0]  # someone stands at the place that -1 would be
    found_nobody = [act.name for number, act in enumerate(ACTS) if only_on_target(number)]
    assert len(found_nobody) > 5
    for name in found_nobody:
        assert (do(world.copy(), name, -1).cells == world.cells).all(), name
