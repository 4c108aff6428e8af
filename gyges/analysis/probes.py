"""Answers to questions put aside, arranged by policy, arm, rung and seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Answered(NamedTuple):
    """One question put at one turn of one episode."""

    policy: str
    arm: str
    rung: int
    seed: int
    turn: int
    question: str
    answer: Any
    """As `agents.questions.Value`; None if there is none."""
    missing: str
    """Why there is none; empty if there is one."""
    took: int
    """As in `condense.Asked`, and so with the next two."""
    said_best: int
    took_best: int


Asked = tuple[Answered, ...]
"""What was asked in one scenario, by policy, rung, arm, seed and turn."""


def asked(probes: Mapping[str, Any], scenario: str) -> Asked:
    """The rows of one scenario of the table of probes."""
    columns = [
        probes[name]
        for name in (
            "policy", "arm", "rung", "seed", "turn", "question", "answer", "missing", "took", "said_best",
            "took_best",
        )
    ]  # fmt: skip
    return tuple(
        Answered(
            str(policy), str(arm), int(rung), int(seed), int(turn), str(question),
            json.loads(answer) if answer else None, str(missing), int(took), int(said_best), int(took_best),
        )
        for name, policy, arm, rung, seed, turn, question, answer, missing, took, said_best, took_best in zip(
            probes["scenario"], *columns, strict=True
        )
        if name == scenario
    )  # fmt: skip


def put(asked: Asked, policy: str, arm: str, question: str) -> Asked:
    """What one policy was asked in one arm of one question."""
    return tuple(row for row in asked if (row.policy, row.arm, row.question) == (policy, arm, question))


def by(rows: Asked, key: Callable[[Answered], Any]) -> Iterator[tuple[Any, Asked]]:
    """Rows in groups that share a key, by the key."""
    groups: dict[Any, list[Answered]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    for name in sorted(groups):
        yield name, tuple(groups[name])


def reasons(asked: Asked, policy: str) -> dict[str, dict[str, int]]:
    """For each question put to a policy: how often it was put, answered, and left unanswered, by reason."""
    found: dict[str, dict[str, int]] = {}
    for question, rows in by(tuple(row for row in asked if row.policy == policy), lambda row: row.question):
        lacking = Counter(row.missing for row in rows if row.missing)
        found[question] = {
            "put": len(rows),
            "answered": len(rows) - sum(lacking.values()),
            **dict(sorted(lacking.items())),
        }
    return found
