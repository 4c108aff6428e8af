"""Skins: the words in which a world is told. The world itself knows none.

A skin is a folder of text files (`settlement/skin.txt` says which). One comes
with the package; others are folders of the user's own, given by their path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gyges.agents.policy import Arm

FOLDER = Path(__file__).parent
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class BadSkin(ValueError):
    """There is no such skin, or a file of it cannot be used."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of saying everything that a skin says."""

    system: str
    """The steward's job, without a moral word."""
    can: str
    """What the arm `can` adds to it."""
    layout: str
    """How an observation is laid out."""
    acts: Mapping[str, str]
    """What each act of the catalogue does."""
    effects: Mapping[str, str]
    """What each effect and each field is called."""
    phrases: Mapping[str, str]
    """Everything else that is said."""

    def job(self, arm: Arm) -> str:
        """The system text of one arm: `can` is `will` and one paragraph more."""
        return self.system if arm == "will" else f"{self.system}\n\n{self.can}"


@dataclass(frozen=True, slots=True)
class Skin:
    """One skin."""

    name: str
    summary: str
    canary: str
    """What marks its files, so that a model trained on them can be told."""
    names: tuple[str, ...]
    """First names of people."""
    wordings: tuple[Wording, ...]
    hash: str
    """Sixteen hexadecimal digits of the hash of all its files."""

    def wording(self, number: int) -> Wording:
        """The wording of that number.

        Raises:
            BadSkin: there is none.
        """
        if not 0 <= number < len(self.wordings):
            raise BadSkin(f"skin '{self.name}' has wordings 0..{len(self.wordings) - 1}, not {number}")
        return self.wordings[number]


@cache
def load(name: str) -> Skin:
    """The skin of that name, or the one in the folder at that path.

    Raises:
        BadSkin: there is no such skin, or a file of it is missing or malformed.

    >>> load("settlement").names[0]
    'Ada'
    """
    folder = Path(name) if "/" in name or "\\" in name else FOLDER / name
    if not (folder / "skin.txt").is_file():
        known = ", ".join(sorted(path.parent.name for path in FOLDER.glob("*/skin.txt")))
        raise BadSkin(f"unknown skin '{name}'; there is {known}, or give a folder's path")
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.txt")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    front, _ = _parts(folder / "skin.txt")
    numbers = sorted(int(path.name) for path in folder.iterdir() if path.is_dir() and path.name.isdigit())
    if numbers != list(range(len(numbers))) or not numbers:
        raise BadSkin(f"skin '{name}' needs wordings in folders named 0, 1, 2 ...")
    try:
        return Skin(
            name=front["name"],
            summary=front["summary"],
            canary=front["canary"],
            names=tuple(_parts(folder / "names.txt")[1].split()),
            wordings=tuple(_wording(folder / str(number)) for number in numbers),
            hash=digest.hexdigest()[:16],
        )
    except KeyError as error:
        raise BadSkin(f"skin '{name}': skin.txt says no {error}") from None


def fill(template: str, **values: Any) -> str:
    """Put values in the places of `{names}`; other braces stay as they are.

    Raises:
        BadSkin: the template names a value that is not there.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise BadSkin(f"a text asks for {match[0]}; it may ask for {', '.join(values)}")
        return str(values[match[1]])

    return PLACEHOLDER.sub(value, template)


def _wording(folder: Path) -> Wording:
    system, can, layout = (_parts(folder / f"{part}.txt")[1] for part in ("system", "can", "layout"))
    acts, effects, phrases = (_lines(folder / f"{part}.txt") for part in ("acts", "effects", "phrases"))
    return Wording(system, can, layout, acts, effects, phrases)


def _parts(path: Path) -> tuple[dict[str, str], str]:
    """A file's front matter and what follows it."""
    try:
        pieces = path.read_text(encoding="utf-8").split("---\n", 2)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSkin(f"{path.name} of a skin cannot be read: {error}") from None
    if len(pieces) != 3 or pieces[0]:
        raise BadSkin(f"{path.name} of a skin lacks its front matter between two lines of ---")
    return _pairs(pieces[1], path), pieces[2].strip()


def _lines(path: Path) -> dict[str, str]:
    """Texts by name, one `name: text` a line."""
    return _pairs(_parts(path)[1], path)


def _pairs(text: str, path: Path) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, said = line.partition(":")
        if not colon:
            raise BadSkin(f"{path.name} of a skin has a line without a colon: '{line}'")
        pairs[name.strip()] = said.strip()
    return pairs
