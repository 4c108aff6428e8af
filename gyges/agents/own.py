"""Policies of a user's own: from a file or an entry point, held against the contract first."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Mapping
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import parse_qsl

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch, BatchPolicy, Decision, Observation
from gyges.world.settlement import LEDGER, NO_ANSWER, TOLD_AT_MOST

CONTRACT = "a policy is a function act(observation), or a class with that method or act_batch(self, batch)"
ASKED_FOR = {"act": "act(self, observation)", "act_batch": "act_batch(self, batch)"}


class BadPolicy(ValueError):
    """Code of a user's own that cannot be a policy; the message names its file and line."""


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


def choices(policy: BatchPolicy, batch: Batch) -> NDArray[np.int16]:
    """What a batched policy chooses, (B,); -1 where its index is not on the menu.

    Raises:
        BadPolicy: a policy of the user's own failed, or returned something else than B integers.
    """
    worlds, options = batch.acts.shape
    try:
        given = np.asarray(policy.act_batch(batch))
    except Exception as error:
        if type(policy).__module__.startswith("gyges."):
            raise
        raise BadPolicy(": ".join(fault(error, *place(policy.act_batch)))) from error
    if given.shape != (worlds,) or given.dtype.kind not in "iu":
        raise _bad(
            policy.act_batch,
            f"act_batch returned {given.dtype} of shape {given.shape}; the contract"
            f" wants one integer for each of {worlds} worlds, the index of an option shown",
        )
    return np.where((given >= 0) & (given < options), given, -1).astype(np.int16)


def reports(policy: Any, batch: Batch, ledger: NDArray[np.int32]) -> NDArray[np.int32]:
    """What a batched policy tells the council, (B, 12) figures by entry of the ledger, negative for none.

    Args:
        policy: one that has `report_batch`.
        batch: the decisions that are due.
        ledger: (B, 12) the true figures as far as the policy is shown them, -1 where it is not.

    Raises:
        BadPolicy: a policy of the user's own failed, or returned something else than such integers.
    """
    try:
        given = np.asarray(policy.report_batch(batch, ledger))
    except Exception as error:
        if type(policy).__module__.startswith("gyges."):
            raise
        raise BadPolicy(": ".join(fault(error, *place(policy.report_batch)))) from error
    if given.shape != ledger.shape or given.dtype.kind not in "iu":
        raise _bad(
            policy.report_batch,
            f"report_batch returned {given.dtype} of shape {given.shape}; the contract"
            f" wants integers of shape {ledger.shape}, one for each entry of the ledger, -1 for no answer",
        )
    most = np.array([TOLD_AT_MOST[entry] for entry in LEDGER])
    if (given > most).any():
        entry = LEDGER[int((given > most).any(axis=0).argmax())]
        raise _bad(policy.report_batch, f"report_batch told '{entry}' as more than {TOLD_AT_MOST[entry]}")
    return np.asarray(np.maximum(given, NO_ANSWER), np.int32)


def fault(error: BaseException, file: str | None = None, line: int = 0) -> tuple[str, str]:
    """Where an error arose, as `file:line`, and what it is, in a line.

    Args:
        error: what was raised.
        file: the user's own source file, whose last line that the error passed through is named.
        line: the line of it that is to blame if the error passed through none.
    """
    why = f"{type(error).__name__}: {error}".splitlines()[0]
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}", f"{type(error).__name__}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    passed = [frame.lineno for frame in frames if frame.filename == file]
    if passed or line:
        return f"{file}:{passed[-1] if passed else line}", why
    return f"{frames[-1].filename}:{frames[-1].lineno}", why


def place(thing: Any) -> tuple[str, int]:
    """File and first line of a class, function or method; no file and line 0 if it has no source."""
    try:
        bare = inspect.unwrap(thing)
        return inspect.getsourcefile(bare) or "", inspect.getsourcelines(bare)[1]
    except (OSError, TypeError):
        return "", 0


def _bad(thing: Any, why: str) -> BadPolicy:
    file, line = place(thing)
    return BadPolicy(f"{file}:{line}: {why}" if file else why)


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
        raise _bad(found, f"'{name}' is a function, and takes no settings; make it a class")
    _takes_one(found, f"{getattr(found, '__name__', name)}(observation)")
    return PlainFunction(name, found)


def _constructed(found: type, settings: Mapping[str, str], name: str) -> Any:
    try:
        inspect.signature(found).bind(**settings)
    except TypeError as error:
        taken = ", ".join(inspect.signature(found).parameters) or "none"
        raise _bad(found, f"settings of '{name}': {error}; it takes: {taken}") from None
    try:
        made: Any = found(**settings)
    except Exception as error:
        raise BadPolicy(": ".join(fault(error, *place(found)))) from error
    methods = [method for method in ASKED_FOR if callable(getattr(made, method, None))]
    if not methods:
        raise _bad(found, f"class {found.__name__} has neither act nor act_batch; {CONTRACT}")
    for method in methods:
        _takes_one(getattr(made, method), ASKED_FOR[method])
    return _completed(made, name)


def _takes_one(function: Any, wanted: str) -> None:
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        raise _bad(function, f"takes {inspect.signature(function)}; the contract wants {wanted}") from None
    except ValueError:  # a function written in C says nothing of its arguments
        return


def _completed(made: Any, name: str) -> Any:
    """The policy with a name, and with an `act` if it decides in batches alone."""
    from gyges.agents.reference.single import Single

    lacking = {} if hasattr(made, "name") else {"name": name}
    if not hasattr(made, "act"):
        lacking["act"] = cast(Any, partial(Single.act, made))
    try:
        for attribute, value in lacking.items():
            setattr(made, attribute, value)
    except AttributeError:
        lacked = " and ".join(lacking)
        raise _bad(type(made), f"class {type(made).__name__} is frozen and lacks {lacked}") from None
    return made
