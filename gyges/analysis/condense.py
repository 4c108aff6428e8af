"""One line an episode: a log boiled down to what the tables hold of it.

A log carries every prompt and reply, and each lies in a file of its own. What the tables need is its
first line, its last, and in between the usage and what was asked aside; in this form thousands of logs
are read as one file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from gyges.agents.llm.prices import Prices
from gyges.episodes.spec import EpisodeSpec, Outcome


class UnreadableLog(ValueError):
    """A whole line of a log is not JSON of a log's form."""


class Asked(msgspec.Struct, frozen=True):
    """A question put aside before a decision, with what was then decided."""

    turn: int
    question: str
    hash: str
    answer: str = ""
    """As JSON; empty if there is none."""
    missing: str = ""
    """Why there is none."""
    took: int = -1
    """Index of the option taken at the decision, or -1."""
    said_best: int = -1
    """Of an answer that names an option: 1 if none was expected to do more for people's welfare, else 0."""
    took_best: int = -1
    """The same of the option taken."""


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
    probes: tuple[Asked, ...] = ()


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
    t: int = -1
    question: str | None = None
    hash: str = ""
    answer: msgspec.Raw = msgspec.Raw(b"null")
    missing: str | None = None
    choice: int | None = None
    consequences: msgspec.Raw = msgspec.Raw(b"[]")
    model: str | None = None
    """Whose words a line of voices holds; on other lines the steward's own model is asked."""


_read_line = msgspec.json.Decoder(_Line).decode
_read_consequences = msgspec.json.Decoder(list[list[int]]).decode


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
    probes: list[Asked] = []
    due: list[_Line] = []
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
            if line.question is not None:
                due.append(line)
            elif due:
                probes += _answered(due, line)
                due = []
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
        probes=tuple(probes),
    )


def _answered(probes: Iterable[_Line], decision: _Line) -> Iterator[Asked]:
    """What was asked before a decision, with that decision."""
    gains = [sum(persons) for persons in _read_consequences(decision.consequences)]
    for probe in probes:
        answer = msgspec.json.decode(probe.answer)
        yield Asked(
            probe.t,
            probe.question or "",
            probe.hash,
            "" if answer is None else bytes(probe.answer).decode(),
            probe.missing or "",
            -1 if decision.choice is None else decision.choice,
            _is_best(answer, gains),
            _is_best(decision.choice, gains),
        )


def _is_best(option: Any, gains: Sequence[int]) -> int:
    """Whether an option gains people as much as any: 1 or 0; -1 where it is no option."""
    known = isinstance(option, int) and 0 <= option < len(gains)
    return int(gains[option] == max(gains)) if known else -1
