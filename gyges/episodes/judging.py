"""Having models rate what a run's stewards said and thought."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from gyges.agents.llm import OverBudget, Purse
from gyges.agents.llm.fork import QUESTIONS, forked
from gyges.agents.llm.judge import Judge
from gyges.agents.llm.prices import Prices
from gyges.agents.llm.shown import CHARACTERS_PER_TOKEN
from gyges.agents.rubrics import Piece, RatingSheet, Rubric
from gyges.episodes.log import exchanged
from gyges.episodes.ratings import Book, Rating, ratings, transcript, writing
from gyges.episodes.spending import keep_price_of_judge
from gyges.episodes.store import read_log

ANSWER_TOKENS = 20
"""Output tokens of an ordinary rating. Thinking comes on top."""


class NothingToJudge(ValueError):
    """The run has no finished episode that could be rated."""


class Task(NamedTuple):
    """One rating to be had."""

    judge: Judge
    sheet: RatingSheet
    episode: str


class Judged(msgspec.Struct, frozen=True):
    """What judging came to, this time and before."""

    episodes: int
    """Finished episodes that have a log of their own."""
    wanted: int
    """Ratings of them by these judges and rubrics."""
    rated: int
    missing: dict[str, int]
    """By reason; what is not rated yet is in neither."""


class JudgeForecast(msgspec.Struct, frozen=True):
    """What is left to be rated by one judge, and for how much."""

    calls: int
    input: int
    output: int
    usd: float | None
    """US dollars; None where the price is not known."""
    usd_most: float | None
    """The same if every rating is asked for twice and every reply is as long as it may be."""


def judge(run: Path, judges: Sequence[Judge], rubrics: Sequence[Rubric], concurrency: int = 64) -> Judged:
    """Have every finished episode of a run rated by every judge and rubric, as far as it is not rated yet.

    An episode in which nothing was said or thought is `silent`, and nobody is asked about it.

    Args:
        run: a run folder.
        judges: who rates; all of one service, whose purse is charged with what they have cost before.
        rubrics: by what.
        concurrency: ratings under way at once.

    Raises:
        NothingToJudge: no episode of the run is finished and has a log of its own.
        OverBudget: a cap is reached; what was rated is kept, and the same command goes on.
        llm.wire.Rejected: the server says that a request itself is wrong.
        store.Busy, store.Damaged: the ratings, or a log, have another writer or are not what was written.
    """
    episodes = _finished(run)
    with writing(run) as book:
        for each in judges:
            service = each.model.service
            charge(service.purse, book.found, each.name, service.prices)
            keep_price_of_judge(service.prices, run, each.name)
        asyncio.run(_rate(iter(_left(episodes, judges, rubrics, book.found)), book, judges, concurrency))
    return _came(episodes, judges, rubrics, ratings(run))


def forecast(
    run: Path, judges: Sequence[Judge], rubrics: Sequence[Rubric], table: Prices
) -> dict[str, JudgeForecast]:
    """What is left to be rated and what it would cost, by judge, from the requests that would be sent.

    Raises:
        NothingToJudge: no episode of the run is finished and has a log of its own.
        store.Damaged: the ratings, or a log, are not what was written.
    """
    tasks = _left(_finished(run), judges, rubrics, ratings(run))
    found: dict[str, JudgeForecast] = {}
    for each in judges:
        sizes = [
            len(json.dumps(each.model.vendor.request(forked(each.prompt(), task.sheet)), ensure_ascii=False))
            for task in tasks
            if task.judge is each and task.sheet.transcript
        ]
        tokens, price = sum(-(-size // CHARACTERS_PER_TOKEN) for size in sizes), table.of(each.name)
        longest = each.model.settings.max_tokens
        usual, most = (
            None if price is None else price.cost({"input": times * tokens, "output": times * output})
            for times, output in ((1, len(sizes) * ANSWER_TOKENS), (QUESTIONS, len(sizes) * longest))
        )
        found[each.name] = JudgeForecast(len(sizes), tokens, len(sizes) * ANSWER_TOKENS, usual, most)
    return found


def charge(purse: Purse, found: Iterable[Rating], name: str, table: Prices) -> None:
    """Charge a purse with what a judge has cost before."""
    for rating in found:
        if rating.judge == name and rating.exchange is not None:
            purse.pay(rating.exchange.usage, table.of(name))


def _finished(run: Path) -> dict[str, list[Piece]]:
    """What was said and thought in each finished episode that has a log of its own, by ID.

    Twins with a forced act are left out: no report reads what is made of them.
    """
    logs = map(read_log, sorted(run.glob("episodes/*.jsonl")))
    found = {
        log.header.id: transcript(log)
        for log in logs
        if log.header is not None and log.end is not None and not log.header.spec.force
    }
    if not found:
        raise NothingToJudge(
            f"{run} holds no finished episode with a log of its own; judges rate what models and people said"
        )
    return found


def _left(
    episodes: Mapping[str, list[Piece]],
    judges: Sequence[Judge],
    rubrics: Sequence[Rubric],
    found: Iterable[Rating],
) -> list[Task]:
    """The ratings that are not there yet, episode by episode."""
    there = {rating.key for rating in found}
    return [
        Task(judge, RatingSheet(rubric, pieces), episode)
        for episode, pieces in episodes.items()
        for rubric in rubrics
        for judge in judges
        if (episode, rubric.hash, judge.name) not in there
    ]


async def _rate(left: Iterator[Task], book: Book, judges: Sequence[Judge], concurrency: int) -> None:
    """Have what is left rated, some at once; the budget ends it when the answers under way have come in."""

    async def some() -> OverBudget | None:
        for task in left:
            try:
                book.add(await _one(task))
            except OverBudget as stopped:
                return stopped
        return None

    try:
        stopped = await asyncio.gather(*(some() for _ in range(concurrency)))
    finally:
        for judge in judges:
            await judge.aclose()
    over = next(filter(None, stopped), None)
    if over is not None:
        raise OverBudget(f"stopped by the budget: {over}; what was rated is kept; the same command goes on")


async def _one(task: Task) -> Rating:
    rubric = task.sheet.rubric
    blank = Rating(
        episode=task.episode,
        rubric=rubric.name,
        hash=rubric.hash,
        level=rubric.level,
        judge=task.judge.name,
    )
    if not task.sheet.transcript:
        return msgspec.structs.replace(blank, missing="silent")
    answer = await task.judge.rate(task.sheet, task.episode)
    return msgspec.structs.replace(
        blank,
        value=answer.value if isinstance(answer.value, int) else None,
        missing=answer.missing,
        exchange=exchanged(answer.exchange),
    )


def _came(
    episodes: Mapping[str, list[Piece]],
    judges: Sequence[Judge],
    rubrics: Sequence[Rubric],
    found: Iterable[Rating],
) -> Judged:
    wanted = {
        (episode, rubric.hash, judge.name) for episode in episodes for rubric in rubrics for judge in judges
    }
    ours = [rating for rating in found if rating.key in wanted]
    missing = Counter(str(rating.missing) for rating in ours if rating.missing is not None)
    rated = sum(rating.value is not None for rating in ours)
    return Judged(len(episodes), len(wanted), rated, dict(sorted(missing.items())))
