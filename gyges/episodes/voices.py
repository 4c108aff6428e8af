"""People who speak in a model's words: asked before a turn's first decision, and never again for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gyges.agents.policy import Exchange
from gyges.episodes.life import Life
from gyges.episodes.log import Voiced, Voices, exchanged

if TYPE_CHECKING:
    from gyges.agents.llm.service import Service
    from gyges.agents.llm.speakers import Said, Speakers


def speakers_of(name: str, base_url: str | None = None, service: Service | None = None) -> Speakers | None:
    """The model that speaks for the people, or None where they do not speak.

    Raises:
        ValueError: the name is no model's, or its key is missing.
    """
    if not name:
        return None
    from gyges.agents import llm
    from gyges.agents.llm.speakers import Speakers

    return Speakers(llm.policy(name, base_url, service))


def heard(lines: Iterable[Voices], turn: int) -> list[tuple[int, str]]:
    """Who said what before a turn's first decision, as `Life.observation` takes it."""
    return [
        (voice.person, voice.words)
        for line in lines
        if line.t == turn
        for voice in line.said
        if voice.words is not None
    ]


async def voices(speakers: Speakers, life: Life) -> Voices:
    """Ask those whose turn it is to speak, all at once.

    Raises:
        llm.wire.Rejected: the server says that the request itself is wrong.
        llm.purse.OverBudget: the run has spent what it may, and nothing was sent.
    """
    from gyges.agents.llm.purse import OverBudget

    asked = life.speaking()
    answers = await asyncio.gather(*map(speakers.say, asked), return_exceptions=True)
    came: list[Said | None] = []
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, OverBudget):
            raise answer
        came.append(None if isinstance(answer, BaseException) else answer)
    if asked and not any(came):
        raise next(answer for answer in answers if isinstance(answer, OverBudget))
    # What was paid for is kept; a voice that the budget cut off is missing like any other.
    said = [
        Voiced(each.person, answer.words if answer else None, answer.missing if answer else "budget")
        for each, answer in zip(asked, came, strict=True)
    ]
    return Voices(t=life.world.turn, model=speakers.name, said=said, exchange=exchanged(_together(came)))


def _together(came: Sequence[Said | None]) -> Exchange:
    """What went over the wire for all of them."""
    exchanges = [answer.exchange for answer in came if answer is not None]
    usage: Counter[str] = Counter()
    for exchange in exchanges:
        usage.update(exchange.usage)
    raw = [entry for exchange in exchanges for entry in exchange.raw]
    return Exchange(raw, dict(usage), max((exchange.seconds for exchange in exchanges), default=0.0))
