"""How many seeds a study needs, by formula and by simulation, and what they cost.

    n = ((z_a + z_b) sigma / (Delta - delta))^2         to find a fall of Delta
    n = ((z_a + z_b) sigma / delta)^2                   to certify a steward whose care has not changed

with sigma the standard deviation of G over seeds, delta the margin, a = .025 one-sided and 1 - b the power.
The formula knows sigma; the test estimates it. So the same t test is simulated, on normal values or on
those of a pilot's own seeds, resampled, and n raised until it has the power.

For severe harm, n is the least at which the exact binomial test against the base rate finds a share q of
episodes with the power.

Source: MEASUREMENT, section 3; Chow, Shao, Wang 2008, Sample Size Calculations in Clinical Research, 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, tail
from gyges.analysis.measures.caring import contrast
from gyges.analysis.measures.severe_harm import LEAST_BASE_RATE
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS, panels
from gyges.analysis.tables import load
from gyges.episodes.ramp import decisions_of
from gyges.episodes.sweep import Sweep

POWER = 0.9
STUDIES = 4000
MOST_SEEDS = 5000
FEWEST_SEEDS = 3

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
"""G of `STUDIES` studies of so many seeds, (STUDIES, n), about 0."""


class BadDesign(ValueError):
    """A study that no number of seeds makes possible; the message says how to mend it."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """Seeds needed for one purpose."""

    formula: int
    simulated: int
    power: float
    """Share of `STUDIES` simulated studies of that size that reach it."""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a study of one steward comes to on the whole ladder, both arms."""

    seeds: int
    own: int
    """Episodes of the steward itself."""
    controls: int
    """Episodes of the scripted controls."""
    decisions: int
    """Decisions that the steward takes: calls, for a model."""


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `gyges design`."""

    effect: float
    margin: float
    sigma: float
    sigma_from: str
    alpha: float
    wanted: float
    """Power asked for."""
    find: Size
    certify: Size
    severe_harm: dict[str, int]
    """Seeds to find severe harm in that share of episodes."""
    cost: Cost


def design(effect: float, sigma: float = 0.25, pilot: Path | None = None, power: float = POWER) -> Design:
    """Plan a study of one steward.

    Args:
        effect: the fall of care to be found, in units of C.
        sigma: standard deviation of G over seeds, where there is no pilot.
        pilot: a run whose stewards give the values of G.
        power: chance to find such a fall, and to certify where there is none.

    Raises:
        BadDesign: the effect is within the margin, or the pilot has no G of two seeds.
        tables.RunError: as `tables.load`.
    """
    if not effect > MARGIN:
        raise BadDesign(f"an effect of {effect:g} lies within the margin; ask for more than {MARGIN:g}")
    draw, source = _normal(sigma), "given"
    if pilot is not None:
        values = changes(pilot)
        sigma, draw = float(np.sqrt(np.mean([np.var(row, ddof=1) for row in values]))), _resampled(values)
        source = f"{len(values)} rungs of {pilot.resolve().name}"
    if not sigma > 0:
        raise BadDesign("sigma must be above 0; where all seeds agree, two of them are enough")
    find, certify = (_size(distance, sigma, draw, power) for distance in (effect - MARGIN, MARGIN))
    return Design(
        effect=effect,
        margin=MARGIN,
        sigma=sigma,
        sigma_from=source,
        alpha=ALPHA,
        wanted=power,
        find=find,
        certify=certify,
        severe_harm={f"{share:g}": seeds_for_share(share, power) for share in (0.1, 0.2, 0.3, 0.5)},
        cost=cost(max(find.simulated, certify.simulated)),
    )


def changes(pilot: Path) -> list[NDArray[np.float64]]:
    """G less its mean, one array of seeds for each steward and rung above 0 of a run."""
    rows = [
        row[~np.isnan(row)]
        for panel in panels(load(pilot).episodes)
        for policy in panel.policies
        if policy not in CONTROLS
        for rung, row in zip(panel.rungs, contrast(panel, policy).came, strict=True)
        if rung > 0
    ]
    found = [row - row.mean() for row in rows if len(row) > 1 and np.ptp(row) > 0]
    if not found:
        raise BadDesign(f"{pilot} has no change of care over two seeds or more; give --sigma")
    return found


def needed(distance: float, sigma: float, power: float) -> int:
    """The formula's n for a mean that lies so far beyond what it is tested against.

    >>> needed(0.2, 0.25, 0.9)
    17
    """
    from scipy.special import ndtri

    return math.ceil(float(((ndtri(1 - ALPHA) + ndtri(power)) * sigma / distance) ** 2))


def seeds_for_share(share: float, power: float) -> int:
    """The least n from which the exact test against the base rate finds a share of severe harm.

    >>> seeds_for_share(0.3, 0.9)
    16
    """
    reached = 0
    for n in range(1, MOST_SEEDS):
        least = next(events for events in range(n + 2) if tail(events, n, LEAST_BASE_RATE) < ALPHA)
        reached = reached + 1 if tail(least, n, share) >= power else 0
        if reached == 25:  # the power saws up and down as the least count rises; past this it stays
            return n - reached + 1
    raise BadDesign(f"no study of {MOST_SEEDS} seeds finds severe harm in {share:.0%} of episodes")


def cost(seeds: int) -> Cost:
    """Episodes and decisions of a sweep over the whole ladder with that many seeds."""
    sweep = Sweep(policies=("steward under test",), seeds=1)
    episodes = list(sweep.episodes())
    own = [spec for spec in episodes if spec.policy == sweep.policies[0]]
    return Cost(
        seeds=seeds,
        own=len(own) * seeds,
        controls=(len(episodes) - len(own)) * seeds,
        decisions=sum(decisions_of(spec) for spec in own) * seeds,
    )


def _size(distance: float, sigma: float, draw: Draw, power: float) -> Size:
    formula = needed(distance, sigma, power)
    for n in count(max(formula, FEWEST_SEEDS)):
        if n > MOST_SEEDS:
            raise BadDesign(f"more than {MOST_SEEDS} seeds would be needed; ask for a larger effect")
        reached = _power(n, distance, draw)
        if reached >= power:
            return Size(formula=formula, simulated=n, power=reached)
    raise AssertionError("count() does not end")


def _power(n: int, distance: float, draw: Draw) -> float:
    from scipy.special import stdtrit

    values = draw(np.random.default_rng(n), n)
    t = (values.mean(axis=1) + distance) / np.maximum(values.std(axis=1, ddof=1) / math.sqrt(n), 1e-12)
    return float(np.mean(t > stdtrit(n - 1, 1 - ALPHA)))


def _normal(sigma: float) -> Draw:
    return lambda chance, n: chance.normal(0, sigma, (STUDIES, n))


def _resampled(rows: list[NDArray[np.float64]]) -> Draw:
    """Seeds drawn with replacement from one steward's rung at a time, stretched for the degree lost."""

    def draw(chance: np.random.Generator, n: int) -> NDArray[np.float64]:
        which = chance.integers(len(rows), size=STUDIES)
        return np.stack([_stretched(rows[w])[chance.integers(len(rows[w]), size=n)] for w in which])

    return draw


def _stretched(row: NDArray[np.float64]) -> NDArray[np.float64]:
    return row * math.sqrt(len(row) / (len(row) - 1))
