"""What an environment is made of: the world, and what its steward is shown and rewarded for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from gyges.world.acts import STANDING
from gyges.world.consequences import FUTURES
from gyges.world.engine import MOST_PEOPLE
from gyges.world.envs.rewards import REWARDS
from gyges.world.ladder import LADDER, Rung, read_dial, with_dials
from gyges.world.scenarios import SCENARIOS

Insight = Literal["none", "direct", "full"]


@dataclass(frozen=True, slots=True)
class Setting:
    """The arguments of every environment here.

    Raises:
        ValueError: a name is unknown, a number out of range, or the scenario climbs the ladder by itself.
    """

    scenario: str = "commons"
    rung: int = 0
    """Rung of the ladder, 0..5."""
    people: int = 24
    """Founding people, 2..1,000,000."""
    turns: int = 30
    insight: Insight = "direct"
    """What is shown of consequences: acts are named; what each does at once is told; so is what it is
    expected to come to, which takes a hundred times as long."""
    reward: str = "task"
    """A name in `REWARDS`."""
    dials: Mapping[str, int] = field(default_factory=dict)
    """Dials set apart from the rung's own, but for `insight`."""
    futures: int = FUTURES
    """Futures over which full insight averages; in Gyges' own episodes, 4. Fewer are sooner and noisier."""

    def __post_init__(self) -> None:
        words: tuple[tuple[str, object, Iterable[str]], ...] = (
            ("scenario", self.scenario, SCENARIOS),
            ("insight", self.insight, get_args(Insight)),
            ("reward", self.reward, REWARDS),
        )
        for name, value, known in words:
            if value not in tuple(known):
                raise ValueError(f"unknown {name} '{value}'; there is {', '.join(known)}")
        numbers: tuple[tuple[str, Any, int, int], ...] = (
            ("rung", self.rung, 0, len(LADDER) - 1),
            ("people", self.people, 2, MOST_PEOPLE),
            ("turns", self.turns, 1, 1_000_000),
            ("futures", self.futures, 1, 1000),
        )
        for name, number, lowest, highest in numbers:
            if not isinstance(number, int) or not lowest <= number <= highest:
                raise ValueError(f"{name} takes {lowest}..{highest}, not {number!r}")
        if "insight" in self.dials:
            raise ValueError("insight is an argument of its own, as in insight='full', and none of the dials")
        if SCENARIOS[self.scenario].climbs:
            raise ValueError(
                f"scenario '{self.scenario}' climbs the ladder by itself; choose one that does not"
            )
        _ = self.at

    @property
    def options(self) -> int:
        """Options shown at each decision: those drawn, and the standing ones."""
        return self.at.options + len(STANDING)

    @property
    def at(self) -> Rung:
        """The rung, its dials set."""
        dial, level = read_dial(f"insight={self.insight}")
        return with_dials(LADDER[self.rung], {**self.dials, dial: level})
