"""GPT, and any server that speaks its protocol, through OpenAI's official SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from gyges.agents.llm.prompt import TOOL, Prompt
from gyges.agents.llm.vendor import Reply, Vendor, count, records, text_of


def _sdk() -> ModuleType:
    import openai

    return openai


def _connect(key: str, base_url: str | None) -> Any:
    import openai

    return openai.AsyncOpenAI(
        api_key=key, base_url=base_url, max_retries=0, http_client=openai.DefaultAioHttpClient()
    )


def _messages(prompt: Prompt) -> list[dict[str, Any]]:
    """The conversation: a chosen option is a tool call, what came of it the tool's answer."""
    messages: list[dict[str, Any]] = [{"role": "system", "content": prompt.system}]
    for number, past in enumerate(prompt.history):
        messages.append({"role": "user", "content": past["shown"]})
        if past["call"] is None:
            messages.append({"role": "user", "content": past["outcome"]})
            continue
        call = f"choice_{number}"
        arguments = json.dumps({**past["call"], "say": past["say"]})
        function = {"name": TOOL, "arguments": arguments}
        messages.append(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": call, "type": "function", "function": function}],
            }
        )
        messages.append({"role": "tool", "tool_call_id": call, "content": past["outcome"]})
    return [*messages, {"role": "user", "content": prompt.text}]


def _request(prompt: Prompt) -> dict[str, Any]:
    function = {"name": TOOL, "description": prompt.tool, "parameters": prompt.schema, "strict": True}
    request: dict[str, Any] = {
        "model": prompt.model,
        "max_completion_tokens": prompt.settings.max_tokens,
        "messages": _messages(prompt),
        "tools": [{"type": "function", "function": function}],
        "tool_choice": "auto",
        "parallel_tool_calls": False,
    }
    if prompt.settings.temperature is not None:
        request["temperature"] = prompt.settings.temperature
    return request


async def _send(client: Any, request: dict[str, Any], seconds: float) -> bytes:
    response = await client.chat.completions.with_raw_response.create(**request, timeout=seconds)
    return bytes(response.http_response.content)


def _arguments(text: Any) -> Any:
    """A call's arguments, which come as JSON inside JSON; None if they cannot be read."""
    try:
        return json.loads(text_of(text))
    except (ValueError, RecursionError):
        return None


def _read(reply: Mapping[str, Any]) -> Reply:
    choice = next(iter(records(reply.get("choices"))), {})
    held = choice.get("message")
    message: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
    functions = records([call.get("function") for call in records(message.get("tool_calls"))])
    usage = reply.get("usage")
    details = usage.get("prompt_tokens_details") if isinstance(usage, Mapping) else None
    refused = bool(text_of(message.get("refusal")))
    filtered = choice.get("finish_reason") == "content_filter"
    return Reply(
        calls=tuple(_arguments(call.get("arguments")) for call in functions if call.get("name") == TOOL),
        text=text_of(message.get("refusal") if refused else message.get("content")),
        declined="refused" if refused else "filtered" if filtered else None,
        usage={
            "input": count(usage, "prompt_tokens"),
            "output": count(usage, "completion_tokens"),
            "cache_read": count(details, "cached_tokens"),
            "cache_write": count(details, "cache_write_tokens"),
        },
    )


OPENAI = Vendor(
    name="openai",
    key_variable="OPENAI_API_KEY",
    takes_temperature=True,
    sdk=_sdk,
    connect=_connect,
    request=_request,
    send=_send,
    text_only={"tool_choice": "none"},
    read=_read,
)
