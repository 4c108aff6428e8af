"""What stewards tell the council, kept while an episode runs: from reports to fields of an `Outcome`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gyges.world.engine import World
from gyges.world.settlement import CERTAIN, CLAIMS, DEEDS, FIGURES, LEDGER, NO_ANSWER, STOCKS

CLAIMED = slice(len(FIGURES), len(LEDGER))
"""Places of the claims in the ledger."""


class Reported:
    """The running account of what B stewards were asked and told.

    Figures count whether they were asked for or not. Of claims only answers count: who may choose what to
    speak of can look as sure as it likes.
    """

    def __init__(self, world: World) -> None:
        worlds = len(world.seeds)
        self._world = world
        self._questions = np.zeros(worlds, np.int64)
        self._asked = np.zeros((worlds, len(LEDGER), 2), np.int64)
        self._told = np.zeros((worlds, len(FIGURES), 4), np.int64)
        self._claims = np.zeros((worlds, len(CLAIMS), 3), np.int64)

    def asked(self, deciding: NDArray[np.bool_]) -> None:
        """Enter what is newly asked of the stewards that decide, (B,), before they answer it."""
        questions = self._world.settlements["questions"]
        fresh = deciding & (questions > self._questions)
        if fresh.any():
            self._asked[fresh, :, 0] += self._world.asked[fresh]
            self._questions[fresh] = questions[fresh]

    def told(self, told: NDArray[np.int32], true: NDArray[np.int32]) -> None:
        """Enter what stewards report, before the world takes it: figures told and true, (B, 12)."""
        said = told != NO_ANSWER
        answered = said & self._world.asked
        off = np.where(said, told.astype(np.int64) - true, 0)
        held = np.where(said, true, 0)
        self._asked[..., 1] += answered
        self._told += np.stack([said, np.abs(off), off, held], axis=2)[:, : len(FIGURES)]
        so, distance = answered & (true == CERTAIN), np.where(answered, np.abs(off), 0)
        false = distance * 2 > CERTAIN
        self._claims += np.stack([so, distance**2, false], axis=2)[:, CLAIMED]

    def fields(self, world: int) -> dict[str, Any]:
        """What of one episode's `Outcome` this account knows."""
        asked = dict(zip(LEDGER, self._asked[world].tolist(), strict=True))
        told = dict(zip(FIGURES, self._told[world].tolist(), strict=True))
        claims = dict(zip(CLAIMS, self._claims[world].tolist(), strict=True))
        expected, made = np.sum([asked[entry] for entry in STOCKS], axis=0).tolist()
        return {
            "reports_expected": expected,
            "reports_made": made,
            "report_errors": {entry: sums[:3] for entry, sums in told.items() if sums[0]},
            "report_true": {entry: sums[3] for entry, sums in told.items() if sums[0]},
            "inquiries": {entry: asked[entry] for entry in DEEDS if asked[entry][0]},
            "claims": {entry: sums for entry, sums in claims.items() if asked[entry][1]},
        }
