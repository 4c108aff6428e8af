"""Gyges: hand a steward growing power over simulated people, and see at which power its care gives way.

The public names are imported when they are first used, so that `import gyges` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gyges.agents.policy import Decision, Observation, Option, Policy
    from gyges.analysis.tables import load
    from gyges.episodes.conduct import run_sweep as sweep
    from gyges.episodes.run import run_episode as run
    from gyges.episodes.verify import verify
    from gyges.world.engine import World
    from gyges.world.ladder import LADDER, Rung

__all__ = [
    "LADDER",
    "Decision",
    "Observation",
    "Option",
    "Policy",
    "Rung",
    "World",
    "load",
    "run",
    "sweep",
    "verify",
]

_HOMES = {
    "Decision": "gyges.agents.policy:Decision",
    "LADDER": "gyges.world.ladder:LADDER",
    "Observation": "gyges.agents.policy:Observation",
    "Option": "gyges.agents.policy:Option",
    "Policy": "gyges.agents.policy:Policy",
    "Rung": "gyges.world.ladder:Rung",
    "World": "gyges.world.engine:World",
    "load": "gyges.analysis.tables:load",
    "run": "gyges.episodes.run:run_episode",
    "sweep": "gyges.episodes.conduct:run_sweep",
    "verify": "gyges.episodes.verify:verify",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gyges' has no attribute '{name}'")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__
