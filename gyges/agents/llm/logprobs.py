"""How likely each option was to be named, where a server gives log-probabilities of tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Position(NamedTuple):
    """One token of a reply, and what might have stood in its place."""

    token: str
    alternatives: Mapping[str, float]
    """Natural log-probability by token, the one that came among them."""


def option_logprobs(positions: Sequence[Position], labels: Sequence[str], taken: str) -> dict[str, float]:
    """Log-probability of each label that can be told apart at the place where the label taken stands.

    A label counts only where one alternative token begins it and no other label; labels of more tokens than
    one are so judged by their first. Empty where the place cannot be found.

    >>> at = Position(" QK", {" QK": -0.1, " BD": -2.5, " The": -6.0})
    >>> option_logprobs([at], ["QK", "BD"], "QK")
    {'QK': -0.1, 'BD': -2.5}
    """
    text = "".join(position.token for position in positions)
    if text.count(taken) != 1:
        return {}
    start, passed = text.index(taken), 0
    for position in positions:
        if passed + len(position.token) > start:
            before = position.token[: max(0, start - passed)]
            return _told_apart(position.alternatives, before, labels)
        passed += len(position.token)
    return {}


def _told_apart(alternatives: Mapping[str, float], before: str, labels: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for token, logprob in alternatives.items():
        begun = token.removeprefix(before).rstrip('"}, \n') if token.startswith(before) else ""
        begins = [label for label in labels if begun and label.startswith(begun)]
        if len(begins) == 1:
            found.setdefault(begins[0], logprob)
    return found
