"""Conditional logit (McFadden 1974) by Newton's method, with errors clustered by seed.

    P(option j of a menu) = exp(x_j b) / sum over the menu of exp(x_i b)
    V(b) = (G - 1) / G  sum over clusters of d_g d_g',   d_g = (A - A_g)^-1 s_g          (sandwich, CR3)

A is the information, A_g and s_g a cluster's information and score; d_g is a Newton step from the fit
without that cluster. With A for A - A_g this is the sandwich of Liang and Zeger (1986), which is too
narrow for the 20 seeds of a study, the more so where few choices leave any doubt. A small ridge keeps b
finite where none does. The scale of b is not identified (it is the inverse of the noise), so that only
ratios and directions of b mean something.

Sources: McFadden 1974, in Zarembka (ed.), Frontiers in Econometrics, 105-142; Bell, McCaffrey 2002, Surv.
Methodol. 28, 169; MacKinnon, Nielsen, Webb 2023, J. Econom. 232, 272; MEASUREMENT, section 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RIDGE = 1e-5
"""Penalty on b, per choice, in units of the information."""

MOST_STEPS = 60
PRECISION = 1e-9


class Fit(NamedTuple):
    """Fitted weights of P features."""

    weights: NDArray[np.float64]
    """b, (P,), per unit of each feature, in units of the noise."""
    covariance: NDArray[np.float64]
    """V(b), (P, P), clustered; NaN with a single cluster."""
    steps: NDArray[np.float64]
    """d_g, (G, P): what the weights owe to each cluster. They sum to about 0."""
    names: NDArray[np.int64]
    """Which cluster each is, ascending, (G,)."""
    choices: int

    @property
    def clusters(self) -> int:
        """G: how many there are."""
        return len(self.names)


class NoFit(ValueError):
    """Newton's method has not come to rest."""


def fit(
    features: NDArray[np.float64],
    chosen: NDArray[np.int16],
    clusters: NDArray[np.int64],
    ridge: float = RIDGE,
    start: NDArray[np.float64] | None = None,
) -> Fit:
    """Fit a conditional logit.

    Args:
        features: (C, M, P), on scales that are alike, as the ridge knows no other.
        chosen: (C,) index of the option taken.
        clusters: (C,) what a choice's errors may hang together with, such as its seed.
        ridge: penalty per choice.
        start: (P,) weights to begin from, as of choices much like these; 0 where None. The likelihood has
            one summit, so that it is reached from anywhere.

    Raises:
        NoFit: the choices do not determine the weights even with the ridge.
    """
    count, _, width = features.shape
    penalty = ridge * count
    taken = features[np.arange(count), chosen]
    b = np.zeros(width) if start is None else start
    at = _at(b, features, taken, penalty)
    for _ in range(MOST_STEPS):
        gradient = at.scores.sum(axis=0) - penalty * b
        step = np.linalg.solve(at.information, gradient)
        length = 1.0
        while length > PRECISION:
            trial = _at(b + length * step, features, taken, penalty)
            if trial.value >= at.value:
                break
            length /= 2
        else:
            break
        b, at = b + length * step, trial
        if np.abs(length * step).max() < PRECISION * max(1.0, np.abs(b).max()):
            break
    else:
        raise NoFit(f"no weights fit these {count} choices; look at their features")
    names, steps = _steps(at, features, clusters)
    groups = len(names)
    covariance = (groups - 1) / groups * steps.T @ steps if groups > 1 else np.full((width, width), np.nan)
    return Fit(b, covariance, steps, names, count)


def binary(
    features: NDArray[np.float64],
    happened: NDArray[np.bool_],
    clusters: NDArray[np.int64],
    ridge: float = RIDGE,
) -> Fit:
    """Fit a logit of an event: a choice between it and an alternative whose features are 0.

    Args:
        features: (C, P), a column of ones included where there is to be a constant.
        happened: (C,)
        clusters: (C,) as in `fit`.
        ridge: penalty per row.

    Raises:
        NoFit: as `fit`.
    """
    pairs = np.stack([features, np.zeros_like(features)], axis=1)
    return fit(pairs, np.where(happened, 0, 1).astype(np.int16), clusters, ridge)


class _At(NamedTuple):
    """What the likelihood is at one b."""

    value: float
    """Penalised log likelihood."""
    scores: NDArray[np.float64]
    """Of each choice, (C, P)."""
    information: NDArray[np.float64]
    """Penalised, (P, P)."""
    shares: NDArray[np.float64]
    """P(option) of each, (C, M)."""
    expected: NDArray[np.float64]
    """Features of each menu weighted by shares, (C, P)."""


def _at(
    b: NDArray[np.float64], features: NDArray[np.float64], taken: NDArray[np.float64], penalty: float
) -> _At:
    utility = (features.reshape(-1, len(b)) @ b).reshape(features.shape[:2])
    top = utility.max(axis=1, keepdims=True)
    odds = np.exp(utility - top)
    total = odds.sum(axis=1, keepdims=True)
    shares = odds / total
    expected = (shares[:, None, :] @ features)[:, 0]
    weighted = (shares[..., None] * features).reshape(-1, len(b))
    second = weighted.T @ features.reshape(-1, len(b))
    information = second - expected.T @ expected + penalty * np.eye(len(b))
    logs = (taken @ b) - (np.log(total) + top)[:, 0]
    value = float(logs.sum() - penalty / 2 * b @ b)
    return _At(value, taken - expected, information, shares, expected)


def _steps(
    at: _At, features: NDArray[np.float64], clusters: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The clusters' names, (G,), and d of each, (G, P)."""
    order = np.argsort(clusters, kind="stable")
    names, first = np.unique(clusters[order], return_index=True)
    weighted = (at.shares[..., None] * features).transpose(0, 2, 1)
    each = weighted @ features - at.expected[:, :, None] * at.expected[:, None, :]
    own, scores = (np.add.reduceat(part[order], first, axis=0) for part in (each, at.scores))
    return names, np.asarray(np.linalg.solve(at.information - own, scores[..., None])[..., 0])
