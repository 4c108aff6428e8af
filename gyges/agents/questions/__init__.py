"""Questions that are asked aside, in copies of the conversation, as data files.

A question is a TOML file: one of this folder by its name, or one of the user's own by its path.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from gyges.agents.policy import Exchange, Missing

FOLDER = Path(__file__).parent
STEPS = 9
"""Ways to divide that a slider offers."""
LONGEST_TEXT = 4000
"""Characters of an answer in words."""

Value: TypeAlias = int | str | list[int] | list[list[int]]
"""An answer: the index of an option shown, words, a number an item, or [self, other] a slider."""


class BadQuestion(ValueError):
    """There is no such question, or it cannot be used; one line says how to mend it."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question, as its file holds it."""

    kind: Literal["option", "scale", "slider", "word", "text"]
    """What is asked for: an option, a number an item, a division a slider, a word, or text."""
    text: str
    canary: str = ""
    items: tuple[str, ...] = ()
    """Statements of a scale."""
    low: int = 0
    high: int = 0
    """Ends of a scale."""
    sliders: tuple[tuple[int, int, int, int], ...] = ()
    """(self, other) at either end."""
    words: tuple[str, ...] = ()
    name: str = ""
    hash: str = ""
    """Sixteen hexadecimal digits of the hash of its file and of the form it is put in."""

    def accepts(self, value: Any, options: int) -> bool:
        """Whether a value is an answer to it, where so many options are shown."""
        match self.kind:
            case "option":
                return _whole(value, 0, options - 1)
            case "scale":
                return _each(value, len(self.items), lambda item, _: _whole(item, self.low, self.high))
            case "slider":
                splits = [[list(split) for split in divisions(slider)] for slider in self.sliders]
                return _each(value, len(splits), lambda item, row: item in splits[row])
            case "word":
                return value in self.words
            case "text":
                return isinstance(value, str) and bool(value.strip())


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: a value, or the reason why there is none."""

    value: Value | None = None
    missing: Missing | None = None
    exchange: Exchange | None = None


def names() -> tuple[str, ...]:
    """The questions that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load(name: str) -> Question:
    """The question of that name, or the one in the file at that path.

    Raises:
        BadQuestion: there is none, or it is malformed.

    >>> load("svo").sliders[0]
    (85, 85, 85, 15)
    """
    path = Path(name) if "/" in name else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise BadQuestion(
            f"unknown question '{name}'; there is {', '.join(names())}, or give the path of a TOML file"
        )
    data = path.read_bytes()
    try:
        question = msgspec.convert(tomllib.loads(data.decode()), Question)
    except (ValueError, msgspec.ValidationError) as error:
        raise BadQuestion(f"{path}: {str(error).splitlines()[0]}") from None
    needed = {
        "scale": question.items and question.low < question.high,
        "slider": question.sliders,
        "word": question.words,
    }
    if not needed.get(question.kind, True):
        raise BadQuestion(
            f"{path}: a '{question.kind}' needs its items, low and high, its sliders, or its words"
        )
    digest = hashlib.sha256(data + (FOLDER / "form.txt").read_bytes()).hexdigest()[:16]
    return msgspec.structs.replace(question, name=name, hash=digest)


def asked(text: str) -> tuple[Question, tuple[int, ...]]:
    """The question and the turns, from 0, of a text such as `svo@0` or `test@0,10,20`.

    Raises:
        BadQuestion: the text is not so, or there is no such question.
    """
    name, at, turns = text.rpartition("@")
    numbers = turns.split(",")
    if not at or not all(number.isascii() and number.isdigit() for number in numbers):
        raise BadQuestion(f"'{text}' is not NAME@TURN, as in svo@0 or test@0,10")
    return load(name), tuple(dict.fromkeys(map(int, numbers)))


def divisions(slider: Sequence[int]) -> list[tuple[int, int]]:
    """The nine (self, other) of a slider, rounded half up.

    >>> divisions((85, 85, 85, 15))[1], divisions((85, 15, 100, 50))[1]
    ((85, 76), (87, 19))
    """
    own, other, last_own, last_other = slider
    return [(_along(own, last_own, step), _along(other, last_other, step)) for step in range(STEPS)]


def _along(first: int, last: int, step: int) -> int:
    steps = STEPS - 1
    return (2 * (first * (steps - step) + last * step) + steps) // (2 * steps)


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _each(value: Any, count: int, fits: Callable[[Any, int], bool]) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(fits(item, row) for row, item in enumerate(value))
    )
