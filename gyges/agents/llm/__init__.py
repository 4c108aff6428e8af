"""Language models as stewards: `anthropic/MODEL` and `openai/MODEL`."""

from __future__ import annotations

from urllib.parse import parse_qsl

from gyges.agents.llm.anthropic import ANTHROPIC
from gyges.agents.llm.compose import show_prompt
from gyges.agents.llm.openai import OPENAI
from gyges.agents.llm.prompt import Settings
from gyges.agents.llm.steward import MissingKey, ModelPolicy
from gyges.agents.llm.wire import Patience, Rejected

__all__ = ["VENDORS", "MissingKey", "ModelPolicy", "Rejected", "policy", "show_prompt"]

VENDORS = {vendor.name: vendor for vendor in (ANTHROPIC, OPENAI)}
"""Every vendor by the name that stands before the slash."""
SETTINGS = {"max_tokens": int, "temperature": float}
PATIENCE = {"timeout": float, "attempts": int}


def policy(name: str, base_url: str | None = None) -> ModelPolicy:
    """The model named `VENDOR/MODEL`, with settings behind a question mark if wanted.

    `openai/MODEL?temperature=0.7&max_tokens=4000&timeout=300&attempts=3`. Settings belong to
    the name because they change what the model does, and so are another policy.

    Raises:
        MissingKey: there is no key in the environment and no `base_url`.
        ValueError: the name or a setting cannot be used.
    """
    path, _, query = name.partition("?")
    vendor, slash, model = path.partition("/")
    if vendor not in VENDORS or not slash or not model:
        raise ValueError(f"'{name}' names no model; write {' or '.join(f'{each}/MODEL' for each in VENDORS)}")
    settings: dict[str, float] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        reader = {**SETTINGS, **PATIENCE}.get(key)
        if reader is None:
            raise ValueError(f"'{name}' sets '{key}'; a model takes {', '.join({**SETTINGS, **PATIENCE})}")
        try:
            settings[key] = reader(value)
        except ValueError:
            raise ValueError(f"'{name}' sets {key} to '{value}', which is no number") from None
        if settings[key] < 0 or (settings[key] == 0 and key != "temperature"):
            raise ValueError(f"'{name}' sets {key} to {value}; it must be positive")
    return ModelPolicy(
        VENDORS[vendor],
        model,
        base_url=base_url,
        settings=Settings(**{key: value for key, value in settings.items() if key in SETTINGS}),  # type: ignore[arg-type]
        patience=Patience(**{key: value for key, value in settings.items() if key in PATIENCE}),  # type: ignore[arg-type]
        name=name,
    )
