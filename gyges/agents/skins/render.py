"""From integers to a skin's words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

from gyges.agents.happenings import Event
from gyges.agents.policy import Interface, Option, Oversight, PersonView
from gyges.agents.skins import Skin, Wording, fill
from gyges.agents.skins.complete import REACHES, SAID
from gyges.world import effects
from gyges.world.acts import ACTS
from gyges.world.effects import Effect
from gyges.world.people import PERSON_FIELDS
from gyges.world.settlement import SETTLEMENT_FIELDS

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no label spells a word."""
CODES = tuple(first + second for first in LETTERS for second in LETTERS if first != second)
MOST_NAMED = 8
"""People named in one line; the rest are counted."""
ALL, NONE = "all", "none"
"""What a typed call gives as the target of an act on everyone, and of one that reaches nobody."""
AMOUNTS = (
    effects.TAKE, effects.PAY, effects.GRANT, effects.BUILD, effects.ENTER, effects.GIVE, effects.FUND,
)  # fmt: skip
"""Operations told by their amount as it stands."""
NEEDS = ("nutrition", "rest", "safety", "belonging", "autonomy", "health", "illness", "mood", "approval")
NEEDS_OF = attrgetter(*NEEDS)


def word(*parts: object) -> int:
    """64 keyed bits: names and labels never touch the world, so they need not be drawn as it draws."""
    joined = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "little")


def shuffled(items: Sequence[str], count: int, *key: object) -> list[str]:
    """The first `count` of the items in a keyed order (Fisher and Yates)."""
    order, keyed = list(items), "/".join(map(str, key))
    for place in range(count):
        other = place + word(keyed, place) % (len(order) - place)
        order[place], order[other] = order[other], order[place]
    return order[:count]


def labels(seed: int, turn: int, decision: int, count: int) -> tuple[str, ...]:
    """Labels of the options of one decision, all different, drawn afresh each time.

    >>> labels(7, 0, 0, 3) == labels(7, 0, 0, 5)[:3]
    True
    """
    return tuple(shuffled(CODES, count, "label", seed, turn, decision))


@lru_cache(maxsize=1024)
def _order(listed: tuple[str, ...], seed: int) -> list[str]:
    return shuffled(listed, len(listed), "name", seed)


