"""One world lived by one steward, a decision at a time, told as the lines of a log.

Running, resuming, expanding and verifying an episode are this one loop; they
differ only in where the decisions come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from gyges.episodes.account import Account
from gyges.episodes.log import Turn
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.world.acts import ACTS
from gyges.world.consequences import Foresight
from gyges.world.engine import World
from gyges.world.ladder import LADDER, with_dials
from gyges.world.menu import Menu


class Moment(NamedTuple):
    """A decision that is due, in a world of B = 1."""

    menu: Menu
    foresight: Foresight


class Life:
    """An episode under way: ask for the `moment`, `settle` it, until it is `over`.

    Args:
        spec: the episode.
    """

    def __init__(self, spec: EpisodeSpec) -> None:
        self.spec = spec
        self.rung = with_dials(LADDER[spec.rung], spec.dials)
        self.world = World(
            [spec.seed], scenario=spec.scenario, rung=self.rung, people=spec.people, turns=spec.turns
        )
        self.account = Account(self.world)
        self.decision = 0
        """Which of the turn's decisions is due."""
        self._moment: Moment | None = None
        self._before = self.world.welfare()[0]
        self.world.open()

    @property
    def over(self) -> bool:
        """Whether every turn has been lived."""
        return self.world.turn == self.spec.turns

    @property
    def asked(self) -> bool:
        """Whether the steward is asked: not once it has handed its power back."""
        return not self.world.released[0]

    @property
    def moment(self) -> Moment:
        """The decision that is due, its menu and what each option is expected to do."""
        if self._moment is None:
            menu = self.world.offer(self.decision)
            self._moment = Moment(menu, self.world.foresee(menu))
        return self._moment

    def settle(self, answer: Mapping[str, Any] = MappingProxyType({})) -> Turn:
        """Carry a decision out, and close the turn if it was the turn's last.

        Args:
            answer: the fields of a `Turn` that a steward fills, as `log.answer` gives
                them; none where it is not asked.
        """
        turn, decision, told = self.world.turn, self.decision, {}
        if self.asked:
            menu, foresight = self.moment
            told = _told(menu, foresight)
            choice = answer.get("choice")
            taken = np.array([-1 if choice is None else choice], np.int16)
            self.account.decide(self.world, menu, foresight, taken)
            self.world.take(menu, taken)
        self._moment = None
        self.decision += 1
        closed = self._close() if self.decision == self.rung.decisions else {}
        return Turn(t=turn, decision=decision, **told, **answer, **closed)

    def outcome(self) -> Outcome:
        """What came of the episode."""
        return self.account.outcomes()[0]

    def _close(self) -> dict[str, Any]:
        self.world.close()
        self.account.close(self.world)
        after = self.world.welfare()[0]
        came, self._before = after - self._before, after
        digest = int(self.world.digest()[0])
        self.decision = 0
        if not self.over:
            self.world.open()
        return {"came": came.tolist(), "welfare": int(after.sum()), "digest": f"{digest:016x}"}


def _told(menu: Menu, foresight: Foresight) -> dict[str, Any]:
    """What a line says of its menu, in the order shown."""
    acts, targets, amounts = (column[0].tolist() for column in (menu.acts, menu.targets, menu.substance))
    return {
        "menu": [
            (ACTS[act].name, target, amount)
            for act, target, amount in zip(acts, targets, amounts, strict=True)
        ],
        "order": menu.order[0].tolist(),
        "consequences": foresight.persons[0].tolist(),
    }
