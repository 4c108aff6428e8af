"""A thin server that stands before another and now and then answers in its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

DRIP = object()
"""An answer of which one byte comes every tenth of a second, for ever."""


@dataclass
class Front:
    """Answers the nth request with the nth of `answers`; None and all later ones go to the server behind."""

    behind: str
    url: str = ""
    answers: list[object] = field(default_factory=list)
    seen: int = 0
    """Requests since the script was set."""
    received: dict[str, str] = field(default_factory=dict)
    """Headers of the last one, in lower case."""

    def script(self, answers: Iterable[object]) -> None:
        self.answers, self.seen = list(answers), 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        answer = self.answers[self.seen] if self.seen < len(self.answers) else None
        self.seen += 1
        self.received = {name.lower(): value for name, value in request.headers.items()}
        if answer is DRIP:
            response = web.StreamResponse(headers={"content-type": "application/json"})
            await response.prepare(request)
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.1)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/json")
        kept = {name: value for name, value in self.received.items() if name != "host"}
        async with (
            ClientSession(auto_decompress=False) as session,
            session.request(request.method, self.behind + request.path_qs, data=body, headers=kept) as reply,
        ):
            return web.Response(body=await reply.read(), status=reply.status, content_type=reply.content_type)


@asynccontextmanager
async def standing_before(behind: str) -> AsyncIterator[Front]:
    """A front on a free port of this machine, until the block ends."""
    front = Front(behind)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", front.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    front.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield front
    finally:
        await runner.cleanup()
