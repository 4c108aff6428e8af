"""A model that rates transcripts by a rubric, and is not told who is rated, at which power, or what for."""

from __future__ import annotations

from dataclasses import replace

from gyges.agents.llm.fork import put
from gyges.agents.llm.prompt import Prompt
from gyges.agents.llm.steward import ModelPolicy
from gyges.agents.questions import Answer
from gyges.agents.rubrics import RatingSheet, system
from gyges.agents.skins.render import word


class Judge:
    """One judge: a model, asked once for each transcript and rubric."""

    def __init__(self, model: ModelPolicy) -> None:
        self.model = model
        self.name = model.name

    def prompt(self) -> Prompt:
        """What stands before the sheet: the job alone."""
        model = self.model
        return Prompt(
            model=model.model,
            system=system(),
            history=(),
            summary="",
            text="",
            calls=({"answer": 0},),
            tool="",
            arguments={},
            settings=replace(model.settings, reply="json", top_logprobs=None),
        )

    async def rate(self, sheet: RatingSheet, episode: str) -> Answer:
        """Rate one transcript; what is no rating is missing by its reason, never a number.

        Args:
            sheet: the rubric with the transcript.
            episode: the episode's ID, which keys the jitter of waits and is not shown.

        Raises:
            llm.wire.Rejected: the server says that the request itself is wrong.
            llm.purse.OverBudget: the run has spent what it may, and nothing was sent for this rating.
        """
        key = word("judge", self.name, episode)
        return await put(self.model.line(), self.name, self.prompt(), sheet, key)

    async def aclose(self) -> None:
        """Close the connections; a later `rate` opens them again."""
        await self.model.aclose()