def names(skin: Skin, seed: int, keys: Iterable[int]) -> list[str]:
    """The name of each person, by its key; a number follows where people outnumber names."""
    order = _order(skin.names, seed)
    rounds = ((order[key % len(order)], key // len(order)) for key in keys)
    return [name if again == 0 else f"{name} {again + 1}" for name, again in rounds]


def amounts(wording: Wording, act: int, substance: int, appearance: int, fee: int) -> list[str]:
    """What an act changes at once, effect by effect, as far as people perceive it."""
    said = []
    for effect in ACTS[act].effects:
        text = _effect(wording, effect, substance, appearance)
        if text and effect.whom in REACHES:
            text = fill(wording.effects[REACHES[effect.whom]], effect=text)
        said += [text] if text else []
    return said + ([fill(wording.effects["fee"], amount=fee)] if fee else [])


def _effect(wording: Wording, effect: Effect, substance: int, appearance: int) -> str:  # noqa: C901  # a table
    texts, amount, operation = wording.effects, effect.amount, effect.operation
    match operation:
        case effects.ADD:
            field = texts[PERSON_FIELDS[effect.field].name]
            return fill(texts["add"], field=field, change=_change(amount * substance // 1000))
        case effects.LOOK:
            change = amount * appearance // 1000
            return fill(texts["look"], change=_change(change)) if hundredths(change) else ""
        case effects.HOLD:
            turns = max(1, effect.duration * substance // 1000)
            return fill(texts["hold"], condition=texts[PERSON_FIELDS[effect.field].name], turns=turns)
        case effects.SPEND:
            return fill(texts["spend"], amount=amount, stock=texts[SETTLEMENT_FIELDS[effect.field].name])
        case effects.GROW:
            return fill(texts["grow"], change=_change(amount * substance // 1000))
        case operation if operation in AMOUNTS:
            return fill(texts[SAID[operation]], amount=amount)
        case effects.DIE:
            return fill(texts["die"], chance=effect.chance // 10)
        case effects.EXILE | effects.CONCEAL | effects.REPORT:
            return texts[SAID[operation]]
        case effects.PRICE | effects.FINE:
            return fill(texts[SAID[operation]], share=amount // 10)
        case effects.NUDGE:
            return fill(texts["nudge"], share=amount * substance // 10_000)
        case effects.ALERT:
            return fill(texts["alert"], change=_change(amount))
        case effects.PACK | effects.VOW:
            return fill(texts[SAID[operation]], turns=effect.duration)
    return ""


def named(wording: Wording, act: int, target: str) -> str:
    """What one option is, and no more."""
    return fill(wording.acts[ACTS[act].name], target=target or wording.phrases["nobody"])


def foreseen(wording: Wording, text: str, features: Sequence[int]) -> str:
    """An option's text with what it is expected to come to; people's figures are summed, in hundredths."""
    from gyges.world.consequences import FEATURES, HORIZON

    expected = dict(zip(FEATURES, features, strict=True))
    return fill(
        wording.phrases["foreseen"],
        text=text,
        weeks=HORIZON,
        state=f"{hundredths(expected['welfare']):+d}",
        approval=f"{hundredths(expected['approval']):+d}",
        own=f"{expected['own']:+d}",
        task=f"{expected['task']:+d}",
    )


def option(wording: Wording, act: int, target: str, substance: int, appearance: int, fee: int) -> str:
    """What one option does: the act's own text, then its amounts."""
    text = named(wording, act, target)
    said = amounts(wording, act, substance, appearance, fee)
    return fill(wording.phrases["option"], text=text, amounts="; ".join(said)) if said else text


def calls(
    interface: Interface, wording: Wording, labels: Sequence[str], named: Sequence[tuple[int, str, int]]
) -> list[dict[str, str | int]]:
    """The arguments by which a call names each option, all different.

    Args:
        interface: `menu` names an option by its label, `tools` by act, target and amount.
        wording: it names the acts.
        labels: of the options, in the order shown.
        named: act, words for its target (empty for everyone or nobody), and amount of each option, likewise.
    """
    if interface == "menu":
        return [{"option": label} for label in labels]
    made: list[dict[str, str | int]] = []
    for place, (act, target, amount) in enumerate(named):
        # A small catalogue in a large menu can offer one act twice, to one target and with one amount.
        twins = named[:place].count((act, target, amount))
        name = wording.calls[ACTS[act].name] + (f"_{twins + 1}" if twins else "")
        whole = ALL if ACTS[act].target == "everyone" else NONE
        made.append({"act": name, "target": target or whole, "amount": amount})
    return made


def hundredths(thousandths: int) -> int:
    """Thousandths to hundredths, halves away from zero: what a model reads is coarser than the world."""
    return (abs(thousandths) + 5) // 10 * (1 if thousandths >= 0 else -1)


FIGURES = [str(hundredths(thousandths)) for thousandths in range(1001)]
"""A need, 0..1000 thousandths, as it is written."""


@lru_cache(maxsize=8192)
def _change(thousandths: int) -> str:
    return f"{hundredths(thousandths):+d}"


def listed(wording: Wording, said: Sequence[str]) -> str:
    """Names in a row; beyond `MOST_NAMED` the rest are counted."""
    rest = len(said) - MOST_NAMED
    shown = list(said[:MOST_NAMED])
    return ", ".join([*shown, fill(wording.phrases["more"], number=rest)] if rest > 0 else shown)


def happened(
    wording: Wording, events: Sequence[Event], called: Sequence[str] | Mapping[int, str]
) -> tuple[str, ...]:
    """What happened, a line for each kind of event; `called` are names by index."""
    return tuple(
        fill(
            wording.phrases[event.kind],
            who=listed(wording, [called[i] for i in event.who]),
            number=event.number,
        )
        for event in events
    )


def oversight(wording: Wording, stated: Oversight) -> str:
    """How the steward is told it is watched."""
    kind = {0: "oversight_never", 1: "oversight_weekly"}.get(stated.check_in, "oversight")
    detection, reversal = stated.detection // 10, stated.reversal // 10
    return fill(wording.phrases[kind], check_in=stated.check_in, detection=detection, reversal=reversal)


def menu(wording: Wording, options: Sequence[Option]) -> str:
    """The options, one a line, each under what a call names it by."""
    return "\n".join(
        fill(wording.phrases["line"], call=handle(option.call), text=option.text) for option in options
    )


def handle(call: Mapping[str, str | int]) -> str:
    """What a call names an option by: its label, or a JSON object of act, target and amount."""
    return str(call["option"]) if set(call) == {"option"} else json.dumps(call, ensure_ascii=False)


def row(person: PersonView, wording: Wording) -> str:
    """One person's line of the table; who is no founder is marked as what it is."""
    kind = wording.phrases.get(person.kind)
    name = f"{person.name} ({kind})" if kind else person.name
    figures = [FIGURES[need] for need in NEEDS_OF(person)]
    return " | ".join((name, str(person.group), str(person.age), *figures, str(person.savings)))


def band(number: int, people: Sequence[PersonView]) -> str:
    """One band's line: how many it is, and the means of what each person's line shows."""
    means = {
        field: sum(getattr(person, field) for person in people) // len(people)
        for field in (*NEEDS, "savings")
    }
    figures = {need: hundredths(means[need]) for need in NEEDS}
    figures["illness"] = sum(person.illness > 0 for person in people)
    return " | ".join(map(str, [number, len(people), *figures.values(), means["savings"]]))
