"""Where compiled kernels are kept, and the decorator that compiles them.

Numba's own cache does not notice an edit in an imported file and would go on
giving the old answer. So the folder's name holds a hash of every source file of
the world and of the versions that compile it: an edited world is a new folder.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar, cast

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

SOURCES = Path(__file__).parent


def source_hash(sources: Path = SOURCES) -> str:
    """Sixteen hexadecimal digits of the world's sources and of what compiles them."""
    digest = hashlib.sha256()
    for package in ("numba", "numpy", "llvmlite"):
        digest.update(f"{package} {version(package)}\n".encode())
    digest.update(f"{platform.python_version()} {platform.machine()}\n".encode())
    for source in sorted(sources.rglob("*.py")):
        digest.update(str(source.relative_to(sources)).encode() + b"\0")
        digest.update(source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """The folder of this world's kernels: under `GYGES_CACHE`, else under the user's cache."""
    chosen = os.environ.get("GYGES_CACHE")
    if chosen:
        root = Path(chosen)
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gyges"
    return root / source_hash()


CACHE = cache_folder()
COLD = not any(CACHE.rglob("*.nbi"))
"""True if this world has yet to be compiled, which takes some tens of seconds, once."""
LANES: Final = 16
"""Forks that are lived abreast (`abreast`). A loop of so many is to become vectors, not as many copies of
what it does, which LLVM would make of short ones. It can be told only by an option of the whole process."""
NEWEST_LLVM: Final = 22
"""The newest LLVM that is known to know that option: over one that it does not know, it ends the process."""

os.environ["NUMBA_CACHE_DIR"] = str(CACHE)

import numba  # noqa: E402  (the cache folder has to be set first)
from llvmlite import binding  # type: ignore[import-untyped]  # noqa: E402

if binding.llvm_version_info[0] <= NEWEST_LLVM:
    binding.set_option("", f"-unroll-full-max-count={LANES - 1}")

vars(numba.config)["CACHE_DIR"] = str(CACHE)  # numba may have been imported before, with another folder


OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy"}
UNCOUNTED: Final[dict[str, Any]] = OPTIONS | {"_nrt": False}
COUNTED: Final[dict[str, Any]] = OPTIONS | {"_nrt": True}


def widened(of: Any) -> Any:
    """The type of signed integers of 64 bits, in place of others and of constants."""
    types: Any = numba.types
    plain = types.unliteral(of)
    return types.int64 if isinstance(plain, types.Integer) and plain.signed else plain


def for_any_integer(dispatcher: Any) -> Any:
    """Have a kernel compiled once for integers, not anew for each width and each constant it is called with.

    Where it is inlined constants are known all the same, and the world compiles in four fifths of the time.
    """
    if vars(numba.config)["DISABLE_JIT"]:
        return dispatcher
    by_type = dispatcher.get_call_template

    def by_kind(types: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        return by_type(tuple(map(widened, types)), {name: widened(of) for name, of in named.items()})

    dispatcher.get_call_template = by_kind
    return dispatcher


def kernel(function: Kernel) -> Kernel:
    """Compile a function of integers and integer arrays; its Python source stays at `.py_func`.

    Kernels are inlined into their callers: an array argument is passed as a dozen
    words, and calls would cost two thirds as much again as the work they do. They
    make no arrays, so none is counted: counting who holds an array takes an atomic
    write to memory, and at each turn of a loop cost as much as what the loop does.
    """
    return cast(Kernel, for_any_integer(numba.njit(**UNCOUNTED, forceinline=True)(function)))


def by_constant(function: Kernel) -> Kernel:
    """Compile likewise, anew for each constant that it is called with.

    For what divides by one: the engine is a quarter slower where the divisor is known from inlining alone.
    """
    return cast(Kernel, numba.njit(**UNCOUNTED, forceinline=True)(function))


def piece(function: Kernel) -> Kernel:
    """Compile likewise, as a piece of the one function that calls it.

    Each function is optimised together with all that it calls, and so what is called from few, long ones in
    turn would be optimised again in each of them.
    """
    return cast(Kernel, numba.njit(**UNCOUNTED, inline="always")(function))


def seldom(function: Kernel) -> Kernel:
    """Compile likewise, but keep it out of its callers.

    For what few people do in a week: inlined, it would crowd the loop over everyone.
    """
    return cast(Kernel, numba.njit(**UNCOUNTED)(function))


def workspace(function: Kernel) -> Kernel:
    """Compile likewise what makes room, as arrays, for kernels to work in."""
    return cast(Kernel, numba.njit(**COUNTED)(function))
