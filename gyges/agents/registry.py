"""From a name on the command line to a policy."""

from __future__ import annotations

import hashlib
import inspect
import re
from importlib.metadata import entry_points
from threading import Lock
from typing import TYPE_CHECKING, Any

from gyges.agents.person import PERSON, Person

if TYPE_CHECKING:
    from gyges.agents.llm.service import Service

ENTRY_POINTS = "gyges.policies"
VENDORS = ("anthropic/", "openai/", "openai-base/")
SERVED = ("http://", "https://")
_READING = Lock()
"""One thread at a time reads source: Python 3.11's parser fails now and then where two do."""
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""Where an object lies in memory, in the `repr` that Python gives it."""


class UnknownPolicy(ValueError):
    """A name that no policy answers to; the message says what would."""


def names() -> tuple[str, ...]:
    """Every name that needs nothing more: reference policies and registered ones."""
    from gyges.agents.reference import REFERENCE

    return (*REFERENCE, *(entry.name for entry in entry_points(group=ENTRY_POINTS)))


def policy(name: str, *, base_url: str | None = None, service: Service | None = None) -> Any:
    """The policy of that name.

    Args:
        name: a reference policy, `anthropic/MODEL`, `openai/MODEL`, `openai-base/MODEL`,
            `path/to/file.py:Class?key=value`, `http://host:port/path`, `human:ALIAS`, or a name
            registered under `gyges.policies`.
        base_url: another address for the vendors' clients.
        service: what the models of a run share; None for one that stands alone.

    Raises:
        UnknownPolicy: nothing answers to the name.
        own.BadPolicy: a file or an entry point does not hold what the contract wants.
        ValueError: a model's key is missing, or a setting cannot be used.
    """
    from gyges.agents.reference import REFERENCE

    if name in REFERENCE:
        return REFERENCE[name]
    if name.startswith(VENDORS):
        from gyges.agents import llm

        return llm.policy(name, base_url, service)
    if name.startswith(PERSON):
        return Person(name)
    if name.startswith(SERVED):
        from gyges.agents.served import Served

        return Served(name)
    from gyges.agents import own

    if ".py:" in name:
        return own.from_file(name)
    for entry in entry_points(group=ENTRY_POINTS, name=name.partition("?")[0]):
        return own.from_entry_point(entry, name)
    raise UnknownPolicy(
        f"unknown policy '{name}'; 'gyges policies' lists them, and anthropic/MODEL, openai/MODEL,"
        " path/to/file.py:Class or http://host:port/path name others"
    )


def policy_hash(of: Any) -> str:
    """Sixteen hexadecimal digits of a policy's planted data and source; of a user's own, its whole file."""
    kind = type(of)
    try:
        own = not kind.__module__.startswith("gyges.")
        with _READING:
            source = inspect.getsource((own and inspect.getmodule(kind)) or kind)
    except (OSError, TypeError):
        source = ""
    described = ADDRESS.sub("", repr(of))
    return hashlib.sha256(f"{described}\n{source}".encode()).hexdigest()[:16]


def is_deaf(name: str) -> bool:
    """Whether the policy of a name reads no words, so that nobody needs to say any: a reference policy."""
    from gyges.agents.reference import REFERENCE

    return name in REFERENCE


def is_arm_blind(of: Any) -> bool:
    """Whether a policy says that the arm cannot reach it, so that `can` corrects nothing of `will`."""
    return bool(getattr(of, "arm_blind", False))
