"""A server of both vendors' batch protocols, written from their API references, with faults by a seed.

What is asked it answers as `answering` does. It keeps a journal of every request in every batch that it took.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.answering import Answering, reply

ROUGH = ("429", "500", "dropped before", "dropped after", "truncated")
"""Faults of a call of the protocol; after `dropped after` and `truncated` it has done what it was asked."""
UNANSWERED = ("expired", "canceled", "overloaded", "broken", "left out")
"""What befalls a request that is not answered, so that it may come again."""
UNUSABLE = ("unknown option", "no option", "prose", "refusal")
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What Anthropic takes as a `custom_id`."""
ZULU = "%Y-%m-%dT%H:%M:%S.000000Z"


@dataclass
class Entry:
    """One request of one batch."""

    batch: str
    item: str
    path: str
    body: Any
    fate: str
    """One of the faults above, or empty where it is answered well."""
    option: str | None = None


@dataclass
class Held:
    """One batch."""

    id: str
    vendor: str
    created: float
    entries: list[Entry]
    more: dict[str, Any]
    failed: str = ""


@dataclass
class Batching:
    """The server's settings and what it has seen."""

    url: str = ""
    faulty: float = 0.0
    """Share of requests in batches that go wrong."""
    rough: float = 0.0
    """Share of calls of the protocol that do."""
    seed: int = 0
    seconds: float = 0.0
    """Until a batch has ended."""
    fate: str = ""
    """What befalls every request, if anything is to."""
    fail: str = ""
    """Why every batch of OpenAI's fails before it is begun, if it does."""
    unsaid: int = 0
    """How many batches it takes, of those to come, and drops the connection before saying so."""
    mute: bool = False
    """Whether it takes a batch and then says nothing, for ever."""
    journal: list[Entry] = field(default_factory=list)
    """Every request of every batch, in the order they came."""
    batches: dict[str, Held] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    forms: list[dict[str, Any]] = field(default_factory=list)
    """The fields of each form by which a file came up; in place of the file, its content as text."""
    created: list[Any] = field(default_factory=list)
    """The body of each request for a batch."""
    calls: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    _answers: Answering = field(default_factory=Answering)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or do not."""
        number = self.calls.total()
        path = request.path.removeprefix("/v1")
        self.calls[f"{request.method} {re.sub(r'[a-z]+_[0-9]+', 'ID', path)}"] += 1
        chance = random.Random(f"{self.seed}/{number}")
        fault = chance.choice(ROUGH) if chance.random() < self.rough else ""
        self.met[fault] += 1
        if fault in ("429", "500"):
            return web.json_response({"error": {"message": "not now"}}, status=int(fault))
        assert request.transport is not None
        if fault == "dropped before":
            request.transport.close()
            return web.Response()
        status, body = await self._answer(request, path)
        creating = request.method == "POST" and path.endswith("batches")
        if self.mute and creating:
            await asyncio.sleep(3600)
        if self.unsaid and creating:
            self.unsaid, fault = self.unsaid - 1, "dropped after"
        if fault == "dropped after":
            request.transport.close()
            return web.Response()
        return web.Response(status=status, body=body[: len(body) // 2] if fault == "truncated" else body)

    async def _answer(self, request: web.Request, path: str) -> tuple[int, bytes]:
        *_, last = path.split("/")
        if path == "/files":
            return await self._upload(request)
        if path.startswith("/files/"):
            name = path.split("/")[2]
            return (200, self.files[name]) if name in self.files else _error(404, "no such file")
        vendor = "anthropic" if path.startswith("/messages") else "openai"
        if request.method == "POST":
            return self._create(vendor, await request.json())
        if last == "batches":
            latest = sorted(self.batches.values(), key=lambda held: -held.created)
            listed = [self._record(held) for held in latest if held.vendor == vendor]
            return 200, json.dumps({"data": listed, "has_more": False}).encode()
        held = self.batches.get(path.removeprefix("/messages").split("/")[2])
        if held is None:
            return _error(404, "no such batch")
        if last == "results":
            return 200, self._results(held)
        return 200, json.dumps(self._record(held)).encode()

    async def _upload(self, request: web.Request) -> tuple[int, bytes]:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        if form["purpose"] != "batch" or not file.filename.endswith(".jsonl"):
            return _error(400, "purpose and name")
        name = f"file_{len(self.files)}"
        self.files[name] = file.file.read()
        self.forms.append({**form, "file": self.files[name].decode()})
        return 200, json.dumps({"id": name, "object": "file", "purpose": "batch"}).encode()

    def _create(self, vendor: str, body: Any) -> tuple[int, bytes]:
        self.created.append(body)
        if vendor == "anthropic":
            asked = [(each["custom_id"], "/v1/messages", each["params"]) for each in body["requests"]]
            sound = all(NAME.fullmatch(name) for name, _, _ in asked)
        else:
            lines = [json.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
            asked = [(each["custom_id"], each["url"], each["body"]) for each in lines]
            sound = body["completion_window"] == "24h" and {each["method"] for each in lines} == {"POST"}
            sound = sound and {path for _, path, _ in asked} == {body["endpoint"]}
            sound = sound and len({each["model"] for _, _, each in asked}) == 1
        if not asked or not sound or len({name for name, _, _ in asked}) < len(asked):
            return _error(400, "unsound batch")
        id = f"{'msgbatch' if vendor == 'anthropic' else 'batch'}_{len(self.batches)}"
        entries = [self._entry(id, *each) for each in asked]
        if not self.fail:
            self.journal += entries
        more = {} if vendor == "anthropic" else {"metadata": body["metadata"], "endpoint": body["endpoint"]}
        self.batches[id] = Held(
            id, vendor, time.time(), entries, more, "" if vendor == "anthropic" else self.fail
        )
        return 200, json.dumps(self._record(self.batches[id])).encode()

    def _entry(self, batch: str, item: str, path: str, body: Any) -> Entry:
        chance = random.Random(f"{self.seed}/{batch}/{item.split('-', 1)[1]}")
        fate = self.fate or (chance.choice(UNANSWERED + UNUSABLE) if chance.random() < self.faulty else "")
        return Entry(batch, item, path, body, fate)

    def _ended(self, held: Held) -> bool:
        return time.time() >= held.created + self.seconds

    def _record(self, held: Held) -> dict[str, Any]:
        ended, size = self._ended(held), len(held.entries)
        lost = sum(entry.fate in UNANSWERED for entry in held.entries)
        if held.vendor == "anthropic":
            counts = Counter({"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0})
            for entry in held.entries:
                kind = {"overloaded": "errored", "broken": "errored", "left out": "succeeded"}.get(entry.fate)
                known = kind or (entry.fate if entry.fate in UNANSWERED else "succeeded")
                counts[known if ended else "processing"] += 1
            return {
                "id": held.id,
                "type": "message_batch",
                "processing_status": "ended" if ended else "in_progress",
                "request_counts": counts,
                "created_at": time.strftime(ZULU, time.gmtime(held.created)),
                "expires_at": time.strftime(ZULU, time.gmtime(held.created + 86400)),
                "ended_at": None,
                "results_url": f"{self.url}/v1/messages/batches/{held.id}/results" if ended else None,
            }
        expired = any(entry.fate == "expired" for entry in held.entries)
        over = "expired" if expired else "completed"
        record = {
            "id": held.id,
            "object": "batch",
            "status": "failed" if held.failed else over if ended else "in_progress",
            "created_at": int(held.created),
            "completion_window": "24h",
            "request_counts": {"total": size, "completed": ended * (size - lost), "failed": ended * lost},
            **held.more,
        }
        if held.failed:
            errors = [{"code": "token_limit_exceeded", "message": held.failed, "line": None}]
            return record | {"errors": {"object": "list", "data": errors}}
        return record | (self._files(held) if ended else {})

    def _files(self, held: Held) -> dict[str, str]:
        """The names of the files of an ended batch, written when it is first told of them."""
        names = {}
        for kind, of_kind in (("output", False), ("error", True)):
            told = [entry for entry in held.entries if (entry.fate in UNANSWERED) == of_kind]
            lines_of = [line for entry in told if (line := self._line(entry)) is not None]
            random.Random(f"{held.id}/{kind}").shuffle(lines_of)
            if lines_of:
                names[f"{kind}_file_id"] = name = f"file_{kind}_{held.id}"
                self.files[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines_of)
        return names

    def _results(self, held: Held) -> bytes:
        lines = [line for entry in held.entries if (line := self._line(entry)) is not None]
        random.Random(held.id).shuffle(lines)
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    def _line(self, entry: Entry) -> dict[str, Any] | None:
        """The line of results for a request; None where it is left out."""
        if entry.fate == "left out":
            return None
        if entry.path.endswith("messages"):
            return {"custom_id": entry.item, "result": self._result(entry)}
        line = {"id": f"batch_req_{entry.item}", "custom_id": entry.item, "response": None, "error": None}
        if entry.fate in ("expired", "canceled"):
            code = "batch_expired" if entry.fate == "expired" else "batch_cancelled"
            return line | {"error": {"code": code, "message": "not executed"}}
        if entry.fate in UNANSWERED:
            status = 429 if entry.fate == "overloaded" else 500
            body = {"error": {"message": "not now", "type": "server_error", "code": None}}
            return line | {"response": {"status_code": status, "request_id": "r", "body": body}}
        return line | {"response": {"status_code": 200, "request_id": "r", "body": self._reply(entry)}}

    def _result(self, entry: Entry) -> dict[str, Any]:
        if entry.fate in ("expired", "canceled"):
            return {"type": entry.fate}
        if entry.fate in UNANSWERED:
            kind = "overloaded_error" if entry.fate == "overloaded" else "api_error"
            error = {"type": "error", "error": {"type": kind, "message": "not now"}}
            return {"type": "errored", "error": error}
        return {"type": "succeeded", "message": self._reply(entry)}

    def _reply(self, entry: Entry) -> dict[str, Any]:
        _, label = self._answers._pick(entry.body, entry.fate)
        entry.option = label if not entry.fate else None
        return reply(entry.path, entry.body, label, entry.fate)


def _error(status: int, message: str) -> tuple[int, bytes]:
    return status, json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode()


@asynccontextmanager
async def batching(**settings: Any) -> AsyncIterator[Batching]:
    """The server on a free port of this machine, until the block ends."""
    server = Batching(**settings)
    app = web.Application(client_max_size=1 << 28)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
