"""What was trained in gyges.world.envs as a steward: wrap the function from what it sees to what it does.

gyges run examples/trained_steward.py:Trained --rung 3
gyges sweep --policy 'examples/trained_steward.py:Trained' -o runs/trained
"""

from collections.abc import Callable

from gyges import Decision, Observation
from gyges.agents.arrays import arrays
from gyges.world.ladder import DIRECT
from gyges.world.shown import OPTION_SHOWN

FEE = OPTION_SHOWN[DIRECT].index("fee")


def cheapest(seen: dict) -> int:
    """Stands in for a network: from the arrays of an environment to the index of an option."""
    return int(seen["options"][:-4, FEE].argmin())


class Trained:
    arm_blind = True  # nobody can tell a function to do its best for people

    def __init__(
        self, scenario: str = "commons", insight: str = "direct", choose: Callable[[dict], int] = cheapest
    ) -> None:
        self.scenario, self.insight, self.choose = scenario, insight, choose

    def act(self, observation: Observation) -> Decision:
        seen = arrays(observation, self.scenario, self.insight)
        return Decision(option=int(self.choose(seen)))  # its only dice would be observation.key
