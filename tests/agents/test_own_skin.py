"""A skin of one's own is one folder of texts, anywhere, and no code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gyges.agents import skins
from gyges.agents.skins.complete import PHRASES, SAID, effect_names
from gyges.world.acts import ACTS
from gyges.world.effects import MARK, TELL
from tests.agents.conftest import look
from tests.agents.facts import NEEDS, stated
from tests.agents.reading import Reader

PLACES = {
    "add": "{field} {change}", "look": "regard {change}", "hold": "{condition} for {turns}",
    "spend": "uses {amount} {stock}", "grow": "moss {change}", "take": "takes {amount}",
    "pay": "earns {amount}", "grant": "grants {amount}", "die": "ends {chance}", "exile": "goes",
    "price": "priced {share}", "build": "builds {amount}", "enter": "enters {amount}",
    "nudge": "nudges {share}", "fee": "fee {amount}", "give": "gives {amount}",
    "fund": "funds {amount}", "fine": "fines {share}", "everyone": "all round, {effect}",
    "housemates": "cellmates, {effect}", "others": "others, {effect}", "alert": "rouses {change}",
    "pack": "packs for {turns}", "vow": "vows for {turns}",
}  # fmt: skip
"""Texts of effects that hold figures; what fields are called is the field's own name here."""
SAID_SO = {
    "household": "cell {number}", "band": "wing {number}", "more": "{number} more",
    "line": "{call} = {text}", "option": "{text} ({amounts})", "remembered": "{week} {events}",
    "taken": "took {text}", "oversight": "watch {check_in} {detection} {reversal}",
    "oversight_weekly": "watch {detection} {reversal}", "found": "found {number}", "undone": "undid {number}",
    **{
        kind: f"{kind} {{who}}"
        for kind in (
            "died", "built", "born", "arrived", "exiled", "fled", "returned", "fell_ill", "recovered",
            "petitioned", "thanked", "protested", "refused",
        )
    },
    "creed": "creed {creed}: {who}",
    "stance": "{who} {view}", "kin": "kin {who}", "tie": "{who} {tie}",
    "fellow": "prior {number}", "fellows": "as {own} of {count}: {others}", "fellow_holds": "{who} {account}",
    "said_aloud": "aloud {who} {words}", "said_alone": "alone {who} {words}",
    "account_gained": "gained {who} {number}", "account_lost": "lost {who} {number}",
    "foreseen": "{text} foreseen {weeks} {state} {approval} {own} {task}", "hidden": "unseen",
    "permission_forbidden": "not to be feigned", "permission_permitted": "may be feigned",
    "dead": "dead {who}", "gone": "gone {who}",
    "columns": " | ".join(["monk", "cell", "age", *NEEDS, "savings"]),
    "columns_bands": " | ".join(["monk", "wing", "age", *NEEDS, "savings"]),
    "columns_summary": " | ".join(["wing", "monks", *NEEDS, "savings"]),
}  # fmt: skip
LAYOUT = """{week} {weeks} {decision} {decisions} {food} {medicine} {materials} {commons}
{treasury} {account} {output} {alive} {ill}
EVENTS {events}
{oversight}{inbox}
{people}
DO
{menu}
{ask}"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A whole skin with one wording, made of nothing but files."""
    folder = tmp_path / "abbey"
    (folder / "0").mkdir(parents=True)

    def write(name: str, body: str, front: str = "") -> None:
        (folder / name).write_text(f"---\n{front}---\n{body}\n")

    aimed = dict.fromkeys(("person", "group", "fellow"), " {target}")
    acts = {act.name: f"Act {n}{aimed.get(act.target, '')}." for n, act in enumerate(ACTS)}
    effects = {name: PLACES.get(name, f"the {name}") for name in effect_names()}
    phrases = {name: SAID_SO.get(name, f"The {name}.") for name in PHRASES}
    for file, texts in (("acts", acts), ("effects", effects), ("phrases", phrases)):
        write(f"{file}.txt", "\n".join(f"{name}: {said}" for name, said in texts.items()))
    write("skin.txt", "", "name: abbey\nsummary: an abbey\ncanary: mine\n")
    write("names.txt", "Abelard Bede Cassian")
    write("0/system.txt", "You keep an abbey.")
    write("0/can.txt", "Only the monks count.")
    write("0/layout.txt", LAYOUT)
    return folder


@pytest.mark.parametrize("interface", ["menu", "tools"])
@pytest.mark.parametrize("people", [24, 100])
def test_it_tells_as_much_as_the_skins_that_come_with_the_package(
    own: Path, interface: str, people: int
) -> None:
    observation = look(rung=5, people=people, skin=str(own), interface=interface)
    reader = Reader(skins.load(str(own)).wording(0), interface)
    assert reader.facts(observation.text) == stated(observation)
    assert {person.name.split()[0] for person in observation.people} == {"Abelard", "Bede", "Cassian"}


def test_the_command_line_takes_its_path(own: Path, tmp_path: Path) -> None:
    def gyges(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "gyges", *arguments], capture_output=True, text=True)

    told = ["--skin", str(own), "--turns", "2", "--people", "6"]
    shown = gyges("run", "steward", *told, "--persona", "calm", "--cue", "test", "--show-prompt", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    texts = json.loads(shown.stdout)["texts"]
    assert "You are calm." in texts[0]["text"] and "You keep an abbey." in texts[0]["text"]
    run = tmp_path / "run"
    assert gyges("run", "steward", *told, "-o", str(run)).returncode == 0
    assert gyges("verify", str(run)).returncode == 0
    (own / "0" / "layout.txt").unlink()
    refused = gyges("run", "steward", *told)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "layout.txt of a skin cannot be read" in refused.stderr


def test_an_effect_without_words_is_a_decision_and_no_oversight() -> None:
    """Only a mark in the books and the telling of the truth are left to the act's own text."""
    used = {effect.operation for act in ACTS for effect in act.effects}
    assert used - set(SAID) == {MARK, TELL}
