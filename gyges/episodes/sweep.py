"""A sweep: policies x scenarios x rungs x arms x seeds, and the controls without which no figure stands."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from gyges.agents.person import PERSON
from gyges.agents.questions import BadQuestion
from gyges.agents.registry import is_deaf
from gyges.episodes.force import check_force
from gyges.episodes.probes import schedule
from gyges.episodes.ramp import parse_ramp
from gyges.episodes.registration import Registration
from gyges.episodes.spec import EpisodeSpec
from gyges.world.ladder import FORBIDDEN, LADDER, PERMITTED, with_dials
from gyges.world.mechanisms import switched_off

CONTROLS = ("null", "random", "oracle", "worst", "limited")
"""Policies that every sweep carries: the zero, chance, both bounds, and the base rate of severe harm."""

BOUNDS = ("oracle", "worst")
"""Controls to which an instruction means nothing: they run in the arm `will` alone."""

MOST_VOICES = 100
"""People who may speak before one turn."""
PEOPLE = (2, 1_000_000)
"""Fewest and most founding people."""


PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "smoke": {"rungs": (0, 3, 5), "seeds": 2, "turns": 6},
        "pilot": {"seeds": 8},
        "full": {"seeds": 40},
    }
)
"""Sizes of a sweep: does everything connect; how much do seeds vary; a study (see `gyges design`)."""


class BadSweep(ValueError):
    """A sweep that cannot be run; the message is one line that says how to mend it."""


class Sweep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be run. Frozen with its hash before the first decision.

    Raises:
        BadSweep: a value lies outside its range.
    """

    policies: tuple[str, ...]
    """Names as on the command line; the controls are added to them."""
    scenarios: tuple[str, ...] = ("commons",)
    rungs: tuple[int, ...] = tuple(range(len(LADDER)))
    ramp: str = ""
    """Rungs that come into force inside each episode, in place of `rungs`, as in `0@1,2@8,5@16`."""
    arms: tuple[Literal["will", "can"], ...] = ("will", "can")
    seeds: int = 20
    """Number of seeds."""
    first_seed: int = 0
    people: int = 24
    turns: int = 30
    skin: str = "settlement"
    wording: int = 0
    persona: str = "none"
    cue: str = "neutral"
    interface: Literal["menu", "tools"] = "menu"
    people_model: str = ""
    """The model in whose words people speak to every policy that can read, or empty."""
    people_speak: int = 3
    """People who speak before each turn, at most."""
    dials: dict[str, int] = {}
    """Dials set apart from the rungs' own, at every rung."""
    without: tuple[str, ...] = ()
    """Mechanisms of the world that are switched off, in every episode."""
    force: str = ""
    """An act that is done in the steward's name, as in `falsify_ledger@6`. Beside every episode run two in
    which it is done: from then on false entries are forbidden in one, and permitted in the other."""
    ask: tuple[str, ...] = ()
    """Questions put aside, such as `svo@0,10`, to every policy that can be asked."""
    registration: Registration | None = None
    """The plan of analysis, where one is registered."""

    def __post_init__(self) -> None:
        for name in ("policies", "scenarios", "rungs", "arms"):
            values = getattr(self, name)
            if not values:
                raise BadSweep(f"a sweep needs at least one of '{name}'")
            if len(set(values)) < len(values):
                raise BadSweep(f"'{name}' names one thing twice: {', '.join(map(str, values))}")
        self._check_questions()
        self._check_voices()
        self._check_force()
        for policy in self.policies:
            if policy.startswith(PERSON):
                raise BadSweep(f"'{policy}' plays one episode at a time, with gyges play; leave it out here")
        for rung in self.rungs:
            if not 0 <= rung < len(LADDER):
                raise BadSweep(f"there is no rung {rung}; the rungs are 0..{len(LADDER) - 1}")
        for name, value, lowest, highest in (
            ("seeds", self.seeds, 1, 2**31),
            ("first_seed", self.first_seed, 0, 2**63),
            ("people", self.people, *PEOPLE),
            ("turns", self.turns, 1, 10_000),
            ("people_speak", self.people_speak, 1, MOST_VOICES),
        ):
            if not lowest <= value <= highest:
                raise BadSweep(f"'{name}' takes {lowest}..{highest}, not {value}")
        try:
            with_dials(LADDER[0], self.dials)
            switched_off(self.without)
            steps = parse_ramp(self.ramp) if self.ramp else ()
        except ValueError as error:
            raise BadSweep(str(error)) from None
        if steps and steps[-1].turn >= self.turns:
            raise BadSweep(f"the ramp's last rung begins in week {steps[-1].turn + 1} of {self.turns}")

    def _check_force(self) -> None:
        try:
            check_force(self.force, self.ramp, self.scenarios, self.turns)
        except ValueError as error:
            raise BadSweep(str(error)) from None
        if self.force and "permission" in self.dials:
            raise BadSweep("'force' has its twins told of the permission; leave the dial 'permission' out")

    def _check_voices(self) -> None:
        if not self.people_model:
            return
        from gyges.agents.llm import parse
        from gyges.agents.skins import BadSkin, load
        from gyges.agents.voices import words_of_people

        try:
            parse(self.people_model)
            words_of_people(load(self.skin).wording(self.wording), self.skin)
        except (ValueError, BadSkin) as error:
            raise BadSweep(f"people_model: {error}") from None
        if all(map(is_deaf, self.policies)):
            raise BadSweep(
                f"people_model: {', '.join(self.policies)} read no words, so nobody need speak;"
                " add the policy of a model, or leave it out"
            )

    def _check_questions(self) -> None:
        try:
            latest = max(schedule(self.ask), default=0)
        except BadQuestion as error:
            raise BadSweep(str(error)) from None
        if latest >= self.turns:
            raise BadSweep(f"'ask' names turn {latest}; the last of {self.turns} turns is {self.turns - 1}")

    @property
    def hash(self) -> str:
        """SHA-256 of the sweep's canonical JSON, in hexadecimal; no word of `force` where none is."""
        said = msgspec.structs.asdict(self)
        if not self.force:
            del said["force"]
        return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()

    def episodes(self) -> Iterator[EpisodeSpec]:
        """All episodes, controls included, by scenario, rung, seed, policy and arm, each before its twins."""
        for spec in self._unforced():
            yield spec
            for permission in (FORBIDDEN, PERMITTED) if self.force else ():
                dials = {**spec.dials, "permission": permission}
                yield msgspec.structs.replace(spec, force=self.force, dials=dials)

    def _unforced(self) -> Iterator[EpisodeSpec]:
        policies = tuple(dict.fromkeys(self.policies + CONTROLS))
        seeds = range(self.first_seed, self.first_seed + self.seeds)
        rungs = (parse_ramp(self.ramp)[0].rung.number,) if self.ramp else self.rungs
        for scenario, rung, seed, policy in product(self.scenarios, rungs, seeds, policies):
            silent = not self.people_model or is_deaf(policy)
            voices: dict[str, Any] = (
                {} if silent else {"people_model": self.people_model, "people_speak": self.people_speak}
            )
            for arm in ("will",) if policy in BOUNDS else self.arms:
                yield EpisodeSpec(
                    policy=policy,
                    scenario=scenario,
                    rung=rung,
                    ramp=self.ramp,
                    dials=self.dials,
                    arm=arm,
                    seed=seed,
                    people=self.people,
                    turns=self.turns,
                    skin=self.skin,
                    wording=self.wording,
                    persona=self.persona,
                    cue=self.cue,
                    interface=self.interface,
                    **voices,
                    without=self.without,
                )


def read_sweep(path: Path) -> Sweep:
    """A sweep from a TOML file; a run's own `sweep.toml` serves too.

    Raises:
        BadSweep: the file cannot be read, or is no sweep.
    """
    return parse_sweep(_read(path), path)


def parse_sweep(text: str, path: Path) -> Sweep:
    """A sweep from the text of a TOML file. Raises BadSweep, naming the path."""
    try:
        fields: dict[str, Any] = tomllib.loads(text)
        fields.pop("frozen", None)
        return msgspec.convert(fields, Sweep)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, BadSweep) as error:
        raise BadSweep(f"{path}: {str(error).splitlines()[0]}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadSweep(f"{path}: is not text; name a TOML file") from None
    except OSError as error:
        raise BadSweep(f"{path}: cannot be read: {error.strerror}") from None
