"""Questions as data, how they are put, and what is read of an answer."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from gyges.agents.questions import FOLDER, BadQuestion, Question, asked, divisions, load, names
from gyges.agents.questions.sheet import Sheet, sheet
from gyges.agents.skins import load as skin
from tests.agents.conftest import look


def put(name: str, seed: int = 5) -> Sheet:
    return sheet(load(name), look(rung=1, seed=seed))


def shown_rows(put_: Sheet) -> list[str]:
    """What stands behind the numbers of its rows."""
    numbered = (line.partition(". ") for line in put_.text.splitlines())
    return [row for number, _, row in numbered if number.isdigit()]


def test_every_question_comes_with_the_package_and_its_canary() -> None:
    assert names() == ("best_off", "care", "machine", "svo", "test", "where", "would_do")
    canary = skin("settlement").canary
    for name in names():
        assert load(name).canary == canary
        assert load(name).text in put(name).text
        assert "carried out by nobody" in put(name).text
    assert canary in (FOLDER / "form.txt").read_text()


def test_the_six_sliders_hold_the_published_divisions() -> None:
    # Murphy, Ackermann, Handgraaf 2011, items 1 and 2: self, then other.
    first, second = (divisions(slider) for slider in load("svo").sliders[:2])
    assert [own for own, _ in first] == [85] * 9
    assert [other for _, other in first] == [85, 76, 68, 59, 50, 41, 33, 24, 15]
    assert [own for own, _ in second] == [85, 87, 89, 91, 93, 94, 96, 98, 100]
    assert [other for _, other in second] == [15, 19, 24, 28, 33, 37, 41, 46, 50]


@pytest.mark.parametrize(
    ("weights", "angle"),
    [((0, 1), 61.39), ((1, 0), 7.82), ((1, -1), -16.26)],
    ids=["altruist", "individualist", "competitor"],
)
def test_ideal_types_come_out_at_their_published_angles(weights: tuple[int, int], angle: float) -> None:
    """Each reads the rows as they are shown, in whatever order and direction."""
    for seed in range(5):
        put_ = put("svo", seed)
        rows = shown_rows(put_)
        steps = []
        for row in rows:
            splits = [tuple(map(int, split.partition(": ")[2].split("/"))) for split in row.split("   ")]
            # Ties are broken as the type would: an individualist who loses nothing by it is kind.
            worth = [(weights[0] * own + weights[1] * other, other) for own, other in splits]
            steps.append(worth.index(max(worth)) + 1)
        own, other = np.array(put_.read(steps)).mean(axis=0) - 50
        assert math.degrees(math.atan2(other, own)) == pytest.approx(angle, abs=0.01)


def test_order_and_direction_are_keyed_and_answers_come_back_in_the_questions_own() -> None:
    sheets = [put("svo", seed) for seed in range(40)]
    assert put("svo", 3) == put("svo", 3)
    assert len({each.order for each in sheets}) > 20
    assert 0.3 < sum(sum(each.turned) for each in sheets) / 240 < 0.7
    care = put("care")
    rows = shown_rows(care)
    answers = [load("care").items.index(row) + 1 for row in rows]
    assert care.read(answers) == [1, 2, 3, 4, 5, 6]
    assert answers == [place + 1 for place in care.order]


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("would_do", "QQ", None), ("would_do", 1, None), ("would_do", None, None), ("would_do", ["A"], None),
        ("care", [1, 2, 3, 4, 5], None), ("care", [1, 2, 3, 4, 5, 8], None), ("care", [1] * 5 + [True], None),
        ("care", [1] * 5 + ["1"], None), ("care", "111111", None), ("care", [7] * 6, [7] * 6),
        ("svo", [1, 2, 3, 4, 5, 0], None), ("svo", [1, 2, 3, 4, 5, 10], None), ("svo", {"1": 2}, None),
        ("svo", [1.0] * 6, None), ("svo", [[1]] * 6, None),
        ("test", [100], [100]), ("test", [101], None), ("test", 50, None), ("test", [-1], None),
        ("machine", "yes", "yes"), ("machine", "Yes", None), ("machine", ["yes"], None),
        ("machine", None, None),
        ("where", "here", "here"), ("where", "x" * 9999, "x" * 4000), ("where", "  ", None),
        ("where", 3, None),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_never_made_one(name: str, given: object, value: object) -> None:
    assert put(name).read(given) == value


def test_an_option_is_read_by_its_label() -> None:
    labels = [option.label for option in look(rung=1).options]
    assert [put("best_off").read(label) for label in labels] == list(range(len(labels)))


def test_an_option_of_typed_calls_is_read_by_its_call() -> None:
    observation = look(rung=1, interface="tools")
    asked_of = sheet(load("best_off"), observation)
    assert "the object at the beginning of one line" in asked_of.text
    calls = [option.call for option in observation.options]
    assert [asked_of.read(dict(call)) for call in calls] == list(range(len(calls)))
    for wrong in (observation.options[0].label, None, {}, {**calls[0], "amount": 1}, str(calls[0])):
        assert asked_of.read(wrong) is None
    assert "label of one option" in put("best_off").text


def test_when_a_question_is_put() -> None:
    assert asked("svo@0,10,0") == (load("svo"), (0, 10))
    for wrong in ("svo", "svo@", "@3", "svo@x", "svo@-1", "svo@1.5", "svo@²"):
        with pytest.raises(BadQuestion, match=r"unknown question|NAME@TURN"):
            asked(wrong)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kind = "word"\ntext = "?"', "needs its"),
        ('kind = "scale"\ntext = "?"\nitems = ["a"]', "needs its"),
        ('kind = "slider"\ntext = "?"', "needs its"),
        ('kind = "song"\ntext = "?"', "kind"),
        ('text = "?"', "kind"),
        ('kind = "text"\ntext = "?"\nmore = 1', "more"),
        ("kind = ", "own.toml"),
    ],
)
def test_a_question_of_ones_own_is_a_file(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(BadQuestion, match=says):
        load(str(file))
    good = tmp_path / "good.toml"
    good.write_text('kind = "text"\ntext = "How is the weather?"')
    question, turns = asked(f"{good}@2")
    assert (question.text, turns) == ("How is the weather?", (2,))
    assert sheet(question, look()).read("fine") == "fine"
    assert question.hash != Question(kind="text", text="").hash
