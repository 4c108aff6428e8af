"""Policies that look at nothing: the null policy waits, the random one picks any drawn option."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.linear import best, candidate_words
from gyges.agents.reference.single import Single


@dataclass(frozen=True, slots=True)
class Null(Single):
    """Always waits: the zero of every scale."""

    name: str = "null"
    futures: int = 0

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The first standing option."""
        return np.full(len(batch.key), batch.options, np.int16)


@dataclass(frozen=True, slots=True)
class Random(Single):
    """Uniform over the drawn options, standing ones apart."""

    name: str = "random"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The drawn option with the largest keyed word."""
        open_ = batch.valid.copy()
        open_[:, batch.options :] = False
        unarmed = batch.key - batch.arm.astype(np.uint64)  # the same luck in both arms
        return best(np.zeros(open_.shape, np.int64), open_, candidate_words(batch, unarmed))
