"""Base models, which have no chat persona, through OpenAI's completions: a transcript is continued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gyges.agents.llm.batches.batch_files import batch_files
from gyges.agents.llm.forms import transcript
from gyges.agents.llm.logprobs import Position
from gyges.agents.llm.openai import OPENAI, extra, usage_of
from gyges.agents.llm.prompt import Prompt
from gyges.agents.llm.vendor import Reply, Vendor, post, records, text_of
from gyges.agents.skins.render import handle


def _request(prompt: Prompt) -> dict[str, Any]:
    settings = prompt.settings
    request: dict[str, Any] = {
        "model": prompt.model,
        "prompt": transcript(prompt),
        "max_tokens": settings.max_tokens,
        "stop": ["\n"],
    }
    if settings.temperature is not None:
        request["temperature"] = settings.temperature
    if settings.top_logprobs is not None:
        request["logprobs"] = settings.top_logprobs
    return request | extra(settings)


async def _send(client: Any, request: dict[str, Any], seconds: float) -> bytes:
    return await post(client, "/completions", request, seconds)


def _read(reply: Mapping[str, Any], calls: Sequence[Mapping[str, str | int]]) -> Reply:
    choice = next(iter(records(reply.get("choices"))), {})
    text = text_of(choice.get("text"))
    line = text.strip().partition("\n")[0].strip()
    named = [call for call in calls if handle(call) == line]
    return Reply(
        calls=tuple(named),
        # What names no option by itself is still read as the reply of a chat model would be.
        text=text,
        declined="filtered" if choice.get("finish_reason") == "content_filter" else None,
        usage=usage_of(reply),
        positions=_positions(choice.get("logprobs")),
    )


def _positions(logprobs: Any) -> tuple[Position, ...]:
    """Tokens with what stood in their place, from the three lists in which completions give them."""
    if not isinstance(logprobs, Mapping):
        return ()
    tokens, tops = logprobs.get("tokens"), logprobs.get("top_logprobs")
    if not isinstance(tokens, list) or not isinstance(tops, list):
        return ()
    return tuple(
        Position(text_of(token), {name: value for name, value in top.items() if isinstance(value, float)})
        for token, top in zip(tokens, tops, strict=False)
        if isinstance(top, Mapping)
    )


OPENAI_BASE = Vendor(
    name="openai-base",
    key_variable=OPENAI.key_variable,
    takes=frozenset({"temperature", "top_logprobs"}),
    sdk=OPENAI.sdk,
    connect=OPENAI.connect,
    request=_request,
    send=_send,
    read=_read,
    bulk=batch_files("/v1/completions"),
)
