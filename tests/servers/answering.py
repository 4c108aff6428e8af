"""A small server of both vendors' protocols that reads what it is asked and picks one of the options shown.

aimock answers from a script written beforehand; this one answers any episode, with faults by a seed, and
keeps a journal. It runs in the tests' own event loop.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

USAGE = {"input": 1000, "output": 50}
"""Tokens of every answer."""
FAULTS = (
    "429",
    "529",
    "500",
    "dropped",
    "truncated",
    "no json",
    "unknown option",
    "no option",
    "prose",
    "refusal",
    "slow",
)
UNANSWERED = frozenset({"429", "529", "500", "dropped", "truncated", "no json", "slow"})
"""Faults that bring no reply at all, so that the same request comes again."""
NAMED = re.compile(r"^([B-Z]{2}|\{.*?\}): ", re.MULTILINE)
"""How a line of a menu begins: with a label, or with the arguments of a call."""


@dataclass
class Answering:
    """The server's settings and what it has seen."""

    url: str = ""
    faulty: float = 0.0
    """Share of requests that meet a fault."""
    seed: int = 0
    label: str = ""
    """The option that every answer names, in place of one of those shown."""
    delay: float = 0.0
    """Seconds until an answer."""
    room: int = 10**9
    """Requests at once beyond which it answers 429."""
    journal: list[dict[str, Any]] = field(default_factory=list)
    """Every request: path, body, fault, whether it was answered, and the option picked."""
    met: Counter[str] = field(default_factory=Counter)
    """Faults by name."""
    at_once: int = 0
    most_at_once: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, or do not."""
        body = await request.json()
        number = len(self.journal)
        chance = random.Random(f"{self.seed}/{number}")
        fault = chance.choice(FAULTS) if chance.random() < self.faulty else ""
        entry = {"path": request.path, "body": body, "fault": fault, "answered": False, "option": None}
        self.journal.append(entry)
        self.met[fault] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.delay)
            return await self._answer(request, entry, "429" if self.at_once > self.room else fault)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request, entry: dict[str, Any], fault: str) -> web.StreamResponse:
        body = entry["body"]
        if fault in ("429", "529", "500"):
            headers = {"retry-after": "0.01"} if fault == "429" else {}
            return web.json_response({"error": {"message": "not now"}}, status=int(fault), headers=headers)
        if fault == "slow":
            await asyncio.sleep(60)
        if fault in ("slow", "dropped"):
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        place, label = self._pick(body, fault)
        whole = json.dumps(reply(request.path, body, label, fault)).encode()
        if fault == "truncated":
            response = web.StreamResponse(headers={"content-length": str(len(whole))})
            await response.prepare(request)
            await response.write(whole[: len(whole) // 2])
            assert request.transport is not None
            request.transport.close()
            return response
        if fault == "no json":
            return web.Response(body=whole[: len(whole) // 2], content_type="application/json")
        entry["answered"] = True
        if fault == "":
            entry |= {"option": label, "index": place}
        return web.Response(body=whole, content_type="application/json")

    def _pick(self, body: Any, fault: str) -> tuple[int, str]:
        """Place and name of one of the options shown last, by a hash of the request; or none of them."""
        if self.label or fault == "unknown option":
            return -1, self.label or "0000"
        # The last four stand on every menu, and one of them ends the asking.
        shown = NAMED.findall(body.get("prompt") or _last_text(body["messages"][-1]))[:-4]
        if not shown:  # somebody who has no menu is asked for words
            return -1, ""
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
        place = digest[0] % len(shown)
        return place, shown[place]


def reply(path: str, body: Any, label: str, fault: str = "") -> dict[str, Any]:
    """The body of an answer that names an option, in the form of the vendor that the path belongs to."""
    say, text = "So be it.", "I would rather think about it." if fault == "prose" else ""
    named = json.loads(label) if label.startswith("{") else {"option": label}
    chosen = None if fault in ("prose", "no option", "refusal") else {**named, "say": say}
    tools = "tools" in body
    if chosen and not tools:
        text = label if path.endswith("/v1/completions") else json.dumps(chosen)
    if path.endswith("/messages"):
        call = {"type": "tool_use", "id": "toolu_1", "name": "choose", "input": chosen}
        content = [{"type": "text", "text": text}] if text else []
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": f"{body['model']}-20261101",
            "content": content + ([call] if chosen and tools else []),
            "stop_reason": "refusal" if fault == "refusal" else "tool_use" if chosen else "end_turn",
            "usage": {"input_tokens": USAGE["input"], "output_tokens": USAGE["output"]},
        }
    usage = {
        "prompt_tokens": USAGE["input"],
        "completion_tokens": USAGE["output"],
        "total_tokens": sum(USAGE.values()),
    }
    common = {
        "id": "chat_1",
        "created": 1,
        "model": f"{body['model']}-2026-11-01",
        "system_fingerprint": "fp_1",
        "usage": usage,
    }
    if path.endswith("/v1/completions"):
        finish = "content_filter" if fault == "refusal" else "stop"
        choice = {"index": 0, "text": f" {text}\n", "finish_reason": finish, "logprobs": None}
        return {**common, "object": "text_completion", "choices": [choice]}
    function = {"name": "choose", "arguments": json.dumps(chosen)}
    message = {
        "role": "assistant",
        "content": text or None,
        "refusal": "I will not." if fault == "refusal" else None,
    }
    if chosen and tools:
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]  # type: ignore[assignment]
    return {
        **common,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
    }


def _last_text(message: Any) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


@asynccontextmanager
async def answering(**settings: Any) -> AsyncIterator[Answering]:
    """The server on a free port of this machine, until the block ends."""
    server = Answering(**settings)
    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
