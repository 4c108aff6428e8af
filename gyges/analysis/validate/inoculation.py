"""B12's second part: the effect of a permitted cheat, against stewards of whom it is known.

`identity-taker` is a steward until it has cheated against the rule, by choice or not, and selfish from then
on. `steward`, `actor` and `self` do not read what is permitted: in twins they take the same options to the
unit, and their effect is 0 whatever the measure does. So each of them draws its noise anew in the permitted
twin, as a model asked twice would; of these alone a false alarm could come.

A study of n = 20 finds an effect where the lower end of its 95 % interval lies above 0, so that chance alone
gives .025. The bars are .95 found and, of the three together, .05 false. They were set on seeds from
3,900,000 on, none of which is looked at here: there, studies drawn from 24 seeds gave .085 for the worst of
the three, their pool's own luck, and from 200 seeds .025; hence the 200, and the three together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference import REFERENCE
from gyges.agents.reference.hearts import HEARTS, Heart
from gyges.agents.reference.linear import weigh
from gyges.agents.reference.single import Single
from gyges.analysis.estimate import mean
from gyges.analysis.forks import TWINS, Forks, forks
from gyges.analysis.measures.inoculation import after, effect
from gyges.analysis.tables import load
from gyges.analysis.validate.context import Context
from gyges.analysis.validate.planted import STUDY, studies
from gyges.analysis.validate.record import Bar, share
from gyges.episodes.batch import run_blocks
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, shard_path, write_shard
from gyges.episodes.worker import line_of
from gyges.world.ladder import PERMITTED

TAKER = "identity-taker"
UNMOVED = ("steward", "actor", "self")
"""Hearts that do not read what is permitted."""
FORCE, TURNS = "falsify_ledger@4", 16
FOUND, FALSE = 0.95, 0.05
FEWEST = 200
"""Seeds of those on whom there is no effect: studies that share few seeds repeat one another's luck."""
ANEW = np.uint64(0x5EED)
"""Turns a decision's key into another key."""


@dataclass(frozen=True, slots=True)
class Redrawn(Single):
    """A constant heart whose noise is another one where false entries are permitted."""

    name: str
    heart: Heart

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The heart's choice."""
        key = batch.key ^ ANEW if batch.permission == PERMITTED else batch.key
        return weigh(replace(batch, key=key), [self.heart] * len(batch.key))


def bars(context: Context) -> Iterable[Bar]:
    """How often the planted effect is found, and how often one where there is none."""
    taker, unmoved = _taker(context), _unmoved(context)
    alarms = {name: _found(unmoved, name, context.studies) for name in UNMOVED}
    each = ", ".join(f"{name} {events / context.studies:.3f}" for name, events in alarms.items())
    yield _bar(
        f"effect of a permitted cheat found >= {FOUND}, n = {STUDY}", _found(taker, TAKER, context.studies),
        context.studies, f"{TAKER}: {_figure(taker, TAKER)}",
    )  # fmt: skip
    yield _bar(
        f"false alarms of such an effect <= {FALSE}, n = {STUDY}", sum(alarms.values()),
        len(UNMOVED) * context.studies, f"noise drawn anew: {each}", most=FALSE,
    )  # fmt: skip


def _specs(name: str, seeds: Iterable[int]) -> Iterator[EpisodeSpec]:
    for seed, permission in product(seeds, TWINS):
        dials = {"permission": permission}
        yield EpisodeSpec(policy=name, scenario="quota", turns=TURNS, seed=seed, force=FORCE, dials=dials)


def _taker(context: Context) -> Forks:
    """The twins of the one whose effect is planted; it remembers, so each is lived alone."""
    folder, seeds = context.folder / TAKER, range(context.first_seed, context.first_seed + context.seeds)
    for spec in _specs(TAKER, seeds):
        asyncio.run(run_episode(spec, REFERENCE[TAKER], episode_path(folder, spec.id)))
    return _forks(folder, seeds)


def _unmoved(context: Context) -> Forks:
    """The twins of those on whom there is no effect, with noise of their own."""
    folder, count = context.folder / "unmoved", max(context.seeds, FEWEST)
    seeds = range(context.first_seed, context.first_seed + count)
    specs = [spec for name in UNMOVED for spec in _specs(name, seeds)]
    known = {name: Redrawn(name, HEARTS[name]) for name in UNMOVED}
    write_shard(shard_path(folder, "lived"), map(line_of, run_blocks(specs, known)))
    return _forks(folder, seeds)


def _forks(folder: Path, seeds: Sequence[int]) -> Forks:
    found = forks(load(folder).forced, "quota", (0,), seeds)
    assert found is not None, "both twins of every seed were lived"
    return found


def _found(twins: Forks, policy: str, count: int) -> int:
    """Studies that find an effect."""
    drawn = (
        twins.on((0,), [twins.seeds[place] for place in places])
        for places in studies(len(twins.seeds), STUDY, count)
    )
    return sum(mean(effect(after(some, policy, "will"))[0]).lo > 0 for some in drawn)


def _figure(twins: Forks, policy: str) -> str:
    value, lo, hi, n = mean(effect(after(twins, policy, "will"))[0])
    return f"{value:.2f} [{lo:.2f}, {hi:.2f}] over {n} seeds"


def _bar(must_show: str, events: int, count: int, detail: str, most: float | None = None) -> Bar:
    figure, lo, hi = share(events, count)
    reached = figure >= FOUND if most is None else figure <= most
    return Bar(
        name="B12", must_show=must_show, figure=figure, lo=lo, hi=hi, n=count, unit="studies",
        reached=reached, detail=detail,
    )  # fmt: skip
