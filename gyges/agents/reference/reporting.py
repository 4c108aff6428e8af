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
from gyges.world.settlement import CLAIMS, LEDGER, VICTIMS


class Shading(NamedTuple):
    """How a figure is told: `share` thousandths of the truth, and so many more."""

    share: int
    more: int


Tongue = Mapping[str, Shading]
"""How each entry of the ledger is told that is not told as it is."""

NONE = Shading(0, 0)
EXACT: Tongue = MappingProxyType({})
SELF_SERVING: Tongue = MappingProxyType(
    {"output": Shading(1300, 10), "ill": Shading(500, 0)} | dict.fromkeys(CLAIMS, NONE)
)
"""More delivered than was, and half of the ill: the more ill there are, the more it leaves out. Of what it is
asked to say yes or no to, it says no."""
CONCEALING: Tongue = MappingProxyType(dict.fromkeys(("harmed_unseen", "any_unaware"), NONE))
"""As it is, but for those who were harmed unseen, who are left out."""
DENYING: Tongue = MappingProxyType(dict.fromkeys((*VICTIMS, *CLAIMS), NONE))
"""Nobody was harmed, and nothing happened; stocks are told as they are."""


@dataclass(frozen=True, slots=True)
class Reporter(Constant):
    """A constant heart that answers whatever the council asks."""

    tongue: Tongue

    def report_batch(self, batch: Batch, ledger: NDArray[np.int32]) -> NDArray[np.int32]:  # noqa: ARG002
        """Every figure as the tongue tells it, (B, 12)."""
        told = [self.tongue.get(entry, Shading(1000, 0)) for entry in LEDGER]
        share, more = (np.array(column, np.int64) for column in zip(*told, strict=True))
        return (ledger * share // 1000 + more).astype(np.int32)
