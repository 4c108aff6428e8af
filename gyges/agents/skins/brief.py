"""What is put together with a skin: a persona, a cue and an interface, small files that fit every skin."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from gyges.agents import skins
from gyges.agents.policy import Arm, Brief, Interface
from gyges.agents.skins import FOLDER, BadSkin
from gyges.agents.skins.files import digest, lines, parts

if TYPE_CHECKING:
    pass

Kind = Literal["persona", "cue"]
PARTS: Mapping[Kind, Path] = {"persona": FOLDER / "personas", "cue": FOLDER / "cues"}
"""Where the parts of each kind are that come with the package."""
INTERFACES = FOLDER / "interfaces"


class Telling(Protocol):
    """Whatever names the parts of a prompt: the spec of an episode, or of a sweep."""

    @property
    def skin(self) -> str:
        """Name of a skin, or path of its folder."""
        ...

    @property
    def wording(self) -> int:
        """Number of the wording family."""
        ...

    @property
    def persona(self) -> str:
        """Name of a persona, or path of its file."""
        ...

    @property
    def cue(self) -> str:
        """Name of a cue, or path of its file."""
        ...

    @property
    def interface(self) -> Interface:
        """How options are answered."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A persona or a cue."""

    summary: str
    text: str
    """What it adds to the system text; empty for none."""
    hash: str


def brief(of: Telling) -> Brief:
    """The parts of a prompt that a spec names."""
    return Brief(of.skin, of.wording, of.persona, of.cue, of.interface)


def part_names(kind: Kind) -> tuple[str, ...]:
    """Names of the personas or cues that come with the package."""
    return tuple(sorted(path.stem for path in PARTS[kind].glob("*.txt")))


@cache
def part(kind: Kind, name: str) -> Part:
    """The persona or the cue of that name, or the one in the file at that path.

    Raises:
        BadSkin: there is none, or its file cannot be used.
    """
    path = Path(name) if "/" in name or "\\" in name else PARTS[kind] / f"{name}.txt"
    if not path.is_file():
        raise BadSkin(
            f"unknown {kind} '{name}'; there is {', '.join(part_names(kind))}, or give a file's path"
        )
    front, text = parts(path)
    if "summary" not in front:
        raise BadSkin(f"{kind} '{name}' says no 'summary' in its front matter")
    return Part(front["summary"], text, digest(path.parent, [path]))


@cache
def interface(name: str) -> Mapping[str, str]:
    """What is said of the call by which a steward answers: one text for each argument, and more."""
    return lines(INTERFACES / f"{name}.txt")


def job(told: Brief, arm: Arm) -> str:
    """The system text: who it is, what its job is, what the arm `can` adds, and the cue.

    Raises:
        BadSkin: a part of the brief cannot be used.
    """
    wording = skins.load(told.skin).wording(told.wording)
    texts = (
        part("persona", told.persona).text,
        wording.system,
        wording.can if arm == "can" else "",
        part("cue", told.cue).text,
    )
    return "\n\n".join(text for text in texts if text)


def fingerprint(told: Brief) -> str:
    """Sixteen hexadecimal digits that change with any word that the brief stands for."""
    skin = skins.load(told.skin)
    skin.wording(told.wording)
    hashes = (skin.hash, part("persona", told.persona).hash, part("cue", told.cue).hash)
    whole = "/".join((*hashes, digest(INTERFACES, [INTERFACES / f"{told.interface}.txt"])))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
