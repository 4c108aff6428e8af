"""Making what a server sent safe to keep: JSON that any log can hold, without the key."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

SHORTEST_SECRET = 8
"""A shorter key is a placeholder for a server that asks for none, not a secret."""
REDACTED = "[key]"
DEEPEST = 64
"""Levels of nesting that are kept."""
LARGEST_INTEGER = 2**63 - 1


def cleaned(value: Any, secret: str, depth: int = 0) -> Any:
    """The JSON value with the key blanked and with nothing in it that JSON writers choke on.

    Lone surrogates become question marks; integers beyond 64 bits, numbers that are not finite
    and whatever is nested deeper than `DEEPEST` become None.
    """
    if isinstance(value, str):
        return hidden(value.encode("utf-8", "replace").decode(), secret)
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {cleaned(name, secret): cleaned(held, secret, depth + 1) for name, held in value.items()}
    if isinstance(value, list):
        return [cleaned(held, secret, depth + 1) for held in value]
    beyond = abs(value) > LARGEST_INTEGER if isinstance(value, int) else False
    return None if beyond or (isinstance(value, float) and not math.isfinite(value)) else value


def hidden(text: str, secret: str) -> str:
    """The text with the key blanked."""
    return text.replace(secret, REDACTED) if len(secret) >= SHORTEST_SECRET else text


def printable(text: str, longest: int) -> str:
    """The text's first characters without control characters, line ends and tabs excepted."""
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept)[:longest]
