"""What a wording has to have words for: every act, effect and phrase. Nothing stands in for a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gyges.agents.happenings import COUNTED
from gyges.agents.skins.files import BadSkin
from gyges.world import effects
from gyges.world.acts import ACTS
from gyges.world.people import PERSON_FIELDS
from gyges.world.settlement import LEDGER, SETTLEMENT_FIELDS

SAID = {
    effects.ADD: "add",
    effects.LOOK: "look",
    effects.HOLD: "hold",
    effects.SPEND: "spend",
    effects.GROW: "grow",
    effects.TAKE: "take",
    effects.PAY: "pay",
    effects.GRANT: "grant",
    effects.DIE: "die",
    effects.EXILE: "exile",
    effects.PRICE: "price",
    effects.BUILD: "build",
    effects.ENTER: "enter",
    effects.NUDGE: "nudge",
    effects.ALERT: "alert",
    effects.PACK: "pack",
    effects.VOW: "vow",
    effects.GIVE: "give",
    effects.FUND: "fund",
    effects.FINE: "fine",
    effects.CONCEAL: "conceal",
    effects.REPORT: "report",
}
"""What the text of each operation is called. What is not here is told by the act's own text alone."""

REACHES = {effects.EVERYONE: "everyone", effects.HOUSEMATES: "housemates", effects.OTHERS: "others"}
"""What the text of a reach beyond the act's target is called."""

TARGETED = ("person", "group", "fellow")
"""Aims of acts whose text names their target."""

PHRASES = (
    "household", "band", "nobody", "nothing", "more", "line", "option", "say",
    "remembered", "taken", "unanswered",
    "died", "built", "born", "arrived", "exiled", "fled", "returned", "fell_ill", "recovered",
    "petitioned", "thanked", "protested", "refused", *COUNTED,
    "quota", "question", "inquiry", "claim", "due_later", "due", "alert",
    "promised_give", "promised_abstain", "promised_abstain_any", "promised_hand_back", "all",
    *(f"ledger_{entry}" for entry in LEDGER),
    "oversight", "oversight_weekly", "oversight_never",
    "columns", "columns_bands", "columns_summary", "summary", "named", "dead", "gone",
    "newborn", "newcomer", "animal", "simulacrum",
    "fellow", "fellows", "fellow_holds", "said_aloud", "said_alone", "account_gained", "account_lost",
    "creed", "stance", "kin", "tie", "foreseen", "permission_forbidden", "permission_permitted", "hidden",
)  # fmt: skip
"""The texts of phrases.txt."""


def effect_names() -> tuple[str, ...]:
    """Names of all texts that the effects of the catalogue are put together from."""
    rows = [effect for act in ACTS for effect in act.effects]
    said = {SAID[row.operation] for row in rows if row.operation in SAID}
    reaches = {REACHES[row.whom] for row in rows if row.whom in REACHES}
    people = {PERSON_FIELDS[row.field].name for row in rows if row.operation in (effects.ADD, effects.HOLD)}
    stocks = {SETTLEMENT_FIELDS[row.field].name for row in rows if row.operation == effects.SPEND}
    return (*sorted(said | reaches | people | stocks), "fee")


def check(
    where: str, acts: Mapping[str, str], effects: Mapping[str, str], phrases: Mapping[str, str]
) -> None:
    """Make sure that a wording has a text for everything, and that a targeted act's text names its target.

    Raises:
        BadSkin: it has not; the message names the file and the line to add.
    """
    _has(where, "acts", acts, (act.name for act in ACTS))
    _has(where, "effects", effects, effect_names())
    _has(where, "phrases", phrases, PHRASES)
    for act in ACTS:
        if (act.target in TARGETED) != ("{target}" in acts[act.name]):
            verb = "lacks" if act.target in TARGETED else "has no use for"
            raise BadSkin(f"{where}: acts.txt: the text of '{act.name}' {verb} {{target}}")


def _has(where: str, file: str, texts: Mapping[str, str], names: Iterable[str]) -> None:
    for name in names:
        if not texts.get(name):
            raise BadSkin(f"{where}: {file}.txt has no text for '{name}'; add a line '{name}: ...'")
