"""Lines of a log: what an episode leaves behind, one JSON record a line, chained.

Every record ends in `chain` = sha256(previous chain + the line's bytes, newline
included, with the chain field blank), in hexadecimal; the first line's previous
chain is empty. So a changed byte breaks the chain at its own line.

A plain or model policy leaves a `Header`, a `Turn` for every decision, a `Probe` for
every question put aside, and an `End` in a file of its own. A batched policy leaves one
`ScriptedLine` an episode.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Protocol, TypeAlias

import msgspec

from gyges.agents.policy import Decision, Exchange, Missing, Promise
from gyges.episodes.spec import EpisodeSpec, Outcome

CANARY = "8b1178e3-646b-4ce7-9133-2b25bfa377f0"
"""Marks logs of this project, so that training sets can leave them out."""

FORCED = 253
"""Code of a decision that is not asked for, an act being done in the steward's name."""

NOT_ASKED = 254
"""Code of a decision that is not asked for, the steward having handed its power back."""

MISSING = 255
"""Code of a missing decision."""

_BLANK_END = b'"chain":""}\n'
_CHAIN_DIGITS = 64


class BrokenChain(ValueError):
    """A line is not the one that was written at this place."""


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="line"):
    """A line of an episode's log says which it is in its field `line`."""


class Header(_Line, frozen=True, kw_only=True, tag="header"):
    """First line of an episode's log."""

    schema: int
    """Version of the log's form."""
    gyges: str
    """Version of the package that wrote the log."""
    engine: int
    """`world.ENGINE` of the world the episode was lived in."""
    spec: EpisodeSpec
    id: str
    """`spec.id`"""
    canary: str = CANARY
    arm_blind: bool = False
    """Whether the policy said that the arm cannot reach it."""
    chain: str = ""


class ExchangeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What went over the wire for one decision: `agents.policy.Exchange`, as logged."""

    raw: list[Any]
    usage: dict[str, int]
    seconds: float = 0.0


class Turn(_Line, frozen=True, kw_only=True, tag="turn"):
    """One decision. A turn of d decisions is d lines; its close is told on the last of them.

    A decision with neither `choice` nor `missing` was not asked for: the steward had handed its power
    back, and its menu and consequences are empty; or an act was `forced`.
    """

    t: int
    """Turn, from 0."""
    steward: int = 0
    """Number of the steward that decided."""
    decision: int
    """Which of the turn's decisions, from 0; of several stewards, all theirs are counted together."""
    menu: list[tuple[str, int, int]] = []
    """(act, target, amount) of each option in the order shown, standing ones last; amount in thousandths."""
    order: list[int] = []
    """Rank of each option shown in the canonical order."""
    choice: int | None = None
    """Index of the option taken, in the order shown."""
    forced: int | msgspec.UnsetType = msgspec.UNSET
    """Index of the option that was carried out in the steward's name; left out where none was."""
    missing: Missing | None = None
    words: str | None = None
    promises: list[Promise] = []
    """Made with the decision, before it was carried out."""
    report: dict[str, int] | None = None
    """Figures told to the council, by entry of the ledger."""
    heard_by: int | None = None
    """Number of the steward who alone heard the words; None where they were said aloud, or nothing was."""
    note: str | None = None
    exchange: ExchangeRecord | None = None
    memory: Any = None
    consequences: list[list[int]] = []
    """Expected change of each person's mean welfare, against waiting: [option][person], thousandths."""
    came: list[int] | None = None
    """Change of each person's welfare over the turn as it came, thousandths; on the last line of a turn."""
    welfare: int | None = None
    """Sum of the people's welfare at the turn's close, thousandths; on the last line of a turn."""
    counted: int | None = None
    """How many it is summed over: everyone there has ever been, not those yet to come; likewise."""
    digest: str | None = None
    """Hash of the whole world at the turn's close, 16 hexadecimal digits; on the last line of a turn."""
    chain: str = ""

    @property
    def code(self) -> int:
        """The decision as one byte: the index taken, `MISSING`, `NOT_ASKED` or `FORCED`."""
        if self.choice is not None:
            return self.choice
        if self.forced is not msgspec.UNSET:
            return FORCED
        return NOT_ASKED if self.missing is None else MISSING


class Probe(_Line, frozen=True, kw_only=True, tag="probe"):
    """A question put aside, in a copy of the conversation, before the first decision of a turn.

    It stands before that decision's line, and nothing of the episode rests on it.
    """

    t: int
    """Turn, from 0."""
    steward: int = 0
    """Number of the steward that was asked."""
    question: str
    """Its name, or the path of its file."""
    hash: str
    """`Question.hash`: what it was asked in."""
    answer: Any = None
    """As `agents.questions.Value`; None if there is none."""
    missing: Missing | None = None
    exchange: ExchangeRecord | None = None
    chain: str = ""


