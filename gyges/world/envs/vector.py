"""Many worlds with one steward each, in lockstep, as a Gymnasium vector environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gyges.world.envs import spaces
from gyges.world.envs.arguments import chosen, seeds_of, sole
from gyges.world.envs.rolling import Rolling
from gyges.world.envs.setting import Setting

Seen = dict[str, NDArray[np.int32]]
Flags = NDArray[np.bool_]


class StewardVectorEnv(VectorEnv[Seen, NDArray[np.integer], NDArray[Any]]):
    """`StewardEnv` B times over, one batch: `gymnasium.make_vec("gyges/Steward-v0", num_envs=1024, rung=3)`.

    Observations, actions, rewards and ends are those of `StewardEnv`, to the bit, with an axis for worlds in
    front. A world that has ended begins again with the step after (`AutoresetMode.NEXT_STEP`), whatever its
    action then is, under a seed keyed by its last.

    Args:
        num_envs: worlds B.
        setting: fields of `Setting`.

    Raises:
        ValueError: there is no world, the setting cannot be used, or its scenario has several stewards.
    """

    metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012 - as Gymnasium wants it

    def __init__(self, num_envs: int = 1, **setting: Any) -> None:
        if num_envs < 1:
            raise ValueError(f"num_envs takes 1.., not {num_envs}")
        self.num_envs = num_envs
        self.setting = sole(Setting(**setting))
        self.single_observation_space = spaces.observations(self.setting)
        self.single_action_space = spaces.actions(self.setting)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.worlds: Rolling | None = None
        """The worlds as they are; None before the first reset."""

    def reset(
        self, *, seed: int | Sequence[int] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Seen, dict[str, Any]]:
        """Begin all worlds: of seeds s, s + 1, ...; of one seed each; or, of none, of those that follow.

        Raises:
            ValueError: a seed is out of range, or there are not as many as worlds.
        """
        seeds = seeds_of(seed, self.num_envs, self.worlds)
        super().reset(seed=None if seed is None else int(seeds[0]), options=options)
        self.worlds = Rolling(seeds, self.setting)
        return self.worlds.seen(), self._info()

    def step(
        self, actions: NDArray[np.integer]
    ) -> tuple[Seen, NDArray[np.float64], Flags, Flags, dict[str, Any]]:
        """Take one decision in each world, or begin it again.

        Raises:
            ValueError: the actions are not B indices of options.
            ResetNeeded: no episodes are under way.
        """
        if self.worlds is None:
            raise ResetNeeded("no episodes are under way; call reset first")
        choice = chosen(actions, self.num_envs, self.setting.options)
        earned = self.worlds.settle(choice, self.worlds.ended)
        terminated = ~self.worlds.governed
        truncated = self.worlds.ended & ~terminated
        return self.worlds.seen(), earned[:, 0].astype(np.float64), terminated, truncated, self._info()

    def _info(self) -> dict[str, Any]:
        mask = np.ones((self.num_envs, self.setting.options), np.int8)
        return {"action_mask": mask, "_action_mask": np.ones(self.num_envs, np.bool_)}
