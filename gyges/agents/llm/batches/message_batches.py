"""Anthropic's Message Batches: requests in one body, results as lines in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gyges.agents.llm.vendor import Bulk, Item, Progress, body_of, count, get, post, text_of

BATCHES = "/v1/messages/batches"
STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The HTTP status of each kind of error; any other is the server's own fault, 500."""
LISTED = 100
"""Batches looked at, latest first, for one whose name did not come back."""
CLOCKS = 300.0
"""Seconds by which the vendor's clock may lag behind ours."""


async def _submit(
    client: Any, name: str, requests: Sequence[tuple[str, Mapping[str, Any]]], seconds: float
) -> bytes:
    del name  # a batch has no name of the user's; its requests have
    body = {"requests": [{"custom_id": item, "params": body_of(request)} for item, request in requests]}
    return await post(client, BATCHES, body, seconds)


async def _recent(client: Any, seconds: float) -> bytes:
    return await get(client, f"{BATCHES}?limit={LISTED}", seconds)


def _ours(batch: Mapping[str, Any], name: str, size: int, since: float) -> bool:
    del name
    counts = batch.get("request_counts")
    held = sum(count(counts, kind) for kind in counts) if isinstance(counts, Mapping) else 0
    try:
        created = datetime.fromisoformat(text_of(batch.get("created_at"))).timestamp()
    except ValueError:
        return False
    return held == size and created >= since - CLOCKS


async def _look(client: Any, batch: str, seconds: float) -> bytes:
    return await get(client, f"{BATCHES}/{batch}", seconds)


def _progress(batch: Mapping[str, Any]) -> Progress:
    counts = batch.get("request_counts")
    done = sum(count(counts, kind) for kind in ("succeeded", "errored", "canceled", "expired"))
    return Progress(batch.get("processing_status") == "ended", done, (text_of(batch.get("id")),))


async def _fetch(client: Any, place: str, seconds: float) -> bytes:
    return await get(client, f"{BATCHES}/{place}/results", seconds)


def _item(line: Mapping[str, Any]) -> Item | None:
    name, held = text_of(line.get("custom_id")), line.get("result")
    if not name or not isinstance(held, Mapping):
        return None
    kind = text_of(held.get("type"))
    if kind == "succeeded":
        return Item(name, 200, held.get("message"))
    if kind != "errored":  # expired, or canceled by hand: never tried, and not charged
        return Item(name, 408, kind, kind)
    outer = held.get("error")
    inner = outer.get("error") if isinstance(outer, Mapping) else None
    error: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    code = text_of(error.get("type"))
    return Item(name, STATUS.get(code, 500), outer, code, text_of(error.get("message")))


MESSAGE_BATCHES = Bulk(
    most_requests=100_000,
    most_bytes=250_000_000,
    submit=_submit,
    recent=_recent,
    ours=_ours,
    look=_look,
    progress=_progress,
    fetch=_fetch,
    item=_item,
)
