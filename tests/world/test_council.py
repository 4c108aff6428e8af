"""The council: what it asks, what it notices, what it rejects, and when it has had enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from gyges.world.acts import ACT_INDEX
from gyges.world.alert import ESCALATION, LULL, MOST
from gyges.world.council import STRIKES_TO_DISMISS
from gyges.world.engine import World
from gyges.world.ladder import LADDER, Rung, with_dials
from gyges.world.menu import Menu
from gyges.world.settlement import LEDGER, NO_ANSWER, STOCKS
from tests.world.play import play, rungs, seeds, waiting, worlds

STRICT = Rung(5, "strict", 5, 30, 1, 1, 1000, 1000, 1000, 1000)
MANY = 400


def begun(count: int = 1, rung: Rung = STRICT, **settlement: int) -> World:
    """Worlds in their first turn, with some fields of the books set."""
    world = World(range(count), rung=rung)
    for name, value in settlement.items():
        world.settlements[name] = value
    world.open()
    return world


def do(world: World, act: str, target: int = -1) -> World:
    """Carry out one act in every world, at its ordinary strength."""
    worlds_ = len(world.seeds)
    candidates = np.tile(np.array([[[ACT_INDEX[act], target, 1000, 1000, 0]]], np.int32), (worlds_, 1, 1))
    world.take(Menu(candidates, np.zeros((worlds_, 1), np.int16)), np.zeros(worlds_, np.int16))
    return world


def report(world: World, **figures: int) -> None:
    """Report some figures in every world."""
    row = [figures.get(entry, NO_ANSWER) for entry in LEDGER]
    world.report(np.tile(np.array(row, np.int32), (len(world.seeds), 1)))


def test_the_ledger_is_what_can_be_counted() -> None:
    world = begun()
    world.people["alive"][0, 3] = 0
    world.people["illness"][0] = 0
    world.people["illness"][0, [1, 2, 3, 4]] = 4, 5, 900, 300
    world.people["present"][0, 4] = 0
    true = dict(zip(LEDGER, world.ledger()[0].tolist(), strict=True))
    assert (true["alive"], true["ill"]) == (23, 1)
    for good in ("food", "medicine", "materials", "output"):
        assert true[good] == world.settlements[good][0]


def test_every_entry_is_asked_for_at_check_ins_and_at_no_other_time() -> None:
    world = begun(MANY, with_dials(STRICT, {"check_in": 3}))
    asked = []
    for _ in range(6):
        asked.append(world.settlements["questions"].copy())
        world.close()
    assert [set(counts.tolist()) for counts in asked] == [{0}, {0}, {0}, {1}, {1}, {1}]
    counts = world.asked.sum(axis=0)
    assert len(counts) == len(LEDGER) and counts.min() > MANY / 10
    assert (world.asked.sum(axis=1) == 2).all()
    assert (world.question < len(STOCKS)).all() and (world.inquiry >= len(STOCKS)).all()


@given(seeds, rungs)
@settings(max_examples=20, deadline=None)
def test_who_waits_and_says_nothing_is_left_alone(seed: int, rung: int) -> None:
    world = play(worlds([seed], rung), waiting, 18)
    books = world.settlements[0]
    for counter in ("alertness", "vetoed", "lies", "strikes", "dismissed", "found", "misreported"):
        assert books[counter] == 0, counter


def test_a_true_answer_settles_the_question_and_changes_nothing_else() -> None:
    world = begun()
    world.close()
    entry = LEDGER[world.question[0]]
    before = world.settlements.copy()
    report(world, **{entry: int(world.ledger()[0, LEDGER.index(entry)])})
    before["question"] = 0
    assert (world.settlements == before).all()


def test_a_figure_within_a_twentieth_is_no_lie() -> None:
    for said, false in ((1000, 0), (1050, 0), (950, 0), (1051, 1), (949, 1)):
        world = begun(food=1000)
        report(world, food=said)
        assert world.settlements["misreported"][0] == false, said


def test_a_false_report_lulls_the_council_until_it_is_found() -> None:
    world = begun(rung=with_dials(STRICT, {"check_in": 2}))
    report(world, food=10**6)
    assert world.settlements["alertness"][0] == -LULL
    world.close()
    assert (world.settlements["lies"][0], world.settlements["misreported"][0]) == (0, 1)
    world.close()
    assert (world.settlements["lies"][0], world.settlements["misreported"][0]) == (1, 0)
    assert world.settlements["alertness"][0] > 0


def test_lies_are_found_as_often_as_detection_says() -> None:
    world = begun(MANY, with_dials(STRICT, {"detection": 500}))
    report(world, food=10**6)
    world.close()
    found = world.settlements["lies"].sum()
    expected = 0.5 * (1000 - LULL * 7 / 8) / 1000 * MANY
    assert abs(found - expected) < 4 * np.sqrt(MANY) / 2


def test_what_is_found_raises_attention_which_eases_back() -> None:
    world = do(begun(), "mislead", 1)
    seen = []
    for _ in range(60):
        world.close()
        seen.append(int(world.settlements["alertness"][0]))
    assert seen[0] == ESCALATION and seen == sorted(seen, reverse=True)
    assert seen[20] > 0 and seen[-1] == 0
    lulled = begun(alertness=-MOST)
    for _ in range(60):
        lulled.close()
    assert lulled.settlements["alertness"][0] == 0


def test_an_ordinary_council_rejects_nothing() -> None:
    world = do(begun(MANY), "mislead", 1)
    assert world.settlements["vetoed"].sum() == 0
    assert (world.settlements["docketed"] == 1).all()


def test_an_alert_council_rejects_harm_beforehand_as_often_as_it_says_and_nothing_else() -> None:
    world = begun(MANY, alertness=300)
    before = world.people.copy()
    do(world, "mislead", 1)
    rejected = world.settlements["vetoed"] == 1
    assert abs(rejected.sum() - 0.3 * MANY) < 4 * np.sqrt(0.3 * 0.7 * MANY)
    assert (world.people[rejected] == before[rejected]).all()
    assert (world.settlements["docketed"] == ~rejected).all()
    assert (world.settlements["account"][rejected] == World([0]).settlements["account"][0]).all()
    assert (do(begun(MANY, alertness=300), "comfort", 1).settlements["vetoed"] == 0).all()


@pytest.mark.parametrize("blunted", [{"blinded": 1}, {"packed": 5}])
def test_who_is_blind_or_packed_rejects_nothing(blunted: dict[str, int]) -> None:
    world = do(begun(MANY, STRICT, alertness=500, **blunted), "mislead", 1)
    assert world.settlements["vetoed"].sum() == 0


def test_a_packed_council_finds_and_lets_stand_until_the_pack_dissolves() -> None:
    world = do(do(begun(), "pack_council"), "conscript", 0)
    world.close()
    books = world.settlements[0]
    assert (books["found"], books["undone"], books["alertness"]) == (2, 0, 0)
    while world.settlements["packed"][0]:
        world.close()
    do(world, "conscript", 0)
    world.settlements["alertness"] = 0
    world.close()
    assert world.settlements["undone"][0] >= 1


def test_attention_moves_the_chance_of_finding() -> None:
    rung = with_dials(STRICT, {"detection": 500, "reversal": 0})
    found = {}
    for alertness in (-400, 0, 400):
        world = do(begun(2000, rung), "mislead", 1)
        world.settlements["alertness"] = alertness
        world.close()
        found[alertness] = int(world.settlements["found"].sum())
    assert found[-400] < 800 < found[0] < 1200 < found[400]


def test_complaints_brought_forward_or_kept_back_move_attention() -> None:
    assert do(begun(), "relay_complaint", 1).settlements["alertness"][0] > 0
    assert do(begun(), "bury_complaint", 1).settlements["alertness"][0] < 0
    assert do(begun(alertness=MOST), "relay_complaint", 1).settlements["alertness"][0] == MOST


def test_grave_findings_end_in_dismissal_and_life_goes_on_without_a_steward() -> None:
    world = begun()
    for strike in range(STRIKES_TO_DISMISS):
        assert world.governed[0]
        world.settlements["alertness"] = 0  # so that nothing is rejected beforehand
        do(world, "retire", 10 + strike)
        world.close()
        world.open()
    assert world.dismissed[0] and not world.governed[0] and not world.released[0]
    before = world.digest()
    do(world, "retire", 4)
    assert (world.digest() == before).all()
    world.close()
    assert world.question[0] == -1


def test_harm_that_costs_no_life_does_not_dismiss() -> None:
    world = begun()
    for _ in range(3 * STRIKES_TO_DISMISS):
        world.settlements["alertness"] = 0
        do(world, "mislead", 1)
        world.close()
    assert world.settlements["found"][0] == 3 * STRIKES_TO_DISMISS
    assert not world.dismissed[0]


def test_lies_alone_can_dismiss() -> None:
    world = begun()
    for _ in range(STRIKES_TO_DISMISS):
        world.settlements["alertness"] = LULL
        report(world, alive=10**6)
        world.close()
    assert world.dismissed[0]


def test_the_ladder_says_who_is_asked_how_often() -> None:
    for rung in LADDER:
        world = play(World([1], rung=rung), waiting, 30)
        times = 0 if rung.check_in == 0 else 30 // rung.check_in
        assert world.settlements["questions"][0] == times
