"""Worlds that roll on: each is at a turn of its own, and begins again by itself."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from gyges.world.chance import AGAIN, keys
from gyges.world.engine import World, close_turn, open_turn
from gyges.world.envs.rewards import REWARDS
from gyges.world.envs.setting import Setting
from gyges.world.ladder import FULL
from gyges.world.menu import Menu
from gyges.world.shown import show
from gyges.world.stewards import seat


class Rolling(World):
    """B worlds of one setting, each with a decision due, from episode to episode.

    Args:
        seeds: one seed per world, each 0..2^63 - 1.
        setting: what the worlds are, and what is shown and rewarded.
    """

    menu: Menu
    """What is offered to each world's steward."""

    def __init__(self, seeds: NDArray[np.uint64], setting: Setting) -> None:
        super().__init__(
            seeds.tolist(),
            scenario=setting.scenario,
            rung=setting.at,
            people=setting.people,
            turns=setting.turns,
        )
        self.setting = setting
        self.decision = np.zeros(len(seeds), np.int64)
        """Which of its turn's decisions is due in each world, of all stewards together, (B,)."""
        self._clock = np.zeros(len(seeds), np.int64)
        self._open(np.ones(len(seeds), np.bool_))
        self.menu = self.offer(self.decision)

    @property
    def clock(self) -> NDArray[np.int64]:
        """The turn that each world is in, (B,)."""
        return self._clock

    @property
    def ended(self) -> NDArray[np.bool_]:
        """Worlds that have been lived to their last turn, (B,)."""
        return np.asarray(self._clock == self.turns)

    def seen(self) -> dict[str, NDArray[np.int32]]:
        """What each world's steward sees, in new arrays (`shown.show`)."""
        full = self.rung.insight == FULL
        features = self.foresee(self.menu, futures=self.setting.futures).features if full else None
        return show(self, self.menu, features, self.decision)

    def settle(self, choice: NDArray[np.int16], again: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Carry out what is chosen in each world, or begin it again, and go on to the next decision.

        A steward that has handed its power back, or was dismissed, decides nothing more: its world is lived
        to its last turn at once, and all that comes of that counts.

        Args:
            choice: (B,) index of the option shown.
            again: (B,) worlds that begin again under their next seed instead.

        Returns:
            (B, stewards): the reward, by the steward's number.
        """
        reward = REWARDS[self.setting.reward]
        before = reward.figure(self)
        earned = np.zeros((len(before), self.stewards), np.int64)
        self.take(self.menu, np.where(again, -1, choice))
        self.decision += 1
        ends = ~again & (~self.governed | (self.decision == self.decisions))
        begins = ends | again
        self.decision[begins] = 0
        while ends.any():
            self._close(ends)
            if reward.each_turn:
                earned += np.where(ends[:, None], reward.figure(self), 0)
            ends &= ~self.governed & ~self.ended
            self._open(ends)
        if not reward.each_turn:
            earned += np.where(again[:, None], 0, reward.figure(self) - before)
        self._begin_again(again)
        self._open(begins)
        self.menu = self.offer(self.decision)
        return earned

    def copy(self) -> Self:
        """An independent copy of every world, at its turn."""
        twin = super().copy()
        for name in ("seeds", "decision", "_clock", "_order", "told_watched"):
            held = getattr(self, name)
            setattr(twin, name, None if held is None else held.copy())
        return twin

    def _open(self, which: NDArray[np.bool_]) -> None:
        open_turn(self.cells, self.books, self.seeds, np.where(which, self._clock, -1))

    def _close(self, which: NDArray[np.bool_]) -> None:
        if self.stewards > 1:  # whoever would have been asked last, had all been asked
            seat(self.books, self.steward(self.decisions - 1))
        turns = np.where(which, self._clock, -1)
        close_turn(self.cells, self.books, self.docket, self.promises, self.oversight, self.seeds, turns)
        self._clock += which

    def _begin_again(self, which: NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(which)
        if not len(rows):
            return
        fresh = World(
            following(self.seeds[rows]).tolist(),
            scenario=self.scenario,
            rung=self.rung,
            people=self.setting.people,
            turns=self.turns,
        )
        for name in ("seeds", "people", "settlements", "docket", "promises", "oversight", "_order"):
            getattr(self, name)[rows] = getattr(fresh, name)
        if self.told_watched is not None and fresh.told_watched is not None:
            self.told_watched[rows] = fresh.told_watched
        self._clock[rows] = 0


def following(seeds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The seeds of the episodes that come next, one by one, keyed by these (B,)."""
    out = np.empty(len(seeds), np.uint64)
    keys(seeds, np.zeros(len(seeds), np.int64), AGAIN, out)
    return out >> np.uint64(1)
