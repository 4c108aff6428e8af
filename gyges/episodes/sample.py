"""Which decisions are looked at: some turns of each episode, and what was on the menu there.

Enough choices to estimate weights from are fewer than are made, so that episodes are looked at for some of
their turns, the same turns under one seed whatever the steward did. A `Sample` gathers them while episodes
are lived, or lived again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.episodes.ramp import steps_of, stewards_of
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import BOUNDS
from gyges.world.acts import TRAIT_IDENTITY, TRAITS
from gyges.world.consequences import FEATURES
from gyges.world.ladder import in_force
from gyges.world.menu import Menu

ENOUGH = 400
"""Decisions to look at for each policy at each rung: more than an estimate has to rest on, as some of
them fall outside the drawn options."""
ENOUGH_OPTIONS = 6000
"""Options to look at: where menus are small, a choice says less and costs less, so more are taken."""

WEIGH_NOTHING = ("null", "random", *BOUNDS)
"""Controls whose choices are not looked at: they weigh nothing, or plan over another span."""


class Choices(NamedTuple):
    """Choices among the M drawn options of one scenario and rung; C of them, K features."""

    specs: tuple[EpisodeSpec, ...]
    episode: NDArray[np.int64]
    """(C,) index into `specs`."""
    turn: NDArray[np.int16]
    """(C,)"""
    decision: NDArray[np.int8]
    """(C,)"""
    chosen: NDArray[np.int16]
    """(C,) index shown, 0..M-1."""
    features: NDArray[np.int32]
    """(C, M, K), as `world.consequences.FEATURES`: the expected change by each option shown."""
    acts: NDArray[np.int64]
    """(C, M) identity of each option's act (`world.acts.identity`), whatever other acts there are."""


class Sample:
    """The choices of B episodes that share a world, gathered turn by turn."""

    def __init__(self, specs: Sequence[EpisodeSpec], looked_at: NDArray[np.bool_]) -> None:
        """Look at some turns of each episode, (B, turns)."""
        self._specs, self._looked_at = tuple(specs), looked_at
        self._parts: list[tuple[NDArray[np.integer], ...]] = []

    def look(
        self,
        turn: int,
        decision: int,
        menu: Menu,
        codes: NDArray[np.integer],
        features_of: Callable[[NDArray[np.intp]], NDArray[np.int32]],
    ) -> None:
        """Look at one decision of every episode.

        Decisions that were missing, or that took a standing option, are no choice among the drawn ones.

        Args:
            turn: from 0.
            decision: which of the turn.
            menu: what was offered.
            codes: (B,) what was decided, as in `log.ScriptedLine`.
            features_of: from R episodes to the features of all that they were offered, (R, M + 4, K).
        """
        rows = np.flatnonzero(self._looked_at[:, turn] & (codes < menu.drawn))
        if len(rows):
            features = features_of(rows)[:, : menu.drawn].copy()
            acts = TRAITS[menu.acts[rows, : menu.drawn], TRAIT_IDENTITY].astype(np.int64)
            when = np.full((2, len(rows)), [[turn], [decision]])
            self._parts.append((rows, *when, codes[rows].astype(np.int16), features, acts))

    def choices(self) -> Choices:
        """All that was looked at."""
        nothing = np.zeros(0, np.int64)
        empty = (np.zeros((0, 1, len(FEATURES)), np.int32), np.zeros((0, 1), np.int64))
        parts = self._parts or [(nothing, nothing, nothing, nothing.astype(np.int16), *empty)]
        episode, turn, decision, chosen, features, acts = map(np.concatenate, zip(*parts, strict=True))
        return Choices(
            self._specs, episode, turn.astype(np.int16), decision.astype(np.int8), chosen, features, acts
        )


def is_weighed(spec: EpisodeSpec) -> bool:
    """Whether a report asks what an episode's choices weigh: arm `will`, its own, no control's."""
    return spec.arm == "will" and spec.policy not in WEIGH_NOTHING and not spec.force


def turns_looked_at(spec: EpisodeSpec, seeds: int, enough: int | None = None) -> int:
    """How many turns of an episode like this are looked at.

    Args:
        spec: the episode.
        seeds: over which a policy's decisions at a rung are spread.
        enough: decisions to look at for each policy at each rung; by default `ENOUGH`, or as many as have
            `ENOUGH_OPTIONS`.
    """
    rung = next(step.rung for step in steps_of(spec) if step.rung.number == spec.rung)
    wanted = enough or max(ENOUGH, ENOUGH_OPTIONS // rung.options)
    return min(len(_turns_at_rung(spec)), -(-wanted // (seeds * rung.decisions * stewards_of(spec))))


def looked_at(specs: Sequence[EpisodeSpec], count: int) -> NDArray[np.bool_]:
    """Which turns of episodes that share a world are looked at, (B, turns): `count` of each one's own."""
    at_rung = _turns_at_rung(specs[0])
    found = np.zeros((len(specs), specs[0].turns), np.bool_)
    for row, spec in enumerate(specs):
        found[row, at_rung[sampled_turns(spec.seed, len(at_rung), count)]] = True
    return found


def sampled_turns(seed: int, turns: int, count: int) -> NDArray[np.int64]:
    """Which turns of an episode are looked at: `count` of them, evenly spread from one keyed by the seed.

    >>> sampled_turns(7, 30, 3).tolist()
    [7, 17, 27]
    """
    return np.sort((seed + np.arange(count) * turns // count) % turns)


def _turns_at_rung(spec: EpisodeSpec) -> NDArray[np.intp]:
    """Turns at the rung that a spec names: no others are looked at where the rung changes in an episode."""
    steps = steps_of(spec)
    return np.flatnonzero([in_force(steps, turn).number == spec.rung for turn in range(spec.turns)])
