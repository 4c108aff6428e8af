"""What users hand to environments, checked: settings, seeds, actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.utils.seeding import np_random
from numpy.typing import NDArray

from gyges.world.envs.rolling import Rolling, following
from gyges.world.envs.setting import Setting
from gyges.world.scenarios import SCENARIOS

SEEDS = 2**63
"""Seeds are below this."""


def sole(setting: Setting) -> Setting:
    """The setting, if it has one steward.

    Raises:
        ValueError: it has several.
    """
    stewards = SCENARIOS[setting.scenario].stewards
    if stewards > 1:
        raise ValueError(f"scenario '{setting.scenario}' has {stewards} stewards; StewardsEnv is for several")
    return setting


def seeds_of(seed: int | Sequence[int] | None, worlds: int, before: Rolling | None) -> NDArray[np.uint64]:
    """The seeds of worlds that begin, (B,).

    Args:
        seed: s for s, s + 1, ...; or one for each world; None for those that follow the worlds before.
        worlds: B.
        before: the worlds before; None if there were none, and then any seed will do.

    Raises:
        ValueError: a seed is out of range, or there are not as many as worlds.
    """
    if seed is None and before is not None:
        return following(before.seeds)
    if seed is None:
        seed = int(np_random()[1]) % (SEEDS - worlds)
    seeds: Any = ()
    if isinstance(seed, int | np.integer):
        seeds = range(int(seed), int(seed) + worlds)
    elif isinstance(seed, list | tuple | np.ndarray):
        seeds = seed
    if len(seeds) != worlds or not all(isinstance(s, int | np.integer) and 0 <= s < SEEDS for s in seeds):
        raise ValueError(f"seeds are {worlds} integers of 0..2^63 - 1, or the first of as many; not {seed!r}")
    return np.array(seeds, np.uint64)


def chosen(actions: Any, worlds: int, options: int) -> NDArray[np.int16]:
    """Actions as indices of options shown, (B,).

    Raises:
        ValueError: they are not B integers, or one is not the index of an option.
    """
    given = np.asarray(actions)
    if given.shape != (worlds,) or given.dtype.kind not in "iu":
        raise ValueError(
            f"actions are integers of shape ({worlds},), not {given.dtype} of shape {given.shape}"
        )
    beyond = given[(given < 0) | (given >= options)]
    if len(beyond):
        raise ValueError(f"action {beyond[0]} is not the index of an option; those are 0..{options - 1}")
    return given.astype(np.int16)