class Voiced(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What came of asking one person to speak."""

    person: int
    """Index of the person."""
    words: str | None = None
    missing: Missing | None = None
    """Why there are no words."""


class Voices(_Line, frozen=True, kw_only=True, tag="voices"):
    """What people say to the steward before the first decision of a turn, in a model's words.

    It stands before that decision's line, and is shown with it however often the episode is gone on with.
    """

    t: int
    """Turn, from 0."""
    model: str
    """Whose words they are."""
    said: list[Voiced]
    exchange: ExchangeRecord | None = None
    chain: str = ""


class End(_Line, frozen=True, kw_only=True, tag="end"):
    """Last line of a finished episode; the outcome counts decisions expected, decided and missing."""

    outcome: Outcome
    chain: str = ""


class ScriptedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole episode of a batched policy: its decisions, from which the rest is recomputed."""

    id: str
    spec: EpisodeSpec
    engine: int
    policy_hash: str
    """Hash of what the policy is made of, so that two versions of one name are told apart."""
    arm_blind: bool | msgspec.UnsetType = msgspec.UNSET
    """True where the policy said that the arm cannot reach it; left out otherwise, for lines are many."""
    decisions: bytes
    """One code a decision, turn by turn: the index shown, `MISSING`, `NOT_ASKED` or `FORCED`."""
    digests: bytes
    """Hash of the whole world at each turn's close, 8 bytes a turn, little-endian."""
    answers: bytes | msgspec.UnsetType = msgspec.UNSET
    """What the policy answered the council, as `episodes.words.Stored`; left out where it never did."""
    outcome: Outcome
    chain: str = ""


EpisodeLine: TypeAlias = Header | Turn | Probe | Voices | End

_encoder = msgspec.json.Encoder()
_episode_line: msgspec.json.Decoder[EpisodeLine] = msgspec.json.Decoder(EpisodeLine)
_scripted_line = msgspec.json.Decoder(ScriptedLine)


class Chained(Protocol):
    """A record, a `msgspec.Struct`, whose last field is its chain."""

    @property
    def chain(self) -> str:
        """Hexadecimal, blank until it is sealed."""
        ...


def seal(record: Chained, previous: str) -> tuple[bytes, str]:
    """The record as a line, newline included, chained to the line before it; and its chain."""
    if record.chain and isinstance(record, msgspec.Struct):
        record = msgspec.structs.replace(record, chain="")
    blank = _encoded(record) + b"\n"
    assert blank.endswith(_BLANK_END)
    chain = _link(previous, blank)
    return blank[:-3] + chain.encode() + blank[-3:], chain


def unseal(line: bytes, previous: str) -> str:
    """The chain of a line read back.

    Raises:
        BrokenChain: the line, or one before it, is not what was written.
    """
    start = len(line) - 3 - _CHAIN_DIGITS
    blank = line[: max(start, 0)] + line[-3:]
    chain = _link(previous, blank)
    if not blank.endswith(_BLANK_END) or line[start:-3] != chain.encode():
        raise BrokenChain("the chain is broken")
    return chain


def read_episode_line(line: bytes) -> EpisodeLine:
    """The record of one line of an episode's log. Raises msgspec.DecodeError."""
    return _episode_line.decode(line)


def read_scripted_line(line: bytes) -> ScriptedLine:
    """The record of one line of a shard. Raises msgspec.DecodeError."""
    return _scripted_line.decode(line)


def whole_lines(data: bytes) -> Iterator[bytes]:
    """The lines of a file that end in a newline, newline kept; a torn tail is left out."""
    start = 0
    while end := data.find(b"\n", start) + 1:
        yield data[start:end]
        start = end


def as_json(value: Any) -> Any:
    """The value as it will be read back from a log: tuples as lists, keys as text.

    Raises:
        TypeError: the value is not JSON.
    """
    try:
        return msgspec.json.decode(_encoded(value))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise TypeError(f"not JSON: {error}") from None


def answer(decision: Decision) -> dict[str, Any]:
    """The fields of a `Turn` that a policy's decision fills."""
    return {
        "choice": decision.option,
        "missing": decision.missing,
        "words": decision.words,
        "promises": list(decision.promises),
        "report": None if decision.report is None else dict(decision.report),
        "note": decision.note,
        "exchange": exchanged(decision.exchange),
        "memory": decision.memory,
    }


def exchanged(exchange: Exchange | None) -> ExchangeRecord | None:
    """What went over the wire, as logged."""
    if exchange is None:
        return None
    return ExchangeRecord(list(exchange.raw), dict(exchange.usage), exchange.seconds)


def _link(previous: str, blank: bytes) -> str:
    return hashlib.sha256(previous.encode() + blank).hexdigest()


def _encoded(value: Any) -> bytes:
    """The value as JSON; a model may write half a surrogate pair, which UTF-8 cannot hold."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_storable(msgspec.to_builtins(value)))


def _storable(value: Any) -> Any:
    """The value with every character that UTF-8 cannot hold replaced by a question mark."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value
