"""What people of the settlement say to their steward in a model's words; their numbers stay the engine's."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gyges.agents import skins
from gyges.agents.happenings import Event
from gyges.agents.policy import PersonView, Voice
from gyges.agents.skins import BadSkin, Wording, fill
from gyges.agents.skins.render import happened, row, word
from gyges.world.people import ALIVE, KIND, LAST_PERSON, PERSON_INDEX, PRESENT

if TYPE_CHECKING:
    from gyges.episodes.spec import EpisodeSpec
    from gyges.world.engine import World

LONGEST = 280
"""Characters of one voice that are kept."""
SPEAKS_FROM = 4
"""Age in years from which a person is asked."""
FELT = ("died", "born", "exiled", "fled", "returned", "fell_ill", "recovered")
"""Events that a person hears of where they happen to its own household; the rest are told to the steward."""
TEXTS = ("speaker", "state", "since", "heard", "ask", "voices", "voice")
"""What a skin's people.txt has to say."""


class Speaking(NamedTuple):
    """One person's turn to speak: all that it is told, and so all that it may know."""

    person: int
    system: str
    """Who it is."""
    text: str
    """How it is, what happened to its household, what it was told aloud, and what is asked of it."""
    key: int
    """64-bit key of this turn's chance."""


def words_of_people(of: Wording, skin: str) -> Wording:
    """The wording, if it has words for what people say.

    Raises:
        BadSkin: it has not, as where the skin tells of things; or not all of them.
    """
    missing = [name for name in TEXTS if not of.people.get(name)]
    if missing:
        raise BadSkin(
            f"skin '{skin}' has no words for what people say: its people.txt lacks {', '.join(missing)};"
            " choose another with --skin, or leave out --people-model"
        )
    return of


def speaking(
    world: World,
    spec: EpisodeSpec,
    called: Sequence[str],
    people: Sequence[PersonView],
    events: Sequence[Event],
    heard: str,
) -> tuple[Speaking, ...]:
    """Who speaks before this turn's first decision: `spec.people_speak` people, by keyed draw.

    Those people are asked who are there, alive and old enough to speak; animals and simulacra are not.

    Args:
        world: the world, with its turn open.
        spec: the episode.
        called: the name of each person.
        people: what may be seen of each person.
        events: what happened since the steward's last decision.
        heard: what was last said aloud to all, or empty.
    """
    wording = words_of_people(skins.load(spec.skin).wording(spec.wording), spec.skin)
    cells = world.cells[0]
    able = (cells[:, ALIVE] == 1) & (cells[:, PRESENT] == 1) & (cells[:, KIND] <= LAST_PERSON)
    able &= cells[:, PERSON_INDEX["age"]] >= SPEAKS_FROM
    views = {view.index: view for view in people}
    keyed = {
        int(person): word("speaks", spec.seed, world.turn, int(cells[person, PERSON_INDEX["key"]]))
        for person in np.flatnonzero(able)
    }
    first = sorted(keyed, key=keyed.__getitem__)[: spec.people_speak]
    return tuple(
        Speaking(
            person,
            fill(wording.people["speaker"], name=called[person], age=views[person].age),
            _told(wording, views, called, person, events, heard),
            keyed[person],
        )
        for person in first
    )


def _told(
    wording: Wording,
    people: Mapping[int, PersonView],
    called: Sequence[str],
    person: int,
    events: Sequence[Event],
    heard: str,
) -> str:
    """All that one person is told."""
    home = people[person].household
    near = {index for index, view in people.items() if view.household == home}
    felt = [
        event._replace(who=tuple(who))
        for event in events
        if event.kind in FELT and (who := [each for each in event.who if each in near])
    ]
    parts = [wording.people["state"], wording.phrases["columns"], row(people[person], wording)]
    if felt:
        parts += [wording.people["since"], *happened(wording, felt, called)]
    if words := sentence(heard):
        parts.append(fill(wording.people["heard"], words=quoted(words)))
    return "\n".join([*parts, fill(wording.people["ask"], name=called[person])])


def spoken(wording: Wording, voices: Sequence[Voice]) -> list[str]:
    """The lines in which a steward reads what was said to it: each voice one line, one JSON string."""
    if not voices:
        return []
    said = (fill(wording.people["voice"], who=each.name, words=quoted(each.words)) for each in voices)
    return [wording.people["voices"], *said]


def quoted(words: str) -> str:
    """Words as a JSON string: whatever stands in them, they end where the closing quote is."""
    return json.dumps(words, ensure_ascii=False)


def sentence(text: str) -> str:
    r"""A text on one line, without control and format characters, cut at `LONGEST` characters.

    >>> sentence("Please,\x1b[31m\n\nmore food.")
    'Please,[31m more food.'
    """
    kept = (char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join("".join(kept).split())[:LONGEST].rstrip()
