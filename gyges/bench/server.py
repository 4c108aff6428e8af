"""A local server that answers every question of a model after a while: `python server.py SECONDS`.

It prints its address, and ends when its standard input does. It is a process of its own, so that what it
costs is not taken for what asking costs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import msgspec

BACKLOG = 4096


def answer(body: Mapping[str, Any]) -> bytes:
    """A chat completion that chooses the first option of the tool it was offered, made as fast as may be."""
    arguments = body["tools"][0]["function"]["parameters"]["properties"]
    call = {name: held["enum"][0] if "enum" in held else "" for name, held in arguments.items()}
    function = {"name": "choose", "arguments": msgspec.json.encode(call).decode()}
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": function}]}
    usage = {"prompt_tokens": 1000, "completion_tokens": 50}
    return msgspec.json.encode({"model": "m", "choices": [{"message": message}], "usage": usage})


async def serve(seconds: float) -> None:
    """Serve until standard input ends."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                await asyncio.sleep(seconds)
                reply = answer(msgspec.json.decode(body))
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%s" % (len(reply), reply)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads its port
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
