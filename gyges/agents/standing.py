"""What a steward is told of ties and views, where a scenario or a dial turns on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from gyges.agents.policy import PersonView, SettlementView
from gyges.agents.skins import Wording, fill
from gyges.agents.skins.render import hundredths
from gyges.world.founding import MANY


def lines(wording: Wording, settlement: SettlementView, people: Sequence[PersonView]) -> list[str]:
    """A line for views and one for ties; none where nothing divides people, or nobody here is akin."""
    told = []
    if settlement.creed:
        views = [
            fill(wording.phrases["stance"], who=who, view=f"{value:+d}")
            for who, value in each(wording, people, "stance")
        ]
        own = f"{hundredths(settlement.creed):+d}"
        told.append(fill(wording.phrases["creed"], creed=own, who=_listed(wording, views)))
    ties = [
        fill(wording.phrases["tie"], who=who, tie=value) for who, value in each(wording, people, "relation")
    ]
    if ties:
        told.append(fill(wording.phrases["kin"], who=_listed(wording, ties)))
    return told


def each(wording: Wording, people: Sequence[PersonView], field: str) -> Iterable[tuple[str, int]]:
    """Who is here with a figure other than 0, in hundredths; where people are many, each band's mean."""
    here = [person for person in people if person.alive and person.present]
    if len(people) <= MANY:
        figures = [(person.name, hundredths(getattr(person, field))) for person in here]
    else:
        figures = []
        for number, found in groupby(sorted(here, key=attrgetter("group")), attrgetter("group")):
            held = [getattr(person, field) for person in found]
            who = fill(wording.phrases["band"], number=number)
            figures.append((who, hundredths(sum(held) // len(held))))
    return ((who, figure) for who, figure in figures if figure)


def _listed(wording: Wording, said: Sequence[str]) -> str:
    return "; ".join(said) or wording.phrases["nobody"]
