from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as replace_fields

from gyges.agents.skins import load
from gyges.agents.skins.brief import brief, fingerprint
from gyges.episodes.frozen import freeze, thaw
from gyges.episodes.spec import ADDED, EpisodeSpec
from gyges.episodes.store import Damaged, Refused
from gyges.episodes.sweep import BadSweep, Sweep, read_sweep


def test_controls_run_beside_every_policy_and_bounds_in_one_arm() -> None:
    specs = list(Sweep(policies=("steward",), rungs=(0, 5), seeds=2, first_seed=7).episodes())
    assert len({spec.id for spec in specs}) == len(specs) == 2 * 2 * (4 * 2 + 2)
    assert {spec.policy for spec in specs} == {"steward", "null", "random", "oracle", "worst", "limited"}
    assert {spec.arm for spec in specs if spec.policy in ("oracle", "worst")} == {"will"}
    assert {spec.seed for spec in specs} == {7, 8}


def test_a_named_control_runs_once() -> None:
    specs = list(Sweep(policies=("oracle", "limited"), rungs=(0,), seeds=1).episodes())
    assert len(specs) == len({spec.id for spec in specs}) == 2 * 3 + 2


def test_every_episode_is_told_as_the_sweep_says() -> None:
    told = {"skin": "clinic", "wording": 2, "persona": "calm", "cue": "test", "interface": "tools"}
    for spec in Sweep(policies=("steward",), rungs=(1,), seeds=1, **told).episodes():  # type: ignore[arg-type]
        assert {name: getattr(spec, name) for name in told} == told


def test_a_field_that_was_added_changes_no_id_until_it_is_set() -> None:
    """The literal is the ID of a spec that knows neither persona, cue nor interface."""
    plain = EpisodeSpec(policy="steward")
    assert plain.id == "544ad1d5fcf4a581"
    others = [replace_fields(plain, **{name: "other"}) for name in ADDED]
    assert len({plain.id, *(spec.id for spec in others)}) == 1 + len(ADDED)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("policies = []", "at least one of 'policies'"),
        ('policies = ["a", "a"]', "names one thing twice: a, a"),
        ('policies = ["a"]\nrungs = [9]', r"there is no rung 9; the rungs are 0\.\.5"),
        ('policies = ["a"]\nseeds = 0', r"'seeds' takes 1\.\."),
        ('policies = ["a"]\npeople = 1', r"'people' takes 2\.\."),
        ('policies = ["a"]\narms = ["maybe"]', "maybe"),
        ('policies = ["a"]\nseed = 3', "seed"),
        ('policies = ["a"]\n[dials]\npower = 7', r"dial 'power' takes 0\.\.5, not 7"),
        ('policies = ["a"]\ninterface = "voice"', "voice"),
        ("policies = [", "sweep.toml"),
        ("", "policies"),
    ],
)
def test_a_bad_sweep_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text(text)
    with pytest.raises(BadSweep, match=says) as caught:
        read_sweep(path)
    assert len(str(caught.value).splitlines()) == 1 and str(path) in str(caught.value)


def test_an_unreadable_sweep_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadSweep, match="cannot be read: No such file"):
        read_sweep(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSweep, match="is not text"):
        read_sweep(tmp_path / "bytes.toml")


SWEEP = Sweep(policies=("steward", "path/to/mine.py:Mine?x=1"), seeds=3, dials={"detection": 500})


def test_a_frozen_sweep_is_read_back_and_serves_as_a_sweep_of_its_own(tmp_path: Path) -> None:
    freeze(SWEEP, tmp_path)
    there, frozen = thaw(tmp_path)
    assert there == SWEEP == read_sweep(tmp_path / "sweep.toml")
    assert frozen.sweep == SWEEP.hash and frozen.prompts == fingerprint(brief(SWEEP))
    assert tomllib.loads((tmp_path / "sweep.toml").read_text())["frozen"]["packages"]["numpy"]


def test_freezing_again_changes_nothing(tmp_path: Path) -> None:
    freeze(SWEEP, tmp_path)
    before = (tmp_path / "sweep.toml").read_bytes()
    freeze(SWEEP, tmp_path)
    assert (tmp_path / "sweep.toml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.toml"]


def test_a_folder_of_another_sweep_is_refused_in_one_line(tmp_path: Path) -> None:
    freeze(SWEEP, tmp_path)
    with pytest.raises(Refused, match=r"holds another sweep \(see seeds\)") as caught:
        freeze(Sweep(policies=SWEEP.policies, seeds=4, dials=SWEEP.dials), tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_of_another_engine_or_other_prompts_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(SWEEP, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("gyges.world.ENGINE", 10**6)
        with pytest.raises(Refused, match="this is engine 1000000"):
            freeze(SWEEP, tmp_path)
    monkeypatch.setattr("gyges.agents.skins.load", lambda name: replace(load(name), hash="other"))
    with pytest.raises(Refused, match="the prompts have changed"):
        freeze(SWEEP, tmp_path)


def test_any_changed_byte_of_a_frozen_sweep_is_found(tmp_path: Path) -> None:
    freeze(SWEEP, tmp_path)
    path = tmp_path / "sweep.toml"
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 + at % 255
        path.write_bytes(changed)
        with pytest.raises(Damaged):
            thaw(tmp_path)


def test_a_folder_without_a_sweep_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadSweep, match=r"holds no sweep\.toml"):
        thaw(tmp_path)
