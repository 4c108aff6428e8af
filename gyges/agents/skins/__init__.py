"""Skins: the words in which a world is told. The world itself knows none.

A skin is a folder of text files (`settlement/skin.txt` says which). Some come
with the package; others are folders of the user's own, given by their path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gyges.agents.skins.calls import call_names
from gyges.agents.skins.complete import check
from gyges.agents.skins.files import BadSkin, digest, fill, lines, parts

__all__ = ["FOLDER", "BadSkin", "Skin", "Wording", "fill", "load", "names"]

FOLDER = Path(__file__).parent


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
    people: Mapping[str, str]
    """What is said to people who speak, and in which words they are quoted; empty where nobody can speak."""
    calls: Mapping[str, str]
    """What a typed call names each act by, made of the words of its text, the skin's own where it has one."""


@dataclass(frozen=True, slots=True)
class Skin:
    """One skin."""

    name: str
    summary: str
    canary: str
    """What marks its files, so that a model trained on them can be told."""
    names: tuple[str, ...]
    """What people are called."""
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


def names() -> tuple[str, ...]:
    """Names of the skins that come with the package."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/skin.txt")))


@cache
def load(name: str) -> Skin:
    """The skin of that name, or the one in the folder at that path.

    Raises:
        BadSkin: there is no such skin, a file of it is missing or malformed, or a text is.

    >>> load("settlement").names[0]
    'Ada'
    """
    folder = Path(name) if "/" in name or "\\" in name else FOLDER / name
    if not (folder / "skin.txt").is_file():
        raise BadSkin(f"unknown skin '{name}'; there is {', '.join(names())}, or give a folder's path")
    front, _ = parts(folder / "skin.txt")
    numbers = sorted(int(path.name) for path in folder.iterdir() if path.is_dir() and path.name.isdigit())
    if numbers != list(range(len(numbers))) or not numbers:
        raise BadSkin(f"skin '{name}' needs wordings in folders named 0, 1, 2 ...")
    try:
        return Skin(
            name=front["name"],
            summary=front["summary"],
            canary=front["canary"],
            names=tuple(parts(folder / "names.txt")[1].split()),
            wordings=tuple(_wording(folder, number) for number in numbers),
            hash=digest(folder, folder.rglob("*.txt")),
        )
    except KeyError as error:
        raise BadSkin(f"skin '{name}': skin.txt says no {error}") from None


def _wording(folder: Path, number: int) -> Wording:
    """A wording: its own files, and for what it does not say itself the skin's."""
    own = folder / str(number)
    system, can, layout = (
        parts(path if (path := own / f"{part}.txt").is_file() else folder / path.name)[1]
        for part in ("system", "can", "layout")
    )
    acts, effects, phrases, people = (
        _merged(folder / f"{part}.txt", own / f"{part}.txt")
        for part in ("acts", "effects", "phrases", "people")
    )
    check(f"skin '{folder.name}', wording {number}", acts, effects, phrases)
    calls = call_names(acts | _merged(folder / "acts.txt"))
    return Wording(system, can, layout, acts, effects, phrases, people, calls)


def _merged(*paths: Path) -> dict[str, str]:
    """The lines of those files that there are; a later file's line goes before one of the same name."""
    return {name: said for path in paths if path.is_file() for name, said in lines(path).items()}
