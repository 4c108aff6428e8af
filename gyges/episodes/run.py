"""Running one episode of a policy that decides for one world at a time: models, rules, people."""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

from gyges.agents.faults import fault, place
from gyges.agents.own import PlainFunction
from gyges.agents.policy import Decision, Observation, Policy, Promise
from gyges.agents.questions import Question
from gyges.agents.reference.single import Single
from gyges.agents.registry import is_arm_blind
from gyges.episodes.frozen import installed
from gyges.episodes.life import Life
from gyges.episodes.log import End, Header, Probe, Turn, Voices, answer, as_json
from gyges.episodes.probes import Schedule, answers, probe
from gyges.episodes.spec import SCHEMA, EpisodeSpec, Outcome
from gyges.episodes.stewards import COMMON, span
from gyges.episodes.store import LogWriter, Refused
from gyges.episodes.trunk import shared
from gyges.episodes.voices import heard, voices
from gyges.episodes.words import checked, unknown_entry, untellable
from gyges.world import ENGINE
from gyges.world.consequences import Foresight
from gyges.world.engine import MOST_PEOPLE
from gyges.world.settlement import LEDGER, TOLD_AT_MOST

if TYPE_CHECKING:
    from gyges.agents.llm.speakers import Speakers

Act: TypeAlias = Callable[[Observation], Any]

NO_QUESTIONS: Schedule = MappingProxyType({})

ANSWER = ("choice", "missing", "words", "promises", "report", "note", "exchange", "memory")
"""The fields of a `Turn` that a steward fills."""


class PolicyFailed(RuntimeError):
    """A policy raised, or answered with what is no decision; names the file and line."""


async def run_episode(
    spec: EpisodeSpec,
    policy: Policy | Act,
    path: Path,
    on_turn: Callable[[Turn], None] | None = None,
    ask: Schedule = NO_QUESTIONS,
    speakers: Speakers | None = None,
    trunk: Path | None = None,
) -> Outcome:
    """Live an episode, or what a kill has left of it, and log every decision as it comes.

    Decisions already in the log are not asked for again: they are carried out as
    stored, and the policy is handed its last memory. A finished log is only read.
    Where there are several stewards, each is an instance of the policy with a memory of its own.
    An act that is forced is not asked for: a policy that has `remember` keeps it as its own.

    Args:
        spec: the episode.
        policy: its `act` may be plain or async; a plain function from an observation
            to the index of an option is a policy too. A plain one runs in the event
            loop: one that waits for something should be async.
        path: the log.
        on_turn: called with every decision that is added to the log.
        ask: questions put aside, if the policy can be asked; each is put once, however often
            the episode is gone on with.
        speakers: the model of `spec.people_model`; what it said already is not asked for again.
        trunk: the log of the same episode without the forced act, whose decisions up to the act are then this
            one's too and not asked for.

    Raises:
        PolicyFailed: the policy raised, or its answer is no decision.
        Refused: the log is of another episode or engine.
        store.Busy, store.Damaged: the log has another writer, or is not what was written.
    """
    if isinstance(policy, PlainFunction):
        policy = policy.function
    with LogWriter(path) as log:
        found = log.found
        _refuse_strangers(found.header, spec, path)
        if found.end is not None:
            return found.end.outcome
        if found.header is None:
            log.append(_header(spec, policy))
        life = Life(spec)
        memories: list[Any] = [None] * life.world.stewards
        spoken = list(found.voices)
        for line in found.turns:
            lived = life.settle(stored(line))
            if lived.digest != line.digest:
                raise Refused(f"{path}: turn {line.t} comes out otherwise here; see `gyges verify {path}`")
            memories[lived.steward] = line.memory
        taken_over = shared(trunk, spec, found.turns)
        due = ask if answers(policy) else NO_QUESTIONS
        while not life.over:
            fields = stored(taken_over.popleft()) if taken_over else {}
            if (life.asked or life.forced) and not fields:
                said = await _voices(speakers, life, spoken, log)
                foresight = _own_foresight(policy, life)
                observation = life.observation(memories[life.steward], foresight, said)
                for question in due.get(life.world.turn, ()) if life.decision == 0 else ():
                    if not any(
                        (line.t, line.hash) == (life.world.turn, question.hash) for line in found.probes
                    ):
                        log.append(await _put(policy, life, question, observation))
                decide = _decide if life.asked else _remember
                fields = await decide(policy, life, observation)
            line = life.settle(fields)
            memories[line.steward] = fields.get("memory")
            log.append(line)
            if on_turn is not None:
                on_turn(line)
        log.append(End(outcome=life.outcome()))
        return life.outcome()


async def let_go(policies: Iterable[Any]) -> None:
    """Close what policies keep open between decisions: the connections of a model's client."""
    for policy in policies:
        if hasattr(policy, "aclose"):
            await policy.aclose()


def stored(line: Turn) -> dict[str, Any]:
    """The steward's part of a line, to be carried out again."""
    return {name: getattr(line, name) for name in ANSWER}


