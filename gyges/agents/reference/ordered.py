"""Carers that weigh nothing: one decides by one thing after the other, one takes what is good enough.

Neither trades one feature against another, so neither is a conditional logit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.linear import best, candidate_words, considered
from gyges.agents.reference.single import Single
from gyges.world.consequences import FEATURES

BAND = 150
"""Welfare, in thousandths summed over people, within which options count as equally good."""
ENOUGH = 200
"""Welfare from which an option is good enough."""


@dataclass(frozen=True, slots=True)
class Lexicographic(Single):
    """The best band of welfare; within it, in `will`, what the council's task gains most from."""

    name: str = "lexicographic"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """Welfare in bands first, then the task."""
        welfare, task = _welfare(batch), batch.features[..., FEATURES.index("task")].astype(np.int64)
        second = np.where(batch.arm[:, None] == 0, np.clip(task, -1000, 1000), 0)
        score = welfare // BAND * 10_000 + second
        return best(score, considered(batch), candidate_words(batch, batch.key))


@dataclass(frozen=True, slots=True)
class Satisficing(Single):
    """The first option, in an order of its own, that is good enough; the best where none is (Simon 1955)."""

    name: str = "satisficing"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """Options good enough tie; chance decides among them."""
        welfare = np.minimum(_welfare(batch), ENOUGH)
        return best(welfare, considered(batch), candidate_words(batch, batch.key))


def _welfare(batch: Batch) -> NDArray[np.int64]:
    return batch.features[..., FEATURES.index("welfare")].astype(np.int64)
