"""From a name on the command line to a policy."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gyges.agents.policy import BatchPolicy, Decision, Observation, Policy

if TYPE_CHECKING:
    from gyges.agents.llm.service import Service

ENTRY_POINTS = "gyges.policies"
VENDORS = ("anthropic/", "openai/", "openai-base/")


class UnknownPolicy(ValueError):
    """A name that no policy answers to; the message says what would."""


def names() -> tuple[str, ...]:
    """Every name that needs nothing more: reference policies and registered ones."""
    from gyges.agents.reference import REFERENCE

    return (*REFERENCE, *(entry.name for entry in entry_points(group=ENTRY_POINTS)))


def is_scripted(name: str) -> bool:
    """Whether the policy decides in batches, and so runs without logs of its own."""
    return hasattr(policy(name), "act_batch")


def policy(name: str, *, base_url: str | None = None, service: Service | None = None) -> Any:
    """The policy of that name.

    Args:
        name: a reference policy, `anthropic/MODEL`, `openai/MODEL`, `openai-base/MODEL`,
            `path/to/file.py:Class?key=value`, or a name registered under `gyges.policies`.
        base_url: another address for the vendors' clients.
        service: what the models of a run share; None for one that stands alone.

    Raises:
        UnknownPolicy: nothing answers to the name.
        ValueError: a model's key is missing, or a file does not hold what the contract wants.
    """
    from gyges.agents.reference import REFERENCE

    if name in REFERENCE:
        return REFERENCE[name]
    if name.startswith(VENDORS):
        from gyges.agents import llm

        return llm.policy(name, base_url, service)
    path, colon, rest = name.partition(".py:")
    if colon:
        return _from_file(Path(path + ".py"), rest, name)
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        return _as_policy(entry.load(), {}, name)
    raise UnknownPolicy(
        f"unknown policy '{name}'; 'gyges policies' lists them, and anthropic/MODEL, openai/MODEL"
        " or path/to/file.py:Class name others"
    )


def policy_hash(of: Any) -> str:
    """Sixteen hexadecimal digits of a policy's planted data, or of its source."""
    try:
        source = inspect.getsource(type(of))
    except (OSError, TypeError):
        source = ""
    return hashlib.sha256(f"{of!r}\n{source}".encode()).hexdigest()[:16]


class PlainFunction:
    """A function `act(observation) -> int` as a policy."""

    def __init__(self, name: str, function: Any) -> None:
        self.name = name
        self.function = function

    def act(self, observation: Observation) -> Decision:
        """The index the function returns, as a decision."""
        answer = self.function(observation)
        return answer if isinstance(answer, Decision) else Decision(option=int(answer))


def _from_file(path: Path, rest: str, name: str) -> BatchPolicy | Policy:
    attribute, _, query = rest.partition("?")
    if not path.is_file():
        raise UnknownPolicy(f"policy file '{path}' does not exist")
    specification = importlib.util.spec_from_file_location(f"gyges_policy_{path.stem}", path)
    if specification is None or specification.loader is None:
        raise UnknownPolicy(f"policy file '{path}' cannot be read as Python")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    if not hasattr(module, attribute):
        raise UnknownPolicy(f"'{path}' holds no '{attribute}'; name a class or function after the colon")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return _as_policy(getattr(module, attribute), {k: v for k, _, v in pairs}, name)


def _as_policy(found: Any, arguments: Mapping[str, str], name: str) -> BatchPolicy | Policy:
    if inspect.isclass(found):
        made: Any = found(**arguments)
        if not callable(getattr(made, "act", None)) and not callable(getattr(made, "act_batch", None)):
            raise ValueError(f"policy '{name}' has neither act(observation) nor act_batch(batch)")
        if not hasattr(made, "name"):
            made.name = name
        return cast(Policy, made)
    if callable(found):
        return PlainFunction(name, found)
    raise ValueError(f"policy '{name}' is neither a class nor a function")
