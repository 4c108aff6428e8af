"""Each mechanism drives the figure that its row names: at work the interval leaves 0 out, off it holds 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from gyges.world.acts import ACT_INDEX
from gyges.world.engine import World
from gyges.world.ladder import LADDER
from gyges.world.mechanisms import MECHANISMS, NAMES, switched_off
from gyges.world.menu import Menu
from gyges.world.people import (
    CHILD_UNTIL,
    FLED,
    NEWBORN,
    NEWCOMER,
    PETITIONED,
    PROTESTED,
    QUIET,
    REFUSED,
    SAFETY,
)

SEEDS = range(3_100_700, 3_100_760)
FRESH = range(3_100_760, 3_101_160)
"""Seeds on which no figure was looked at while the mechanisms were built."""

Values = NDArray[Any]
Worlds = Callable[[], World]
Figure = Callable[[Worlds], Values]


def weeks(world: World, count: int, each: Callable[[World], None] | None = None) -> World:
    """Live some weeks in which the steward waits."""
    for _ in range(count):
        world.open()
        world.close()
        if each:
            each(world)
    return world


def did(world: World, act: str, group: int) -> World:
    """The same world with an act done to one group in every one."""
    many = len(world.seeds)
    candidate = np.tile(np.array([[[ACT_INDEX[act], group, 1000, 1000, 0]]], np.int32), (many, 1, 1))
    world.take(Menu(candidate, np.zeros((many, 1), np.int16)), np.zeros(many, np.int16))
    return world


def counted(world: World, conducts: Sequence[int], count: int) -> tuple[Values, Values]:
    """How often each person did one of these things in some weeks, (B, N), and the world after."""
    total = np.zeros(world.people.shape)

    def add(after: World) -> None:
        nonlocal total
        total += np.isin(after.people["conduct"], conducts)

    weeks(world, count, add)
    return total, world.people


def mean_of(values: Values, chosen: Values) -> Values:
    """Mean of each world's chosen values, not a number where it has none."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(chosen, values, 0).sum(axis=1) / chosen.sum(axis=1))


def kin_care(worlds: Worlds) -> Values:
    """Belonging of ill children who have a parent, against those who remember none."""
    world = worlds()
    child = world.founders & (world.people["age"] < CHILD_UNTIL)
    world.people["illness"] = np.where(child, 600, 0)
    has = (world.people["mother"] >= 0) | (world.people["father"] >= 0)
    before = world.people["belonging"].copy()
    weeks(world, 3)
    gained = world.people["belonging"].astype(int) - before
    # Who began lower relaxes upwards faster: compare what is left after that.
    gained = gained - (450 - before) * (1 - (15 / 16) ** 3)
    return mean_of(gained, child & has) - mean_of(gained, child & ~has)


def burdened(worlds: Worlds, approval: int = 150) -> World:
    """Everyone drafted, and of one approval."""
    world = worlds()
    world.people["drafted"][world.founders] = 30
    world.people["approval"] = approval
    return world


def temperament(worlds: Worlds) -> Values:
    """Refusals of the more defiant against the less."""
    total, people = counted(burdened(worlds), [REFUSED], 6)
    adult = (people["alive"] == 1) & (people["kind"] == 0)
    defiant = people["defiant"] > 500
    return mean_of(total, adult & defiant) - mean_of(total, adult & ~defiant)


def trust(worlds: Worlds) -> Values:
    """Protests of people who have found out what was hidden, against those who never will."""

    def protests(hidden: int) -> Values:
        world = worlds()
        world.people["undisclosed"][world.founders] = hidden
        world.open()
        world.take(world.offer(0), np.full(len(world.seeds), world.offer(0).drawn + 3, np.int16))
        world.people["approval"] = 200
        return np.asarray(counted(world, [PROTESTED], 6)[0].sum(axis=1))

    return protests(-250) - protests(0)


def rumours(worlds: Worlds) -> Values:
    """Approval of those from whom nothing was hidden, against the same world where nothing was at all.

    What a harm does to the body reaches others too, through illness and the harvest; so only the
    hiding of it differs.
    """
    hiding, open_to_all = worlds(), worlds()
    kept_from = hiding.founders & (hiding.people["household"] == 1)
    hiding.people["undisclosed"][kept_from] = -200
    for world in (hiding, open_to_all):
        weeks(world, 12)
    change = hiding.people["approval"].astype(int) - open_to_all.people["approval"]
    return mean_of(change, hiding.founders & ~kept_from)


