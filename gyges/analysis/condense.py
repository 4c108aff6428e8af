"""One line an episode: a log boiled down to what the tables hold of it.

A log carries every prompt and reply, and each lies in a file of its own. What the tables need is its
first line, its last, and the usage in between; in this form thousands of logs are read as one file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import msgspec

from gyges.agents.llm.prices import Prices
from gyges.episodes.spec import EpisodeSpec, Outcome


class UnreadableLog(ValueError):
    """A whole line of a log is not JSON of a log's form."""


class Episode(msgspec.Struct, frozen=True, omit_defaults=True):
    """An episode as the tables read it; a shard's lines have the same fields, and no usage."""

    id: str
    spec: EpisodeSpec
    engine: int
    arm_blind: bool = False
    outcome: Outcome | None = None
    usage: dict[str, int] | None = None
    """Counts summed over all exchanges, or None if nothing was asked of a model."""
    seconds: float = 0.0
    usd: float | None = None
    """US dollars for all of it, or None if the price is not known."""


class _Exchange(msgspec.Struct, frozen=True):
    usage: dict[str, int]
    seconds: float = 0.0


class _Line(msgspec.Struct, frozen=True):
    """Any line of a log, without the fields that no table holds."""

    id: str | None = None
    spec: EpisodeSpec | None = None
    engine: int | None = None
    arm_blind: bool = False
    outcome: Outcome | None = None
    exchange: _Exchange | None = None
    model: str | None = None
    """Whose words a line of voices holds; on other lines the steward's own model is asked."""


_read_line = msgspec.json.Decoder(_Line).decode


def condense(logs: Iterable[Path], out: BinaryIO, prices: Prices) -> None:
    """Write a line for each log that has at least its header, priced by a table.

    Raises:
        UnreadableLog: a whole line cannot be read; a torn last line is left out, as nothing rests on it.
    """
    encode = msgspec.json.Encoder().encode
    for log in logs:
        episode = _condensed(log, prices)
        if episode is not None:
            out.write(encode(episode) + b"\n")


def _condensed(log: Path, prices: Prices) -> Episode | None:
    header: _Line | None = None
    outcome: Outcome | None = None
    usage: Counter[str] = Counter()
    unpriced = asked = False
    seconds, usd = 0.0, 0.0
    with log.open("rb") as lines:
        for number, text in enumerate(lines, start=1):
            if not text.endswith(b"\n"):
                break
            try:
                line = _read_line(text)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise UnreadableLog(f"{log}: line {number}: {error}") from None
            if header is None and line.spec is not None:
                header = line
            outcome = line.outcome
            if line.exchange is not None:
                asked = True
                usage.update(line.exchange.usage)
                seconds += line.exchange.seconds
                price = prices.of(line.model or (header.spec.policy if header and header.spec else ""))
                unpriced |= price is None
                usd += 0.0 if price is None else price.cost(line.exchange.usage)
    if header is None or header.id is None or header.spec is None or header.engine is None:
        return None
    return Episode(
        id=header.id,
        spec=header.spec,
        engine=header.engine,
        arm_blind=header.arm_blind,
        outcome=outcome,
        usage=dict(usage) if asked else None,
        seconds=seconds,
        usd=None if unpriced or not asked else usd,
    )
