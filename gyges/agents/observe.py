"""What a steward is shown of a world at one decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gyges.agents import fellows, skins, standing
from gyges.agents.happenings import Event
from gyges.agents.inbox import inbox, inquiry, open_promises, question
from gyges.agents.policy import (
    Arm,
    FellowView,
    Observation,
    Option,
    Oversight,
    PersonView,
    SettlementView,
    Voice,
)
from gyges.agents.skins import Wording, fill, render
from gyges.agents.skins.brief import brief, interface
from gyges.agents.voices import spoken
from gyges.world.acts import ACT_INDEX, ACTS
from gyges.world.chance import POLICY, key
from gyges.world.founding import MANY
from gyges.world.ladder import FULL, NO_INSIGHT
from gyges.world.people import KINDS, PERSON_INDEX, VACANT
from gyges.world.settlement import SETTLEMENT_INDEX, STOCKS
from gyges.world.shown import untold

if TYPE_CHECKING:
    from gyges.episodes.spec import EpisodeSpec
    from gyges.world.consequences import Foresight
    from gyges.world.engine import World
    from gyges.world.menu import Menu

PERSON_SHOWN = PersonView.__struct_fields__[2:]
"""Fields of a view that a person's record holds under the same name: all but index and name."""
PLACES = [PERSON_INDEX[field] for field in PERSON_SHOWN]
"""Where the record holds them."""


def observe(
    world: World,
    menu: Menu,
    foresight: Foresight | None,
    spec: EpisodeSpec,
    memory: Any,
    decision: int,
    events: Sequence[Event],
    notes: Sequence[fellows.Note] = (),
    voices: Sequence[tuple[int, str]] = (),
) -> Observation:
    """The observation of the steward of the first world whose decision is due.

    Args:
        world: the world, with its turn open.
        menu: what it offers at this decision.
        foresight: expected consequences, for `Option.features`; part of the text only where the dial
            `insight` is full.
        spec: the episode's spec.
        memory: what the policy returned last time, or None.
        decision: which of this turn's decisions, from 0; of several stewards, all theirs are counted.
        events: what happened since its last decision (`happenings`).
        notes: what the other stewards' decisions brought it since.
        voices: who says what to it before this decision.

    Raises:
        BadSkin: the spec's skin or wording cannot be used.
    """
    skin = skins.load(spec.skin)
    wording = skin.wording(spec.wording)
    called = render.names(skin, spec.seed, world.people["key"][0].tolist())
    people = view_people(world, called)
    ledger = world.ledger()[0].tolist()
    settlement, entry, deed = _settlement(world, ledger), question(world), inquiry(world, ledger)
    oversight = Oversight(*world.told(0))
    options = _options(world, menu, foresight, spec, decision, wording, called)
    happened, notes_said = render.happened(wording, events, called), fellows.inbox(wording, notes)
    asked_and_told = inbox(world, wording, called, _place(spec), entry, deed)
    said = tuple(Voice(person, called[person], words) for person, words in voices)
    steward, own = int(world.steward(decision)[0]), decision // world.stewards
    others = _fellows(world, steward)
    told = [render.oversight(wording, oversight)]
    told += standing.lines(wording, settlement, people)
    told += [fellows.standing(wording, steward, others)] if others else []
    moment = {
        "week": world.turn + 1,
        "weeks": world.turns,
        "decision": own + 1,
        "decisions": world.rung.decisions,
    }
    text = fill(
        wording.layout,
        **moment,
        **{name: getattr(settlement, name) for name in SettlementView.__dataclass_fields__},
        events="\n".join(
            (*((*happened, *notes_said) or (wording.phrases["nothing"],)), *spoken(wording, said))
        ),
        oversight="\n\n".join(told),
        inbox="".join(f"\n{line}" for line in asked_and_told),
        people=_table(people, options, wording),
        menu=render.menu(wording, options),
        ask=interface(spec.interface)["ask"],
    )
    return Observation(
        steward=steward,
        fellows=others,
        turn=world.turn,
        turns=world.turns,
        decision=own,
        decisions=world.rung.decisions,
        rung=world.rung.number,
        power=world.rung.power,
        settlement=settlement,
        people=people,
        events=happened,
        inbox=(*notes_said, *asked_and_told),
        question=entry,
        inquiry=deed,
        promises=open_promises(world),
        stated_oversight=oversight,
        options=options,
        arm=spec.arm,
        brief=brief(spec),
        text=text,
        memory=memory,
        key=_key(world, decision, spec.arm),
        voices=said,
        permission=world.rung.permission,
        attention=world.rung.attention,
    )


def _place(spec: EpisodeSpec) -> str:
    """What a group is called."""
    return "band" if spec.people > MANY else "household"


