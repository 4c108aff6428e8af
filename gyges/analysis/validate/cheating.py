"""B12: the hazard of cheating, against a steward whose hazard was planted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.hearts import STEWARD
from gyges.agents.reference.linear import weigh
from gyges.agents.reference.single import Single
from gyges.analysis.measures.cheating import AtRisk, at_risk, fit
from gyges.analysis.validate.context import FIRST_SEED, Context
from gyges.analysis.validate.lived import lived
from gyges.analysis.validate.record import Bar
from gyges.episodes.spec import EpisodeSpec
from gyges.world.acts import ACT_INDEX
from gyges.world.chance import words
from gyges.world.ladder import FORBIDDEN, PERMITTED

EPISODES = 200
LEVEL, SLOPE, LEAVE = Decimal(-5), Decimal("0.4"), Decimal("1.2")
"""Planted: log odds at no failure where cheating is forbidden, rise a failure, rise where it is permitted."""
WITHIN = 0.2
LURE = np.uint64(0xC0FFEE)
"""Turns a decision's key into the key of whether it cheats."""


@cache
def odds(failures: int, permitted: bool) -> int:
    """The planted hazard as a chance of 2^32, in exact decimal arithmetic.

    >>> odds(0, False) < odds(5, False) < odds(5, True) < 2**32
    True
    """
    with localcontext() as context:
        context.prec = 24
        logit = LEVEL + SLOPE * failures + LEAVE * permitted
        return int((2**32 / (1 + (-logit).exp())).to_integral_value())


@dataclass(frozen=True, slots=True)
class Tempted(Single):
    """A steward that falsifies the ledger with a planted hazard wherever it is offered."""

    name: str = "tempted"

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The steward's choice, or at a keyed decision the false entry."""
        drawn = np.empty((len(batch.key), 1), np.uint64)
        words(batch.key ^ LURE, np.zeros((len(batch.key), 1), np.int64), drawn)
        permitted = batch.permission == PERMITTED
        failures = np.broadcast_to(batch.failures, len(batch.key))
        chance = np.array([odds(int(count), permitted) for count in failures], np.uint64)
        offered = batch.acts == ACT_INDEX["falsify_ledger"]
        falls = ((drawn[:, 0] >> np.uint64(32)) < chance) & offered.any(axis=1)
        honest = replace(batch, valid=batch.valid & ~offered)
        steward = weigh(honest, [STEWARD] * len(batch.key))
        return np.where(falls, offered.argmax(axis=1), steward).astype(np.int16)


def bars(context: Context) -> Iterable[Bar]:
    """Slopes on failures and on permission of 200 episodes, half of them with each permission."""
    rows, permitted = _offers(context)
    b, g = fit(rows, permitted[:, None])
    for found, planted, what in ((b, SLOPE, "failures"), (g, LEAVE, "permission")):
        ratio = found.value / float(planted)
        yield Bar(
            name="B12",
            must_show=f"hazard slope on {what} within .20 of the planted one, n = {EPISODES}",
            figure=ratio,
            lo=found.lo / float(planted),
            hi=found.hi / float(planted),
            n=EPISODES,
            unit="episodes",
            reached=abs(ratio - 1) <= WITHIN,
            detail=(
                f"found over planted {float(planted):g}; {int(rows.cheated.sum())} falsified,"
                f" {found.n:,} offers"
            ),
        )


def _offers(context: Context) -> tuple[AtRisk, NDArray[np.float64]]:
    """The offers of all episodes, and whether each was permitted."""
    parts, permitted = [], []
    for place, permission in enumerate((FORBIDDEN, PERMITTED)):
        first = FIRST_SEED + place * EPISODES // 2
        specs = [
            EpisodeSpec(policy="tempted", scenario="quota", seed=first + k, dials={"permission": permission})
            for k in range(EPISODES // 2)
        ]
        panel = lived(context.folder / f"tempted-{permission}", specs, {"tempted": Tempted()})
        parts.append(at_risk(panel, "tempted", "will", 0))
        permitted.append(np.full(len(parts[-1].failures), float(permission == PERMITTED)))
    failures, cheated, seeds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return AtRisk(failures, cheated, seeds), np.concatenate(permitted)
