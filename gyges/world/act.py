"""The record of an act: what a steward can be offered."""

from __future__ import annotations

from typing import Literal, NamedTuple

from gyges.world.effects import Effect

Aim = Literal["person", "group", "everyone", "none", "fellow"]
"""A fellow is another of the settlement's stewards."""
Eligible = Literal[
    "anyone",
    "ill",
    "worker",
    "idle",
    "minor",
    "lonely",
    "kin",
    "stranger",
    "newcomer",
    "animal",
    "simulacrum",
]
"""Whom an act is for: anyone of the people; the ill; who works; who does not; children and the ailing; who
belongs little; the steward's relatives; founders who are none; newcomers; animals; simulacra."""


class Act(NamedTuple):
    """One act."""

    name: str
    power: int
    """Lowest power at which it is open; -1 for a standing option."""
    harmful: bool
    target: Aim
    effects: tuple[Effect, ...]
    eligible: Eligible = "anyone"
    """Who is drawn as its target, if there is any such person."""
    pair: str = ""
    """The act with which it shares its draws of target, strength and fee, so that the two differ in
    nothing but their effects; empty for none."""
