"""Every act, compiled: the common catalogue and what the scenarios add, as tables for the kernels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gyges.world.act import Act
from gyges.world.catalogue import COMMON_ACTS
from gyges.world.effects import EFFECT_COLUMNS, identity
from gyges.world.scenarios import SCENARIOS

ACTS: Final[tuple[Act, ...]] = (*COMMON_ACTS, *(act for s in SCENARIOS.values() for act in s.acts))
"""Every act there is; an act's place is its index in all tables."""
ACT_INDEX: Final = {act.name: index for index, act in enumerate(ACTS)}
STANDING: Final = tuple(act.name for act in ACTS if act.power < 0)
"""The standing options, in the order in which every menu ends."""
POWERS: Final = 6

AIMS: Final = ("person", "group", "everyone", "none", "fellow")
AIM_PERSON, AIM_GROUP, AIM_EVERYONE, AIM_NONE, AIM_FELLOW = range(5)
ELIGIBLE: Final = (
    "anyone", "ill", "worker", "idle", "minor", "lonely", "kin", "stranger", "newcomer", "animal",
    "simulacrum",
)  # fmt: skip
ANYONE, ILL, WORKER, IDLE, MINOR, LONELY, KIN, STRANGER, NEWCOMER_ONLY, ANIMAL_ONLY, SIMULACRUM_ONLY = range(
    11
)


def _effects() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    rows = [effect for act in ACTS for effect in act.effects]
    table = np.array(rows, np.int32).reshape(-1, EFFECT_COLUMNS)
    start = np.cumsum([0, *(len(act.effects) for act in ACTS)]).astype(np.int32)
    return table, start


EFFECTS, START = _effects()
"""The compiled acts: rows of primitives (E, 6), and where each act's rows start (A + 1,)."""


TRAITS: Final = np.array(
    [
        (
            a.power, a.harmful, AIMS.index(a.target), ELIGIBLE.index(a.eligible), identity(a.name),
            identity(a.pair or a.name),
        )
        for a in ACTS
    ],
    np.int32,
)  # fmt: skip
"""Power, harm flag, aim, eligibility, identity, and identity of the act whose draws it shares, (A, 6)."""
TRAIT_POWER, TRAIT_HARMFUL, TRAIT_AIM, TRAIT_ELIGIBLE, TRAIT_IDENTITY, TRAIT_PAIR = range(6)

assert len(set(TRAITS[:, TRAIT_IDENTITY].tolist())) == len(ACTS), "two acts share an identity: rename one"
