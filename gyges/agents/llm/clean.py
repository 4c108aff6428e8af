"""Making what a server sent safe to keep: JSON that any log can hold, without the key."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

import msgspec

SHORTEST_SECRET = 8
"""A shorter key is a placeholder for a server that asks for none, not a secret."""
REDACTED = "[key]"
DEEPEST = 64
"""Levels of nesting that are kept."""
LARGEST_INTEGER = 2**63 - 1
LONG_NUMBER = b"0" * len(str(LARGEST_INTEGER))
DIGITS_AS_ZEROS = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories of which a screen is shown nothing."""
SECRET = re.compile(r"[\w.~+=-]+", re.ASCII)
"""Keys of characters that JSON writes in one way alone, where it does not escape what it need not."""


def cleaned(value: Any, secret: str) -> Any:
    """The JSON value with the key blanked and with nothing in it that JSON writers choke on.

    Lone surrogates become question marks; integers beyond 64 bits, numbers that are not finite
    and whatever is nested deeper than `DEEPEST` become None.
    """
    try:
        text = msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return _walked(value, secret, 0)
    # Most values are clean as they are, and telling so from their text takes a fraction of the walk.
    if LONG_NUMBER in text.translate(DIGITS_AS_ZEROS) or (secret and not _absent(secret, text)):
        return _walked(value, secret, 0)
    clean = msgspec.json.decode(text)
    nested = text.count(b"[") + text.count(b"{") > DEEPEST and _too_deep(clean)
    return _walked(value, secret, 0) if nested else clean


def _too_deep(value: Any) -> bool:
    """Whether an array or object, as decoded, is nested deeper than `DEEPEST`, told level by level."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            held
            for outer in level
            for held in (outer.values() if type(outer) is dict else outer)
            if type(held) is dict or type(held) is list
        ]
        if not level:
            return False
    return True


def _absent(secret: str, text: bytes) -> bool:
    """Whether a key is nowhere in a JSON text; one that JSON may write in two ways is taken to be there."""
    return SECRET.fullmatch(secret) is not None and secret.encode() not in text


def _walked(value: Any, secret: str, depth: int) -> Any:
    if isinstance(value, str):
        return hidden(value.encode("utf-8", "replace").decode(), secret)
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        items = value.items()
        return {_walked(name, secret, 0): _walked(held, secret, depth + 1) for name, held in items}
    if isinstance(value, list):
        return [_walked(held, secret, depth + 1) for held in value]
    beyond = abs(value) > LARGEST_INTEGER if isinstance(value, int) else False
    return None if beyond or (isinstance(value, float) and not math.isfinite(value)) else value


def hidden(text: str, secret: str) -> str:
    """The text with the key blanked."""
    return text.replace(secret, REDACTED) if len(secret) >= SHORTEST_SECRET else text


def printable(text: str, longest: int) -> str:
    """The text's first characters without control characters, line ends and tabs excepted."""
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept)[:longest]


def visible(text: str) -> str:
    r"""The text without what moves a cursor, turns the writing round or shows nothing; line ends, tabs stay.

    >>> visible("a\x1b[31mb\u202ec\u200bd")
    'a[31mbcd'
    """
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in UNSEEN)
