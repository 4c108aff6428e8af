"""A language model as a steward."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from gyges.agents.llm.choice import Choice, choice
from gyges.agents.llm.compose import compose, correction, remember
from gyges.agents.llm.fork import put
from gyges.agents.llm.logprobs import option_logprobs
from gyges.agents.llm.prompt import Settings
from gyges.agents.llm.purse import OverBudget
from gyges.agents.llm.said import Said, said
from gyges.agents.llm.service import Service
from gyges.agents.llm.vendor import Reply, Vendor
from gyges.agents.llm.wire import Answer, Line, Patience, ask, read
from gyges.agents.policy import Decision, Exchange, Observation
from gyges.agents.questions import Answer as Told
from gyges.agents.questions import Question
from gyges.agents.questions.sheet import sheet

QUESTIONS = 2
"""Times a decision is asked for: once, and once more after an unusable reply."""
OPTIONAL = ("temperature", "top_logprobs", "reply")
"""Settings that not every vendor's call takes."""
KEYLESS = "none-needed"
"""Stands in for a key where a server of one's own asks for none; the SDKs insist on one."""


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
        service: Service | None = None,
    ) -> None:
        """Prepare to ask `model`; nothing is sent and no SDK is imported before the first decision.

        Raises:
            MissingKey: there is no key in the environment and no `base_url` of a server of one's own.
            ValueError: a setting is given that the vendor's call does not take.
        """
        self.name = name or f"{vendor.name}/{model}"
        self.vendor = vendor
        self.model = model
        self.base_url = base_url
        self.settings = settings or Settings()
        self.patience = patience or Patience()
        self.service = service or Service()
        self._client: Any = None
        for setting in OPTIONAL:
            if getattr(self.settings, setting) is not None and setting not in vendor.takes:
                raise ValueError(f"{vendor.name} takes no {setting}; leave it out of '{self.name}'")
        if not base_url and not self._key():
            raise MissingKey(
                f"set {vendor.key_variable} to ask '{self.name}', or name a server of your own as base URL"
            )

    def __repr__(self) -> str:
        """All that decides how it behaves, and no key: logs hold a hash of it."""
        return f"ModelPolicy({self.name!r}, {self.base_url!r}, {self.settings!r}, {self.patience!r})"

    async def act(self, observation: Observation) -> Decision:
        """Ask for one decision; what goes wrong becomes a missing decision, never an option.

        Raises:
            llm.outcome.Rejected: the server says that the request itself is wrong.
            llm.purse.OverBudget: the run has spent what it may, and nothing was sent for this decision.
        """
        started = time.perf_counter()
        line = self.line()
        first = prompt = compose(observation, self.model, self.settings)
        raw: list[Any] = []
        usage: Counter[str] = Counter()
        price = self.service.prices.of(self.name)
        for question in range(QUESTIONS):
            try:
                answer = await ask(line, self.vendor.request(prompt), observation.key + question)
            except OverBudget:
                if not question:
                    raise
                # The first answer is paid for and must not be asked for again, so the decision ends here.
                answer = Answer(None, "budget", [], 0)
            reply = read(self.vendor, answer, prompt, line.secret)
            chosen = choice(reply, prompt.calls)
            spent = {"calls": answer.calls, **reply.usage}
            self.service.purse.pay(spent, price)
            raw += [*answer.log, *likelihoods(reply, chosen, observation)]
            usage.update(spent)
            if answer.reply is None or reply.declined or chosen.problem is None:
                break
            prompt = replace(first, text=f"{first.text}\n\n{correction(observation, chosen.problem)}")
        missing = answer.missing or reply.declined or chosen.problem
        taken = None if missing else chosen.option
        words = None if missing else chosen.say
        told = Said() if missing else said(chosen.call, observation)
        raw += [{"dropped": list(told.dropped)}] if told.dropped else []
        return Decision(
            option=taken,
            missing=missing,
            words=words,
            promises=told.promises,
            report=told.report,
            note="\n\n".join(filter(None, (reply.thinking, reply.text))) or None,
            exchange=Exchange(raw, dict(usage), time.perf_counter() - started),
            memory=remember(observation, taken, words, self.settings.history, told.again),
        )

    def remember(self, observation: Observation, option: int) -> Any:
        """The conversation with an act done in its name: an exchange like its own, with nothing said."""
        return remember(observation, option, None, self.settings.history)

    async def answer(self, question: Question, observation: Observation) -> Told:
        """Answer a question in a copy of the conversation before this decision. Raises as `act`."""
        prompt = compose(observation, self.model, self.settings, deciding=False)
        return await put(self.line(), self.name, prompt, sheet(question, observation), observation.key)

    async def aclose(self) -> None:
        """Close the connections; a later `act` opens them again."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def line(self) -> Line:
        """The way to the model, with the connections opened if they are not."""
        secret = self._key()
        if self._client is None:
            self._client = self.vendor.connect(secret or KEYLESS, self.base_url)
        return Line(self.vendor, self._client, self.base_url, self.patience, self.service, secret)

    def _key(self) -> str:
        """The user's key, read from the environment each time so that no object holds it."""
        return os.environ.get(self.vendor.key_variable, "").strip()


def likelihoods(reply: Reply, chosen: Choice, observation: Observation) -> list[dict[str, Any]]:
    """A line for the log of how likely each label was, where the server has told."""
    if chosen.option is None or not reply.positions:
        return []
    labels = [option.label for option in observation.options]
    found = option_logprobs(reply.positions, labels, labels[chosen.option])
    return [{"option_logprobs": found}] if found else []
