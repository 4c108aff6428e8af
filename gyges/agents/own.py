"""Policies of a user's own: from a file or an entry point, held against the contract first."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Mapping
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import parse_qsl

from gyges.agents.faults import BadPolicy, bad, fault, place
from gyges.agents.policy import Decision, Observation
from gyges.agents.reference.single import Single

CONTRACT = "a policy is a function act(observation), or a class with that method or act_batch(self, batch)"
ASKED_FOR = {"act": "act(self, observation)", "act_batch": "act_batch(self, batch)"}


class PlainFunction:
    """A function `act(observation) -> int` as a policy."""

    def __init__(self, name: str, function: Any) -> None:
        self.name = name
        self.function = function

    def act(self, observation: Observation) -> Decision:
        """The index the function returns, as a decision."""
        answer = self.function(observation)
        return answer if isinstance(answer, Decision) else Decision(option=int(answer))


def from_file(name: str) -> Any:
    """The policy named `path/to/file.py:Class?key=value`.

    Raises:
        BadPolicy: there is no such file or class, it fails, or it is not what the contract wants.
    """
    stem, _, rest = name.partition(".py:")
    path = Path(f"{stem}.py")
    attribute, _, query = rest.partition("?")
    if not path.is_file():
        raise BadPolicy(f"policy file '{path}' does not exist; gyges new-policy NAME writes one")
    module = _module(path)
    if not hasattr(module, attribute):
        held = [each for each, value in vars(module).items() if _is_own(value, module)]
        raise BadPolicy(
            f"{path} holds no '{attribute}'; after the colon name one of: {', '.join(held) or '-'}"
        )
    return _policy(getattr(module, attribute), query, name)


def from_entry_point(entry: EntryPoint, name: str) -> Any:
    """The policy that a package has registered, called with the settings behind the question mark.

    Raises:
        BadPolicy: it cannot be loaded, or is not what the contract wants.
    """
    try:
        found = entry.load()
    except Exception as error:
        raise BadPolicy(f"entry point '{entry.name}' ({entry.value}): {': '.join(fault(error))}") from error
    return _policy(found, name.partition("?")[2], name)


def _module(path: Path) -> ModuleType:
    # Two files of one name in different folders are two modules.
    told_apart = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    specification = importlib.util.spec_from_file_location(f"{path.stem}_{told_apart}", path.resolve())
    if specification is None or specification.loader is None:
        raise BadPolicy(f"policy file '{path}' cannot be read as Python")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        raise BadPolicy(": ".join(fault(error, str(path.resolve())))) from error
    return module


def _is_own(value: Any, module: ModuleType) -> bool:
    return callable(value) and getattr(value, "__module__", None) == module.__name__


def _policy(found: Any, query: str, name: str) -> Any:
    """What was found, constructed if it is a class, with everything that the contract wants."""
    settings = dict(parse_qsl(query, keep_blank_values=True))
    if inspect.isclass(found):
        return _constructed(found, settings, name)
    if not callable(found):
        raise BadPolicy(f"'{name}' is a {type(found).__name__}; {CONTRACT}")
    if settings:
        raise bad(found, f"'{name}' is a function, and takes no settings; make it a class")
    _takes_one(found, f"{getattr(found, '__name__', name)}(observation)")
    return PlainFunction(name, found)


def _constructed(found: type, settings: Mapping[str, str], name: str) -> Any:
    try:
        inspect.signature(found).bind(**settings)
    except TypeError as error:
        taken = ", ".join(inspect.signature(found).parameters) or "none"
        raise bad(found, f"settings of '{name}': {error}; it takes: {taken}") from None
    try:
        made: Any = found(**settings)
    except Exception as error:
        raise BadPolicy(": ".join(fault(error, *place(found)))) from error
    methods = [method for method in ASKED_FOR if callable(getattr(made, method, None))]
    if not methods:
        raise bad(found, f"class {found.__name__} has neither act nor act_batch; {CONTRACT}")
    for method in methods:
        _takes_one(getattr(made, method), ASKED_FOR[method])
    return _completed(made, name)


def _takes_one(function: Any, wanted: str) -> None:
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        raise bad(function, f"takes {inspect.signature(function)}; the contract wants {wanted}") from None
    except ValueError:  # a function written in C says nothing of its arguments
        return


def _completed(made: Any, name: str) -> Any:
    """The policy with a name, and with an `act` if it decides in batches alone."""
    lacking = {} if hasattr(made, "name") else {"name": name}
    if not hasattr(made, "act"):
        lacking["act"] = cast(Any, partial(Single.act, made))
    try:
        for attribute, value in lacking.items():
            setattr(made, attribute, value)
    except AttributeError:
        lacked = " and ".join(lacking)
        raise bad(type(made), f"class {type(made).__name__} is frozen and lacks {lacked}") from None
    return made
