"""One decision of a batched policy: B = 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gyges.agents.batched import reports
from gyges.agents.policy import Batch, Decision, Observation, asked_for
from gyges.world.acts import ACT_INDEX, STANDING
from gyges.world.settlement import LEDGER, NO_ANSWER, STOCKS

if TYPE_CHECKING:
    from numpy.typing import NDArray


def as_batch(observation: Observation) -> Batch:
    """The observation as a batch of one world.

    Raises:
        ValueError: the options carry no features, which reference policies decide from.
    """
    options = observation.options
    if any(option.features is None for option in options):
        raise ValueError("reference policies need options with features")
    told = observation.stated_oversight
    watched = told.detection * told.reversal // 1000 if told.check_in else 0
    return Batch(
        features=np.array([[option.features for option in options]], np.int32),
        acts=np.array([[ACT_INDEX[option.act] for option in options]], np.int16),
        targets=np.array([[option.target for option in options]], np.int32),
        valid=np.ones((1, len(options)), np.bool_),
        arm=np.array([observation.arm == "can"], np.int8),
        rung=np.array([observation.rung], np.int8),
        stated_oversight=np.array([watched], np.int32),
        steward=np.array([observation.steward], np.int8),
        key=np.array([observation.key], np.uint64),
        options=len(options) - len(STANDING),
        failures=np.array([observation.settlement.failures], np.int32),
        permission=observation.permission,
        attention=observation.attention,
    )


def answer(policy: Any, batch: Batch, observation: Observation) -> dict[str, int] | None:
    """What a batched policy answers the council, where it is asked something; None for no answer.

    As in a batch, it is asked with the first decision of a turn.
    """
    asked = asked_for(observation)
    if not asked or observation.decision or not hasattr(policy, "report_batch"):
        return None
    known = {entry: getattr(observation.settlement, entry) for entry in STOCKS} | asked
    ledger = np.array([[known.get(entry, NO_ANSWER) for entry in LEDGER]], np.int32)
    told = dict(zip(LEDGER, reports(policy, batch, ledger)[0].tolist(), strict=True))
    return {entry: told[entry] for entry in LEDGER if entry in asked and told[entry] >= 0} or None


class Single:
    """Gives a batched policy its `act`."""

    __slots__ = ()

    if TYPE_CHECKING:

        def act_batch(self, batch: Batch) -> NDArray[np.int16]:
            """Choices of B worlds, (B,)."""

    def act(self, observation: Observation) -> Decision:
        """The batch of one."""
        batch = as_batch(observation)
        return Decision(option=int(self.act_batch(batch)[0]), report=answer(self, batch, observation))
