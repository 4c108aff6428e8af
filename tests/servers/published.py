"""OpenAI's own OpenAPI document, in two editions that two packages hold, and what it says of a request.

OpenAI publishes the document in a repository and in no package of its own. These packages compare
themselves with it and so carry a copy. They are fetched once by their hashes, by pip, and the
document alone is kept beside this file.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

HERE = Path(__file__).parent
KEPT = HERE / "openapi"
EDITIONS = ("ogx-1.5.0", "llama_stack-0.5.0")
"""Each by the package that holds it: March 2026, as ogx's pull request 5325 copied it from where OpenAI
publishes it, and the winter before. The later one no longer says what a line of a batch's file is."""
INSIDE = "docs/static/openai-spec-2.3.0.yml"
URI = "urn:openai"


def _only(place: str, **parts: Any) -> dict[str, Any]:
    """What stands at a place of the document, without a field that it does not name; so with the parts given.

    JSON Schema lets through what a schema does not name, so that a misspelt field would be valid.
    """
    return {"$ref": place, "properties": parts, "unevaluatedProperties": False}


def _component(name: str, **parts: Any) -> dict[str, Any]:
    return _only(f"{URI}#/components/schemas/{name}", **parts)


CALL = _component("ChatCompletionMessageToolCall")
PARTS: dict[str, Any] = {
    "/chat/completions": {
        "messages": {"items": _component("ChatCompletionRequestMessage", tool_calls={"items": CALL})},
        "tools": {"items": _component("ChatCompletionTool", function=_component("FunctionObject"))},
    }
}
"""Parts of a request whose fields are all known, by the path that it is sent to."""


@dataclass(frozen=True)
class Published:
    """One edition."""

    document: Mapping[str, Any]

    def faults(self, path: str, body: Any) -> list[str]:
        """What the document says against a body that is sent to a path, such as `/chat/completions`.

        A form's fields are given as an object, and the file in it as text.
        """
        (kind,) = self._bodies(path)
        place = ["paths", path, "post", "requestBody", "content", kind, "schema"]
        pointer = "/".join(step.replace("/", "~1") for step in place)
        return self._against(_only(f"{URI}#/{pointer}", **PARTS.get(path, {})), body)

    def faults_of_line(self, line: Any) -> list[str]:
        """What it says against a line of a batch's file: of the line, and of the body in it."""
        batch = self._bodies("/batches")["application/json"]["schema"]["properties"]
        if line["url"] not in batch["endpoint"]["enum"]:
            return [f"$.url: '{line['url']}' is no endpoint of batches"]
        known = "BatchRequestInput" in self.document["components"]["schemas"]
        # The schema names every field of a line but `body`.
        own = self._against(_component("BatchRequestInput", body={"type": "object"}), line) if known else []
        return own + self.faults(line["url"].removeprefix("/v1"), line["body"])

    def _bodies(self, path: str) -> Any:
        return self.document["paths"][path]["post"]["requestBody"]["content"]

    def _against(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        registry: Registry[Any] = Registry().with_resource(URI, DRAFT202012.create_resource(self.document))
        validator = Draft202012Validator(schema, registry=registry)
        return [f"{fault.json_path}: {fault.message[:300]}" for fault in validator.iter_errors(value)]


@cache
def edition(package: str) -> Published:
    """The document that a package holds."""
    return Published(yaml.load(_kept(package).read_bytes(), yaml.CSafeLoader))


def _kept(package: str) -> Path:
    """The document of a package, fetched first if it is not there."""
    KEPT.mkdir(exist_ok=True)
    document = KEPT / f"{package}.yml"
    with (KEPT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not document.exists():
            _fetch()
    return document


def _fetch() -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, "--dest", folder, "-r", str(HERE / "openapi.txt")], check=True)
        for package in EDITIONS:
            with tarfile.open(Path(folder, f"{package}.tar.gz")) as whole:
                held = whole.extractfile(f"{package}/{INSIDE}")
                assert held is not None
                (KEPT / f"{package}.yml").write_bytes(held.read())
