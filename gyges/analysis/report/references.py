"""Figures from elsewhere, shown beside a result where the measure is the same, and nowhere else.

`references.toml` holds each with its source and a tag: A an abstract or paper that was seen, S a secondary
source, M from memory and unverified.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from gyges.analysis.measures.catalogue import BY_NAME


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure from elsewhere."""

    of: Literal["people", "models"]
    says: str
    source: str
    tag: Literal["A", "S", "M"]
    measure: str = ""
    """The measure here that it is a figure of; empty where none is the same, and then it is not shown."""
    differs: str = ""
    """Where it is not the same: in what."""

    def __str__(self) -> str:
        kind = {"A": "", "S": ", from a secondary source", "M": ", from memory and unverified"}[self.tag]
        return f"Elsewhere, {self.of}: {self.says} ({self.source}{kind})."


@cache
def references() -> tuple[Reference, ...]:
    """Every reference row there is.

    Raises:
        msgspec.ValidationError: a row is malformed.
        ValueError: one names a measure that there is not, or says neither its measure nor what differs.
    """
    text = (files("gyges.analysis.report") / "references.toml").read_text(encoding="utf-8")
    rows = msgspec.convert(tomllib.loads(text)["reference"], tuple[Reference, ...])
    for row in rows:
        if row.measure and row.measure not in BY_NAME:
            raise ValueError(f"references.toml: there is no measure '{row.measure}'")
        if bool(row.measure) == bool(row.differs):
            raise ValueError(f"references.toml: '{row.says}' needs either its measure or what differs")
    return rows


def beside(measure: str) -> tuple[Reference, ...]:
    """The rows that are of a measure."""
    return tuple(row for row in references() if row.measure == measure)
