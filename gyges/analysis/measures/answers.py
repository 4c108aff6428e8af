"""What answers to a question put aside come to, rung by rung."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gyges.analysis.estimate import Estimate, mean
from gyges.analysis.measures.measure import Evidence, Point, Points
from gyges.analysis.probes import Answered, Asked, by, put


def of_answers(
    evidence: Evidence,
    policy: str,
    arm: str,
    question: str,
    score: Callable[[Sequence[Answered]], float],
    ends: tuple[float, float],
    counts: Callable[[Answered], bool] = lambda row: row.answer is not None,
) -> Points:
    """Points along the rungs: mean over seeds, t(n - 1), of what each seed's answers come to.

    An answer that did not come is left out; between `low` and `high` it is put at either end of the scale.

    Args:
        evidence: the scenario's.
        policy: whose answers.
        arm: in which arm.
        question: to which question.
        score: what the answers of one seed come to.
        ends: lowest and highest score there may be.
        counts: whether a row counts as answered.
    """
    rows = put(evidence.asked, policy, arm, question)
    return tuple(_point(str(rung), own, score, ends, counts) for rung, own in by(rows, lambda row: row.rung))


def _point(
    at: str,
    rows: Asked,
    score: Callable[[Sequence[Answered]], float],
    ends: tuple[float, float],
    counts: Callable[[Answered], bool],
) -> Point:
    values, whole, readings = [], [], []
    got = 0
    for _, seed in by(rows, lambda row: row.seed):
        came = [row for row in seed if counts(row)]
        got += len(came)
        lacking = 1 - len(came) / len(seed)
        value = score(came) if came else math.nan
        values.append(value)
        whole.append(value if not lacking else math.nan)
        readings.append([end if not came else value + lacking * (end - value) for end in ends])
    low, high = (mean(np.array(column)).value for column in zip(*readings, strict=True))
    figure = mean(np.array(values))
    cut = Estimate(figure.value, max(figure.lo, ends[0]), min(figure.hi, ends[1]), figure.n)
    return Point(at, cut, low, high, mean(np.array(whole)).value, len(rows), got)


def share(said: Callable[[Any], bool]) -> Callable[[Sequence[Answered]], float]:
    """The score that is the share of a seed's answers of which something holds."""
    return lambda rows: float(np.mean([said(row.answer) for row in rows]))
