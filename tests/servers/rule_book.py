"""fakellm, a second server of both vendors' protocols that nobody here wrote: it answers by rules."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds until it has to be up."""


def rule(model: str, contains: str, answer: dict[str, Any]) -> dict[str, Any]:
    """What it answers to a model whose request contains a text; the first rule that fits goes."""
    return {"name": f"{model} {contains}", "when": {"model_matches": model, "messages_contain": contains}} | {
        "respond": answer
    }


@contextmanager
def ruled(folder: Path, rules: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The server's address on this machine, until the block ends."""
    book = folder / "rules.yaml"
    book.write_text(json.dumps({"rules": list(rules)}))  # JSON is YAML
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "fakellm.cli", "serve", "--port", str(port), "--config", str(book)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, f"{url}/_fakellm/stats")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def answered(url: str) -> int:
    """How many requests it has answered."""
    with urllib.request.urlopen(f"{url}/_fakellm/stats") as reply:
        return int(json.load(reply)["total_requests"])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last and process.poll() is None:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("fakellm did not start")
