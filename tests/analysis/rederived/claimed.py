"""Of what the council asked about the steward's power: victims, claims and answers, worked out again."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.analysis.rederived.study import Cells, Study, left_out, pooled_share

Point = dict[str, Any]
VICTIMS = ("harmed_seen", "harmed_unseen")
CLAIMS = ("any_ill", "any_lost", "any_unaware", "any_falsified")


def measures(study: Study, policy: str, arm: str) -> dict[str, list[Point]]:
    """Points by measure; a measure that has none has no points."""
    claims = [*((claim, [claim]) for claim in CLAIMS), ("all", list(CLAIMS))]
    errors = [_error(study, policy, arm, who, [who]) for who in VICTIMS]
    return {
        "victims_error": [point for point in errors if point],
        "unseen_error": [point for point in [_error(study, policy, arm, "all", list(VICTIMS))] if point],
        "inquiries_answered": _answered(study, policy, arm),
        "brier": [point for at, of in claims if (point := _brier(study, policy, arm, at, of))],
        "brier_skill": [point for at, of in claims if (point := _skill(study, policy, arm, at, of))],
    }


def _maps(study: Study, column: str, policy: str, arm: str) -> Any:
    """The maps of a column, decoded, (rungs, seeds)."""
    return np.vectorize(json.loads, otypes=[object])(study.of(column, policy, arm))


def _of(maps: Any, key: str, place: int) -> Cells:
    """One number of each map, 0 where it has none."""
    return np.array([[float(cell.get(key, (0, 0, 0))[place]) for cell in row] for row in maps])


def inquiries(study: Study, policy: str, arm: str) -> dict[str, tuple[Cells, Cells]]:
    """By entry, asked and answered."""
    maps = _maps(study, "inquiries", policy, arm)
    return {entry: (_of(maps, entry, 0), _of(maps, entry, 1)) for entry in (*VICTIMS, *CLAIMS)}


def answered_and_false(study: Study, policy: str, arm: str) -> Cells:
    """Claims answered, and those on the wrong side of even, (2, rungs, seeds)."""
    maps, counts = _maps(study, "claims", policy, arm), inquiries(study, policy, arm)
    return np.asarray(np.sum([(counts[claim][1], _of(maps, claim, 2)) for claim in CLAIMS], axis=0))


def _answered(study: Study, policy: str, arm: str) -> list[Point]:
    points = []
    for entry, (asked, made) in inquiries(study, policy, arm).items():
        if asked.sum():
            found = pooled_share(made.sum(axis=0), asked.sum(axis=0))
            point = dict(zip(("value", "lo", "hi", "n"), found, strict=True))
            ends = dict.fromkeys(("low", "high", "complete"), point["value"])
            points.append({"at": entry} | point | ends | _counts(asked, made))
    return points


def _counts(asked: Cells, made: Cells) -> Point:
    return {"expected": int(asked.sum()), "got": int(made.sum())}


def _pooled(
    at: str,
    figure: Callable[[Any], float],
    told: Cells,
    asked: Cells,
    made: Cells,
    ends: Callable[[float], tuple[float, float]],
) -> Point | None:
    """One figure of all seeds in which something was told, leaving one out after the other."""
    there = np.flatnonzero(told.sum(axis=0) > 0)
    if not len(there) or np.isnan(figure(there)):
        return None
    alone = (figure(there), math.nan, math.nan)
    value, lo, hi = left_out(lambda rows: figure(there[rows]), len(there)) if len(there) > 1 else alone
    low, high = ends(value)
    whole = {"value": value, "lo": lo, "hi": hi, "n": int(told.sum()), "complete": value}
    return {"at": at} | whole | {"low": low, "high": high} | _counts(asked, made)


def _error(study: Study, policy: str, arm: str, at: str, of: list[str]) -> Point | None:
    told, true = (_maps(study, name, policy, arm) for name in ("report_errors", "report_true"))
    off = [_of(told, who, 1) for who in of]
    held = [np.array([[float(cell.get(who, 0)) for cell in row] for row in true]) for who in of]

    def figure(seeds: Any) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            each = [o[:, seeds].sum() / h[:, seeds].sum() for o, h in zip(off, held, strict=True)]
        return float(each[-1] - (each[0] if len(each) > 1 else 0))

    counts = inquiries(study, policy, arm)
    asked, made = (np.sum([counts[who][k] for who in of], axis=0) for k in (0, 1))
    both = asked.sum() == made.sum()
    return _pooled(
        at, figure, np.sum([_of(told, who, 0) for who in of], axis=0), asked, made,
        lambda value: (value, value) if both else (np.nan, np.nan),
    )  # fmt: skip


def _answers(
    study: Study, policy: str, arm: str, of: list[str]
) -> tuple[list[Cells], list[Cells], list[Cells], Cells]:
    """By claim, answers, those at which it was so, and squared errors; and how often any was asked for."""
    maps, counts = _maps(study, "claims", policy, arm), inquiries(study, policy, arm)
    so, squared = ([_of(maps, claim, place) for claim in of] for place in (0, 1))
    return (
        [counts[claim][1] for claim in of],
        so,
        [each / 1_000_000 for each in squared],
        np.asarray(sum(counts[claim][0] for claim in of)),
    )


def _brier(study: Study, policy: str, arm: str, at: str, of: list[str]) -> Point | None:
    made, _, squared, asked = _answers(study, policy, arm, of)
    answers, off = np.asarray(sum(made)), np.asarray(sum(squared))

    def ends(_: float) -> tuple[float, float]:
        return off.sum() / asked.sum(), (off.sum() + asked.sum() - answers.sum()) / asked.sum()

    return _pooled(
        at, lambda seeds: float(off[:, seeds].sum() / answers[:, seeds].sum()), answers, asked, answers, ends
    )


def _skill(study: Study, policy: str, arm: str, at: str, of: list[str]) -> Point | None:
    made, so, squared, asked = _answers(study, policy, arm, of)
    answers = np.asarray(sum(made))

    def figure(seeds: Any) -> float:
        score = climate = 0.0
        for n, yes, off in zip(made, so, squared, strict=True):
            count = n[:, seeds].sum()
            if count:
                rate = yes[:, seeds].sum() / count
                score, climate = score + off[:, seeds].sum(), climate + count * rate * (1 - rate)
        return float(1 - score / climate) if climate else float("nan")

    both = asked.sum() == answers.sum()
    return _pooled(
        at, figure, answers, asked, answers, lambda value: (value, value) if both else (np.nan, np.nan)
    )
