"""Reading the small text files that prompts are made of: front matter, then a text or a list of texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

PLACEHOLDER = re.compile(r"\{(\w+)\}")
FENCE = "---\n"


class BadSkin(ValueError):
    """A part of the prompt is unknown, or a file of it cannot be used; one line that says how to mend it."""


def fill(template: str, **values: Any) -> str:
    """Put values in the places of `{names}`; other braces stay as they are.

    Raises:
        BadSkin: the template names a value that is not there.
    """
    try:
        return _format(template) % values
    except KeyError as error:
        name = error.args[0]
        raise BadSkin(f"a text asks for {{{name}}}; it may ask for {', '.join(values)}") from None


@lru_cache(maxsize=4096)
def _format(template: str) -> str:
    """The template as a format of the operator %, which fills it in one step."""
    return PLACEHOLDER.sub(r"%(\1)s", template.replace("%", "%%"))


def parts(path: Path) -> tuple[dict[str, str], str]:
    """A file's front matter and what follows it.

    Raises:
        BadSkin: it cannot be read, or has no front matter.
    """
    try:
        pieces = path.read_text(encoding="utf-8").split(FENCE, 2)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSkin(f"{path.name} of a skin cannot be read: {error}") from None
    if len(pieces) != 3 or pieces[0]:
        raise BadSkin(f"{path.name} of a skin lacks its front matter between two lines of ---")
    return _pairs(pieces[1], path), pieces[2].strip()


def lines(path: Path) -> dict[str, str]:
    """Texts by name, one `name: text` a line; lines that begin with # are left out."""
    return _pairs(parts(path)[1], path)


def digest(root: Path, paths: Iterable[Path]) -> str:
    """Sixteen hexadecimal digits of the hash of some files and of their places under a folder."""
    of = hashlib.sha256()
    for path in sorted(paths):
        of.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return of.hexdigest()[:16]


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
