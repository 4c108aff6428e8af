"""RUN/sweep.toml: the sweep as it was frozen before the first decision.

The file is the sweep itself and a table `frozen` of what it was run with. Its
`seal` is the SHA-256 of the whole file with the seal blank, so that not a byte
of it can change unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from gyges.episodes.store import Damaged, Refused
from gyges.episodes.sweep import BadSweep, Sweep, parse_sweep

PACKAGES = ("numpy", "numba", "msgspec", "anthropic", "openai")
"""Packages whose versions a run records."""

_BLANK_SEAL = b'seal = ""'


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep was frozen with."""

    sweep: str
    """`Sweep.hash`"""
    engine: int
    gyges: str
    python: str
    prompts: str
    """Hash of skin, persona, cue and interface, which hold every word of a prompt."""
    packages: dict[str, str]
    questions: dict[str, str] = {}
    """Hash of each question that is put aside, by name."""
    seal: str = ""


def freeze(sweep: Sweep, run: Path) -> None:
    """Write RUN/sweep.toml, or make sure that the one there is this sweep.

    Raises:
        Refused: the folder holds another sweep, or one of another engine or other prompts.
        Damaged: its sweep.toml is not what was written.
    """
    path = run / "sweep.toml"
    if path.exists():
        there, frozen = thaw(run)
        if there != sweep:
            differing = ", ".join(
                name for name in Sweep.__struct_fields__ if getattr(there, name) != getattr(sweep, name)
            )
            raise Refused(f"{run} holds another sweep (see {differing}); choose another folder with -o")
        _refuse_strangers(frozen, present(sweep), run)
        return
    run.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(_sealed(sweep, present(sweep)))
    part.replace(path)


def thaw(run: Path) -> tuple[Sweep, Frozen]:
    """The sweep of a run folder, and what it was frozen with.

    Raises:
        BadSweep: the folder holds no sweep.
        Damaged: its sweep.toml is not what was written.
    """
    path = run / "sweep.toml"
    if not path.is_file():
        raise BadSweep(f"{run} holds no sweep.toml; name a folder that `gyges sweep` has made")
    data = path.read_bytes()
    try:
        text = data.decode()
        frozen = msgspec.convert(tomllib.loads(text)["frozen"], Frozen)
        sweep = parse_sweep(text, path)
        whole = len(frozen.seal) == 64 and _seal(data.replace(frozen.seal.encode(), b"")) == frozen.seal
    except (ValueError, KeyError, msgspec.ValidationError):
        whole = False
    if not whole:
        raise Damaged(path, "its seal", "the file is not what was frozen")
    return sweep, frozen


def present(sweep: Sweep) -> Frozen:
    """What a sweep would be frozen with here."""
    from gyges.agents.questions import asked
    from gyges.agents.skins.brief import brief, fingerprint
    from gyges.world import ENGINE

    return Frozen(
        sweep=sweep.hash,
        engine=ENGINE,
        gyges=installed("gyges"),
        python=platform.python_version(),
        prompts=fingerprint(brief(sweep)),
        questions={question.name: question.hash for question, _ in map(asked, sweep.ask)},
        packages={name: installed(name) for name in PACKAGES},
    )


@cache
def installed(package: str) -> str:
    """The version of a package, or `absent`; read from the disk once a process."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _refuse_strangers(frozen: Frozen, here: Frozen, run: Path) -> None:
    if frozen.engine != here.engine:
        raise Refused(
            f"{run} is of engine {frozen.engine}, this is engine {here.engine}; choose another folder with -o"
        )
    if (frozen.prompts, frozen.questions) != (here.prompts, here.questions):
        raise Refused(f"the prompts have changed since {run} was frozen; choose another folder with -o")


def _sealed(sweep: Sweep, frozen: Frozen) -> bytes:
    import tomli_w

    fields: dict[str, Any] = msgspec.to_builtins(sweep)
    if sweep.registration is None:  # TOML has no null
        del fields["registration"]
    blank = tomli_w.dumps({**fields, "frozen": msgspec.to_builtins(frozen)}).encode()
    assert blank.count(_BLANK_SEAL) == 1
    return blank.replace(_BLANK_SEAL, _BLANK_SEAL[:-1] + _seal(blank).encode() + b'"')


def _seal(blank: bytes) -> str:
    return hashlib.sha256(blank).hexdigest()
