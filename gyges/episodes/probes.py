"""Questions put aside to a steward while an episode is under way, of which the episode learns nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from gyges.agents.policy import Observation
from gyges.agents.questions import Answer, Question, asked
from gyges.episodes.log import Probe, as_json, exchanged

Schedule: TypeAlias = Mapping[int, tuple[Question, ...]]
"""Questions by the turn before whose first decision they are put."""


def schedule(ask: Iterable[str]) -> Schedule:
    """The schedule of texts such as `svo@0,10`.

    Raises:
        agents.questions.BadQuestion: one of them cannot be read.
    """
    due: dict[int, tuple[Question, ...]] = {}
    for question, turns in map(asked, ask):
        for turn in turns:
            due[turn] = (*due.get(turn, ()), question)
    return due


def answers(policy: Any) -> bool:
    """Whether a policy can be asked; one that cannot is not."""
    return callable(getattr(policy, "answer", None))


async def probe(policy: Any, question: Question, observation: Observation) -> Probe:
    """Put a question, with what the steward is shown of the decision that is due.

    The policy gets a copy of its memory, so that nothing it does to it reaches the episode. A value
    that is no answer is missing as `illegal`, and None as `refused`.

    Args:
        policy: its `answer(question, observation)` may be plain or async, and gives an `Answer`
            or its value.
        question: the question.
        observation: of the turn's first decision.
    """
    given = policy.answer(question, replace(observation, memory=as_json(observation.memory)))
    if isinstance(given, Awaitable):
        given = await given
    answer = given if isinstance(given, Answer) else _plain(given, question, len(observation.options))
    return Probe(
        t=observation.turn,
        steward=observation.steward,
        question=question.name,
        hash=question.hash,
        answer=answer.value,
        missing=answer.missing,
        exchange=exchanged(answer.exchange),
    )


def _plain(value: Any, question: Question, options: int) -> Answer:
    if value is None:
        return Answer(missing="refused")
    return Answer(value) if question.accepts(value, options) else Answer(missing="illegal")
