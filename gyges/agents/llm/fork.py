"""A question put to a model in a copy of its conversation, of which nothing comes back into the episode."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import Any, Protocol

from gyges.agents.llm.choice import lone_object
from gyges.agents.llm.prompt import Prompt
from gyges.agents.llm.purse import OverBudget
from gyges.agents.llm.vendor import Reply
from gyges.agents.llm.wire import Answer as Sent
from gyges.agents.llm.wire import Line, ask, read
from gyges.agents.policy import Exchange
from gyges.agents.questions import Answer, Value
from gyges.agents.questions.sheet import correction
from gyges.agents.skins.render import word

QUESTIONS = 2
"""Times a question is put: once, and once more after a reply that cannot be read."""


class Sheet(Protocol):
    """A question, or a rubric, as it is put at one moment."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def text(self) -> str:
        """The whole of it, with how to answer."""
        ...

    def read(self, given: Any) -> Value | None:
        """The answer that was given, or None if it is none."""
        ...


def forked(prompt: Prompt, sheet: Sheet) -> Prompt:
    """What a model is asked in place of the decision."""
    return replace(prompt, text=f"{prompt.text}\n\n{sheet.text}".lstrip(), aside=True)


async def put(line: Line, name: str, prompt: Prompt, sheet: Sheet, key: int) -> Answer:
    """Put a question.

    Args:
        line: the way to the model.
        name: the policy's name, for its price.
        prompt: what the model would be asked at this decision.
        sheet: the question.
        key: key of the decision's chance, for the jitter of waits.

    Raises:
        llm.outcome.Rejected: the server says that the request itself is wrong.
        llm.purse.OverBudget: the run has spent what it may, and nothing was sent for this question.
    """
    started = time.perf_counter()
    price = line.service.prices.of(name)
    first = fork = forked(prompt, sheet)
    raw: list[Any] = []
    usage: Counter[str] = Counter()
    for question in range(QUESTIONS):
        try:
            sent = await ask(line, line.vendor.request(fork), word(key, sheet.name, question))
        except OverBudget:
            if not question:
                raise
            sent = Sent(None, "budget", [], 0)
        reply = read(line.vendor, sent, fork, line.secret)
        value = stated(reply, sheet)
        spent = {"calls": sent.calls, **reply.usage}
        line.service.purse.pay(spent, price)
        raw += sent.log
        usage.update(spent)
        if sent.reply is None or reply.declined or value is not None:
            break
        fork = replace(first, text=f"{first.text}\n\n{correction()}")
    missing = sent.missing or reply.declined or ("unparsable" if value is None else None)
    exchange = Exchange(raw, dict(usage), time.perf_counter() - started)
    return Answer(None if missing else value, missing, exchange)


def stated(reply: Reply, sheet: Sheet) -> Value | None:
    """The answer that a reply states, as text that is a JSON object and nothing else; or None."""
    held = lone_object(reply.text)
    return None if held is None or reply.calls else sheet.read(held.get("answer"))
