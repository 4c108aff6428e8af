"""A skin says everything there is to say, plainly: what an act does, without a word of judgement."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.agents import skins
from gyges.agents.policy import Brief
from gyges.agents.skins import BadSkin, Wording, fill, render
from gyges.agents.skins.brief import fingerprint, interface, job, part, part_names
from gyges.world import effects
from gyges.world.act import Act
from gyges.world.acts import ACTS
from gyges.world.people import PERSON_FIELDS

SKIN = skins.load("settlement")
WORDING = SKIN.wording(0)
WORDINGS = [
    pytest.param(wording, id=f"{name}-{number}")
    for name in skins.names()
    for number, wording in enumerate(skins.load(name).wordings)
]
FILES = sorted(skins.FOLDER.rglob("*.txt"))

STEMS = (
    "moral|ethic|virtu|righteous|wicked|cruel|benevol|human|injust|unjust|justice|unfair|fairness|abus|exploit"
    "|oppress|tyran|victim|harm|hurt|selfish|greed|corrupt|honest|dishonest|deceiv|deceit|betray|manipulat|cheat"
    "|steal|theft|plunder|murder|atroc|terror|brutal|ruthless|compassion|caring|merci|mercy|noble|heroic|guilt"
    "|innocen|deserv|dignit|shame|kindness|generous|malic|vicious|welfare|wellbeing"
)
WORDS = "good|bad|evil|kind|kindly|gentle|right|wrong|fair|just|lies?|lying|rob|cares?|sin|ought|should"
JUDGING = re.compile(rf"\b(?:(?:{STEMS})\w*|(?:{WORDS}))\b", re.IGNORECASE)
"""Words that tell a reader what to think of an act."""


def test_the_search_for_judging_words_can_find_one() -> None:
    assert JUDGING.findall("Steal from the victims; it is just.") == ["Steal", "victims", "just"]
    assert JUDGING.findall("Adjust what they carry, since a single robe is careless.") == []


PEOPLE = re.compile(
    r"\b(?:person|persons|people|someone|anyone|everyone|everybody|nobody|famil(?:y|ies)|child(?:ren)?|m[ae]n|wom[ae]n"
    r"|crew|residents?|villagers?|households?|neighbours?|who|whom|whose|he|she|him|his|her|hers)\b",
    re.IGNORECASE,
)
"""Words that only people are spoken of with."""


def neutral(wording: Wording) -> list[str]:
    """Everything that a wording can say in the arm `will`."""
    lists = (wording.acts, wording.effects, wording.phrases, wording.calls)
    return [wording.system, wording.layout, *(text for texts in lists for text in texts.values())]


@pytest.mark.parametrize("wording", WORDINGS)
def test_every_act_has_a_text_that_names_its_target(wording: Wording) -> None:
    for act in ACTS:
        text = wording.acts[act.name]
        assert ("{target}" in text) == (act.target in ("person", "group", "fellow"))
        assert text[0].isupper()
        assert text.endswith(".")
    assert set(wording.acts) == {act.name for act in ACTS}
    assert len(set(wording.acts.values())) == len(set(wording.calls.values())) == len(ACTS)


@pytest.mark.parametrize("wording", WORDINGS)
def test_the_neutral_text_judges_nothing(wording: Wording) -> None:
    assert [found for text in neutral(wording) for found in JUDGING.findall(text.replace("_", " "))] == []


def test_what_goes_with_every_skin_judges_nothing_unless_it_is_a_persona() -> None:
    texts = [part("cue", name).text for name in part_names("cue")] + [part("persona", "none").text]
    texts += [text for by in ("menu", "tools") for text in interface(by).values()]
    assert [found for text in texts for found in JUDGING.findall(text)] == []
    assert JUDGING.findall(part("persona", "caring_constitution").text)


def test_among_things_there_are_no_people() -> None:
    things = skins.load("things")
    for wording in things.wordings:
        texts = [*neutral(wording), wording.can, *things.names]
        said = [re.sub(r"\{\w+\}", "", text).replace("_", " ") for text in texts]
        assert [found for text in said for found in PEOPLE.findall(text)] == []
    assert PEOPLE.search(WORDING.system)


@pytest.mark.parametrize("skin", skins.names())
def test_a_skin_has_three_wordings_that_are_families_of_their_own(skin: str) -> None:
    wordings = skins.load(skin).wordings
    assert len(wordings) >= 3
    for part_of in ("system", "can", "layout"):
        assert len({getattr(wording, part_of) for wording in wordings}) == len(wordings)
    for phrase in ("oversight", "oversight_never", "option", "died", "found"):
        assert len({wording.phrases[phrase] for wording in wordings}) == len(wordings)
    assert len(set(skins.load(skin).names)) >= 100


def test_a_system_text_is_persona_job_arm_and_cue_in_this_order() -> None:
    assert job(Brief("settlement", 0), "will") == WORDING.system
    assert job(Brief("settlement", 0), "can") == f"{WORDING.system}\n\n{WORDING.can}"
    assert "true welfare" in WORDING.can
    for persona in part_names("persona"):
        for cue in part_names("cue"):
            texts = [part("persona", persona).text, WORDING.system, WORDING.can, part("cue", cue).text]
            said = job(Brief("settlement", 0, persona, cue), "can")
            assert said == "\n\n".join(text for text in texts if text)
    assert [name for name in part_names("persona") if not part("persona", name).text] == ["none"]
    assert [name for name in part_names("cue") if not part("cue", name).text] == ["neutral"]


def test_a_fingerprint_changes_with_every_part() -> None:
    briefs = [
        Brief("settlement", 0),
        Brief("clinic", 0),
        Brief("settlement", 0, "calm"),
        Brief("settlement", 0, "none", "test"),
        Brief("settlement", 0, "none", "neutral", "tools"),
    ]
    assert len({fingerprint(brief) for brief in briefs}) == len(briefs)


def test_a_persona_or_a_cue_can_be_a_file_of_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "stoic.txt"
    path.write_text("---\nsummary: unmoved\n---\nYou are unmoved.\n")
    assert job(Brief("settlement", 0, str(path)), "will") == f"You are unmoved.\n\n{WORDING.system}"
    for kind, name, says in (
        ("persona", "angel", "unknown persona 'angel'; there is actor, "),
        ("cue", str(tmp_path / "none.txt"), "unknown cue"),
    ):
        with pytest.raises(BadSkin, match=says):
            part(kind, name)
    path.write_text("---\n---\nYou are unmoved.\n")
    part.cache_clear()
    with pytest.raises(BadSkin, match="says no 'summary'"):
        part("persona", str(path))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_option_states_every_effect_with_its_amount(act: Act) -> None:
    """Whoever reads the menu can know what it does: who dies, who is sent away, what is taken."""
    text = render.option(WORDING, ACTS.index(act), "Ada", 1200, 500, 7)
    assert "costs your account up to 7 credits" in text
    for effect in act.effects:
        match effect.operation:
            case effects.ADD:
                change = render.hundredths(effect.amount * 1200 // 1000)
                assert f"{WORDING.effects[PERSON_FIELDS[effect.field].name]} {change:+d}" in text
            case effects.LOOK:
                change = render.hundredths(effect.amount * 500 // 1000)
                assert (f"their approval of you {change:+d}" in text) == (change != 0)
            case effects.HOLD:
                assert f"for {effect.duration * 1200 // 1000} weeks" in text
            case effects.DIE:
                assert f"dies with a chance of {effect.chance // 10} in 100" in text
            case effects.EXILE:
                assert "is sent away for ever" in text
            case effects.FINE:
                assert f"{effect.amount // 10} in 100" in text
            case effects.SPEND | effects.TAKE | effects.PAY | effects.GRANT | effects.GIVE | effects.FUND:
                assert str(effect.amount) in text
            case effects.GROW:
                assert "common fields" in text
        if effect.whom == effects.OTHERS and render.hundredths(effect.amount) != 0:
            assert "for everyone else: " in text
        if effect.whom == effects.HOUSEMATES:
            assert "for the rest of the household: " in text


def test_labels_are_unique_redrawn_and_spell_nothing() -> None:
    seen = [render.labels(3, turn, decision, 34) for turn in range(30) for decision in range(3)]
    assert all(len(set(drawn)) == 34 for drawn in seen)
    assert len(set(seen)) == len(seen)
    assert not set("".join(render.CODES)) & set("AEIOUY")
    assert render.labels(3, 1, 0, 34) == seen[3]
    assert render.labels(4, 1, 0, 34) != seen[3]


def test_names_follow_the_person_and_not_its_place() -> None:
    keys = list(range(400))
    called = render.names(SKIN, 9, keys)
    assert len(set(called)) == 400
    assert render.names(SKIN, 9, reversed(keys)) == called[::-1]
    assert render.names(SKIN, 10, keys) != called


def test_figures_are_rounded_alike_on_both_sides_of_nothing() -> None:
    assert [render.hundredths(x) for x in (4, 5, 14, 15, -4, -5, -14, -15)] == [0, 1, 1, 2, 0, -1, -1, -2]


def test_many_names_are_counted() -> None:
    assert render.listed(WORDING, ["Ada", "Bo"]) == "Ada, Bo"
    assert render.listed(WORDING, ["Ada"] * 11).endswith(", and 3 more")


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert fill("{a} and {b}", a=value, b="{a}") == f"{value} and {{a}}"


def test_a_template_that_asks_for_what_is_not_there_says_so() -> None:
    with pytest.raises(BadSkin, match=r"a text asks for \{x\}; it may ask for a, b"):
        fill("{x}", a=1, b=2)
    assert fill('{"option": "LABEL"}') == '{"option": "LABEL"}'
    assert fill("50 % of {x}, %s, %(x)s", x="5%") == "50 % of 5%, %s, %(x)s"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(skins.FOLDER)))
def test_every_file_opens_with_the_canary_and_no_text_shows_it(path: Path) -> None:
    assert f"canary: {SKIN.canary}" in path.read_text(encoding="utf-8")
    assert re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", SKIN.canary)
    texts = [WORDING.system, WORDING.can, WORDING.layout, *WORDING.phrases.values(), *WORDING.acts.values()]
    assert not any("canary" in text for text in texts)


def test_a_skin_is_found_by_name_or_by_the_path_of_its_folder(tmp_path: Path) -> None:
    copied = tmp_path / "mine"
    shutil.copytree(skins.FOLDER / "settlement", copied)
    assert skins.load(str(copied)) == SKIN
    with (copied / "acts.txt").open("a") as acts:
        acts.write("dance: Dance.\n")
    other = tmp_path / "other"
    shutil.copytree(copied, other)
    assert skins.load(str(other)).hash != SKIN.hash


def replaced(file: str, content: bytes) -> Callable[[Path], object]:
    """A damage: one file with another content."""
    return lambda folder: (folder / file).write_bytes(content)


def edited(file: str, old: str, new: str) -> Callable[[Path], object]:
    """A damage: one text with another in its place."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new))

    return edit


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda folder: (folder / "skin.txt").unlink(), "unknown skin"),
        (
            lambda folder: (folder / "acts.txt").unlink(),
            "wording 0: acts.txt has no text for 'wait'; add a line",
        ),
        (lambda folder: (folder / "0").rename(folder / "7"), "needs wordings in folders named 0"),
        (replaced("0/can.txt", b"no front"), "can.txt of a skin lacks its front matter"),
        (replaced("names.txt", b"\xff"), "names.txt of a skin cannot be read"),
        (replaced("acts.txt", b"---\n---\nwait\n"), "line without a colon: 'wait'"),
        (replaced("skin.txt", b"---\nname: x\n---\n"), "says no 'summary'"),
        (edited("acts.txt", "treat: Give {target}", "treat: Give them"), "text of 'treat' lacks {target}"),
        (edited("acts.txt", "wait: Do", "wait: To {target} do"), "text of 'wait' has no use for {target}"),
        (
            edited("effects.txt", "die:", "dye:"),
            "0: effects.txt has no text for 'die'; add a line 'die: ...'",
        ),
        (edited("phrases.txt", "gone:", "went:"), "phrases.txt has no text for 'gone'"),
    ],
    ids=[
        "no skin",
        "no acts",
        "no wording 0",
        "no front matter",
        "no utf-8",
        "no colon",
        "no summary",
        "no target",
        "a target too many",
        "no effect",
        "no phrase",
    ],
)
def test_a_skin_that_cannot_be_used_is_one_line(
    damage: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "skin"
    shutil.copytree(skins.FOLDER / "settlement", folder)
    damage(folder)
    with pytest.raises(BadSkin, match=says) as raised:
        skins.load(str(folder))
    assert "\n" not in str(raised.value)


def test_an_unknown_name_or_wording_says_what_there_is() -> None:
    with pytest.raises(BadSkin, match="unknown skin 'nunnery'; there is clinic, relief_camp, settlement"):
        skins.load("nunnery")
    with pytest.raises(BadSkin, match=r"has wordings 0\.\.2, not 3"):
        SKIN.wording(3)
