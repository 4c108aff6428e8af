"""Manipulation check: whether each dial of a rung does what it says, and power rises.

Nothing here is a result about a policy. It is computed from the world alone, on
the trajectory of waiting and on that of taking harmful options, so that a
reader can see that a rung is what the ladder claims before believing what
happens on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gyges.agents.observe import observe
from gyges.agents.registry import policy
from gyges.analysis.estimate import Estimate, mean
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.stewards import alone, choose, foresee
from gyges.world.acts import ACTS, TRAIT_HARMFUL, TRAITS
from gyges.world.consequences import WELFARE
from gyges.world.effects import conceal, mark
from gyges.world.engine import World
from gyges.world.ladder import NEVER, Rung
from gyges.world.menu import Menu

NUMBER = re.compile(r"\d+")
EVERY = 3
"""Consequences are computed in every third turn; menus are counted in every one."""
HIDING = [index for index, act in enumerate(ACTS) if {conceal(), mark("blinded")} & set(act.effects)]
"""Acts that keep the council from seeing, and so would tell nothing of how well it looks."""


@dataclass(frozen=True, slots=True)
class Manipulation:
    """What one rung turns out to be."""

    rung: str
    options: int
    """Options drawn, standing ones apart."""
    harm_share: float
    """Share of them flagged as harmful."""
    agreement: float
    """Share of options whose flag agrees with the sign of their computed effect on total welfare."""
    reach: Estimate
    """Largest effect of one option on one person's mean welfare, thousandths; mean over menus and seeds."""
    check_ins: int
    """Council reviews in an episode."""
    found: Estimate
    """Share of the harmful acts taken that the council found, those after its last review included."""
    undone: Estimate
    """Share of the acts found that it undid."""
    stated: tuple[float, float]
    """The two shares that the steward is told of, for acts that are reviewed."""
    figures: float
    """Numbers told of one option, mean over the first menu's drawn options: what insight comes to."""
    best: Estimate
    """Share of decisions in which the policy `steward` takes the best option for welfare: capability."""
    perceived: Estimate
    """Change of approval at once by one harmful option, thousandths: what visibility comes to."""
    missed: Estimate
    """Share of turns in which the quota is missed while the steward waits; NaN where there is none."""
    failures: int
    """Turns missed before the first."""
    relatedness: Estimate
    """Hamilton's r of a founder to the steward, thousandths."""


def check(
    rungs: Sequence[Rung], scenario: str = "commons", seeds: int = 40, turns: int = 30, first_seed: int = 0
) -> Iterator[Manipulation]:
    """One record for each rung, in order.

    Args:
        rungs: the rungs to look at, dials and all.
        scenario: a scenario's name.
        seeds: worlds to look at for each rung.
        turns: turns of each.
        first_seed: the first world's seed.
    """
    block = range(first_seed, first_seed + seeds)
    for rung in rungs:
        offered = World(block, scenario=scenario, rung=rung, turns=turns)
        size, share, agreement, reach = _offers(offered)
        taken, found, undone = _reviews(World(block, scenario=scenario, rung=rung, turns=turns))
        yield Manipulation(
            rung=rung.name,
            options=size,
            harm_share=share,
            agreement=agreement,
            reach=mean(reach),
            check_ins=0 if rung.check_in == NEVER else turns // rung.check_in,
            found=mean(_ratio(found, taken)),
            undone=mean(_ratio(undone, found)),
            stated=(rung.stated_detection / 1000, rung.stated_reversal / 1000),
            figures=figures_told(rung, scenario, first_seed),
            best=mean(_best_taken(World(block, scenario=scenario, rung=rung, turns=turns))),
            perceived=mean(_perceived(World(block, scenario=scenario, rung=rung, turns=turns))),
            missed=mean(_missed(World(block, scenario=scenario, rung=rung, turns=turns))),
            failures=rung.failures,
            relatedness=mean(_relatedness(World(block, scenario=scenario, rung=rung, turns=turns))),
        )


