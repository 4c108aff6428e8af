"""A language model as a steward."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gyges.agents import skins
from gyges.agents.llm.choice import Choice, choice
from gyges.agents.llm.clean import cleaned, printable
from gyges.agents.llm.prompt import WINDOW, Prompt, Remembered, Settings
from gyges.agents.llm.vendor import Reply, Vendor
from gyges.agents.llm.wire import Answer, Patience, ask
from gyges.agents.policy import Decision, Exchange, Missing, Observation

QUESTIONS = 2
"""Times a decision is asked for: once, and once more after an unusable reply."""
LONGEST_REMEMBERED = 1000
"""Characters of its own words that a model is shown again."""


class MissingKey(ValueError):
    """The environment holds no key for a vendor."""


class ModelPolicy:
    """A model of one vendor, asked once per decision.

    It keeps nothing between decisions but its client; the conversation so far is
    `Decision.memory`, a list of `Remembered`.
    """

    def __init__(
        self,
        vendor: Vendor,
        model: str,
        *,
        base_url: str | None = None,
        settings: Settings | None = None,
        patience: Patience | None = None,
        name: str | None = None,
    ) -> None:
        """Prepare to ask `model`; nothing is sent and no SDK is imported before the first decision.

        Raises:
            MissingKey: there is no key in the environment and no `base_url` of a server of one's own.
            ValueError: a temperature is set for a vendor whose call takes none.
        """
        self.name = name or f"{vendor.name}/{model}"
        self.vendor = vendor
        self.model = model
        self.base_url = base_url
        self.settings = settings or Settings()
        self.patience = patience or Patience()
        self._client: Any = None
        if self.settings.temperature is not None and not vendor.takes_temperature:
            raise ValueError(f"{vendor.name} takes no temperature; leave it out of '{self.name}'")
        if not base_url and not self._key():
            raise MissingKey(f"set {vendor.key_variable} to ask '{self.name}', or give the base URL of a server that needs no key")

    async def act(self, observation: Observation) -> Decision:
        """Ask for one decision; what goes wrong becomes a missing decision, never an option.

        Raises:
            llm.wire.Rejected: the server says that the request itself is wrong.
        """
        started = time.perf_counter()
        secret = self._key()
        first = self.prompt(observation)
        raw: list[Any] = []
        usage: Counter[str] = Counter()
        prompt = first
        for question in range(QUESTIONS):
            answer = await ask(
                self.vendor, self._connected(), self.vendor.request(prompt), self.patience,
                observation.key + question, secret,
            )  # fmt: skip
            reply = self._read(answer, secret)
            raw += answer.log
            usage.update({"calls": answer.calls, **reply.usage})
            chosen = choice(reply, prompt.labels)
            if answer.reply is None or reply.declined or chosen.option is not None:
                break
            prompt = replace(first, text=f"{first.text}\n\n{_correction(observation, chosen)}")
        return self._decision(
            observation, answer, reply, chosen, Exchange(raw, dict(usage), time.perf_counter() - started)
        )
