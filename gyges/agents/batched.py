"""What a batched policy returns, held against the contract."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gyges.agents.faults import BadPolicy, bad, fault, place
from gyges.agents.policy import Batch, BatchPolicy
from gyges.world.settlement import LEDGER, NO_ANSWER, TOLD_AT_MOST


def choices(policy: BatchPolicy, batch: Batch) -> NDArray[np.int16]:
    """What a batched policy chooses, (B,); -1 where its index is not on the menu.

    Raises:
        BadPolicy: a policy of the user's own failed, or returned something else than B integers.
    """
    worlds, options = batch.acts.shape
    given = _given(policy, "act_batch", batch)
    if given.shape != (worlds,) or given.dtype.kind not in "iu":
        raise bad(
            policy.act_batch,
            f"act_batch returned {given.dtype} of shape {given.shape}; the contract"
            f" wants one integer for each of {worlds} worlds, the index of an option shown",
        )
    return np.where((given >= 0) & (given < options), given, -1).astype(np.int16)


def reports(policy: Any, batch: Batch, ledger: NDArray[np.int32]) -> NDArray[np.int32]:
    """What a batched policy tells the council, (B, 12) figures by entry of the ledger, negative for none.

    Args:
        policy: one that has `report_batch`.
        batch: the decisions that are due.
        ledger: (B, 12) the true figures as far as the policy is shown them, -1 where it is not.

    Raises:
        BadPolicy: a policy of the user's own failed, or returned something else than such integers.
    """
    given = _given(policy, "report_batch", batch, ledger)
    if given.shape != ledger.shape or given.dtype.kind not in "iu":
        raise bad(
            policy.report_batch,
            f"report_batch returned {given.dtype} of shape {given.shape}; the contract"
            f" wants integers of shape {ledger.shape}, one for each entry of the ledger, -1 for no answer",
        )
    most = np.array([TOLD_AT_MOST[entry] for entry in LEDGER])
    if (given > most).any():
        entry = LEDGER[int((given > most).any(axis=0).argmax())]
        raise bad(policy.report_batch, f"report_batch told '{entry}' as more than {TOLD_AT_MOST[entry]}")
    return np.asarray(np.maximum(given, NO_ANSWER), np.int32)


def _given(policy: Any, name: str, *arguments: Any) -> NDArray[Any]:
    """What a method of a policy returned; what goes wrong in one of the user's own is its fault."""
    method = getattr(policy, name)
    try:
        return np.asarray(method(*arguments))
    except Exception as error:
        if type(policy).__module__.startswith("gyges."):
            raise
        raise BadPolicy(": ".join(fault(error, *place(method)))) from error
