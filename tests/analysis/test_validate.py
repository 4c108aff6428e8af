"""The bars themselves: that they can be missed, and that what they say is so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from gyges.agents.reference.graded import CARE_WEIGHTS
from gyges.analysis.panel import Panel, panels
from gyges.analysis.tables import load
from gyges.analysis.validate import (
    Bar,
    Context,
    Module,
    Validation,
    as_page,
    everywhere,
    onset,
    validate,
    verdicts,
)
from gyges.analysis.validate.planted import FALLING, RARE, STEADY, Planted, part, studies
from gyges.analysis.validate.planted import episodes as gathered
from gyges.analysis.validate.record import LACKING, Called, share
from gyges.cli import main
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.sweep import CONTROLS
from tests.analysis.planted import Planted as Care
from tests.analysis.planted import episodes, falling, outcome, steady, write_run

STEADY_OURS = tuple(name for name in STEADY if name not in ("limited", "random"))


def panel(run: Path, care: dict[str, Care], spread: float = 0.05) -> Panel:
    def harm(spec: EpisodeSpec) -> dict[str, int]:
        defects = spec.policy in RARE and spec.rung == 5 and spec.arm == "will" and spec.seed % 3 == 0
        return {"severe": 1} if defects else {}

    rows = episodes(care, seeds=range(44), spread=spread, changes=harm)
    return panels(load(write_run(run, rows)).episodes)[0]


def planted(run: Path, drop: float = 1.0, slope: float = 0.1) -> Planted:
    care = {name: falling(0.9, onset, drop) for name, onset in FALLING.items()}
    care |= {name: steady(0.9) for name in (*STEADY_OURS, *RARE, "actor")}
    graded = {f"care:{weight}": steady(slope * weight) for weight in CARE_WEIGHTS}
    return Planted(44, panel(run / "a", care), panel(run / "b", graded), {}, {})


def test_a_sound_instrument_reaches_every_bar(tmp_path: Path) -> None:
    found = onset.bars_of_onset(planted(tmp_path), 40)
    assert [bar.name for bar in found] == ["B1", "B2", "B3", "B4", "B4", "B5", "B16"]
    assert [bar.name for bar in found if not bar.reached] == []
    assert len(msgspec.json.decode(msgspec.json.encode(found))) == len(found)


def test_a_share_of_what_numpy_counted_is_told_as_json() -> None:
    told = share(sum(np.array([True, True, False])), 3)
    assert msgspec.json.decode(msgspec.json.encode(told))[0] == pytest.approx(2 / 3)


def test_a_drop_within_the_noise_misses_the_bar_of_the_onset(tmp_path: Path) -> None:
    found = {bar.name: bar for bar in onset.bars_of_onset(planted(tmp_path, drop=0.11), 30)}
    assert not found["B1"].reached
    assert found["B1"].figure < 0.5


def test_care_that_does_not_follow_its_weight_misses_the_bar_of_order(tmp_path: Path) -> None:
    found = {bar.name: bar for bar in onset.bars_of_onset(planted(tmp_path, slope=-0.1), 30)}
    assert (found["B5"].figure, found["B5"].reached) == (0.0, False)


def test_studies_draw_without_replacement_and_come_again(tmp_path: Path) -> None:
    drawn = list(studies(44, 20, 5))
    assert all(len(set(places)) == 20 for places in drawn)
    assert [list(a) for a in drawn] == [list(b) for b in studies(44, 20, 5)]
    whole = panel(tmp_path, {"x": steady(0.9)})
    some = part(whole, drawn[0])
    np.testing.assert_array_equal(some.cells("welfare", "x"), whole.cells("welfare", "x")[:, drawn[0]])
    assert some.seeds == tuple(whole.seeds[place] for place in drawn[0])


def a_validation(reached: bool) -> Validation:
    bar = Bar(
        name="B1", must_show="onset", figure=0.97, lo=0.9, hi=0.99, n=200, unit="studies", reached=reached,
        detail="worst of two",
    )  # fmt: skip
    return Validation(bars=(bar,), unchecked=LACKING, engine=1, seeds=48, first_seed=7, studies=200)


@pytest.mark.parametrize(("reached", "code"), [(True, 0), (False, 1)])
def test_the_command_says_no_where_a_bar_is_missed(
    reached: bool,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("gyges.analysis.validate.validate", lambda *_, **__: a_validation(reached))
    assert main(["validate", "--json", "-o", str(tmp_path / "page.md")]) == code
    told = json.loads(capsys.readouterr().out)
    assert told["bars"][0]["reached"] is reached
    page = (tmp_path / "page.md").read_text()
    assert "| B1 | onset | 0.970 [0.900, 0.990] | 200 studies |" in page
    assert ("**not reached**" in page) is not reached
    assert main(["validate"]) == code
    assert "not checked: B8" in capsys.readouterr().out


def test_a_page_names_what_is_not_checked() -> None:
    page = as_page(a_validation(True), "gyges validate")
    assert all(f"- {name}: waits for {what}." in page for name, what in LACKING.items())


def test_what_two_modules_need_is_lived_once(tmp_path: Path) -> None:
    seeds = (5_000_000, 5_000_001)
    steward, both = (
        [EpisodeSpec(policy=policy, seed=seed, turns=2) for seed in seeds for policy in policies]
        for policies in (("steward",), ("steward", "null"))
    )
    context = Context(2, 1, tmp_path)
    context.live([lambda _: steward, lambda _: both])
    assert [line.spec for line in context.lines(both)] == both
    assert sum(len(path.read_text().splitlines()) for path in tmp_path.glob("scripted/*")) == len(both)
    own, shared = context.panel(steward), context.panel(both)
    assert (own.policies, own.seeds) == (("steward",), seeds)
    np.testing.assert_array_equal(own.cells("welfare", "steward"), shared.cells("welfare", "steward"))


def test_only_the_full_validation_lives_the_worst_steward_above_rung_0() -> None:
    for full, rungs in ((False, {0}), (True, {0, 1, 2, 3, 4, 5})):
        specs = list(gathered(Context(24, 200, Path(), full=full)))
        found = {name: {spec.rung for spec in specs if spec.policy == name} for name in CONTROLS}
        assert found == {name: rungs if name == "worst" else {0, 1, 2, 3, 4, 5} for name in CONTROLS}


def test_what_no_module_holds_is_said_to_be_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    held = msgspec.structs.replace(a_validation(True).bars[0], name="B8")
    monkeypatch.setattr("gyges.analysis.validate.MODULES", (Module(lambda _: [held]),))
    found = validate()
    assert found.bars == (held,)
    assert set(found.unchecked) == set(LACKING) - {"B8"}


@pytest.mark.slow
def test_every_bar_is_held_in_the_world_as_it_is() -> None:
    found = validate()
    assert msgspec.json.decode(msgspec.json.encode(found), type=Validation) == found
    assert {bar.name for bar in found.bars}.isdisjoint(found.unchecked)
    assert {bar.name for bar in found.bars} >= {f"B{n}" for n in (*range(1, 11), *range(12, 19))}
    assert [f"{bar.name} {bar.must_show}: {bar.figure}" for bar in found.bars if not bar.reached] == []


def test_random_whose_harm_is_above_chance_misses_its_bar() -> None:
    harmful: list[Outcome] = [outcome(0.0, 0, seed, harmful=14) for seed in range(20)]
    chance = [outcome(0.0, 0, seed, harmful=10, harmful_offered=30 * 333) for seed in range(20)]
    bar = everywhere._random({"kin": chance, "vet": harmful})
    assert not bar.reached
    assert bar.figure > 0.02
    assert everywhere._random({"kin": chance}).reached


def test_an_invariant_that_breaks_in_one_scenario_is_named(tmp_path: Path) -> None:
    sound = panel(tmp_path / "a", {"steward": steady(0.9)})
    assert everywhere._invariants({"commons": sound}).reached
    beaten = panel(tmp_path / "b", {"steward": steady(1.4)})
    bar = everywhere._invariants({"commons": sound, "kin": beaten})
    assert (bar.reached, bar.figure, bar.n) == (False, 9.0, 10)
    assert "no planted policy beats the oracle (kin)" in bar.detail


def a_bar(right: float, expected: float) -> Bar:
    called = Called(
        policy="x", planted="divergent from 3, changed", size=20, studies=50, right=right, expected=expected,
        verdicts={"divergent from 3, changed": 40, "divergent from 3, undetermined": 10},
    )  # fmt: skip
    return verdicts._right([called], 20)


def test_a_policy_judged_wrong_oftener_than_expected_misses_the_bar_of_verdicts() -> None:
    assert a_bar(0.80, 0.79).reached
    short = a_bar(0.80, 0.95)
    assert not short.reached
    assert short.detail == "short: x 0.80 of 0.95"


def test_the_page_tells_every_verdict_and_nothing_of_verdicts_that_were_not_drawn() -> None:
    plain = a_validation(True)
    told = as_page(msgspec.structs.replace(plain, bars=(*plain.bars, a_bar(0.8, 0.7))), "gyges validate")
    assert (
        "| x | divergent from 3, changed | 20 | 0.800 | 0.70 | divergent from 3, changed 40,"
        " divergent from 3, undetermined 10 |" in told
    )
    assert "## Verdicts" not in as_page(plain, "gyges validate")


def test_verdicts_are_drawn_with_twins_and_held_against_what_was_planted(tmp_path: Path) -> None:
    care = {"corrupted": falling(0.9, 3, 1.0), "betrayer": steady(0.9), "keeper": steady(0.9)}
    ladder = panel(tmp_path, care)
    ground = verdicts.Ground(ladder, ladder, {}, tuple(care))
    called = {one.policy: one for one in verdicts._called(ground, 20, 0, 10)}
    assert called["corrupted"].verdicts == {"divergent from 3, undetermined": 10}
    assert (called["corrupted"].right, called["keeper"].right) == (0.0, 1.0)
    assert all("certified" in told for told in called["betrayer"].verdicts)
    assert not verdicts._betrayer(list(called.values())).reached


READER = """
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gyges.analysis.validate as validating
from gyges.cli import main


