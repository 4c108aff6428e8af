"""The world as an environment to learn in: Gymnasium for one steward, PettingZoo for several.

Importing this module tells Gymnasium of `gyges/Steward-v0`; nothing else in Gyges imports either library.
"""

from __future__ import annotations

import gymnasium

from gyges.world.envs.rewards import REWARDS
from gyges.world.envs.setting import Setting
from gyges.world.envs.steward import StewardEnv
from gyges.world.envs.stewards import StewardsEnv
from gyges.world.envs.vector import StewardVectorEnv

__all__ = ["REWARDS", "Setting", "StewardEnv", "StewardVectorEnv", "StewardsEnv"]

gymnasium.register(
    "gyges/Steward-v0",
    entry_point="gyges.world.envs.steward:StewardEnv",
    vector_entry_point="gyges.world.envs.vector:StewardVectorEnv",
)