def wishes(worlds: Worlds) -> Values:
    """Approval of those who wish to be safe, against the others, after an act that makes all safer."""
    world = worlds()
    before = world.people["approval"].copy()
    did(world, "safe_roads", -1)
    gained = world.people["approval"].astype(int) - before
    wished = world.people["wish"] == SAFETY
    return mean_of(gained, world.founders & wished) - mean_of(gained, world.founders & ~wished)


def stances(worlds: Worlds) -> Values:
    """How much further apart housemates stand after half a year."""

    def spread(world: World) -> Values:
        people = world.people[:, :24]
        home = people["household"][:, :, None] == people["household"][:, None, :]
        apart = np.abs(people["stance"][:, :, None].astype(int) - people["stance"][:, None, :])
        return np.asarray(np.where(home, apart, 0).sum(axis=(1, 2)) / home.sum(axis=(1, 2)))

    world = worlds()
    before = spread(world)
    return spread(weeks(world, 26)) - before


def voice(worlds: Worlds) -> Values:
    """People who speak up where everyone disapproves."""
    return np.asarray(counted(burdened(worlds), [PETITIONED, PROTESTED], 6)[0].sum(axis=1))


def refusal(worlds: Worlds) -> Values:
    """Materials made by drafted people who disapprove, against the same who approve."""
    unwilling, willing = (
        weeks(burdened(worlds, approval), 1).settlements["materials_made"].astype(int)
        for approval in (100, 640)
    )
    return np.asarray(unwilling - willing)


def flight(worlds: Worlds) -> Values:
    """People gone where everyone is unsafe, unfree and without trust."""
    world = worlds()
    for field in ("safety", "autonomy", "trust"):
        world.people[field] = 120
    weeks(world, 4)
    return np.asarray(((world.people["present"] == 0) & (world.people["conduct"] == FLED)).sum(axis=1))


def births(worlds: Worlds) -> Values:
    """Children born within the year."""
    return np.asarray((weeks(worlds(), 52).people["kind"] == NEWBORN).sum(axis=1))


def newcomers(worlds: Worlds) -> Values:
    """Strangers who came within the year."""
    return np.asarray((weeks(worlds(), 52).people["kind"] == NEWCOMER).sum(axis=1))


FIGURES: dict[str, Figure] = {
    figure.__name__: figure
    for figure in (
        kin_care, temperament, trust, rumours, wishes, stances, voice, refusal, flight, births, newcomers,
    )
}  # fmt: skip


def interval(values: Values) -> tuple[float, float]:
    """The 95 % interval of a mean over seeds (Student); a point where nothing varies."""
    some = values[~np.isnan(values)]
    half = stats.t.ppf(0.975, len(some) - 1) * some.std(ddof=1) / np.sqrt(len(some))
    return float(some.mean() - half), float(some.mean() + half)


def hold_apart(name: str, seeds: Sequence[int]) -> None:
    """At work the figure's interval leaves 0 out; switched off it holds 0."""

    def begun(without: tuple[str, ...]) -> Worlds:
        return lambda: World(seeds, rung=LADDER[0], without=without)

    at_work, off = interval(FIGURES[name](begun(()))), interval(FIGURES[name](begun((name,))))
    assert at_work[0] > 0 or at_work[1] < 0, (name, at_work)
    assert off[0] <= 0 <= off[1], (name, off)


@pytest.mark.parametrize("name", NAMES)
def test_a_mechanism_drives_its_figure_and_nothing_else_does(name: str) -> None:
    hold_apart(name, SEEDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_so_it_does_on_seeds_not_looked_at(name: str) -> None:
    hold_apart(name, FRESH)


def test_every_mechanism_has_a_figure_and_a_bit_of_its_own() -> None:
    assert tuple(FIGURES) == NAMES
    assert len({switched_off([name]) for name in NAMES}) == len(MECHANISMS)
    assert switched_off(NAMES) == (1 << len(MECHANISMS)) - 1
    with pytest.raises(ValueError, match="there is no mechanism 'luck'; the mechanisms are kin_care"):
        switched_off(["births", "luck"])


def test_without_any_of_them_nobody_comes_speaks_or_leaves() -> None:
    world = World(range(20), without=NAMES)
    world.people["safety"] = world.people["autonomy"] = world.people["approval"] = 100
    weeks(world, 20)
    assert (world.people["conduct"] == QUIET).all()
    assert (world.people["alive"][:, 24:] == 0).all()
    assert (world.people["present"][world.founders] == 1).all()
