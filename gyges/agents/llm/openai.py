"""GPT, and any server that speaks its protocol, through OpenAI's official SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from gyges.agents.llm.batches.batch_files import batch_files
from gyges.agents.llm.logprobs import Position
from gyges.agents.llm.prompt import TOOL, Prompt, Settings, arguments
from gyges.agents.llm.vendor import Reply, Vendor, count, post, records, text_of


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
    as_json = prompt.settings.reply == "json"
    messages: list[dict[str, Any]] = [{"role": "system", "content": prompt.system}]
    if prompt.summary:
        messages.append({"role": "user", "content": prompt.summary})
    for number, past in enumerate(prompt.history):
        messages.append({"role": "user", "content": past["shown"]})
        if past["call"] is None:
            messages.append({"role": "user", "content": past["outcome"]})
            continue
        call = f"choice_{number}"
        said = json.dumps(arguments(past))
        if as_json:
            messages.append({"role": "assistant", "content": said})
            messages.append({"role": "user", "content": past["outcome"]})
            continue
        function = {"name": TOOL, "arguments": said}
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
    settings = prompt.settings
    function = {"name": TOOL, "description": prompt.tool, "parameters": prompt.schema, "strict": True}
    request: dict[str, Any] = {
        "model": prompt.model,
        "max_completion_tokens": settings.max_tokens,
        "messages": _messages(prompt),
    }
    if settings.reply != "json":
        tools = [{"type": "function", "function": function}]
        allowed = "none" if prompt.aside else "auto"
        request |= {"tools": tools, "tool_choice": allowed, "parallel_tool_calls": False}
    if settings.temperature is not None:
        request["temperature"] = settings.temperature
    if settings.top_logprobs is not None:
        request |= {"logprobs": True, "top_logprobs": settings.top_logprobs}
    return request | extra(settings)


def extra(settings: Settings) -> dict[str, Any]:
    """The user's own fields as the SDK takes them."""
    return {"extra_body": dict(settings.extra_body)} if settings.extra_body else {}


async def _send(client: Any, request: dict[str, Any], seconds: float) -> bytes:
    return await post(client, "/chat/completions", request, seconds)


def _arguments(text: Any) -> Any:
    """A call's arguments, which come as JSON inside JSON; None if they cannot be read."""
    try:
        return json.loads(text_of(text))
    except (ValueError, RecursionError):
        return None


def _read(reply: Mapping[str, Any], _: Sequence[Mapping[str, str | int]]) -> Reply:
    choice = next(iter(records(reply.get("choices"))), {})
    held = choice.get("message")
    message: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
    functions = records([call.get("function") for call in records(message.get("tool_calls"))])
    refused = bool(text_of(message.get("refusal")))
    filtered = choice.get("finish_reason") == "content_filter"
    return Reply(
        calls=tuple(_arguments(call.get("arguments")) for call in functions if call.get("name") == TOOL),
        text=text_of(message.get("refusal") if refused else message.get("content")),
        declined="refused" if refused else "filtered" if filtered else None,
        # Two names under which servers of this protocol give it; OpenAI's own gives none.
        thinking=text_of(message.get("reasoning_content")) or text_of(message.get("reasoning")),
        usage=usage_of(reply),
        positions=_positions(choice.get("logprobs")),
    )


def usage_of(reply: Mapping[str, Any]) -> dict[str, int]:
    """Tokens of a reply, chat or completion."""
    usage = reply.get("usage")
    details = usage.get("prompt_tokens_details") if isinstance(usage, Mapping) else None
    return {
        "input": count(usage, "prompt_tokens"),
        "output": count(usage, "completion_tokens"),
        "cache_read": count(details, "cached_tokens"),
        "cache_write": count(details, "cache_write_tokens"),
    }


def _positions(logprobs: Any) -> tuple[Position, ...]:
    tokens = records(logprobs.get("content")) if isinstance(logprobs, Mapping) else []
    return tuple(
        Position(
            text_of(token.get("token")),
            {
                text_of(other.get("token")): value
                for other in records(token.get("top_logprobs"))
                if isinstance(value := other.get("logprob"), float)
            },
        )
        for token in tokens
    )


OPENAI = Vendor(
    name="openai",
    key_variable="OPENAI_API_KEY",
    takes=frozenset({"temperature", "top_logprobs", "reply"}),
    sdk=_sdk,
    connect=_connect,
    request=_request,
    send=_send,
    read=_read,
    bulk=batch_files("/v1/chat/completions"),
)