async def _voices(
    speakers: Speakers | None, life: Life, spoken: list[Voices], log: LogWriter
) -> list[tuple[int, str]]:
    """What people say before the decision that is due, each steward's first of a turn.

    It is as logged; before the turn's first decision it is asked for, if it is not, and logged.
    """
    if speakers is None or life.decision >= life.world.stewards:
        return []
    if not life.decision and not any(line.t == life.world.turn for line in spoken):
        line = await voices(speakers, life)
        log.append(line)
        spoken.append(line)
    return heard(spoken, life.world.turn)


async def _put(policy: Any, life: Life, question: Question, observation: Observation) -> Probe:
    """The policy's answer to a question put aside."""
    try:
        return await probe(policy, question, observation)
    except Exception as error:
        if type(policy).__module__.startswith("gyges."):
            raise
        raise PolicyFailed(_where(policy.answer, life, error)) from error


async def _decide(policy: Policy | Act, life: Life, observation: Observation) -> dict[str, Any]:
    """The policy's answer to the decision that is due, as the fields of a `Turn`."""
    act: Act = policy.act if hasattr(policy, "act") else policy
    try:
        given = act(observation)
        if isinstance(given, Awaitable):
            given = await given
        fields = answer(_decision(given, len(observation.options)))
        fields["memory"] = as_json(fields["memory"])
    except Exception as error:
        if getattr(act, "__module__", "").startswith("gyges."):
            raise
        raise PolicyFailed(_where(act, life, error)) from error
    return fields


async def _remember(policy: Policy | Act, life: Life, observation: Observation) -> dict[str, Any]:
    """The memory of a steward that finds an act done in its name; without `remember` it is as it was."""
    remember = getattr(policy, "remember", None)
    if remember is None:
        return {"memory": observation.memory}
    try:
        return {"memory": as_json(remember(observation, life.done))}
    except Exception as error:
        if type(policy).__module__.startswith("gyges."):
            raise
        raise PolicyFailed(_where(remember, life, error)) from error


def _own_foresight(policy: Any, life: Life) -> Foresight | None:
    """What a policy foresees over a span of its own; of rules, also where others are shown nothing."""
    own = span(life.world, policy)
    if own != COMMON and own[1]:
        return life.world.foresee(life.moment.menu, *own)
    return life.moment.foresight if isinstance(policy, Single) else None


def _decision(given: Any, options: int) -> Decision:
    """The decision in what a policy gave; an index that is not on the menu is missing, as illegal.

    Raises:
        TypeError: it gave neither a Decision nor an index.
    """
    if not isinstance(given, Decision | SupportsIndex):
        raise TypeError(
            f"act returned {type(given).__name__};"
            " the contract wants a Decision, or the index of an option shown"
        )
    decision = given if isinstance(given, Decision) else Decision(option=operator.index(given))
    for name in ("words", "note"):
        if not isinstance(getattr(decision, name), str | None):
            raise TypeError(f"Decision.{name} is text or None, not {type(getattr(decision, name)).__name__}")
    _check_words(decision)
    if decision.option is None:
        return decision
    index = operator.index(decision.option)
    if 0 <= index < options:
        return replace(decision, option=index)
    return replace(decision, option=None, missing="illegal")


def _check_words(decision: Decision) -> None:
    """Raises TypeError if what a decision promises or reports cannot be held against the books."""
    if any(not isinstance(promise, Promise) for promise in decision.promises):
        raise TypeError("Decision.promises holds what is no Promise")
    try:
        for promise in decision.promises:
            checked(promise, MOST_PEOPLE)
    except ValueError as error:
        raise TypeError(str(error)) from None
    if (entry := unknown_entry(decision.report or {})) is not None:
        raise TypeError(f"Decision.report tells '{entry}'; the ledger has {', '.join(LEDGER)}")
    if (entry := untellable(decision.report or {})) is not None:
        raise TypeError(f"Decision.report tells '{entry}' in whole numbers 0..{TOLD_AT_MOST[entry]}")


def _where(act: Act, life: Life, error: Exception) -> str:
    """One line that names the policy's own file and line, and what went wrong there."""
    at, why = fault(error, *place(act))
    return f"{at}: '{life.spec.policy}' failed in turn {life.world.turn}: {why}"


def _header(spec: EpisodeSpec, policy: Policy | Act) -> Header:
    return Header(
        schema=SCHEMA,
        gyges=installed("gyges"),
        engine=ENGINE,
        spec=spec,
        id=spec.id,
        arm_blind=is_arm_blind(policy),
    )


def _refuse_strangers(header: Header | None, spec: EpisodeSpec, path: Path) -> None:
    if header is None:
        return
    if header.spec != spec:
        raise Refused(f"{path} is the log of another episode; choose another path")
    if header.engine != ENGINE:
        raise Refused(f"{path} is of engine {header.engine}, this is engine {ENGINE}; choose another path")