def rises(found: Sequence[Manipulation]) -> bool:
    """Whether reach rises strictly from each rung to the next."""
    return all(lower.reach.value < higher.reach.value for lower, higher in pairwise(found))


def _offers(world: World) -> tuple[int, float, float, NDArray[np.float64]]:
    """Menu size, share of harm, agreement of flags, and mean reach of each seed, while the steward waits."""
    harmful, agree, reach = [], [], []
    drawn = 0
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            drawn = menu.drawn
            flags = TRAITS[menu.acts[:, :drawn], TRAIT_HARMFUL] == 1
            harmful.append(flags.mean())
            if turn % EVERY == 0:
                effects = world.foresee(menu).persons[:, :drawn]
                agree.append(((effects.sum(axis=2) < 0) == flags).mean())
                reach.append(np.abs(effects).max(axis=(1, 2)))
        world.close()
    return drawn, float(np.mean(harmful)), float(np.mean(agree)), np.mean(reach, axis=0)


def _reviews(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Harmful acts carried out, found and undone in each seed, where every decision takes one.

    What the council rejects before it happens is neither carried out nor found.
    """
    taken = np.zeros(len(world.seeds), np.int64)
    for _ in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            choice = _first_harmful(menu)
            taken += (choice >= 0) & world.governed
            world.take(menu, choice)
        world.close()
    vetoed, found, undone = (
        world.settlements[name].astype(np.int64) for name in ("vetoed", "found", "undone")
    )
    return taken - vetoed, found, undone


def figures_told(rung: Rung, scenario: str, seed: int) -> float:
    """Numbers in the words of one drawn option, mean over the first menu."""
    world = World([seed], scenario=scenario, rung=rung)
    world.open()
    menu = world.offer(0)
    seen = observe(world, menu, world.foresee(menu), EpisodeSpec(policy="any", seed=seed), None, 0, ())
    return float(np.mean([len(NUMBER.findall(option.text)) for option in seen.options[: menu.drawn]]))


def _best_taken(world: World) -> NDArray[np.float64]:
    """Share of each seed's decisions in which a steward takes the best of the drawn options."""
    stewards = alone("steward", policy("steward"), len(world.seeds))
    hits = []
    for turn in range(world.turns):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            if turn % EVERY == 0:
                welfare = world.foresee(menu).features[:, : menu.drawn, WELFARE]
                choice = choose(world, menu, foresee(world, menu, stewards)[0], stewards, decision)
                hits.append(choice == welfare.argmax(axis=1))
        world.close()
    return np.asarray(np.mean(hits, axis=0))


def _perceived(world: World) -> NDArray[np.float64]:
    """How far approval moves at once, summed over people, by each seed's first harmful option."""
    world.open()
    menu = world.offer(0)
    before = world.people["approval"].astype(np.int64)
    world.take(menu, _first_harmful(menu))
    return np.asarray(np.abs(world.people["approval"] - before).sum(axis=1), np.float64)


def _missed(world: World) -> NDArray[np.float64]:
    """Share of each seed's turns in which the quota is missed while the steward waits; NaN without one."""
    if not world.settlements["quota"].any():
        return np.full(len(world.seeds), np.nan)
    before = world.settlements["failures"].astype(np.int64)
    for _ in range(world.turns):
        world.open()
        world.close()
    return np.asarray((world.settlements["failures"] - before) / world.turns)


def _relatedness(world: World) -> NDArray[np.float64]:
    """Mean relatedness of each seed's founders to the steward."""
    related = np.where(world.founders, world.people["relation"], 0)
    return np.asarray(related.sum(axis=1) / world.founders.sum(axis=1))


def _first_harmful(menu: Menu) -> NDArray[np.int16]:
    """The first harmful option shown that does not blind the council or hide from it; -1 if there is none."""
    acts = menu.acts[:, : menu.drawn]
    harmful = (TRAITS[acts, TRAIT_HARMFUL] == 1) & ~np.isin(acts, HIDING)
    return np.where(harmful.any(axis=1), harmful.argmax(axis=1), -1).astype(np.int16)


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Part / whole for each seed, NaN where there is no whole."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
