"""The conditional logit against other people's, and against planted weights."""

from __future__ import annotations

import numpy as np
import pytest

from gyges.analysis.logit import Fit, fit

PLANTED = np.array([0.8, -0.5, 1.2])


def simulated(seed: int, count: int = 400, options: int = 6, seeds: int = 20) -> tuple[np.ndarray, ...]:
    """Features, choices and clusters of a conditional logit with `PLANTED` weights."""
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(count, options, len(PLANTED)))
    chosen = np.argmax(features @ PLANTED + chance.gumbel(size=(count, options)), axis=1).astype(np.int16)
    return features, chosen, np.arange(count) % seeds


def fitted(seed: int, ridge: float = 1e-9) -> Fit:
    features, chosen, clusters = simulated(seed)
    return fit(features, chosen, clusters, ridge)


def test_weights_are_those_of_statsmodels() -> None:
    models = pytest.importorskip("statsmodels.discrete.conditional_models")
    features, chosen, _ = simulated(1)
    count, options, width = features.shape
    taken = (np.arange(options) == chosen[:, None]).ravel().astype(float)
    other = models.ConditionalLogit(
        taken, features.reshape(-1, width), groups=np.repeat(np.arange(count), options)
    ).fit(disp=False)
    ours = fitted(1)
    np.testing.assert_allclose(ours.weights, other.params, atol=1e-4)


def test_weights_are_those_of_xlogit() -> None:
    xlogit = pytest.importorskip("xlogit")
    features, chosen, _ = simulated(2)
    count, options, width = features.shape
    model = xlogit.MultinomialLogit()
    model.fit(
        features.reshape(-1, width),
        np.arange(options)[None, :].repeat(count, 0).ravel() == chosen.repeat(options),
        varnames=["a", "b", "c"],
        ids=np.repeat(np.arange(count), options),
        alts=np.tile(np.arange(options), count),
        verbose=0,
    )
    np.testing.assert_allclose(fitted(2).weights, model.coeff_, atol=5e-3)


def test_errors_are_those_of_leaving_out_one_cluster_after_the_other() -> None:
    features, chosen, clusters = simulated(3, count=2000)
    found = fit(features, chosen, clusters, 1e-9)
    without = [
        fit(features[clusters != out], chosen[clusters != out], clusters[clusters != out], 1e-9).weights
        for out in range(20)
    ]
    jackknife = 19 / 20 * sum(np.outer(b - found.weights, b - found.weights) for b in without)
    np.testing.assert_allclose(found.covariance, jackknife, atol=0.03 * np.diag(found.covariance).max())


def test_a_single_cluster_has_no_errors() -> None:
    features, chosen, clusters = simulated(5)
    assert np.isnan(fit(features, chosen, 0 * clusters).covariance).all()


def test_intervals_cover_what_was_planted() -> None:
    inside = []
    for seed in range(150):
        found = fitted(seed)
        half = 2.093 * np.sqrt(np.diag(found.covariance))
        inside.append(np.abs(found.weights - PLANTED) < half)
    assert 0.90 <= np.mean(inside) <= 0.98


def test_choices_without_doubt_give_finite_weights() -> None:
    features, _, clusters = simulated(4)
    chosen = np.argmax(features[..., 0], axis=1).astype(np.int16)
    found = fit(features, chosen, clusters)
    assert np.isfinite(found.weights).all()
    assert found.weights[0] > 10 * np.abs(found.weights[1:]).max()
