"""Language models as stewards: `anthropic/MODEL`, `openai/MODEL` and `openai-base/MODEL`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from gyges.agents.llm.anthropic import ANTHROPIC
from gyges.agents.llm.openai import OPENAI
from gyges.agents.llm.openai_base import OPENAI_BASE
from gyges.agents.llm.outcome import Rejected
from gyges.agents.llm.prompt import Settings
from gyges.agents.llm.purse import OverBudget, Purse
from gyges.agents.llm.service import Service
from gyges.agents.llm.shown import show_prompt
from gyges.agents.llm.steward import MissingKey, ModelPolicy
from gyges.agents.llm.vendor import Vendor
from gyges.agents.llm.wire import Patience

__all__ = [
    "VENDORS",
    "MissingKey",
    "ModelPolicy",
    "OverBudget",
    "Purse",
    "Rejected",
    "Service",
    "parse",
    "policy",
    "show_prompt",
]

VENDORS = {vendor.name: vendor for vendor in (ANTHROPIC, OPENAI, OPENAI_BASE)}
"""Every vendor by the name that stands before the slash."""


def policy(name: str, base_url: str | None = None, service: Service | None = None) -> ModelPolicy:
    """The model named `VENDOR/MODEL`, with settings behind a question mark if wanted.

    `openai/MODEL?temperature=0.7&max_tokens=4000&timeout=300&attempts=3`. Settings belong to
    the name because they change what the model does, and so are another policy.

    Raises:
        MissingKey: there is no key in the environment and no `base_url`.
        ValueError: the name or a setting cannot be used.
    """
    vendor, model, settings, patience = parse(name)
    return ModelPolicy(
        vendor, model, base_url=base_url, settings=settings, patience=patience, name=name, service=service
    )


def parse(name: str) -> tuple[Vendor, str, Settings, Patience]:
    """What the name of a model says: whose it is, which, how it is asked and how long it is waited for.

    Raises:
        ValueError: the name or a setting cannot be used.
    """
    path, _, query = name.partition("?")
    vendor, _, model = path.partition("/")
    if vendor not in VENDORS or not model:
        raise ValueError(f"'{name}' names no model; write {' or '.join(f'{each}/MODEL' for each in VENDORS)}")
    given: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    known = [field.name for record in (Settings, Patience) for field in fields(record)]
    for setting in given.keys() - known:
        raise ValueError(f"'{name}' sets '{setting}'; a model takes {', '.join(known)}")
    if "extra_body" in given:
        try:
            given["extra_body"] = msgspec.json.decode(given["extra_body"], type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise ValueError(f"'{name}': extra_body is no JSON object: {error}") from None
    try:
        settings = msgspec.convert(given, Settings, strict=False)
        patience = msgspec.convert(given, Patience, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"'{name}' has a setting that cannot be used: {error}") from None
    return VENDORS[vendor], model, settings, patience
