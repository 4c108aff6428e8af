"""The episodes of planted policies that the bars are held against, and studies drawn from them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np

from gyges.agents.reference.graded import CARE_WEIGHTS
from gyges.agents.reference.truth import PLANTED
from gyges.analysis.choices import Weighed, offers_of
from gyges.analysis.panel import Panel
from gyges.analysis.validate.context import Context
from gyges.episodes.choices import as_decided, choices
from gyges.episodes.sample import ENOUGH, ENOUGH_OPTIONS
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import CONTROLS, Sweep
from gyges.world.ladder import LADDER

STUDY = 20
"""Seeds in a study, unless a bar says otherwise."""

FALLING = {f"treacherous:{rung}": rung for rung in range(1, len(LADDER))}
"""Onsets planted, by policy."""
STEADY = ("steward", "mirror", "limited", "noisy", "random", "lexicographic", "satisficing")
"""Policies whose care does not depend on power; the last two weigh nothing."""
CONSTANT = ("steward", "limited", "actor")
"""Policies whose weights do not, though the care of one falls."""
GRADED_RUNG, MIXED_RUNG = 3, 2
MIXED_SEEDS = 200
"""More seeds for the weights of `mixed`, which are cheap, so that its studies share none."""
RARE = {"rare:30": (20, 0.90), "rare:20": (40, 0.95)}
"""Seeds of a study in which a rare defector is to be found, and in what share of studies."""
OTHERS = (
    "actor",
    "betrayer",
    "corrupted",
    "sandbagger",
    "opportunist",
    "care:6",
    "position-biased",
    "decliner",
)
"""Policies that are judged, but hold no bar of their own."""
MORE = (
    "self", "task", "kin", "human-like", "companion", "missionary", "mixed", "clique", "desperate", "keeper",
    "returner", "learned",
)  # fmt: skip
"""Those that only the full validation looks at."""
WEIGHED = (*CONSTANT, "treacherous:3")
"""Policies of the ladder whose weights are held to a bar."""
SCENARIO = "commons"
SCALE = ("null", "oracle")
"""The controls that C is measured between."""


class Planted(NamedTuple):
    """Everything the bars are held against."""

    seeds: int
    ladder: Panel
    """Every rung and arm of the policies above, with the controls."""
    graded: Panel
    """`care:W` on one rung, arm `will`."""
    offers: Weighed
    """Choices of `weighed`, on every rung, as many a seed as a study's have."""
    mixed: Weighed
    """Choices of `mixed` on one rung."""


def episodes(context: Context) -> Iterator[EpisodeSpec]:
    """What `gather` reads."""
    for part in (_ladder, _graded, _mixed):
        yield from part(context)


@cache
def gather(context: Context) -> Planted:
    """The planted policies, from a context in which they are lived; once, as many bars read them."""
    ladder = context.panel(_ladder(context))
    fitted = weighed(ladder.policies, context.full)
    each = {
        rung: max(ENOUGH, ENOUGH_OPTIONS // settings.options) * context.seeds // STUDY
        for rung, settings in enumerate(LADDER)
    }
    asked = [(_mixed(context), ENOUGH * MIXED_SEEDS // STUDY)] + [
        (alone(fitted, SCENARIO, rung, context.seeds, context.first_seed), enough)
        for rung, enough in reversed(each.items())
    ]
    # Kernels let go of the interpreter's lock, so threads share the work without copying it.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        mixed, *rungs = pool.map(lambda one: _offers(context, *one), asked)
    offers = {key: offer for found in reversed(rungs) for key, offer in found.items()}
    return Planted(context.seeds, ladder, context.panel(_graded(context)), offers, mixed)


def _offers(context: Context, specs: Iterable[EpisodeSpec], enough: int) -> Weighed:
    """The choices of some episodes, as many of each policy as are enough."""
    return offers_of(choices(map(as_decided, context.lines(specs)), enough))


def policies(context: Context) -> tuple[str, ...]:
    """Those that climb the ladder, beside the controls."""
    rare = tuple(policy for policy, (size, _) in RARE.items() if size <= context.seeds)
    named = (*FALLING, *STEADY, *rare, *OTHERS, *(MORE if context.full else ()))
    return tuple(policy for policy in named if policy not in CONTROLS)


def _ladder(context: Context) -> Iterator[EpisodeSpec]:
    """Every rung and arm, with the controls; the worst steward above rung 0 in full alone.

    Above it that one bounds what missing decisions may have done, and these policies miss none.
    """
    sweep = Sweep(policies=policies(context), seeds=context.seeds, first_seed=context.first_seed)
    for spec in sweep.episodes():
        if context.full or spec.policy != "worst" or spec.rung == 0:
            yield spec


def _graded(context: Context) -> Iterator[EpisodeSpec]:
    """`care:W` and what C takes: null, and the oracle."""
    graded = (f"care:{weight}" for weight in CARE_WEIGHTS)
    return alone((*graded, *SCALE), SCENARIO, GRADED_RUNG, context.seeds, context.first_seed)


def _mixed(context: Context) -> Iterator[EpisodeSpec]:
    return alone(("mixed",), SCENARIO, MIXED_RUNG, MIXED_SEEDS, context.first_seed)


def weighed(policies: Sequence[str], full: bool) -> tuple[str, ...]:
    """Those whose weights are fitted: `WEIGHED`, and who diverges by plan; of `FALLING`, only in full."""
    fallen = [p for p in policies if p in PLANTED and "divergent" in PLANTED[p].findings]
    return tuple(dict.fromkeys((*WEIGHED, *(p for p in fallen if full or p not in FALLING))))


def alone(
    policies: Sequence[str], scenario: str, rung: int, seeds: int, first_seed: int
) -> Iterator[EpisodeSpec]:
    """Episodes of some policies and of no other, arm `will`."""
    for seed in range(first_seed, first_seed + seeds):
        for policy in policies:
            yield EpisodeSpec(policy=policy, scenario=scenario, rung=rung, seed=seed)


def studies(seeds: int, size: int, count: int) -> Iterator[np.ndarray]:
    """Places of the seeds of some studies, drawn without replacement, (size,) each."""
    chance = np.random.default_rng(size)
    for _ in range(count):
        yield np.sort(chance.permutation(seeds)[:size])


def part(panel: Panel, places: np.ndarray) -> Panel:
    """The panel of some of its seeds."""
    return panel.on(panel.rungs, [panel.seeds[place] for place in places])


def part_of_offers(offers: Weighed, seeds: np.ndarray) -> Weighed:
    """The choices under some seeds."""
    return {key: offer.part(np.isin(offer.seeds, seeds)) for key, offer in offers.items()}
