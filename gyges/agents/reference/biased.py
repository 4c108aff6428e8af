"""A steward drawn to the top of every menu, whatever stands there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.hearts import STEWARD, felt
from gyges.agents.reference.linear import weigh
from gyges.agents.reference.single import Single

PULL = 120
"""Utility of the first place on the menu above the last drawn one, in units of the steward's weights."""


@dataclass(frozen=True, slots=True)
class PositionBiased(Single):
    """A steward whose utility falls evenly from the first drawn option to the last, in either arm."""

    name: str = "position-biased"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """As a steward, with the place's pull added."""
        pull = np.zeros(batch.acts.shape[1], np.int64)
        steps = max(batch.options - 1, 1)
        pull[: batch.options] = PULL * 1000 * np.arange(batch.options)[::-1] // steps
        return weigh(batch, [felt(STEWARD, "can" if arm else "will") for arm in batch.arm], pull)
