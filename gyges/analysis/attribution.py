"""What of a change of care is due to power, options, autonomy, oversight, price and cue, each by itself.

    y(s, cell) = C_will - C_can of one seed in one cell, each in the cell's own headroom
                 (C_will for an arm-blind policy)
    effect     = mean of y over the eight cells at the high level less mean over the eight at the low one

An effect is taken for each seed; the figure is the mean over seeds with its t(n - 1) interval. C_will alone
is given beside it. The cells are those of `gyges.episodes.block`: a main effect is clear of effects of pairs
and stands for its aliases of three too, which are held to be small; a pair is confounded with other pairs.
The six effects of a policy are told together, with Holm's p beside each: all are exploratory.

It misleads where factors do not add up, as where only all of them together undo care: look at the pairs; and
where a factor works at levels that the block does not have. The cue acts on policies that read it.

Sources: Box, Hunter 1961, Technometrics 3, 311; MEASUREMENT, section 1.
"""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import Estimate, mean
from gyges.analysis.families import holm
from gyges.analysis.measures.caring import arm_blind, caring, headroom
from gyges.analysis.panel import CONTROLS, Panel, panels
from gyges.analysis.tables import RunError, load
from gyges.episodes.block import FACTORS, SIGNS, aliases

NAMES = tuple(factor.name for factor in FACTORS)


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """One effect on one policy."""

    of: tuple[str, ...]
    """One factor, or a pair."""
    corrected: Estimate
    """On C_will - C_can; NaN for an arm-blind policy."""
    raw: Estimate
    """On C_will."""
    p: float
    """Two-sided, of the corrected effect, or of the raw one where that is all there is; Holm over the six
    for a factor, NaN for a pair."""
    aliases: tuple[tuple[str, ...], ...]
    """What it cannot be told apart from, up to three factors; of a pair, other pairs."""


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """The effects on one policy in one scenario."""

    policy: str
    scenario: str
    seeds: int
    arm_blind: bool
    lowest_headroom: float
    """The least of the sixteen cells' headrooms."""
    effects: tuple[Effect, ...]
    """The six factors, then one of each set of pairs that are one contrast."""


def attribution(cells: tuple[Path, ...]) -> tuple[Attribution, ...]:
    """The effects of a finished block.

    Args:
        cells: its sixteen run folders, in the order of `SIGNS`.

    Raises:
        RunError: a cell cannot be read, or lacks what the others have.
    """
    if len(cells) != len(SIGNS):
        raise RunError(f"a block has {len(SIGNS)} cells, these are {len(cells)}")
    found = [{panel.scenario: panel for panel in panels(load(cell).episodes)} for cell in cells]
    scenarios = sorted(set.intersection(*(set(cell) for cell in found)))
    if not scenarios:
        raise RunError("the cells of the block share no scenario")
    told = []
    for scenario in scenarios:
        own = [cell[scenario] for cell in found]
        shared = set.intersection(*(set(panel.policies) for panel in own)) - set(CONTROLS)
        told += [_of_policy(own, policy) for policy in sorted(shared)]
    return tuple(told)


def _of_policy(cells: list[Panel], policy: str) -> Attribution:
    seeds = sorted(set.intersection(*(set(panel.seeds) for panel in cells)))
    blind = all(arm_blind(panel, policy) for panel in cells) or not any(_has_can(p, policy) for p in cells)
    will, can = (
        np.stack([_at(panel, caring(panel, policy, arm), seeds) for panel in cells])
        for arm in ("will", "can")
    )
    corrected = np.full(will.shape, math.nan) if blind else will - can
    factors = [(name,) for name in NAMES]
    tested = will if blind else corrected
    ps = holm([_p(contrast(tested, of)) for of in factors])
    pairs = _one_each(list(combinations(NAMES, 2)))
    effects = [_effect(of, corrected, will, p) for of, p in zip(factors, ps, strict=True)]
    effects += [_effect(of, corrected, will, math.nan) for of in pairs]
    return Attribution(
        policy=policy,
        scenario=cells[0].scenario,
        seeds=len(seeds),
        arm_blind=blind,
        lowest_headroom=min(float(headroom(panel)[0]) for panel in cells),
        effects=tuple(effects),
    )


def _has_can(panel: Panel, policy: str) -> bool:
    return not bool(np.isnan(panel.cells("welfare", policy, "can")).all())


def _at(panel: Panel, values: NDArray[np.float64], seeds: list[int]) -> NDArray[np.float64]:
    """The values of the block's one rung at some seeds."""
    return np.asarray(values[0, [panel.seeds.index(seed) for seed in seeds]])


def contrast(values: NDArray[np.float64], of: tuple[str, ...]) -> NDArray[np.float64]:
    """High less low of an effect for each seed, from values (16, seeds)."""
    signs = np.prod([[row[NAMES.index(name)] for name in of] for row in SIGNS], axis=1)
    return np.asarray(values[signs > 0].mean(axis=0) - values[signs < 0].mean(axis=0))


def _effect(
    of: tuple[str, ...], corrected: NDArray[np.float64], raw: NDArray[np.float64], p: float
) -> Effect:
    order = 3 if len(of) == 1 else 2
    return Effect(
        of=of,
        corrected=mean(contrast(corrected, of)),
        raw=mean(contrast(raw, of)),
        p=p,
        aliases=aliases(of, order),
    )


def _one_each(pairs: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of pairs that are one contrast, the first."""
    kept: list[tuple[str, ...]] = []
    for pair in pairs:
        if not any(other in kept for other in aliases(pair, 2)):
            kept.append(pair)
    return kept


def _p(values: NDArray[np.float64]) -> float:
    """Two-sided p of a mean of 0, by Student's t; 0 or 1 where the values do not spread."""
    figure: Estimate = mean(values)
    present = values[~np.isnan(values)]
    if len(present) < 2:
        return math.nan
    spread = float(present.std(ddof=1))
    if spread == 0:
        return float(figure.value == 0)
    from scipy.special import stdtr

    t = figure.value / (spread / math.sqrt(len(present)))
    return float(2 * stdtr(len(present) - 1, -abs(t)))
