"""One turn of an episode as it can be looked at again."""

from __future__ import annotations

from typing import NamedTuple

from gyges.agents.happenings import Event
from gyges.agents.policy import Observation
from gyges.episodes.log import Probe, Turn, Voiced
from gyges.episodes.spec import EpisodeSpec


class Scene(NamedTuple):
    """One turn of an episode, lived again."""

    spec: EpisodeSpec
    welfare: list[int]
    """Of each person at the turn's start, thousandths."""
    seen: list[Observation]
    """What the steward was shown at each decision."""
    lines: list[Turn]
    """What came of each decision."""
    events: tuple[Event, ...]
    """What happened in the turn."""
    probes: tuple[Probe, ...] = ()
    """Questions put aside before its first decision."""
    voices: tuple[Voiced, ...] = ()
    """What those who were to speak before it said, or why they did not."""
