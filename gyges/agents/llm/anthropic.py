"""Claude through Anthropic's official SDK: the Messages API with one tool."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from gyges.agents.llm.batches.message_batches import MESSAGE_BATCHES
from gyges.agents.llm.prompt import TOOL, Prompt, arguments
from gyges.agents.llm.vendor import Reply, Vendor, count, post, records, text_of


def _sdk() -> ModuleType:
    import anthropic

    return anthropic


def _connect(key: str, base_url: str | None) -> Any:
    import anthropic

    # Anthropic's SDK appends /v1 itself; others are usually given it. One --base-url serves both.
    base = base_url.rstrip("/").removesuffix("/v1") if base_url else None
    return anthropic.AsyncAnthropic(
        api_key=key, base_url=base, max_retries=0, http_client=anthropic.DefaultAioHttpClient()
    )


def _messages(prompt: Prompt) -> list[dict[str, Any]]:
    """The conversation: a chosen option is a tool call, and what came of it opens the next message."""
    messages: list[dict[str, Any]] = []
    pending: list[dict[str, Any]] = [{"type": "text", "text": prompt.summary}] if prompt.summary else []
    as_json = prompt.settings.reply == "json"
    for number, past in enumerate(prompt.history):
        pending.append({"type": "text", "text": past["shown"]})
        if past["call"] is None:
            pending.append({"type": "text", "text": past["outcome"]})
            continue
        call = f"choice_{number}"
        said = arguments(past)
        messages.append({"role": "user", "content": pending})
        if as_json:
            messages.append({"role": "assistant", "content": json.dumps(said, ensure_ascii=False)})
            pending = [{"type": "text", "text": past["outcome"]}]
            continue
        messages.append(
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": call, "name": TOOL, "input": said}],
            }
        )
        pending = [{"type": "tool_result", "tool_use_id": call, "content": past["outcome"]}]
    if pending and prompt.settings.history == "full":
        # All up to here comes again in the next request; the question that follows does not.
        pending[-1] = {**pending[-1], "cache_control": {"type": "ephemeral"}}
    pending.append({"type": "text", "text": prompt.text})
    return [*messages, {"role": "user", "content": pending}]


def _request(prompt: Prompt) -> dict[str, Any]:
    request: dict[str, Any] = {
        "model": prompt.model,
        "max_tokens": prompt.settings.max_tokens,
        "system": prompt.system,
        "messages": _messages(prompt),
    }
    if prompt.settings.extra_body:
        request["extra_body"] = dict(prompt.settings.extra_body)
    if prompt.settings.reply == "json":
        return request
    return request | {
        "tools": [{"name": TOOL, "description": prompt.tool, "input_schema": prompt.schema, "strict": True}],
        "tool_choice": {"type": "none"}
        if prompt.aside
        else {"type": "auto", "disable_parallel_tool_use": True},
    }


async def _send(client: Any, request: dict[str, Any], seconds: float) -> bytes:
    return await post(client, "/v1/messages", request, seconds)


def _read(reply: Mapping[str, Any], _: Sequence[Mapping[str, str | int]]) -> Reply:
    blocks = records(reply.get("content"))
    usage = reply.get("usage")
    cached = {
        "cache_read": count(usage, "cache_read_input_tokens"),
        "cache_write": count(usage, "cache_creation_input_tokens"),
    }
    return Reply(
        calls=tuple(
            block.get("input")
            for block in blocks
            if block.get("type") == "tool_use" and block.get("name") == TOOL
        ),
        text="\n".join(text_of(block.get("text")) for block in blocks if block.get("type") == "text"),
        thinking="\n".join(
            text_of(block.get("thinking")) for block in blocks if block.get("type") == "thinking"
        ),
        declined="refused" if reply.get("stop_reason") == "refusal" else None,
        # The vendor counts cached tokens beside the others; here `input` is all of them.
        usage={
            "input": count(usage, "input_tokens") + sum(cached.values()),
            "output": count(usage, "output_tokens"),
            **cached,
        },
    )


ANTHROPIC = Vendor(
    name="anthropic",
    key_variable="ANTHROPIC_API_KEY",
    takes=frozenset({"reply"}),
    sdk=_sdk,
    connect=_connect,
    request=_request,
    send=_send,
    read=_read,
    bulk=MESSAGE_BATCHES,
)
