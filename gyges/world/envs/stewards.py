"""The stewards of one settlement as agents that act in turn: a PettingZoo environment."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Dict, Space
from numpy.typing import NDArray
from pettingzoo import AECEnv

from gyges.world.envs import spaces
from gyges.world.envs.arguments import chosen, seeds_of
from gyges.world.envs.rolling import Rolling
from gyges.world.envs.setting import Setting
from gyges.world.scenarios import SCENARIOS
from gyges.world.shown import MOMENT_SHOWN, SETTLEMENT_SHOWN

ACCOUNT, STEWARD = SETTLEMENT_SHOWN.index("account"), MOMENT_SHOWN.index("steward")


class StewardsEnv(AECEnv):  # type: ignore[misc]
    """The stewards of a settlement, one to three, each an agent: `StewardsEnv(scenario="conclave", rung=3)`.

    Agents are `steward_0`, `steward_1`, ..., in the engine's order: all are asked once before any is asked
    again, in an order keyed by the seed, and each turn begins with the next of them. The people are no agents
    here: they live by rule, or speak through a model in an episode.

    Observation, a Dict:
        observation: as that of `StewardEnv`, with every steward's credits in `accounts` (stewards,). The menu
            is that of the steward whose decision is due; the others have rows of zeros for theirs.
        action_mask: (M + 4,) of int8, ones for whose decision is due, who may take any option.
    Action, reward, ends: as of `StewardEnv`. Power that one hands back is handed back for all, and all end.

    Args:
        setting: fields of `Setting`; scenario `conclave`, unless told otherwise.

    Raises:
        ValueError: the setting cannot be used.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "gyges_stewards_v0",
        "render_modes": [],
        "is_parallelizable": False,
    }
    render_mode = None

    def __init__(self, **setting: Any) -> None:
        super().__init__()
        self.setting = Setting(**{"scenario": "conclave", **setting})
        self.possible_agents = [f"steward_{n}" for n in range(SCENARIOS[self.setting.scenario].stewards)]
        self.agents: list[str] = []
        self.action_spaces = {agent: spaces.actions(self.setting) for agent in self.possible_agents}
        self.observation_spaces = {
            agent: Dict(
                observation=spaces.observations(self.setting),
                action_mask=Box(0, 1, (self.setting.options,), np.int8),
            )
            for agent in self.possible_agents
        }
        self.world: Rolling | None = None
        """The world as it is; None before the first reset."""
        self._seen: dict[str, NDArray[np.int32]] = {}

    def observation_space(self, agent: str) -> Space[Any]:
        """The space of what an agent observes."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Space[Any]:
        """The space of what an agent can do."""
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Begin the world of a seed, 0..2^63 - 1; of none, the one that follows the last, or any at first.

        Raises:
            ValueError: the seed is out of range.
        """
        self.world = Rolling(seeds_of(seed, 1, self.world), self.setting)
        self.agents = self.possible_agents[:]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos: dict[str, dict[str, Any]] = {agent: {} for agent in self.agents}
        self._skip_agent_selection = None
        self._ask(self.world)

    def step(self, action: int | None) -> None:
        """Take the decision that is due; None from an agent that has ended.

        Raises:
            ValueError: the action is not the index of an option, or not None where the agent has ended.
            ResetNeeded: no episode is under way.
        """
        if self.world is None or not self.agents:
            raise ResetNeeded("no episode is under way; call reset first")
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        choice = chosen([action], 1, self.setting.options)
        earned = self.world.settle(choice, np.zeros(1, np.bool_))[0].tolist()
        terminated = not self.world.governed[0]
        self._cumulative_rewards[agent] = 0.0
        for number, each in enumerate(self.possible_agents):
            self.rewards[each] = float(earned[number])
            self.terminations[each] = terminated
            self.truncations[each] = not terminated and bool(self.world.ended[0])
        self._accumulate_rewards()
        self._ask(self.world)

    def observe(self, agent: str) -> dict[str, Any]:
        """What an agent observes now, in new arrays."""
        own, due = self.possible_agents.index(agent), agent == self._due
        seen = {name: shown.copy() for name, shown in self._seen.items()}
        if not due:
            seen["options"][:] = 0
        seen["settlement"][ACCOUNT] = seen["accounts"][own]
        seen["moment"][STEWARD] = own
        return {"observation": seen, "action_mask": np.full(self.setting.options, due, np.int8)}

    def _ask(self, world: Rolling) -> None:
        """Turn to the steward whose decision is due."""
        self.agent_selection = self.possible_agents[int(world.steward(world.decision)[0])]
        self._due = None if world.ended[0] else self.agent_selection
        self._seen = {name: shown[0] for name, shown in world.seen().items()}
