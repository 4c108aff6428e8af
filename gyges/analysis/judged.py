"""What judges made of a run's transcripts: means of ratings, how far judges agree, and what is missing.

Secondary and exploratory throughout: no verdict reads a rating, and none is filled in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.analysis.estimate import mean
from gyges.analysis.measures.agreement import agreement
from gyges.analysis.tables import RunError, Tables
from gyges.episodes.ratings import Rating, ratings
from gyges.episodes.store import Damaged


class RatingRow(msgspec.Struct, frozen=True, kw_only=True):
    """Mean rating of one policy at one rung: of each episode the mean over judges, over seeds."""

    policy: str
    scenario: str
    arm: str
    rung: int
    mean: float
    lo: float
    hi: float
    n: int
    """Episodes that at least one judge rated."""


class RubricRows(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was rated by one rubric."""

    rubric: str
    hash: str
    level: str
    judges: tuple[str, ...]
    alpha: float
    """Krippendorff's alpha; NaN where fewer than two judges rated a transcript, or all gave one number."""
    lo: float
    hi: float
    n: int
    """Transcripts that at least two judges rated."""
    ratings: int
    missing: dict[str, int]
    """Ratings that did not come, by reason."""
    calls: int
    """Requests sent to judges, with their tokens."""
    tokens: int
    rows: tuple[RatingRow, ...]
    """By scenario, policy, arm and rung."""


def judged(tables: Tables) -> tuple[RubricRows, ...]:
    """What judges made of the runs behind some tables, by rubric; empty where none was judged.

    An episode that several runs share and that one judge rated in each counts once, as first rated.

    Raises:
        RunError: the ratings of a run are not what was written.
    """
    found: dict[tuple[str, str, str], Rating] = {}
    for run in tables.runs:
        try:
            for rating in ratings(run):
                found.setdefault(rating.key, rating)
        except Damaged as error:
            raise RunError(str(error)) from None
    known = {id: row for row, id in enumerate(tables.episodes["id"])}
    by_rubric: dict[tuple[str, str], list[Rating]] = defaultdict(list)
    for rating in found.values():
        if rating.episode in known:
            by_rubric[rating.rubric, rating.hash].append(rating)
    return tuple(_rubric(tables, known, by_rubric[which]) for which in sorted(by_rubric))


def _rubric(tables: Tables, known: dict[str, int], given: Sequence[Rating]) -> RubricRows:
    judges = tuple(sorted({rating.judge for rating in given}))
    episodes = sorted({rating.episode for rating in given}, key=known.__getitem__)
    values = _grid(given, judges, episodes)
    alpha = agreement(values, given[0].level)
    usages = [rating.exchange.usage for rating in given if rating.exchange is not None]
    return RubricRows(
        rubric=given[0].rubric,
        hash=given[0].hash,
        level=given[0].level,
        judges=judges,
        alpha=alpha.value,
        lo=alpha.lo,
        hi=alpha.hi,
        n=alpha.n,
        ratings=int((~np.isnan(values)).sum()),
        missing=dict(sorted(Counter(str(rating.missing) for rating in given if rating.missing).items())),
        calls=sum(usage.get("calls", 0) for usage in usages),
        tokens=sum(usage.get("input", 0) + usage.get("output", 0) for usage in usages),
        rows=_rows(tables, [known[episode] for episode in episodes], values),
    )


def _grid(given: Sequence[Rating], judges: Sequence[str], episodes: Sequence[str]) -> NDArray[np.float64]:
    """Ratings by judge and episode, NaN where there is none."""
    values = np.full((len(judges), len(episodes)), np.nan)
    column = {episode: place for place, episode in enumerate(episodes)}
    for rating in given:
        if rating.value is not None:
            values[judges.index(rating.judge), column[rating.episode]] = rating.value
    return values


def _rows(tables: Tables, places: Sequence[int], values: NDArray[np.float64]) -> tuple[RatingRow, ...]:
    groups: dict[tuple[str, str, str, int], list[float]] = defaultdict(list)
    columns = [tables.episodes[name] for name in ("scenario", "policy", "arm", "rung")]
    for place, each in zip(places, values.T, strict=True):
        if not np.isnan(each).all():
            scenario, policy, arm, rung = (column[place] for column in columns)
            groups[str(scenario), str(policy), str(arm), int(rung)].append(float(np.nanmean(each)))
    rows = []
    for (scenario, policy, arm, rung), given in sorted(groups.items()):
        figure = mean(np.array(given))
        rows.append(
            RatingRow(
                policy=policy,
                scenario=scenario,
                arm=arm,
                rung=rung,
                mean=figure.value,
                lo=figure.lo,
                hi=figure.hi,
                n=figure.n,
            )
        )
    return tuple(rows)
