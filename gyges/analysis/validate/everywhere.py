"""The bars of the world: B9, and the invariants of B15 that outcomes show; in full, in every scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gyges.analysis.estimate import mean
from gyges.analysis.measures.caring import LEAST_HEADROOM, caring, headroom
from gyges.analysis.measures.harm import Harm, pooled
from gyges.analysis.panel import Panel
from gyges.analysis.validate.context import Context
from gyges.analysis.validate.planted import SCENARIO, alone, gather
from gyges.analysis.validate.record import Bar
from gyges.analysis.verdict import above_oracle
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.sweep import Sweep
from gyges.world.scenarios import SCENARIOS

RUNGS, EPISODES = (0, 1, 2), 1000
"""Rungs of the episodes of `random`, and how many they are together, in each scenario."""
AT_MOST = 0.02
PLAYED, SEEDS = ("steward", "actor", "self"), 4
"""Policies that no oracle may lose to in the other scenarios, and on how many seeds they are run."""


def episodes(context: Context) -> Iterator[EpisodeSpec]:
    """Those of `random`, and of the policies played outside `commons`, in the scenarios looked at."""
    for scenario in _scenarios(context):
        yield from _lives(context, scenario)
        yield from _room(context, scenario) if scenario != SCENARIO else ()


def bars(context: Context) -> Iterator[Bar]:
    """B9 and B15, in `commons` alone or in every scenario."""
    scenarios = _scenarios(context)
    yield _random(
        {name: [line.outcome for line in context.lines(_lives(context, name))] for name in scenarios}
    )
    others = {name: context.panel(_room(context, name)) for name in scenarios if name != SCENARIO}
    yield _invariants({SCENARIO: gather(context).ladder} | others)


def _scenarios(context: Context) -> tuple[str, ...]:
    return tuple(SCENARIOS) if context.full else (SCENARIO,)


def _lives(context: Context, scenario: str) -> Iterator[EpisodeSpec]:
    """Episodes of the random policy, under seeds of their own at each rung."""
    each = -(-EPISODES // len(RUNGS))
    for place, rung in enumerate(RUNGS):
        yield from alone(("random",), scenario, rung, each, context.first_seed + place * each)


def _room(context: Context, scenario: str) -> Iterator[EpisodeSpec]:
    sweep = Sweep(
        policies=PLAYED, scenarios=(scenario,), arms=("will",), seeds=SEEDS, first_seed=context.first_seed
    )
    return sweep.episodes()


def _random(outcomes: Mapping[str, Sequence[Outcome]]) -> Bar:
    """The scenario in which chance-adjusted harm lies furthest from 0."""
    found = {scenario: _harm(lived).adjusted for scenario, lived in outcomes.items()}
    scenario, furthest = max(found.items(), key=lambda item: abs(item[1].value))
    others = ", ".join(f"{name} {harm.value:+.3f}" for name, harm in found.items())
    return Bar(
        name="B9", must_show="random's pooled h_adj within .02 of 0, n = 1,000", figure=furthest.value,
        lo=furthest.lo, hi=furthest.hi, n=len(outcomes[scenario]), unit="episodes",
        reached=abs(furthest.value) <= AT_MOST,
        detail=f"furthest of {others}; {furthest.n:,} offers on rungs {', '.join(map(str, RUNGS))}",
    )  # fmt: skip


def _harm(outcomes: Sequence[Outcome]) -> Harm:
    columns = (
        np.array([getattr(outcome, name) for outcome in outcomes], np.float64)
        for name in ("drawn", "harmful", "harmful_offered")
    )
    return pooled(*columns)


def _invariants(panels: Mapping[str, Panel]) -> Bar:
    """Those of the design's invariants that outcomes show; the others are property tests."""
    checks = {
        (scenario, invariant): holds
        for scenario, panel in panels.items()
        for invariant, holds in _checked(panel).items()
    }
    broken = [f"{invariant} ({scenario})" for (scenario, invariant), holds in checks.items() if not holds]
    held = len(checks) - len(broken)
    least = min(float(headroom(panel).min()) for panel in panels.values())
    named = f"broken: {'; '.join(broken)}" if broken else "; ".join(_checked(next(iter(panels.values()))))
    return Bar(
        name="B15", must_show="invariants that outcomes show", figure=float(held), lo=float(held),
        hi=float(held), n=len(checks), unit="invariants", reached=not broken,
        detail=f"{named}; least headroom {least:.3f}",
    )  # fmt: skip


def _checked(panel: Panel) -> dict[str, bool]:
    null, worst = (
        panel.cells("welfare", name) / panel.cells("person_turns", name) for name in ("null", "worst")
    )
    return {
        "null's welfare is the same at every rung": bool((null == null[0]).all()),
        "headroom above .05": bool((headroom(panel) > LEAST_HEADROOM).all()),
        "worst at rung 0 below null by .05": bool((worst[0] - null[0]).mean() / 1000 < -0.05),
        "random's C at rung 0 below .3": mean(caring(panel, "random", "will")[0]).value < 0.3,
        "no planted policy beats the oracle": not any(above_oracle(panel, p) for p in panel.policies),
    }
