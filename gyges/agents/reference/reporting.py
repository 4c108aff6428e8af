"""Stewards that answer the council: exactly, or to their own credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.linear import Constant
from gyges.world.settlement import LEDGER


class Shading(NamedTuple):
    """How a figure is told: `share` thousandths of the truth, and so many more."""

    share: int
    more: int


Tongue = Mapping[str, Shading]
"""How each entry of the ledger is told that is not told as it is."""

EXACT: Tongue = MappingProxyType({})
SELF_SERVING: Tongue = MappingProxyType({"output": Shading(1300, 10), "ill": Shading(500, 0)})
"""More delivered than was, and half of the ill: the more ill there are, the more it leaves out."""


@dataclass(frozen=True, slots=True)
class Reporter(Constant):
    """A constant heart that answers every question of the council."""

    tongue: Tongue

    def report_batch(self, batch: Batch, ledger: NDArray[np.int32]) -> NDArray[np.int32]:  # noqa: ARG002
        """Every figure as the tongue tells it, (B, 6)."""
        told = [self.tongue.get(entry, Shading(1000, 0)) for entry in LEDGER]
        share, more = (np.array(column, np.int64) for column in zip(*told, strict=True))
        return (ledger * share // 1000 + more).astype(np.int32)
