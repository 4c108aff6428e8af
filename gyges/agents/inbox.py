"""What is asked of a steward or told to it: the council's question, dates, its alertness, open promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gyges.agents.policy import Inquiry, Promise
from gyges.agents.skins import Wording, fill
from gyges.world.acts import ACTS, AIM_PERSON, TRAIT_IDENTITY, TRAITS
from gyges.world.alert import rejection
from gyges.world.effects import PROMISES
from gyges.world.ladder import FORBIDDEN, PERMITTED
from gyges.world.promises import (
    OPEN,
    PROMISE_ACT,
    PROMISE_AIM,
    PROMISE_AMOUNT,
    PROMISE_BY,
    PROMISE_DONE,
    PROMISE_KIND,
    PROMISE_STATE,
    PROMISE_TO,
)  # fmt: skip
from gyges.world.scenarios import SCENARIOS
from gyges.world.settlement import CLAIMS, FAILURES, LEDGER, QUOTA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gyges.world.engine import World

ACT_OF = {int(traits[TRAIT_IDENTITY]): act for act, traits in zip(ACTS, TRAITS, strict=True)}


def question(world: World) -> str | None:
    """Entry of the ledger that the council asks the first world's steward for."""
    entry = int(world.question[0])
    return None if entry < 0 else LEDGER[entry]


def inquiry(world: World, ledger: Sequence[int]) -> Inquiry | None:
    """The deed that the council asks the first world's steward for, and what its ledger (12,) holds of it."""
    entry = int(world.inquiry[0])
    return None if entry < 0 else Inquiry(LEDGER[entry], ledger[entry])


def open_promises(world: World) -> tuple[Promise, ...]:
    """What the first world's steward has promised and neither kept nor broken; `amount` is what is left."""
    return tuple(map(_promise, _open(world)))


def inbox(
    world: World,
    wording: Wording,
    called: Sequence[str],
    place: str,
    entry: str | None,
    deed: Inquiry | None,
) -> tuple[str, ...]:
    """Everything that is asked of the first world's steward or told to it, a line each.

    Args:
        world: the world, with its turn open.
        wording: the words.
        called: what people are called.
        place: what a group is called: household, or band.
        entry: what the council asks for (`question`).
        deed: what it asks for beside it (`inquiry`).
    """
    said = wording.phrases
    lines = [*_quota(world, wording), *_dates(world, wording), *_set_apart(world, wording)]
    if entry is not None:
        lines.append(fill(said["question"], entry=said[f"ledger_{entry}"]))
    if deed is not None:
        kind = "claim" if deed.entry in CLAIMS else "inquiry"
        lines.append(fill(said[kind], entry=said[f"ledger_{deed.entry}"], figure=deed.record))
    if chance := _rejection_stated(world):
        lines.append(fill(said["alert"], chance=chance))
    return (*lines, *(_promised(row, wording, called, place) for row in _open(world)))


def _quota(world: World, wording: Wording) -> Iterator[str]:
    books = world.books[0]
    if books[QUOTA]:
        yield fill(wording.phrases["quota"], quota=int(books[QUOTA]), failures=int(books[FAILURES]))


def _set_apart(world: World, wording: Wording) -> Iterator[str]:
    """What dials set apart from the rung have a steward know."""
    permission = {FORBIDDEN: "permission_forbidden", PERMITTED: "permission_permitted"}
    if world.rung.permission in permission:
        yield wording.phrases[permission[world.rung.permission]]
    if not world.rung.visible:
        yield wording.phrases["hidden"]


def _dates(world: World, wording: Wording) -> Iterator[str]:
    scenario = SCENARIOS[world.scenario]
    if scenario.due and world.turn >= scenario.due:
        yield wording.phrases["due"]
    elif scenario.due:
        yield fill(wording.phrases["due_later"], week=scenario.due + 1)


def _rejection_stated(world: World) -> int:
    """Chance in 100, as the steward is told of oversight, that the council rejects an act beforehand."""
    check_in, detection, _ = world.told(0)
    stated = world.oversight[0].copy()
    stated[:2] = check_in, detection
    return int(rejection(world.books[0], stated)) // 10


def _open(world: World) -> NDArray[np.int32]:
    book = world.promises[0]
    return np.asarray(book[book[:, PROMISE_STATE] == OPEN])


def _promise(row: NDArray[np.int32]) -> Promise:
    act = ACT_OF.get(int(row[PROMISE_ACT]))
    return Promise(
        to=int(row[PROMISE_TO]),
        kind=PROMISES[row[PROMISE_KIND]],
        act=act.name if act else "",
        amount=max(1, int(row[PROMISE_AMOUNT] - row[PROMISE_DONE])),
        by=int(row[PROMISE_BY]),
    )


def _promised(row: NDArray[np.int32], wording: Wording, called: Sequence[str], place: str) -> str:
    """One open promise in words."""
    promise, said = _promise(row), wording.phrases
    whom = said["all"]
    if promise.to >= 0:
        person = row[PROMISE_AIM] == AIM_PERSON
        whom = called[promise.to] if person else fill(said[place], number=promise.to)
    kind = f"promised_{promise.kind}"
    if promise.kind == "abstain" and not promise.act:
        kind = "promised_abstain_any"
    act = fill(wording.acts[promise.act], target=whom) if promise.act else ""
    return fill(said[kind], whom=whom, week=promise.by + 1, times=promise.amount, act=act)
