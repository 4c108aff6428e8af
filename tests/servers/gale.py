"""A thin server that stands before any other and spoils some of its answers, by a seed, with a journal."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

TIMEOUT = ("429", "500", "529", "dropped", "truncated")
"""Faults after which, if they last, a decision is missing as `timeout`."""
UNPARSABLE = ("no json", "no object")
"""Those after which it is missing as `unparsable`."""


@dataclass
class Gale:
    """A share of the answers is spoilt; each model meets its own faults, whatever others do meanwhile."""

    behind: str
    faulty: float
    seed: int
    url: str = ""
    journal: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By path and model, what befell each request; empty where it was answered by the server behind."""
    session: ClientSession | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        who = f"{request.path} {json.loads(body)['model']}"
        chance = random.Random(f"{self.seed}/{who}/{len(self.journal[who])}")
        fault = chance.choice(TIMEOUT + UNPARSABLE) if chance.random() < self.faulty else ""
        self.journal[who].append(fault)
        assert self.session is not None and request.transport is not None
        if fault.isdigit():
            return web.json_response({"error": {"message": "not now"}}, status=int(fault))
        if fault == "dropped":
            request.transport.close()
            return web.Response()
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        async with self.session.post(self.behind + request.path_qs, data=body, headers=headers) as reply:
            whole, status = await reply.read(), reply.status
        if fault == "truncated":
            response = web.StreamResponse(headers={"content-length": str(len(whole))})
            await response.prepare(request)
            await response.write(whole[: len(whole) // 2])
            request.transport.close()
            return response
        spoilt = {"no json": whole[: len(whole) // 2], "no object": b"[" + whole + b"]"}
        return web.Response(body=spoilt.get(fault, whole), status=status, content_type="application/json")


@asynccontextmanager
async def blowing(behind: str, faulty: float, seed: int) -> AsyncIterator[Gale]:
    """The gale on a free port of this machine, until the block ends."""
    gale = Gale(behind, faulty, seed)
    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/{path:.*}", gale.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    gale.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession(auto_decompress=False) as gale.session:
        try:
            yield gale
        finally:
            await runner.cleanup()
