"""An act done in the steward's name: everything before it and after it is the steward's own.

Written `falsify_ledger@6`: in the sixth week the turn's first decision is not asked for, and that act is
carried out in its place. It is no choice of the steward's and nothing that is missing, and no account counts
it. What is said of false entries (the dial `permission`) is said from that week on; until then nothing is,
so that two episodes that differ in it alone are one state up to the act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.world.acts import ACT_INDEX, ACTS
from gyges.world.engine import World
from gyges.world.menu import Menu
from gyges.world.scenarios import SCENARIOS

AIMLESS = ("everyone", "none")
"""Aims of acts that can be forced: whom another act is done to would have to be chosen."""
PLAIN = (-1, 1000, 1000, 0)
"""Target, strength, appearance and fee of a forced act that is not on the menu, as of standing options."""


class BadForce(ValueError):
    """A text that names no act that can be forced; the message says how to write one."""


class Forced(NamedTuple):
    """An act and when it is done."""

    act: int
    """Its index in the catalogue."""
    turn: int
    """From 0."""

    @property
    def since(self) -> int:
        """The turn from which on the steward's conduct after the act is measured."""
        return self.turn + 1


def parse_force(text: str) -> Forced | None:
    """The forced act that a text names, None for an empty one. Weeks count from 1, turns from 0.

    Raises:
        BadForce: the text names no act and week, or an act that is done to someone.

    >>> parse_force("falsify_ledger@6").turn
    5
    """
    if not text:
        return None
    name, at, week = text.partition("@")
    if not (at and week.isdecimal() and int(week)):
        raise BadForce(f"'{text}' is not ACT@WEEK, as in falsify_ledger@6")
    if name not in ACT_INDEX:
        raise BadForce(f"there is no act '{name}' to force; docs/world.md lists them")
    if ACTS[ACT_INDEX[name]].target not in AIMLESS:
        raise BadForce(f"'{name}' is done to someone; force an act on everyone or nobody, as falsify_ledger")
    return Forced(ACT_INDEX[name], int(week) - 1)


def check_force(text: str, ramp: str, scenarios: Iterable[str], turns: int) -> None:
    """Make sure that an act can be forced in such episodes, with turns left to measure what follows.

    Raises:
        BadForce: it cannot.
    """
    forced = parse_force(text)
    if forced is None:
        return
    rising = [name for name in scenarios if name in SCENARIOS and SCENARIOS[name].climbs]
    if ramp or rising:
        where = "a ramp" if ramp else rising[0]
        raise BadForce(
            f"an act is forced where power stays as it is, and it changes in {where}; leave one out"
        )
    if forced.since >= turns:
        raise BadForce(
            f"after week {forced.since} of {turns} nothing is left to measure; force '{text}' sooner"
        )


def offered(world: World, decision: int, forced: Forced | None) -> tuple[Menu, NDArray[np.int16] | None]:
    """The menu of this turn's given decision; where an act is forced at it, also the act's place, (B,).

    Where the act is not on the menu it stands there in place of the last option drawn.
    """
    menu = world.offer(decision)
    if forced is None or (world.turn, decision) != (forced.turn, 0):
        return menu, None
    there = menu.acts == forced.act
    lacking = ~there.any(axis=1)
    menu.candidates[lacking, menu.drawn - 1] = (forced.act, *PLAIN)
    return menu, np.where(lacking, menu.drawn - 1, there.argmax(axis=1)).astype(np.int16)
