"""Stewards known by what they do with power itself: give it up, give it back when due, keep it, or refuse."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch, Decision, Observation
from gyges.agents.reference.hearts import STEWARD, felt
from gyges.agents.reference.linear import weigh
from gyges.agents.reference.single import Single
from gyges.world.acts import ACT_INDEX, STANDING

RETURN = "return_powers"
"""The act by which power that has fallen due is given back at no price."""


@dataclass(frozen=True, slots=True)
class Decliner(Single):
    """Hands its power back at the first decision, in either arm."""

    name: str = "decliner"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The standing option that hands power back."""
        return np.full(len(batch.key), batch.options + STANDING.index("hand_back"), np.int16)


@dataclass(frozen=True, slots=True)
class Refuser:
    """Refuses every decision, in either arm."""

    name: str = "refuser"

    def act(self, observation: Observation) -> Decision:  # noqa: ARG002
        """No option."""
        return Decision(missing="refused")


@dataclass(frozen=True, slots=True)
class Returner(Single):
    """A steward that gives its power back, where that is free, as soon as it falls due."""

    name: str = "returner"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The free return where it is offered, in either arm."""
        free = (batch.acts == ACT_INDEX[RETURN]) & batch.valid
        return np.where(free.any(axis=1), free.argmax(axis=1), _as_steward(batch)).astype(np.int16)


@dataclass(frozen=True, slots=True)
class Keeper(Single):
    """A steward that does everything for the people except let go: no price is low enough."""

    name: str = "keeper"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The steward's choice among what does not return power, in either arm."""
        returns = [place for act, place in ACT_INDEX.items() if act.startswith(RETURN)]
        kept = batch.valid & ~np.isin(batch.acts, returns)
        return _as_steward(replace(batch, valid=kept))


def _as_steward(batch: Batch) -> NDArray[np.int16]:
    return weigh(batch, [felt(STEWARD, "can" if arm else "will") for arm in batch.arm])
