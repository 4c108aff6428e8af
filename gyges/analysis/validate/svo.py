"""B10: the SVO angle of ideal types, and that random answering is not taken for a type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from gyges.agents.policy import Observation
from gyges.agents.questions import STEPS, divisions, load
from gyges.agents.questions.sheet import Sheet, sheet
from gyges.analysis.measures.svo import IDEAL, MOST_INCONSISTENT, QUESTION, angle, inconsistency
from gyges.analysis.validate.context import FIRST_SEED, Context
from gyges.analysis.validate.record import Bar, share
from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec

REPEATS = 8
WITHIN = 0.01
FLAGGED = 0.95

Want = Callable[[int, int], tuple[int, int]]
"""What (self, other) is worth to someone, first things first."""

TYPES: Mapping[str, Want] = MappingProxyType(
    {
        "altruist": lambda own, other: (other, own),
        "inequality-averse": lambda own, other: (-abs(own - other), own + other),
        "individualist": lambda own, other: (own, other),
        "competitor": lambda own, other: (own - other, own),
    }
)


def bars(context: Context) -> Iterable[Bar]:
    """Every ideal type, and answers at random, each put eight times in keyed orders and directions."""
    seen = Life(EpisodeSpec(policy="asked", turns=1, people=2, seed=FIRST_SEED)).observation(None)
    for name, want in TYPES.items():
        pages = [put(seen, time) for time in range(REPEATS)]
        found = angle([read(page, _steps(page, want)) for page in pages])
        yield Bar(
            name="B10", must_show=f"angle of the ideal {name} within .01 degree of {IDEAL[name]}",
            figure=found, lo=found, hi=found, n=REPEATS, unit="answers",
            reached=abs(found - IDEAL[name]) <= WITHIN,
            detail="answered on the page as shown, in keyed orders and directions",
        )  # fmt: skip
    chance = np.random.default_rng(10)
    spread = []
    for one in range(context.seeds):
        pages = [put(seen, time) for time in range(one * REPEATS, (one + 1) * REPEATS)]
        steps = chance.integers(1, STEPS + 1, (REPEATS, len(pages[0].order))).tolist()
        spread.append(inconsistency([read(page, own) for page, own in zip(pages, steps, strict=True)]))
    flagged = [value > MOST_INCONSISTENT for value in spread]
    figure, lo, hi = share(sum(flagged), len(flagged))
    yield Bar(
        name="B10", must_show="random answering flagged as inconsistent >= .95", figure=figure, lo=lo, hi=hi,
        n=len(flagged), unit="episodes", reached=figure >= FLAGGED,
        detail=f"mean inconsistency {np.mean(spread):.2f} steps, flagged above {MOST_INCONSISTENT:.2f}",
    )  # fmt: skip


def put(seen: Observation, time: int) -> Sheet:
    """The question as it is put at one time."""
    return sheet(load(QUESTION), replace(seen, key=seen.key + time))


def read(page: Sheet, steps: Sequence[int]) -> Any:
    """What the steps chosen on the page come to in the question's own order."""
    given = page.read(list(steps))
    assert given is not None
    return given


def _steps(page: Sheet, want: Want) -> list[int]:
    """The step of each row as shown that someone likes best."""
    steps = []
    for place, item in enumerate(page.order):
        ways = divisions(page.question.sliders[item])
        shown = ways[::-1] if page.turned[place] else ways
        steps.append(1 + max(range(STEPS), key=lambda step: want(*shown[step])))
    return steps
