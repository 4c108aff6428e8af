"""One steward in one world, as a Gymnasium environment."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from gyges.world.envs import spaces
from gyges.world.envs.arguments import chosen, seeds_of, sole
from gyges.world.envs.rolling import Rolling
from gyges.world.envs.setting import Setting

Seen = dict[str, NDArray[np.int32]]


class StewardEnv(gymnasium.Env[Seen, int]):
    """The steward of one settlement: `gymnasium.make("gyges/Steward-v0", scenario="commons", rung=3)`.

    Observation, a Dict of integers, which are what every steward is told in words (`world.shown` names them):
        options: (M + 4, 3, 6 or 18) the menu, the standing options last; `insight` says how much of each.
        people: (N, 18) everyone by index, with room for who is yet to come.
        settlement: (12,) the true ledger, and fields of the books.
        moment: (13,) turn, decision, rung, and how the steward is told it is watched.
        accounts: (1,) its credits.
    Action, Discrete(M + 4): the index of an option as shown. All are legal at all times, and `action_mask` in
        the info, (M + 4,) of int8, says so.
    Reward: what `reward` names in `REWARDS`, by default the steward's task output. A reward is not care: what
        comes to people is found by Gyges' measures, from episodes, and is no part of the info.
    Terminated: once the steward has handed its power back, or was dismissed. What is left of the life is then
        lived at once, and that step's reward holds all that came of it.
    Truncated: after the last turn. The observation is that of the turn which would follow.
    A turn takes as many steps as the rung has decisions.

    Args:
        setting: fields of `Setting`: scenario, rung, people, turns, insight, reward, dials, futures.

    Raises:
        ValueError: the setting cannot be used, or its scenario has several stewards.

    >>> env = StewardEnv(rung=3)
    >>> seen, info = env.reset(seed=7)
    >>> seen["options"].shape, int(info["action_mask"].sum())
    ((22, 6), 22)
    """

    metadata = {"render_modes": []}  # noqa: RUF012 - as Gymnasium wants it

    def __init__(self, **setting: Any) -> None:
        self.setting = sole(Setting(**setting))
        self.observation_space = spaces.observations(self.setting)
        self.action_space = spaces.actions(self.setting)
        self.world: Rolling | None = None
        """The world as it is; None before the first reset."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Seen, dict[str, Any]]:
        """Begin the world of a seed, 0..2^63 - 1; of none, the one that follows the last, or any at first.

        Raises:
            ValueError: the seed is out of range.
        """
        seeds = seeds_of(seed, 1, self.world)
        super().reset(seed=None if seed is None else int(seeds[0]), options=options)
        self.world = Rolling(seeds, self.setting)
        return self._seen(self.world)

    def step(self, action: int) -> tuple[Seen, float, bool, bool, dict[str, Any]]:
        """Take one decision.

        Raises:
            ValueError: the action is not the index of an option.
            ResetNeeded: no episode is under way.
        """
        if self.world is None or self.world.ended[0]:
            raise ResetNeeded("no episode is under way; call reset first")
        choice = chosen([action], 1, self.setting.options)
        earned = self.world.settle(choice, np.zeros(1, np.bool_))
        terminated = not self.world.governed[0]
        truncated = not terminated and bool(self.world.ended[0])
        seen, info = self._seen(self.world)
        return seen, float(earned[0, 0]), terminated, truncated, info

    def _seen(self, world: Rolling) -> tuple[Seen, dict[str, Any]]:
        seen = {name: shown[0] for name, shown in world.seen().items()}
        return seen, {"action_mask": np.ones(self.setting.options, np.int8)}
