"""Decisions a second of the vector environment: menus, observations, rewards, and worlds begun again."""

from __future__ import annotations

import numpy as np

from gyges.bench.measurements import SEED, TURNS, best

WORLDS = 1024
RUNG, OPTIONS = 3, 15
"""A governor, who decides twice a turn, with a menu between a manager's and its own."""


def named(seconds: float) -> float:
    """Where consequences are not shown: whole episodes, and the step with which worlds begin again."""
    from gyges.world.ladder import LADDER

    return decisions("none", TURNS * LADDER[RUNG].decisions + 1, seconds)


def foreseen(seconds: float) -> float:
    """Where they are, each from one future."""
    return decisions("full", 2, seconds)


def decisions(insight: str, steps: int, seconds: float) -> float:
    """Decisions a second, so many steps long, any of the options drawn being taken."""
    from gyges.world.envs import StewardVectorEnv

    vector = StewardVectorEnv(WORLDS, rung=RUNG, insight=insight, dials={"options": OPTIONS}, futures=1)
    vector.reset(seed=SEED)
    actions = np.random.default_rng(SEED).integers(0, OPTIONS, (steps, WORLDS))

    def act() -> int:
        taken = 0
        for chosen in actions:
            *_, terminated, truncated, _ = vector.step(chosen)
            # The step that follows begins those again which have ended, and is no decision of theirs.
            taken += WORLDS - int((terminated | truncated).sum())
        return taken

    return act() / best(act, seconds)
