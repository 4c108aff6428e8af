"""How flags are read, and what a mistake says."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from gyges.cli import flags
from gyges.cli.parser import command_line
from gyges.cli.sweep import chosen


@pytest.mark.parametrize(
    ("text", "rungs"), [("0-5", (0, 1, 2, 3, 4, 5)), ("3", (3,)), ("5,0,3-4,3", (0, 3, 4, 5))]
)
def test_rungs_are_ranges_and_lists_each_once_lowest_first(text: str, rungs: tuple[int, ...]) -> None:
    assert flags.rungs(text) == rungs


@pytest.mark.parametrize(("text", "arms"), [("will", ("will",)), ("can,will,can", ("can", "will"))])
def test_arms_are_a_list_each_once(text: str, arms: tuple[str, ...]) -> None:
    assert flags.arms(text) == arms


def test_a_dial_is_a_name_and_a_number_in_its_range() -> None:
    assert flags.dial("detection=500") == ("detection", 500)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (flags.rungs, "0-9", "rungs are 0..5"),
        (flags.rungs, "4-2", "write 2-4"),
        (flags.rungs, "0,,2", "no rung ''"),
        (flags.rungs, "", "no rung ''"),
        (flags.rungs, "-1", "no rung ''"),
        (flags.rung, "²", "no rung '²'"),
        (flags.arms, "will,must", "no arm 'must'"),
        (flags.interface, "voice", "the interfaces are menu and tools"),
        (flags.skin, "abbey", "unknown skin 'abbey'; there is clinic"),
        (partial(flags.part, "persona"), "saint", "unknown persona 'saint'; there is actor"),
        (partial(flags.part, "cue"), "drill", "unknown cue 'drill'; there is deployed"),
        (flags.dial, "detection", "DIAL=INT"),
        (flags.dial, "detection=many", "DIAL=INT"),
        (flags.dial, "detection=1001", "0..1000"),
        (flags.dial, "luck=1", "unknown dial 'luck'"),
        (flags.whole(1, 9), "10", "1..9"),
        (flags.whole(1, 9), "four", "1..9"),
        (flags.scenario, "paradise", "commons"),
    ],
)
def test_a_mistake_says_what_would_do(read: Callable[[str], Any], text: str, said: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        read(text)
    assert said in str(caught.value)


def test_only_what_was_given_is_handed_on() -> None:
    options = argparse.Namespace(
        seeds=3, dials=[("detection", 1), ("detection", 2)], policies=["a", "b"], json=True
    )
    assert flags.given(options, ("seeds", "dials", "policies", "rungs")) == {
        "seeds": 3,
        "dials": {"detection": 2},
        "policies": ("a", "b"),
    }


def test_a_preset_sizes_a_sweep_and_other_flags_go_before() -> None:
    options = command_line().parse_args(["sweep", "--policy", "steward", "--preset", "smoke", "--seeds", "3"])
    sweep = chosen(options)
    assert (sweep.rungs, sweep.seeds, sweep.turns) == ((0, 3, 5), 3, 6)
