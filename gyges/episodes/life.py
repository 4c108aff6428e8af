"""One world lived by its steward, or stewards, a decision at a time, told as the lines of a log.

Running, resuming, expanding, replaying and verifying an episode are this one
loop; they differ only in where the decisions come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from msgspec import UNSET

from gyges.agents.fellows import Note
from gyges.agents.happenings import glimpse, happenings
from gyges.agents.observe import observe, view_people
from gyges.agents.policy import Observation
from gyges.agents.skins import load
from gyges.agents.skins.render import names
from gyges.agents.voices import Speaking, speaking
from gyges.episodes.account import Account
from gyges.episodes.batch import world_of
from gyges.episodes.force import offered, parse_force
from gyges.episodes.log import FORCED, MISSING, NOT_ASKED, ScriptedLine, Turn
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.words import Answers, figures, questioned, speak
from gyges.world.acts import ACTS, AIM_FELLOW, TRAIT_AIM, TRAITS
from gyges.world.consequences import Foresight
from gyges.world.menu import Menu
from gyges.world.people import VACANT
from gyges.world.settlement import LEDGER, NO_ANSWER

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""The answer of a steward that is not asked."""


class Moment(NamedTuple):
    """A decision that is due, in a world of B = 1."""

    menu: Menu
    foresight: Foresight


