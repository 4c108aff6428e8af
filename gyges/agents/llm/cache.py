"""Answers kept across runs, by the hash of the exact request: what was paid for once is not asked again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder with one file for each answer. Several runs may share it, at the same time too."""

    folder: Path

    def find(self, key: str) -> Mapping[str, Any] | None:
        """The answer kept for a request, or None; a file that holds no JSON object counts as none."""
        try:
            found = msgspec.json.decode(self._path(key).read_bytes())
        except (OSError, msgspec.DecodeError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, key: str, reply: Mapping[str, Any]) -> None:
        """Keep an answer; a kill leaves it whole or not there at all."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        part.write_bytes(msgspec.json.encode(reply))
        part.replace(path)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def request_key(vendor: str, base_url: str | None, request: Mapping[str, Any]) -> str:
    """Hash of a request and of where it goes, in hexadecimal."""
    whole = msgspec.json.encode([vendor, base_url, request], order="sorted")
    return hashlib.sha256(whole).hexdigest()
