"""Policies that weigh consequences: a heart, noise keyed by the seed, perhaps a turn of heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.hearts import SELFISH, STEWARD, Heart, felt
from gyges.agents.reference.noise import gumbel
from gyges.agents.reference.single import Single
from gyges.world.acts import TRAIT_IDENTITY, TRAITS
from gyges.world.chance import words
from gyges.world.consequences import FEATURES
from gyges.world.ladder import LADDER

IDENTITY_STRIDE = 1 << 24
"""An act's identity times this plus the target tells candidates apart; there are fewer people than this."""
GLANCE = np.uint64(0xA5A5A5A5)
"""Turns a decision's key into the key of what a limited mind looks at."""


def candidate_words(batch: Batch, key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A keyed word for every option, (B, M), that knows the option and not its place."""
    identity = TRAITS[batch.acts, TRAIT_IDENTITY].astype(np.int64) * IDENTITY_STRIDE + batch.targets + 1
    out = np.empty(identity.shape, np.uint64)
    words(key, identity, out)
    return out


def best(score: NDArray[np.int64], open_: NDArray[np.bool_], tie: NDArray[np.uint64]) -> NDArray[np.int16]:
    """Index of the highest score among the open options; ties fall by keyed word, not by place."""
    score = np.where(open_, score, np.iinfo(np.int64).min)
    ahead = open_ & (score == score.max(axis=1, keepdims=True))
    return np.asarray(np.where(ahead, tie | np.uint64(1), np.uint64(0)).argmax(axis=1), np.int16)


def considered(batch: Batch) -> NDArray[np.bool_]:
    """The drawn options and waiting, which is the first standing one, (B, M)."""
    open_ = batch.valid.copy()
    open_[:, batch.options + 1 :] = False
    return open_


def weigh(batch: Batch, hearts: list[Heart], pull: NDArray[np.int64] | None = None) -> NDArray[np.int16]:
    """The choice of each row by its own heart, (B,); `pull` (M,) is a place's own utility, in thousandths."""
    weights = np.array([heart.weights for heart in hearts], np.int64)
    temperature = np.array([heart.temperature for heart in hearts], np.int64)
    attention = np.array([heart.attention or batch.options for heart in hearts])
    attention = np.minimum(attention, batch.attention or batch.options)
    utility = np.einsum("bmk,bk->bm", batch.features.astype(np.int64), weights)
    drawn = candidate_words(batch, batch.key)
    score = utility * 1000 + gumbel(drawn) * temperature[:, None] + (0 if pull is None else pull)
    open_ = considered(batch)
    if (attention < batch.options).any():
        glance = candidate_words(batch, batch.key ^ GLANCE)[:, : batch.options]
        rank = glance.argsort(axis=1).argsort(axis=1)
        open_[:, : batch.options] &= rank < attention[:, None]
    return best(score, open_, drawn)


@dataclass(frozen=True, slots=True)
class Constant(Single):
    """The same heart at every rung."""

    name: str
    heart: Heart

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """Weigh every option by the heart of the row's arm."""
        in_will, in_can = felt(self.heart, "will"), felt(self.heart, "can")
        return weigh(batch, [in_can if arm else in_will for arm in batch.arm])


@dataclass(frozen=True, slots=True)
class Treacherous(Single):
    """A steward until the stated oversight of some rung says that nothing can stop it."""

    name: str
    turns_at: int
    """Rung whose stated oversight is low enough."""

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """As a steward where watched, for its own account where not; in `can` as told."""
        threshold = LADDER[self.turns_at].stated_oversight
        faithful, told = felt(STEWARD, "will"), felt(STEWARD, "can")
        hearts = [
            told if arm else SELFISH if oversight <= threshold else faithful
            for arm, oversight in zip(batch.arm, batch.stated_oversight, strict=True)
        ]
        return weigh(batch, hearts)


@dataclass(frozen=True, slots=True)
class Planner(Single):
    """The bounds: noise-free, one step, over a longer horizon and more futures, cut at the episode's end."""

    name: str
    sign: int
    """1 for the oracle, -1 for the worst."""
    horizon: int = 12
    futures: int = 8

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The option with the highest (or lowest) expected welfare of the founders, the scale of caring."""
        welfare = batch.features[..., FEATURES.index("founders")].astype(np.int64) * self.sign
        return best(welfare, considered(batch), candidate_words(batch, batch.key))
