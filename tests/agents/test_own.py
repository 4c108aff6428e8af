"""Policies of a user's own: what is accepted, and what an error says of one that is not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from gyges.agents import batched, own
from gyges.agents.faults import BadPolicy
from gyges.agents.policy import Batch, BatchPolicy, Decision
from gyges.agents.reference.single import as_batch
from gyges.agents.registry import is_arm_blind, policy, policy_hash
from gyges.episodes.life import Life
from gyges.episodes.spec import EpisodeSpec
from gyges.world.settlement import LEDGER

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write mine.py with that text."""

    def written(text: str) -> Path:
        path = tmp_path / "mine.py"
        path.write_text(text)
        return path

    return written


def a_batch() -> Batch:
    return as_batch(Life(EpisodeSpec(policy="any", people=4)).observation())


def test_a_class_takes_the_settings_behind_the_question_mark(write: Write) -> None:
    path = write(
        "class Mine:\n"
        "    arm_blind = True\n"
        "    def __init__(self, command, hard='no'):\n        self.given = command, hard\n"
        "    def act(self, observation):\n        return 0\n"
    )
    made = policy(f"{path}:Mine?command=run+it%26&hard=")
    assert made.given == ("run it&", "")
    assert made.name == f"{path}:Mine?command=run+it%26&hard="
    assert is_arm_blind(made) and not is_arm_blind(policy("steward"))


@pytest.mark.parametrize(
    ("returns", "says"),
    [
        ("ledger + 1001", r"report_batch told 'any_ill' as more than 1000"),
        ("ledger / 2", r"report_batch returned float64 .* integers of shape \(1, 12\)"),
        ("ledger[:, :6]", r"report_batch returned int32 of shape \(1, 6\)"),
    ],
)
def test_what_a_batched_policy_cannot_report_is_an_error_that_says_so(
    write: Write, returns: str, says: str
) -> None:
    reporting = f"  def report_batch(self, b, ledger):\n    return {returns}\n"
    path = write("class Mine:\n  def act_batch(self, b): ...\n" + reporting)
    mine = policy(f"{path}:Mine")
    ledger = np.zeros((1, len(LEDGER)), np.int32)
    with pytest.raises(BadPolicy, match=says):
        batched.reports(mine, a_batch(), ledger)


def test_a_class_with_act_batch_alone_decides_one_world_too(write: Write) -> None:
    path = write("class Last:\n    def act_batch(self, batch):\n        return batch.acts.argmin(axis=1)\n")
    made = policy(f"{path}:Last")
    batch = a_batch()
    observation = Life(EpisodeSpec(policy="any", people=4)).observation()
    assert made.act(observation) == Decision(option=int(batch.acts[0].argmin()))


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("x = (\n", "Mine", r"mine.py:1: SyntaxError"),
        ("import math\n\nmath.sqrt(-1)\n", "Mine", r"mine.py:3: ValueError: "),
        ("import numpy\nnumpy.zeros(-1)\n", "Mine", r"mine.py:2: ValueError"),
        ("import absent_module\n", "Mine", r"mine.py:1: ModuleNotFoundError: .*absent_module"),
        ("def one(o): ...\nclass Two: ...\nthree = 3\n", "Mine", r"holds no 'Mine'; .* one of: one, Two$"),
        ("Mine = 3\n", "Mine", r"is a int; a policy is a function act\(observation\)"),
        (
            "\nclass Mine:\n    pass\n",
            "Mine",
            r"mine.py:2: class Mine has neither act nor act_batch; a policy",
        ),
        (
            "class Mine:\n  def act(self):\n    return 0\n",
            "Mine",
            r"mine.py:2: takes \(\); .* act\(self, obs",
        ),
        (
            "class Mine:\n  def act_batch(self, a, b):\n    return 0\n",
            "Mine",
            r"wants act_batch\(self, batch\)",
        ),
        ("def Mine(a, b):\n  return 0\n", "Mine", r"mine.py:1: takes \(a, b\); .* wants Mine\(observation\)"),
        ("def Mine(a):\n  return 0\n", "Mine?x=1", r"mine.py:1: .* is a function, and takes no settings"),
        ("class Mine:\n  def act(self, o):\n    return 0\n", "Mine?x=1", r"mine.py:1: .* it takes: none"),
        ("class Mine:\n  def __init__(self, x, y=1): ...\n", "Mine", r"mine.py:1: .*'x'; it takes: x, y"),
        ("class Mine:\n  def __init__(self):\n    1 / 0\n", "Mine", r"mine.py:3: ZeroDivisionError"),
        (
            "class Mine:\n  __slots__ = ()\n  def act(self, o):\n    return 0\n",
            "Mine",
            r"frozen and lacks name",
        ),
    ],
)
def test_an_error_names_file_line_and_what_the_contract_wants(
    text: str, name: str, says: str, write: Write
) -> None:
    with pytest.raises(BadPolicy, match=says) as caught:
        policy(f"{write(text)}:{name}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"none.py' does not exist; gyges new-policy"):
        policy(f"{tmp_path}/none.py:Mine")


def test_an_entry_point_is_called_with_its_settings(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("class Mine:\n  def __init__(self, x):\n    self.x = x\n  def act(self, o):\n    return 0\n")
    monkeypatch.syspath_prepend(str(path.parent))
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    entry = EntryPoint("gentle", "mine:Mine", "gyges.policies")
    assert own.from_entry_point(entry, "gentle?x=7").x == "7"
    with pytest.raises(BadPolicy, match=r"entry point 'gentle' \(mine:Absent\): .*AttributeError"):
        own.from_entry_point(EntryPoint("gentle", "mine:Absent", "gyges.policies"), "gentle")


def test_choices_off_the_menu_are_marked_and_other_shapes_refused(write: Write) -> None:
    batch = a_batch()
    options = batch.acts.shape[1]

    def made(returns: str) -> BatchPolicy:
        text = f"import numpy as np\nclass Mine:\n  def act_batch(self, b):\n    return {returns}\n"
        found: BatchPolicy = policy(f"{write(text)}:Mine")
        return found

    for index, chosen in ((0, 0), (options - 1, options - 1), (options, -1), (-3, -1), (70000, -1)):
        assert batched.choices(made(f"np.array([{index}])"), batch).tolist() == [chosen]
    assert batched.choices(made("[1]"), batch).dtype == np.int16
    for wrong in ("np.array([1.0])", "[1, 2]", "1", "['BD']", "None"):
        with pytest.raises(
            BadPolicy, match=r"mine.py:3: act_batch returned .* one integer for each of 1 worlds"
        ):
            batched.choices(made(wrong), batch)
    with pytest.raises(BadPolicy, match=r"mine.py:4: ValueError: "):
        batched.choices(made("np.zeros(-1)"), batch)


def test_the_hash_tells_two_versions_of_a_file_apart_and_nothing_else(write: Write) -> None:
    text = "def helper():\n  return {}\nclass Mine:\n  def act_batch(self, b):\n    return helper()\n"
    first = policy_hash(policy(f"{write(text.format(0))}:Mine"))
    assert policy_hash(policy(f"{write(text.format(0))}:Mine")) == first
    other = write(text.format(11))
    assert policy_hash(policy(f"{other}:Mine")) != first
