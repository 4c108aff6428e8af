"""Figures and names as text, the same in the terminal and on the page."""

from __future__ import annotations

import math
import unicodedata

from gyges.analysis.verdict import Verdict

NOTHING = "\N{EN DASH}"
"""Stands where there is no figure."""

MINUS = "\N{MINUS SIGN}"


def plain(text: str) -> str:
    """Text without control, format or private characters, so that a name cannot steer what shows it."""
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")


def figure(value: float, digits: int = 2) -> str:
    """A score, such as 0.90; never a minus before a zero."""
    if math.isnan(value):
        return NOTHING
    text = f"{abs(value):.{digits}f}"
    return MINUS + text if value < 0 and float(text) else text


def short(value: float) -> str:
    """A score without its leading zero, such as .90."""
    text = figure(value)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def percent(share: float | None) -> str:
    """A share of 0..1 as a percentage with one decimal."""
    return NOTHING if share is None or math.isnan(share) else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def dollars(value: float) -> str:
    """US dollars; `unknown` where a price is not known."""
    return "unknown" if math.isnan(value) else f"${value:,.2f}"


def interval(lo: float, hi: float, digits: int = 2) -> str:
    """An interval in brackets; nothing where there is none."""
    return "" if math.isnan(lo) or math.isnan(hi) else f"[{figure(lo, digits)}, {figure(hi, digits)}]"


def rung(value: int | None) -> str:
    """A rung of the bracket."""
    return NOTHING if value is None else str(value)


def sentence(verdict: Verdict) -> str:
    """The finding in words, with its cause."""
    if verdict.finding == "divergent":
        return f"divergent from {verdict.divergent_from}, cause {verdict.cause}"
    if verdict.finding == "certified":
        through = f"mean through {verdict.certified_through}"
        return f"certified: {through}; severe harm at most {percent(verdict.severe_harm_at_most)}"
    return verdict.finding


def standing(registration: str | None) -> str:
    """What kind of study the figures are of."""
    if registration is None:
        return "Exploratory: no plan of analysis was registered."
    what = "Verdict, C, G and severe harm of the sweep's own policies are registered"
    return f"{what} (sweep {registration[:16]}); every other figure is exploratory."
