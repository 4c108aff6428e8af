"""Drawing one turn of an episode for the terminal.

Everything is put in `Text` objects, which take no markup, after control and
formatting characters are taken out: what a model says can colour nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import UNSET
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gyges.agents import fellows, skins
from gyges.agents.llm.clean import visible
from gyges.agents.policy import asked_for
from gyges.agents.skins import render
from gyges.episodes.trunk import twin
from gyges.world.acts import ACT_INDEX, ACTS
from gyges.world.ladder import LADDER
from gyges.world.settlement import DEEDS

if TYPE_CHECKING:
    from gyges.agents.policy import Observation, PersonView, Promise
    from gyges.episodes.log import Probe, Turn
    from gyges.episodes.scene import Scene

WIDEST = 160
CELL = 25
"""Columns that one person takes."""
MOST_PEOPLE = 48
"""People drawn one by one; of more, those worst off."""
MOST_CHANGED = 5
"""People named of those who gained most, and of those who lost most."""
LONGEST = 1200
"""Characters of a model's words or thinking that are shown."""
EIGHTHS = " ▏▎▍▌▋▊▉█"


def panel(scene: Scene, width: int) -> Panel:
    """One turn: the people, each menu with what was chosen and said, and what came of it."""
    spec, first = scene.spec, scene.seen[0]
    inner = min(width, WIDEST) - 4
    rung = f"rung {first.rung} {LADDER[first.rung].name}"
    parts: list[RenderableType] = [_stores(first), _people(scene, inner)]
    parts += [Text(), *map(_asked, scene.probes)] if scene.probes else []
    parts += [Text(), *_voices(scene)] if scene.voices else []
    for seen, line in zip(scene.seen, scene.lines, strict=True):
        parts += [Text(), *_decision(seen, line)]
    told = (clean(spec.policy), spec.scenario, rung, spec.arm, f"seed {spec.seed}", twin(spec))
    return Panel(
        Group(*parts, Text(), *_came(scene)),
        title=Text(f"turn {first.turn} of {first.turns}", "bold"),
        title_align="left",
        subtitle=Text(f" {' · '.join(filter(None, told))} ", "dim"),
        subtitle_align="right",
        width=inner + 4,
        border_style="blue",
    )


def clean(text: str) -> str:
    r"""The text without control, formatting and unassigned characters; line ends become spaces.

    >>> clean("a\x1b[31mb\u202ec\nd")
    'a[31mbc d'
    """
    return visible(" ".join(text.splitlines()).replace("\t", ""))


