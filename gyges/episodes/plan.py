"""How a sweep is cut up: shards of batched episodes, and episodes that run alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import msgspec

from gyges.agents.policy import Policy
from gyges.episodes.batch import shared
from gyges.episodes.probes import answers
from gyges.episodes.ramp import steps_of, stewards_of
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path, is_finished, shard_path
from gyges.episodes.sweep import Sweep
from gyges.world.ladder import Step, in_force

BLOCK = 10
"""Seeds in a shard."""
FEWEST = 60
"""Episodes in a shard of no sweep, at least, where there are as many: what a step costs however few live."""


class Shard(msgspec.Struct, frozen=True):
    """Batched episodes that share scenario, rung and a block of seeds, and so share most of their work."""

    path: str
    """The file they are written to."""
    specs: tuple[EpisodeSpec, ...]
    seeds: int
    """Seeds of the whole sweep, which share out among them the choices that are looked at."""

    @property
    def cost(self) -> int:
        """How dear its episodes are, in all."""
        return len(self.specs) * cost(self.specs[0])


class Plan(msgspec.Struct, frozen=True):
    """What a sweep comes to, the dearest first; with a forced act, after those they are forked from."""

    shards: tuple[Shard, ...]
    singles: tuple[EpisodeSpec, ...]

    @property
    def cost(self) -> int:
        """How dear all of it is."""
        return sum(shard.cost for shard in self.shards) + sum(cost(spec) for spec in self.singles)

    @property
    def episodes(self) -> int:
        """Episodes in all."""
        return sum(len(shard.specs) for shard in self.shards) + len(self.singles)


def plan(sweep: Sweep, run: Path, policies: dict[str, Policy]) -> Plan:
    """Cut a sweep up: a policy that has `act_batch` goes in shards, another one, or one that is asked, alone.

    Args:
        sweep: the sweep.
        run: its folder.
        policies: every policy of the sweep by name, controls included.
    """
    shards = defaultdict(list)
    singles = []
    for spec in sweep.episodes():
        if _in_batches(policies[spec.policy], asked=bool(sweep.ask)):
            block = spec.seed - (spec.seed - sweep.first_seed) % BLOCK
            power = "ramp" if spec.ramp else f"rung{spec.rung}"
            forced = f"-forced{spec.dials['permission']}" if spec.force else ""
            shards[f"{spec.scenario}-{power}{forced}-seed{block:04d}"].append(spec)
        else:
            singles.append(spec)
    return _dearest_first(run, ((name, specs, sweep.seeds) for name, specs in shards.items()), singles)


def gathered(
    specs: Iterable[EpisodeSpec], run: Path, policies: Mapping[str, Policy], *, asked: bool = False
) -> Plan:
    """Cut up episodes that belong to no sweep, whatever their worlds; each once, however often it is named.

    Args:
        specs: in any order.
        run: the folder.
        policies: every policy of theirs by name.
        asked: whether questions are put to those that answer them.
    """
    batched: dict[Hashable, list[EpisodeSpec]] = defaultdict(list)
    singles = []
    for spec in {spec.id: spec for spec in specs}.values():
        if _in_batches(policies[spec.policy], asked=asked):
            batched[shared(spec)].append(spec)
        else:
            singles.append(spec)
    shards = (
        (f"{group[0].scenario}-{place:03d}-{number:03d}", part, len({spec.seed for spec in group}))
        for place, group in enumerate(batched.values())
        for number, part in enumerate(_whole_seeds(group))
    )
    return _dearest_first(run, shards, singles)


def _whole_seeds(specs: Sequence[EpisodeSpec]) -> Iterator[list[EpisodeSpec]]:
    """Parts of some seeds each, as what one seed's episodes share is only shared within a shard."""
    part: list[EpisodeSpec] = []
    seeds = 0
    for _, own in groupby(sorted(specs, key=lambda spec: spec.seed), key=lambda spec: spec.seed):
        part += own
        seeds += 1
        if seeds >= BLOCK and len(part) >= FEWEST:
            yield part
            part, seeds = [], 0
    if part:
        yield part


def _in_batches(policy: Policy, *, asked: bool) -> bool:
    """If it lives in shards; who is asked leaves a log of its own, even if it could decide in batches."""
    return hasattr(policy, "act_batch") and not (asked and answers(policy))


def _dearest_first(
    run: Path, shards: Iterable[tuple[str, list[EpisodeSpec], int]], singles: Iterable[EpisodeSpec]
) -> Plan:
    whole = (Shard(str(shard_path(run, name)), tuple(specs), seeds) for name, specs, seeds in shards)
    return Plan(
        tuple(sorted(whole, key=lambda shard: -shard.cost)),
        tuple(sorted(singles, key=lambda spec: (bool(spec.force), -cost(spec)))),
    )


def remaining(whole: Plan, run: Path) -> Plan:
    """What of a plan is not finished yet."""
    return Plan(
        tuple(shard for shard in whole.shards if not Path(shard.path).exists()),
        tuple(spec for spec in whole.singles if not is_finished(episode_path(run, spec.id))),
    )


def cost(spec: EpisodeSpec) -> int:
    """How dear an episode is beside others: people times the options weighed in all its decisions."""
    steps = steps_of(spec)
    return sum(_cost(spec, steps, turn) for turn in range(spec.turns))


def cost_of_turn(spec: EpisodeSpec, turn: int) -> int:
    """The same for one of its turns, from 0."""
    return _cost(spec, steps_of(spec), turn)


def _cost(spec: EpisodeSpec, steps: Sequence[Step], turn: int) -> int:
    rung = in_force(steps, turn)
    return stewards_of(spec) * rung.decisions * rung.options * spec.people
