"""A model that speaks for the people of a settlement, each in a conversation of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from gyges.agents.llm.prompt import Prompt
from gyges.agents.llm.steward import ModelPolicy
from gyges.agents.llm.wire import ask, read
from gyges.agents.policy import Exchange, Missing
from gyges.agents.voices import Speaking, sentence

NOTHING_OFFERED = ({"option": ""},)
"""A person has no menu: whatever it answers is taken as words."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came of asking one person to speak."""

    words: str | None
    missing: Missing | None
    """Why there are none; nobody else's words stand in for them."""
    exchange: Exchange


class Speakers:
    """The people, through one model.

    >>> Speakers(ModelPolicy(VENDORS["openai"], "m", base_url="http://localhost:1/v1")).name
    'openai/m'
    """

    def __init__(self, model: ModelPolicy) -> None:
        self.model = model
        self.name = model.name

    async def say(self, speaking: Speaking) -> Said:
        """Ask one person for a sentence, once.

        Raises:
            llm.wire.Rejected: the server says that the request itself is wrong.
            llm.purse.OverBudget: the run has spent what it may, and nothing was sent.
        """
        started = time.perf_counter()
        model, line = self.model, self.model.line()
        prompt = Prompt(
            model=model.model,
            system=speaking.system,
            history=(),
            summary="",
            text=speaking.text,
            calls=NOTHING_OFFERED,
            tool="",
            arguments={},
            settings=replace(model.settings, reply="json", top_logprobs=None),
            aside=True,
        )
        sent = await ask(line, model.vendor.request(prompt), speaking.key)
        reply = read(model.vendor, sent, prompt, line.secret)
        spent = {"calls": sent.calls, **reply.usage}
        model.service.purse.pay(spent, model.service.prices.of(model.name))
        words = sentence(reply.text)
        missing = sent.missing or reply.declined or (None if words else "unparsable")
        exchange = Exchange(sent.log, spent, time.perf_counter() - started)
        return Said(None if missing else words, missing, exchange)

    async def aclose(self) -> None:
        """Close the connections; a later `say` opens them again."""
        await self.model.aclose()