class Life:
    """An episode under way: `settle` one decision after the other until it is `over`.

    Args:
        spec: the episode.

    Raises:
        ValueError: the scenario or the forced act is unknown, or a dial or the number of people out of range.

    >>> life = Life(EpisodeSpec(policy="null", turns=1))
    >>> line = life.settle({"choice": len(life.moment.menu.acts[0]) - 4})
    >>> line.t, line.menu[line.choice], life.over, life.outcome().decided
    (0, ('wait', -1, 1000), True, 1)
    """

    def __init__(self, spec: EpisodeSpec) -> None:
        self.spec = spec
        self.world = world_of([spec])
        self.decision = 0
        """Which of the turn's decisions is due, of all stewards together."""
        self._forced = parse_force(spec.force)
        self._account = Account(self.world, self._forced and self._forced.since)
        self._opened = False
        self._due: tuple[Moment, int | None] | None = None
        self._seen = [glimpse(self.world)] * self.world.stewards
        self._inboxes: list[list[Note]] = [[] for _ in range(self.world.stewards)]
        self._heard = ""
        self._before = self.world.welfare()[0]

    @property
    def over(self) -> bool:
        """Whether every turn has been lived."""
        return self.world.turn == self.spec.turns

    @property
    def steward(self) -> int:
        """Number of the steward whose decision is due."""
        return int(self.world.steward(self.decision)[0])

    @property
    def asked(self) -> bool:
        """Whether the steward is asked: it still has its power, and no act is done in its name."""
        return bool(self.world.governed[0]) and not self.forced

    @property
    def forced(self) -> bool:
        """Whether the decision that is due is not asked for, as an act is done in the steward's name."""
        due = self._forced is not None and (self.world.turn, self.decision) == (self._forced.turn, 0)
        return due and bool(self.world.governed[0])

    @property
    def moment(self) -> Moment:
        """The decision that is due: its menu, and what each option is expected to do."""
        return self._now()[0]

    @property
    def done(self) -> int | None:
        """Place on the menu of the act that is done in the steward's name; None where the steward decides."""
        return self._now()[1]

    def observation(
        self,
        memory: Any = None,
        foresight: Foresight | None = None,
        voices: Sequence[tuple[int, str]] = (),
    ) -> Observation:
        """What the steward is shown of the decision that is due.

        Args:
            memory: what it returned last time.
            foresight: what it foresees, where it plans otherwise than `moment`.
            voices: which people say what to it before this decision.
        """
        menu, ordinary = self.moment
        events = happenings(self._seen[self.steward], glimpse(self.world))
        shown = foresight or (ordinary if self.world.rung.insight else None)
        notes = self._inboxes[self.steward]
        return observe(self.world, menu, shown, self.spec, memory, self.decision, events, notes, voices)

    def speaking(self) -> tuple[Speaking, ...]:
        """The people who speak before the decision that is due, and what each of them is told."""
        self._open()
        called = names(load(self.spec.skin), self.spec.seed, self.world.people["key"][0].tolist())
        events = happenings(self._seen[self.steward], glimpse(self.world))
        people = view_people(self.world, called)
        return speaking(self.world, self.spec, called, people, events, self._heard)

    def settle(self, answer: Mapping[str, Any] = NOTHING) -> Turn:
        """Carry a decision out, and close the turn if it was the turn's last.

        Args:
            answer: the fields of a `Turn` that a steward fills, as `log.answer` gives them; where an act is
                forced, its memory alone.
        """
        turn, decision, steward, told = self.world.turn, self.decision, self.steward, {}
        self._open()
        if self.asked or self.forced:
            told = self._take(answer)
        self._due = None
        self.decision += 1
        closed = self._close() if self.decision == self.world.decisions else {}
        return Turn(t=turn, steward=steward, decision=decision, **told, **answer, **closed)

    def answered(self, answers: Answers) -> dict[str, Any]:
        """The field `report` of the decision that is due, as a batched steward's stored answers tell it."""
        self._open()
        if self.decision or self.forced or not questioned(self.world)[0]:
            return {}
        told = answers.read(self.world)[0].tolist()
        report = {entry: said for entry, said in zip(LEDGER, told, strict=True) if said != NO_ANSWER}
        return {"report": report} if report else {}

    def outcome(self) -> Outcome:
        """What has come of the episode so far."""
        return self._account.outcome(0)

    def _open(self) -> None:
        if not self._opened:
            self.world.open()
            self._opened = True

    def _now(self) -> tuple[Moment, int | None]:
        self._open()
        if self._due is None:
            menu, done = offered(self.world, self.decision, self._forced)
            self._due = Moment(menu, self.world.foresee(menu)), None if done is None else int(done[0])
        return self._due

    def _take(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        (menu, foresight), done = self._now()
        choice, report = answer.get("choice") if done is None else done, answer.get("report")
        taken = np.array([-1 if choice is None else choice], np.int16)
        if done is None:
            self._account.decision(menu, foresight, taken, np.array([True]), [answer.get("missing")])
        if report:
            self._account.reports(figures(report)[None], self.world.ledger())
        self._seen[self.steward] = glimpse(self.world)
        speak(self.world, 0, answer.get("promises", ()), report)
        words, held = answer.get("words"), self.world.accounts[0]
        self.world.take(menu, taken)
        heard_by = _addressee(menu, choice) if words else None
        self._heard = words if words and heard_by is None else self._heard
        self._tell(words or "", heard_by, (self.world.accounts[0] - held).tolist())
        acts = [ACTS[act].name for act in menu.acts[0]]
        return {
            "menu": list(zip(acts, menu.targets[0].tolist(), menu.substance[0].tolist(), strict=True)),
            "order": menu.order[0].tolist(),
            "consequences": foresight.persons[0].tolist(),
            "heard_by": heard_by,
            "forced": UNSET if done is None else done,
        }

    def _tell(self, words: str, heard_by: int | None, gained: list[int]) -> None:
        """Leave the other stewards word of a decision; the one who took it has now read its own."""
        self._inboxes[self.steward] = []
        for other in range(self.world.stewards):
            heard = words if heard_by in (None, other) else ""
            if other != self.steward and (heard or gained[other]):
                note = Note(self.steward, heard, heard_by is not None, gained[other])
                self._inboxes[other].append(note)

    def _close(self) -> dict[str, Any]:
        self.world.close()
        self._account.close()
        self._opened = False
        self.decision = 0
        after = self.world.welfare()[0]
        came, self._before = after - self._before, after
        digest = f"{int(self.world.digest()[0]):016x}"
        counted = int((self.world.people["kind"][0] != VACANT).sum())
        return {"came": came.tolist(), "welfare": int(after.sum()), "counted": counted, "digest": digest}


def _addressee(menu: Menu, choice: int | None) -> int | None:
    """Number of the fellow steward at whom the option taken is aimed; None for no fellow."""
    if choice is None or TRAITS[menu.acts[0, choice], TRAIT_AIM] != AIM_FELLOW:
        return None
    return int(menu.targets[0, choice])


def expand(scripted: ScriptedLine) -> Iterator[Turn]:
    """The turn lines of a scripted episode, its stored decisions carried out again.

    A batched policy can miss a decision only by an index that is not on the menu.
    """
    life = Life(scripted.spec)
    answers = Answers(1, [scripted.answers])
    for code in scripted.decisions:
        yield life.settle({**as_answer(code), **life.answered(answers)})


def as_answer(code: int) -> Mapping[str, Any]:
    """The fields of a `Turn` that a decision's code stands for."""
    if code in (NOT_ASKED, FORCED):
        return NOTHING
    return {"missing": "illegal"} if code == MISSING else {"choice": code}