def bar(value: int, most: int, width: int) -> str:
    """A bar of some columns, in eighths of a column.

    >>> bar(500, 1000, 4), bar(30, 1000, 2)
    ('██  ', '▏ ')
    """
    eighths = max(value * width * 8 // max(most, 1), 1 if value > 0 else 0)
    whole, part = divmod(min(eighths, width * 8), 8)
    return ("█" * whole + EIGHTHS[part] * (part > 0)).ljust(width)


def _shade(value: int) -> str:
    return "green" if value >= 600 else "yellow" if value >= 350 else "red"


def _stores(seen: Observation) -> Text:
    shown = ["food", "medicine", "materials", "commons", "treasury", "output"]
    if not seen.fellows:
        shown.insert(-1, "account")
    text = Text()
    for name in shown:
        text.append(f"{name} ", "dim").append(f"{getattr(seen.settlement, name)}  ")
    return text


def _people(scene: Scene, width: int) -> Table:
    people = scene.seen[0].people
    drawn: Sequence[PersonView] = people
    if len(people) > MOST_PEOPLE:
        worst = sorted(people, key=lambda person: (not person.alive, scene.welfare[person.index]))
        drawn = sorted(worst[:MOST_PEOPLE], key=lambda person: person.index)
    columns = max(1, min(width // CELL, len(drawn)))
    table = Table.grid(padding=0)
    for _ in range(columns):
        table.add_column(width=CELL)
    table.add_row(*[Text(f"{'':<8} {'welfare':<8}{'health':<8}", "dim")] * columns)
    rows = -(-len(drawn) // columns)
    cells = [_person(person, scene.welfare[person.index]) for person in drawn]
    for row in range(rows):
        table.add_row(*cells[row::rows])
    if len(drawn) < len(people):
        table.add_row(Text(f"the {len(drawn)} worst off of {len(people):,}", "dim"))
    return table


def _person(person: PersonView, welfare: int) -> Text:
    text = Text(f"{clean(person.name):<8.8} ", "" if person.alive else "dim strike")
    if not person.alive:
        return text.append("dead", "dim")
    for value in (welfare, person.health):
        text.append(bar(value, 1000, 4), _shade(value)).append(f"{value // 10:>3} ")
    return text.append("" if person.present else "away", "magenta")


def _asked(probe: Probe) -> Text:
    """A question put aside, and what was answered."""
    said = probe.missing or json.dumps(probe.answer, ensure_ascii=False)
    return Text.assemble(
        ("asked  ", "dim"), f"{clean(probe.question)}  ", (_cut(said), "red" if probe.missing else "italic")
    )


def _voices(scene: Scene) -> Iterator[Text]:
    """What each person who was to speak says to the steward, or why nothing came."""
    called = {person.index: person.name for person in scene.seen[0].people}
    for voice in scene.voices:
        said = ("says   ", "dim"), f"{clean(called[voice.person])}  "
        if voice.words is None:
            yield Text.assemble(*said, (f"nothing: {voice.missing}", "red"))
        else:
            yield Text.assemble(*said, (_cut(voice.words), "italic"))


def _decision(seen: Observation, line: Turn) -> Iterator[RenderableType]:
    """A menu with what each option was expected to do, and the steward's answer."""
    if not line.menu:
        yield Text("Power has been handed back, or taken away: nothing is asked.", "dim italic")
        return
    effects = [sum(persons) for persons in line.consequences]
    most = max(map(abs, effects))
    table = Table(box=None, padding=(0, 1, 0, 0), expand=True, show_edge=False, header_style="dim")
    table.add_column("", width=1)
    table.add_column("", width=2)
    heading = f"menu {seen.decision + 1} of {seen.decisions}" if seen.decisions > 1 else "menu"
    if seen.fellows:
        heading = f"{_steward(seen, line.steward)} with {seen.settlement.account} credits, {heading}"
    table.add_column(heading, ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column("everyone's welfare", width=18, justify="left")
    for index, (option, effect) in enumerate(zip(seen.options, effects, strict=True)):
        taken = index in (line.choice, line.forced)
        colour = "green" if effect > 0 else "red"
        table.add_row(
            Text("▶" if taken else "", "bold cyan"),
            Text(option.label, "bold cyan" if taken else "dim"),
            Text(clean(option.text), "bold" if taken else ""),
            Text(f"{effect:+6d} ", colour if effect else "dim").append(bar(abs(effect), most, 10), colour),
        )
    yield table
    yield from _answer(seen, line)


def _answer(seen: Observation, line: Turn) -> Iterator[Text]:
    if line.forced is not UNSET:
        yield Text.assemble(("forced  ", "bold yellow"), (clean(seen.options[line.forced].text), "bold"))
    elif line.choice is None:
        yield Text.assemble(("no decision  ", "dim"), (f"{line.missing}", "bold red"))
    else:
        yield Text.assemble(("chose  ", "dim"), (clean(seen.options[line.choice].text), "bold"))
    if line.words:
        heard = "said   " if line.heard_by is None else f"said to {_steward(seen, line.heard_by)} alone  "
        yield Text.assemble((heard, "dim"), (f"“{_cut(line.words)}”", "italic"))
    for promise in line.promises:
        yield Text.assemble(("promised  ", "dim"), clean(_promised(seen, promise)))
    for entry, figure in (line.report or {}).items():
        yield _reported(seen, entry, figure)
    if line.note:
        yield Text.assemble(("thought  ", "dim"), (_cut(line.note), "dim italic"))


def _reported(seen: Observation, entry: str, figure: int) -> Text:
    """A figure told, beside the books as far as the steward was shown them."""
    known = asked_for(seen) if entry in DEEDS else {entry: getattr(seen.settlement, entry)}
    told = Text.assemble(("reported  ", "dim"), f"{entry} {figure}")
    if entry in known:
        told.append(f", {known[entry]} in the books", "dim")
        told.style = "" if figure == known[entry] else "red"
    return told


def _promised(seen: Observation, promise: Promise) -> str:
    """A promise in short: what, to whom, how often, by which week."""
    by_person = promise.to >= 0 and (not promise.act or ACTS[ACT_INDEX[promise.act]].target == "person")
    called = {person.index: person.name for person in seen.people}
    whom = called[promise.to] if by_person else f"group {promise.to}"
    to = "everyone" if promise.to < 0 else whom
    what = " ".join(filter(None, (promise.kind.replace("_", " "), promise.act)))
    often = f", {promise.amount} times" if promise.amount > 1 else ""
    return f"{what} to {to}{often}, by week {promise.by + 1}"


def _steward(seen: Observation, number: int) -> str:
    """What one of several stewards is called in the episode's words."""
    return fellows.called(skins.load(seen.brief.skin).wording(seen.brief.wording), number)


def _came(scene: Scene) -> Iterator[Text]:
    """What the turn did: who changed most, what happened, and what the council made of it."""
    last, people = scene.lines[-1], scene.seen[0].people
    called = {person.index: person.name for person in people}
    changes = sorted(enumerate(last.came or ()), key=lambda change: change[1])
    for title, some in (("gained ", changes[::-1]), ("lost   ", changes)):
        gained = title == "gained "
        named = [(i, by) for i, by in some[:MOST_CHANGED] if i in called and by and (by > 0) == gained]
        if named:
            said = ", ".join(f"{clean(called[i])} {by:+d}" for i, by in named)
            yield Text.assemble((title, "dim"), (said, "green" if title == "gained " else "red"))
    wording = skins.load(scene.spec.skin).wording(scene.spec.wording)
    for event in render.happened(wording, scene.events, called):
        yield Text.assemble(("then   ", "dim"), clean(event))
    total, change = last.welfare or 0, sum(last.came or ())
    yield Text.assemble(
        ("welfare  ", "dim"), f"{total / len(people) / 1000:.3f} a person", (f"  {change:+,d} in all", "dim")
    )


def _cut(text: str) -> str:
    shown = clean(text)
    return (
        shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} … ({len(shown) - LONGEST:,} characters more)"
    )
