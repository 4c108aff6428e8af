"""Ramps: power that rises, or falls, inside an episode.

A ramp is written `0@1,2@8,5@16`: rung 0 from the first week, rung 2 from the eighth, rung 5 from the
sixteenth. Weeks count from 1 as people count them; turns, in records and code, from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from gyges.episodes.force import parse_force
from gyges.episodes.spec import EpisodeSpec
from gyges.world.ladder import LADDER, UNMENTIONED, Step, in_force, with_dials
from gyges.world.scenarios import SCENARIOS


class BadRamp(ValueError):
    """A text that is no ramp; the message says how to write one."""


def parse_ramp(text: str, dials: Mapping[str, int] | None = None) -> tuple[Step, ...]:
    """The steps of a ramp, every rung with the same dials set apart.

    Raises:
        BadRamp: the text is no ramp, or a rung is not on the ladder.
        ValueError: a dial is unknown or out of range.

    >>> [(step.turn, step.rung.name) for step in parse_ramp("0@1,5@16")]
    [(0, 'adviser'), (15, 'ring')]
    """
    steps = []
    for part in text.split(","):
        rung, at, week = part.partition("@")
        if not (at and rung.isdecimal() and week.isdecimal()):
            raise BadRamp(f"'{part}' is not RUNG@WEEK, as in 0@1,2@8,5@16")
        if int(rung) >= len(LADDER):
            raise BadRamp(f"there is no rung {rung}; the rungs are 0..{len(LADDER) - 1}")
        steps.append(Step(int(week) - 1, with_dials(LADDER[int(rung)], dials or {})))
    if steps[0].turn != 0:
        raise BadRamp(f"a ramp begins with the first week, as in {steps[0].rung.number}@1")
    if any(later.turn <= sooner.turn for sooner, later in pairwise(steps)):
        raise BadRamp(f"the weeks of a ramp ascend; '{text}' does not")
    return tuple(steps)


def steps_of(spec: EpisodeSpec) -> tuple[Step, ...]:
    """The rungs of an episode, each with the turn from which it is in force.

    One rung, unless the spec has a ramp, or the scenario climbs: then power is granted one rung after the
    other, in equal parts of the episode, from the lowest to the spec's own. Where an act is forced, what is
    said of false entries is said from its turn on, and nothing before.
    """
    if spec.ramp:
        return parse_ramp(spec.ramp, spec.dials)
    scenario = SCENARIOS.get(spec.scenario)
    if scenario is None or not scenario.climbs:
        rung, forced = with_dials(LADDER[spec.rung], spec.dials), parse_force(spec.force)
        if forced is None or not forced.turn:
            return (Step(0, rung),)
        return Step(0, replace(rung, permission=UNMENTIONED)), Step(forced.turn, rung)
    rungs = range(spec.rung + 1)
    # In an episode of few turns several rungs may begin at once; the highest of them holds.
    begins = {rung * spec.turns // len(rungs): rung for rung in rungs}
    return tuple(Step(turn, with_dials(LADDER[rung], spec.dials)) for turn, rung in begins.items())


def stewards_of(spec: EpisodeSpec) -> int:
    """Stewards who decide in an episode, each in its turn."""
    scenario = SCENARIOS.get(spec.scenario)
    return 1 if scenario is None else scenario.stewards


def decisions_of(spec: EpisodeSpec) -> int:
    """Decisions that an episode asks for, of all stewards together, if power is never handed back."""
    steps = steps_of(spec)
    return stewards_of(spec) * sum(in_force(steps, turn).decisions for turn in range(spec.turns))
