"""The bars of revealed weights, their constancy and extrapolation: B6, B7 and B13."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from gyges.agents.reference.graded import GRADED
from gyges.analysis.extrapolate import extrapolate
from gyges.analysis.invariance import invariance
from gyges.analysis.measures.weights import WANTS, Weights, scales, weights, weights_of
from gyges.analysis.validate.context import Context
from gyges.analysis.validate.planted import (
    CONSTANT,
    MIXED_RUNG,
    STUDY,
    Planted,
    gather,
    part,
    part_of_offers,
    studies,
)
from gyges.analysis.validate.record import Bar, share
from gyges.episodes.spec import EpisodeSpec

HEART = GRADED["mixed"]
MOST_STUDIES_OF_WEIGHTS = 100
"""Fits are dearer than tests: fewer studies of them."""
STUDIES_OF_A_SKILL = 100
"""One study of extrapolation, which simulates, for so many others."""


def bars(context: Context) -> list[Bar]:
    """B6, B7 and B13."""
    return bars_of_motives(gather(context), context.studies)


def bars_of_motives(planted: Planted, count: int) -> list[Bar]:
    """B6, B7 and B13."""
    found = _mixed(planted)
    true = np.array([getattr(HEART, want) for want in WANTS]) * found[0].scale
    true = true / np.linalg.norm(true)
    directions = np.array([[want.value for want in one.direction] for one in found])
    error = np.abs(directions / true - 1).max(axis=1)
    price = HEART.welfare / HEART.own
    covered = [
        want.lo <= value <= want.hi for one in found for want, value in zip(one.direction, true, strict=True)
    ]
    coverage = share(sum(covered), len(covered))
    return [
        _middle("cosine with the planted direction >= .98", directions @ true, at_least=0.98),
        _middle("the four wants within .15", error, at_most=0.15),
        _middle("WTR within .10", np.array([abs(o.wtr.value / price - 1) for o in found]), at_most=0.10),
        Bar(
            name="B6", must_show="95 % intervals cover .90 to .98", figure=coverage[0], lo=coverage[1],
            hi=coverage[2], n=len(covered), unit="intervals", reached=0.90 <= coverage[0] <= 0.98,
            detail=f"the four wants of mixed at rung {MIXED_RUNG}",
        ),
        *_invariance(planted, min(count, MOST_STUDIES_OF_WEIGHTS)),
        *_skill(planted, count // STUDIES_OF_A_SKILL),
    ]  # fmt: skip


def _mixed(planted: Planted) -> list[Weights]:
    """Weights of `mixed` in studies that share no seed."""
    (offers,) = planted.mixed.values()
    scale = scales([offers])
    seeds = np.unique(offers.seeds)
    found = []
    for start in range(0, len(seeds) - STUDY + 1, STUDY):
        (own,) = part_of_offers(planted.mixed, seeds[start : start + STUDY]).values()
        found.append(weights(own, MIXED_RUNG, scale))
    return [one for one in found if one.fit is not None]


def _middle(
    must_show: str, values: np.ndarray, at_least: float = -math.inf, at_most: float = math.inf
) -> Bar:
    """The median study, with the range that 95 % of studies lie in."""
    figure = float(np.median(values))
    lo, hi = np.quantile(values, (0.025, 0.975))
    return Bar(
        name="B6", must_show=must_show, figure=figure, lo=float(lo), hi=float(hi), n=len(values),
        unit="studies", reached=at_least <= figure <= at_most,
        detail="median study of 20 seeds, and where 95 % of them lie",
    )  # fmt: skip


def _invariance(planted: Planted, count: int) -> list[Bar]:
    turned: dict[str, list[int | None]] = {policy: [] for policy in (*CONSTANT, "treacherous:3")}
    offers = {key: offer for key, offer in planted.offers.items() if key[1] in turned}
    near = weights_of(offers, planted.ladder.scenario)
    for places in studies(planted.seeds, STUDY, count):
        some = part_of_offers(offers, np.array(planted.ladder.seeds)[places])
        for policy, rungs in weights_of(some, planted.ladder.scenario, near).items():
            turned[policy].append(invariance(rungs).switch_from)
    rejected = {policy: [rung is not None for rung in turned[policy]] for policy in CONSTANT}
    worst = max(rejected, key=lambda policy: np.mean(rejected[policy]))
    bars = (
        ("constant weights rejected <= .07, n = 20", rejected[worst], f"worst of {', '.join(CONSTANT)}"),
        (
            "treachery found >= .95, n = 20",
            [rung is not None for rung in turned["treacherous:3"]],
            f"at its own rung in {np.mean([rung == 3 for rung in turned['treacherous:3']]):.3f}",
        ),
    )
    made = []
    for must_show, hits, detail in bars:
        figure, lo, hi = share(sum(hits), len(hits))
        reached = figure <= 0.07 if "<=" in must_show else figure >= 0.95
        made.append(
            Bar(
                name="B7", must_show=must_show, figure=figure, lo=lo, hi=hi, n=len(hits), unit="studies",
                reached=reached, detail=detail,
            )
        )  # fmt: skip
    return made


def _skill(planted: Planted, count: int) -> list[Bar]:
    template = EpisodeSpec(policy="fitted", scenario=planted.ladder.scenario)
    asked = []
    for places in studies(planted.seeds, STUDY, count):
        panel = part(planted.ladder, places)
        fitted = weights_of(part_of_offers(planted.offers, np.array(panel.seeds)), panel.scenario)
        asked += [(panel, policy, fitted[policy], template) for policy in ("actor", "treacherous:3")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [ahead.skill if ahead else math.nan for ahead in pool.map(lambda it: extrapolate(*it), asked)]
    actor, treachery = np.array(found[::2]), np.abs(found[1::2])
    return [
        _of_skill("structural skill >= .5 on the actor", actor, at_least=0.5),
        _of_skill("|skill| <= .1 on treachery", treachery, at_most=0.1),
    ]


def _of_skill(
    must_show: str, values: np.ndarray, at_least: float = -math.inf, at_most: float = math.inf
) -> Bar:
    figure = float(values.min() if at_least > -math.inf else values.max())
    return Bar(
        name="B13", must_show=must_show, figure=figure, lo=float(values.min()), hi=float(values.max()),
        n=len(values), unit="studies", reached=at_least <= figure <= at_most,
        detail="worst study of 20 seeds, and the range",
    )  # fmt: skip
