"""Rubrics by which models rate transcripts, as data files.

A rubric is a TOML file: one of this folder by its name, or one of the user's own by its path.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from gyges.agents.llm.clean import printable
from gyges.agents.skins import fill

FOLDER = Path(__file__).parent
FORM = FOLDER / "form.toml"
MOST = 60_000
"""Characters of a transcript that are shown, shared evenly among its pieces."""
FEWEST = 200
"""Characters of a piece that are shown however many there are."""


class BadRubric(ValueError):
    """There is no such rubric, or it cannot be used; one line says how to mend it."""


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rubric, as its file holds it."""

    level: Literal["nominal", "ordinal", "interval"]
    """What its numbers mean: names, ranks, or distances."""
    low: int
    high: int
    text: str
    canary: str = ""
    anchors: dict[str, str] = {}
    """What some of the numbers stand for."""
    name: str = ""
    hash: str = ""
    """Sixteen hexadecimal digits of the hash of its file and of the form it is put in."""


class Piece(NamedTuple):
    """Something that was said aloud or thought."""

    turn: int
    """From 0."""
    kind: Literal["said", "thought"]
    words: str


def names() -> tuple[str, ...]:
    """The rubrics that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if path != FORM))


@cache
def load(name: str) -> Rubric:
    """The rubric of that name, or the one in the file at that path.

    Raises:
        BadRubric: there is none, or it is malformed.

    >>> load("suspicion").high
    7
    """
    path = Path(name) if "/" in name else FOLDER / f"{name}.toml"
    if not path.is_file() or path == FORM:
        raise BadRubric(
            f"unknown rubric '{name}'; there is {', '.join(names())}, or give the path of a TOML file"
        )
    data = path.read_bytes()
    try:
        rubric = msgspec.convert(tomllib.loads(data.decode()), Rubric)
    except (ValueError, msgspec.ValidationError) as error:
        raise BadRubric(f"{path}: {str(error).splitlines()[0]}") from None
    values = range(rubric.low, rubric.high + 1)
    if len(values) < 2 or any(anchor not in map(str, values) for anchor in rubric.anchors):
        raise BadRubric(f"{path}: 'low' must be below 'high', and every anchor a number from low to high")
    digest = hashlib.sha256(data + FORM.read_bytes()).hexdigest()[:16]
    return msgspec.structs.replace(rubric, name=name, hash=digest)


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """A rubric as it is put with one transcript."""

    rubric: Rubric
    transcript: Sequence[Piece]

    @property
    def name(self) -> str:
        """The rubric's name."""
        return self.rubric.name

    @property
    def text(self) -> str:
        """The whole of it, with how to answer: the rubric, its anchors, the transcript."""
        form, rubric = _form(), self.rubric
        longest = max(FEWEST, MOST // max(len(self.transcript), 1))
        anchors = [fill(form["anchor"], value=value, text=text) for value, text in rubric.anchors.items()]
        pieces = [
            fill(
                form[piece.kind],
                week=piece.turn + 1,
                words=json.dumps(printable(piece.words, longest), ensure_ascii=False),
            )
            for piece in self.transcript
        ]
        how = fill(form["how"], low=rubric.low, high=rubric.high)
        parts = (rubric.text, "\n".join(anchors), "\n".join([form["material"], *pieces]), how)
        return "\n\n".join(part for part in parts if part)

    def read(self, given: Any) -> int | None:
        """The rating that was given; None if it is none."""
        whole = isinstance(given, int) and not isinstance(given, bool)
        return given if whole and self.rubric.low <= given <= self.rubric.high else None


def system() -> str:
    """What a judge is told its job is."""
    return _form()["system"]


@cache
def _form() -> Mapping[str, str]:
    """How a rubric is put."""
    return tomllib.loads(FORM.read_text(encoding="utf-8"))
