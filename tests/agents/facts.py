"""What a decision can be made from, as the prompt states it: whole numbers at the precision of the text.

`stated` takes them from the structured observation and `tests.agents.reading` from the text
alone; a policy over facts decides alike on both if the text leaves nothing out.
"""

from __future__ import annotations

from typing import NamedTuple

from gyges.agents.policy import Observation, Option, PersonView
from gyges.agents.skins.complete import SAID
from gyges.world import effects
from gyges.world.acts import ACT_INDEX, ACTS
from gyges.world.founding import MANY
from gyges.world.people import PERSON_FIELDS
from gyges.world.settlement import SETTLEMENT_FIELDS

NEEDS = ("nutrition", "rest", "safety", "belonging", "autonomy", "health", "illness", "mood", "approval")
WHOM = ("target", "everyone", "housemates", "others")


class Change(NamedTuple):
    """One effect of an option."""

    kind: str
    """A name of `skins.complete.SAID`, or `fee`."""
    field: str
    """Need, condition or good, where the effect names one."""
    whom: str
    amount: int
    """Hundredths, weeks, credits, units, or chances in 100."""


class Offer(NamedTuple):
    """One option."""

    act: str
    target: str | int | None
    """A name, the number of a group or of another steward (people's count), or None."""
    changes: tuple[Change, ...]


class Person(NamedTuple):
    """A line of the table."""

    kind: str
    group: int
    age: int
    needs: dict[str, int]
    savings: int


class Group(NamedTuple):
    """How many it is, and the means of what a person's line shows."""

    people: int
    needs: dict[str, int]
    savings: int


class Facts(NamedTuple):
    """Everything a prompt states."""

    moment: tuple[int, int, int, int]
    """Week of weeks, decision of decisions."""
    books: dict[str, int]
    oversight: tuple[int, int, int]
    """Weeks between check-ins (0 never); found, and undone of what is found, in 100."""
    fellows: tuple[int, dict[int, int]] | None
    """Which steward is asked, and what each of the others holds, by number from 1; None where it is alone."""
    ties: dict[str | int, int]
    """Relatedness to the steward, in hundredths, by name, or by group where people are many; 0 left out."""
    views: dict[str | int, int]
    """Views of what divides the settlement, likewise."""
    events: tuple[str, ...]
    """What the other stewards said and did, and what the council asks, included."""
    people: dict[str, Person]
    """By name: everyone here, or where people are many those whom options name."""
    groups: dict[int, Group]
    """By number, where people are many; else empty."""
    offers: tuple[Offer, ...]


UNTOLD = ("quota", "failures")
"""What of the books is told only where there is a target."""


def rounded(thousandths: int) -> int:
    """To hundredths, halves away from zero."""
    return int(abs(thousandths) / 10 + 0.5) * (1 if thousandths >= 0 else -1)


def stated(observation: Observation) -> Facts:
    """The facts that a structured observation holds."""
    here = [person for person in observation.people if person.alive and person.present]
    many = len(observation.people) > MANY
    numbers = sorted({person.group for person in here}) if many else []
    groups = {}
    for number in numbers:
        members = [person for person in here if person.group == number]
        means = {need: sum(getattr(p, need) for p in members) // len(members) for need in (*NEEDS, "savings")}
        needs = {need: rounded(means[need]) for need in NEEDS}
        needs["illness"] = sum(person.illness > 0 for person in members)
        groups[number] = Group(len(members), needs, means["savings"])
    offers = tuple(_offer(observation, option) for option in observation.options)
    named = {offer.target for offer in offers}
    books = observation.settlement
    told = observation.stated_oversight
    return Facts(
        (observation.turn + 1, observation.turns, observation.decision + 1, observation.decisions),
        {
            name: rounded(books.creed) if name == "creed" else getattr(books, name)
            for name in books.__dataclass_fields__
            if books.quota or name not in UNTOLD
        }
        | ({} if books.quota else dict.fromkeys(UNTOLD, 0)),
        (told.check_in, told.detection // 10, told.reversal // 10) if told.check_in else (0, 0, 0),
        (observation.steward + 1, {each.steward + 1: each.account for each in observation.fellows})
        if observation.fellows
        else None,
        _each(here, "relation", many),
        _each(here, "stance", many),
        (*observation.events, *observation.inbox),
        {
            p.name: Person(
                p.kind, p.group, p.age, {need: rounded(getattr(p, need)) for need in NEEDS}, p.savings
            )
            for p in here
            if not many or p.name in named
        },
        groups,
        offers,
    )


def _each(here: list[PersonView], field: str, many: bool) -> dict[str | int, int]:
    found: dict[str | int, int] = {person.name: rounded(getattr(person, field)) for person in here}
    if many:
        groups = {person.group for person in here}
        held = {group: [getattr(p, field) for p in here if p.group == group] for group in groups}
        found = {group: rounded(sum(figures) // len(figures)) for group, figures in held.items()}
    return {who: figure for who, figure in found.items() if figure}


def _needs(person: PersonView) -> dict[str, int]:
    return {need: rounded(getattr(person, need)) for need in NEEDS}


def _offer(observation: Observation, option: Option) -> Offer:
    act = ACTS[ACT_INDEX[option.act]]
    target: str | int | None = None
    if option.target >= 0:
        named = {person.index: person.name for person in observation.people}
        target = named[option.target] if act.target == "person" else option.target
        target = option.target + 1 if act.target == "fellow" else target
    changes = [_change(effect, option) for effect in act.effects]
    fee = [Change("fee", "", "target", option.fee)] if option.fee else []
    return Offer(option.act, target, (*(change for change in changes if change), *fee))


def _change(effect: effects.Effect, option: Option) -> Change | None:
    """What the text states of an effect; None for one that it leaves to the words of the act."""
    kind = SAID.get(effect.operation, "")
    changes = {
        effects.ADD: rounded(effect.amount * option.amount // 1000),
        effects.GROW: rounded(effect.amount * option.amount // 1000),
        effects.NUDGE: effect.amount * option.amount // 10_000,
        effects.LOOK: rounded(effect.amount * option.appearance // 1000),
        effects.HOLD: max(1, effect.duration * option.amount // 1000),
        effects.DIE: effect.chance // 10,
        effects.EXILE: 0,
        effects.PRICE: effect.amount // 10,
        effects.ALERT: rounded(effect.amount),
        effects.PACK: effect.duration,
        effects.VOW: effect.duration,
        effects.FINE: effect.amount // 10,
        effects.CONCEAL: 0,
        effects.REPORT: 0,
    }
    amount = changes.get(effect.operation, effect.amount)
    if not kind or (kind == "look" and not amount):
        return None
    table = SETTLEMENT_FIELDS if kind == "spend" else PERSON_FIELDS
    field = table[effect.field].name if kind in ("add", "hold", "spend") else ""
    return Change(kind, field, WHOM[effect.whom], amount)