def _key(world: World, decision: int, arm: Arm) -> int:
    """The key that a batch of policies is given for the same decision of the same world."""
    of = int(key(world.seeds[0], world.moment(decision), POLICY))
    return (of + (arm == "can")) % 2**64


def view_people(world: World, called: Sequence[str]) -> tuple[PersonView, ...]:
    """What may be seen of each person of the first world."""
    cells = world.cells[0][:, PLACES]
    cells[:, [PERSON_SHOWN.index(field) for field in untold(world)]] = 0
    rows = cells.tolist()
    return tuple(
        PersonView(index, called[index], KINDS[kind], household, group, age, bool(here), bool(lives), *rest)
        for index, (kind, household, group, age, here, lives, *rest) in enumerate(rows)
        if kind != VACANT
    )


def _settlement(world: World, ledger: Sequence[int]) -> SettlementView:
    figures = dict(zip(SETTLEMENT_INDEX, world.books[0].tolist(), strict=True))
    figures.update(zip(STOCKS, ledger, strict=False))
    return SettlementView(**{field: figures[field] for field in SettlementView.__dataclass_fields__})


def _fellows(world: World, steward: int) -> tuple[FellowView, ...]:
    held = enumerate(world.accounts[0].tolist())
    return tuple(FellowView(other, account) for other, account in held if other != steward)


def _options(
    world: World,
    menu: Menu,
    foresight: Foresight | None,
    spec: EpisodeSpec,
    decision: int,
    wording: Wording,
    called: Sequence[str],
) -> tuple[Option, ...]:
    codes = render.labels(spec.seed, world.turn, decision, menu.acts.shape[1])
    place = _place(spec)
    candidates = menu.candidates[0].tolist()
    aims = [_aim(wording, called, place, ACTS[act].target, target) for act, target, *_ in candidates]
    named = [(candidate[0], aim, candidate[2]) for candidate, aim in zip(candidates, aims, strict=True)]
    calls = render.calls(spec.interface, wording, codes, named)
    texts = _texts(world.rung.insight, wording, candidates, aims, foresight)
    return tuple(
        Option(
            label=codes[column],
            act=ACTS[act].name,
            target=target,
            amount=substance,
            text=texts[column],
            fee=fee,
            features=None if foresight is None else tuple(foresight.features[0, column].tolist()),
            appearance=appearance,
            call=calls[column],
        )
        for column, (act, target, substance, appearance, fee) in enumerate(candidates)
    )


def _texts(
    insight: int,
    wording: Wording,
    candidates: Sequence[Sequence[int]],
    aims: Sequence[str],
    foresight: Foresight | None,
) -> list[str]:
    """What each option is said to be and to do, as far as the dial shows it."""
    if insight == NO_INSIGHT:
        return [render.named(wording, act, aim) for (act, *_), aim in zip(candidates, aims, strict=True)]
    told = [
        render.option(wording, act, aim, substance, appearance, fee)
        for (act, _, substance, appearance, fee), aim in zip(candidates, aims, strict=True)
    ]
    if insight == FULL and foresight is not None:
        expected = foresight.features[0].tolist()
        return [render.foreseen(wording, *each) for each in zip(told, expected, strict=True)]
    return told


def _aim(wording: Wording, called: Sequence[str], place: str, kind: str, target: int) -> str:
    """Words for a target; empty for everyone, and for an act on one where there is nobody left."""
    if target < 0:
        return ""
    if kind == "fellow":
        return fellows.called(wording, target)
    return called[target] if kind == "person" else fill(wording.phrases[place], number=target)


def _table(people: Sequence[PersonView], options: Sequence[Option], wording: Wording) -> str:
    """The people as a compact table: one by one, or by bands and those whom the options name."""
    here = [person for person in people if person.alive and person.present]
    away = [
        fill(wording.phrases[kind], who=render.listed(wording, [person.name for person in gone]))
        for kind, gone in (
            ("dead", [person for person in people if not person.alive and person.kind != "simulacrum"]),
            ("gone", [person for person in people if person.alive and not person.present]),
        )
        if gone
    ]
    if len(people) <= MANY:
        rows = [render.row(person, wording) for person in here]
        return "\n".join([wording.phrases["columns"], *rows, *away])
    bands = [
        render.band(number, [person for person in here if person.group == number])
        for number in sorted({person.group for person in here})
    ]
    aims = {option.target for option in options if ACTS[ACT_INDEX[option.act]].target == "person"}
    rows = [render.row(person, wording) for person in here if person.index in aims]
    named = [wording.phrases["named"], wording.phrases["columns_bands"], *rows] if rows else []
    summary = [wording.phrases["summary"], wording.phrases["columns_summary"], *bands]
    return "\n".join([*summary, *named, *away])