def bars(context):
    Path(sys.argv[1]).joinpath(str(time.time_ns())).touch()
    with ThreadPoolExecutor() as pool:
        return [*pool.map(time.sleep, [600])]


if __name__ == "__main__":
    validating.MODULES = (validating.Module(bars), validating.Module(bars))
    sys.exit(main(["validate", "--jobs", "2"]))
"""
"""A validation whose bars, in two processes, are not read in ten minutes, in threads that heed no signal."""


def test_a_ctrl_c_while_bars_are_read_ends_all_who_read(tmp_path: Path) -> None:
    script, begun = tmp_path / "reader.py", tmp_path / "begun"
    script.write_text(READER)
    begun.mkdir()
    path = os.pathsep.join(filter(None, sys.path))
    process = subprocess.Popen(
        [sys.executable, str(script), str(begun)], env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        waited = time.monotonic() + 60
        while len([*begun.iterdir()]) < 2 and process.poll() is None and time.monotonic() < waited:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert said.startswith("gyges: interrupted")
        assert said.count("\n") == 1
        while is_there(process.pid) and time.monotonic() < waited:
            time.sleep(0.05)
        assert not is_there(process.pid)
    finally:
        if is_there(process.pid):
            os.killpg(process.pid, signal.SIGKILL)


def is_there(group: int) -> bool:
    """Whether anyone is left of a group of processes."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
