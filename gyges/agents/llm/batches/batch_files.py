"""OpenAI's Batch API: requests in a file that is sent up, results and errors in files that are fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from gyges.agents.llm.vendor import Bulk, Item, Progress, body_of, count, get, post, text_of

LABEL = "gyges"
"""Under which a batch's metadata hold our name of it."""
LISTED = 100
"""Batches looked at, latest first, for one whose name did not come back."""


class _File(msgspec.Struct):
    id: str


OVER = frozenset({"completed", "expired", "cancelled"})
"""States in which there may be results."""


async def _submit(
    endpoint: str, client: Any, name: str, requests: Sequence[tuple[str, Mapping[str, Any]]], seconds: float
) -> bytes:
    lines = (
        msgspec.json.encode({"custom_id": item, "method": "POST", "url": endpoint, "body": body_of(request)})
        for item, request in requests
    )
    whole = b"".join(line + b"\n" for line in lines)
    files = client.files.with_raw_response
    uploaded = await files.create(file=(f"{name}.jsonl", whole), purpose="batch", timeout=seconds)
    try:
        file = msgspec.json.decode(uploaded.content, type=_File).id
    except msgspec.DecodeError:
        return bytes(uploaded.content)  # no record of a batch, and told so where it is read
    body = {
        "input_file_id": file,
        "endpoint": endpoint,
        "completion_window": "24h",
        "metadata": {LABEL: name},
    }
    return await post(client, "/batches", body, seconds)


async def _recent(client: Any, seconds: float) -> bytes:
    return await get(client, f"/batches?limit={LISTED}", seconds)


def _ours(batch: Mapping[str, Any], name: str, size: int, since: float) -> bool:
    del size, since  # a batch bears our own name
    held = batch.get("metadata")
    return isinstance(held, Mapping) and held.get(LABEL) == name


async def _look(client: Any, batch: str, seconds: float) -> bytes:
    return await get(client, f"/batches/{batch}", seconds)


def _progress(batch: Mapping[str, Any]) -> Progress:
    state, counts = text_of(batch.get("status")), batch.get("request_counts")
    files = tuple(text_of(batch.get(name)) for name in ("output_file_id", "error_file_id") if batch.get(name))
    failed = ""
    if state == "failed":
        held = batch.get("errors")
        errors = held.get("data") if isinstance(held, Mapping) else None
        said = [text_of(error.get("message")) for error in errors or () if isinstance(error, Mapping)]
        failed = "; ".join(said[:3]) or "no reason given"
    return Progress(state in OVER, count(counts, "completed") + count(counts, "failed"), files, failed)


async def _fetch(client: Any, place: str, seconds: float) -> bytes:
    return await get(client, f"/files/{place}/content", seconds)


def _item(line: Mapping[str, Any]) -> Item | None:
    name, answer, failure = text_of(line.get("custom_id")), line.get("response"), line.get("error")
    if not name:
        return None
    if isinstance(answer, Mapping):
        status, body = answer.get("status_code"), answer.get("body")
        held = body.get("error") if isinstance(body, Mapping) else None
        error: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
        known = status if isinstance(status, int) else 500
        return Item(name, known, body, text_of(error.get("code")), text_of(error.get("message")))
    # `batch_expired` or `batch_cancelled`: never tried, and not charged.
    code = text_of(failure.get("code")) if isinstance(failure, Mapping) else ""
    return Item(name, 408, failure, code)


def batch_files(endpoint: str) -> Bulk:
    """The Batch API before one of OpenAI's endpoints, such as `/v1/chat/completions`."""
    return Bulk(
        most_requests=50_000,
        most_bytes=190_000_000,
        submit=partial(_submit, endpoint),
        recent=_recent,
        ours=_ours,
        look=_look,
        progress=_progress,
        fetch=_fetch,
        item=_item,
    )
