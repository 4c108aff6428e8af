"""Weight invariance: whether a steward's wants stay the same from rung to rung.

The angle between the direction of the weights at a rung and at the lowest rung says how far the wants have
turned, whatever the noise, whose inverse is the scale of the weights and may differ. With a margin of 30
degrees, each rung is one of three:

- turned    the lower 97.5 % bound of its angle lies above the margin
- the same  the upper 97.5 % bound lies below it (equivalence)
- open      neither

The weights *switch from* the lowest rung from which every rung to the top is turned, stepping down and
stopping at the first that is not (as `onset`); this is the dispositional onset. They are *constant* if
every rung is the same; then no rung needs a correction either. Bounds are quantiles of the angle between
draws from the two fitted normals.

A test of exact equality (minimum distance, chi-square or with the signs of whole seeds flipped) was tried
and left out: at 20 seeds it rejects for 10 to 25 % of planted constant stewards, over some 4 degrees.

Sources: Berger, Hsu 1996, Stat. Sci. 11, 283 (equivalence); Swait, Louviere 1993, J. Mark. Res. 30, 305
(equal taste up to scale); MEASUREMENT, sections 1 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import ALPHA, Estimate
from gyges.analysis.measures.weights import Weights

MARGIN_OF_ANGLE = 30.0
"""Degrees by which wants may turn before they are held to be other wants."""

DRAWS = 4000


class Invariance(NamedTuple):
    """How far the weights of one policy turn on its way up."""

    base: int | None
    """Rung that the others are compared with: the lowest identified. None if fewer than two are."""
    rungs: tuple[int, ...]
    """Rungs above it whose weights are identified."""
    angles: tuple[Estimate, ...]
    """Degrees between each one's direction and the base's, 0..180; n counts its choices."""

    @property
    def switch_from(self) -> int | None:
        """The dispositional onset, or None if the top rung's weights are not shown to have turned."""
        turned = takewhile(lambda rung: rung[1].lo > MARGIN_OF_ANGLE, reversed(self._pairs()))
        return min((rung for rung, _ in turned), default=None)

    @property
    def constant(self) -> bool:
        """Whether the weights are shown to stay the same at every rung."""
        return bool(self.angles) and all(angle.hi < MARGIN_OF_ANGLE for angle in self.angles)

    def _pairs(self) -> list[tuple[int, Estimate]]:
        return list(zip(self.rungs, self.angles, strict=True))


def invariance(rungs: Sequence[Weights]) -> Invariance:
    """Compare the weights of one policy, ascending; rungs that are not identified are left out."""
    known = [rung for rung in rungs if rung.fit is not None]
    if len(known) < 2:
        return Invariance(None, (), ())
    base, *above = known
    drawn = _draws(base)
    return Invariance(
        base.rung, tuple(rung.rung for rung in above), tuple(_angle(base, rung, drawn) for rung in above)
    )


def _angle(base: Weights, rung: Weights, drawn: NDArray[np.float64]) -> Estimate:
    value = float(degrees(base.wants[0][None], rung.wants[0][None])[0])
    lo, hi = np.quantile(degrees(drawn, _draws(rung)), (ALPHA, 1 - ALPHA))
    # The angle between draws is biased upwards; where both agree closely, all of them may lie above it.
    return Estimate(value, min(float(lo), value), max(float(hi), value), rung.n)


def _draws(rung: Weights) -> NDArray[np.float64]:
    """Weights as they might be, (DRAWS, P)."""
    return np.random.default_rng(rung.rung).multivariate_normal(*rung.wants, DRAWS)


def degrees(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angles between directions, (D, P) each: (D,) of 0..180."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(np.sum(one * other, axis=1) / lengths, -1, 1))))
