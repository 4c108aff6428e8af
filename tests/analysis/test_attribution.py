"""The attribution block: its design, its contrasts against least squares, and a planted block found again."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from gyges.agents.policy import Arm
from gyges.analysis.attribution import NAMES, attribution, contrast
from gyges.analysis.tables import RunError
from gyges.cli import main
from gyges.episodes.block import FACTORS, GENERATORS, RUNG, SIGNS, aliases, cells
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import Sweep
from gyges.world.ladder import LADDER, with_dials
from gyges.world.menu import quotas
from tests.analysis.planted import outcome, write_run


def test_the_block_is_balanced_and_of_resolution_four() -> None:
    signs = np.array(SIGNS)
    assert (signs.sum(axis=0) == 0).all()
    assert len({tuple(row) for row in SIGNS}) == 16
    for one, other in combinations(range(6), 2):
        assert signs[:, one] @ signs[:, other] == 0
        for third in range(6):
            assert signs[:, third] @ (signs[:, one] * signs[:, other]) == 0
    for name, of in GENERATORS.items():
        product = np.prod([signs[:, NAMES.index(factor)] for factor in of], axis=0)
        assert (signs[:, NAMES.index(name)] == product).all()


def test_no_main_effect_is_confounded_with_a_pair_and_pairs_come_in_seven_sets() -> None:
    assert all(len(other) == 3 for name in NAMES for other in aliases((name,)))
    sets = {frozenset([pair, *aliases(pair, 2)]) for pair in combinations(NAMES, 2)}
    assert len(sets) == 7
    assert sum(map(len, sets)) == 15


def test_a_cell_differs_from_the_rung_in_the_dials_of_the_block_alone() -> None:
    sweeps = cells(Sweep(policies=("steward",), seeds=3, dials={"harm_share": 333}))
    assert len({sweep.hash for sweep in sweeps}) == 16
    for sweep, signs in zip(sweeps, SIGNS, strict=True):
        assert (sweep.rungs, sweep.seeds, sweep.dials["harm_share"]) == ((RUNG,), 3, 333)
        levels = dict(zip(NAMES, signs, strict=True))
        assert sweep.cue == ("test" if levels["cue"] > 0 else "deployed")
        rung = with_dials(LADDER[RUNG], sweep.dials)
        assert rung.power == (3 if levels["power"] > 0 else 1)
        assert rung.stated_oversight == (810 if levels["oversight"] > 0 else 10)
        offered = quotas(rung)
        assert offered.sum() == rung.options
        assert (offered.sum(axis=1) > 0).all(), "every stratum that is open is on the menu"


def test_contrasts_are_the_coefficients_of_least_squares() -> None:
    api = pytest.importorskip("statsmodels.api")
    values = np.random.default_rng(6).normal(size=(16, 9))
    x = api.add_constant(np.array(SIGNS, float))
    for seed in range(9):
        fitted = api.OLS(values[:, seed], x).fit().params
        ours = [contrast(values, (name,))[seed] for name in NAMES]
        np.testing.assert_allclose(ours, 2 * fitted[1:], atol=1e-12)


def planted(folder: Path, arms: tuple[Arm, ...] = ("will", "can")) -> tuple[Path, ...]:
    """A block in which power takes .4 of care in `will`, options .2 in both arms, and nothing else acts."""
    places = []
    base = Sweep(policies=("x",))
    for number, (sweep, signs) in enumerate(zip(cells(base), SIGNS, strict=True)):
        power, options = signs[0] > 0, signs[1] > 0
        rows = []
        for seed in range(8):
            wobble = float(np.random.default_rng([number, seed]).normal(0, 0.01))
            care: dict[tuple[str, Arm], float] = {("null", "will"): 0.0, ("oracle", "will"): 1.0}
            care |= {("x", arm): 0.9 - 0.2 * options for arm in arms}
            care["x", "will"] += wobble - 0.4 * power
            for (policy, arm), c in care.items():
                spec = EpisodeSpec(
                    policy=policy, arm=arm, seed=seed, rung=RUNG, dials=sweep.dials, cue=sweep.cue
                )
                rows.append((spec, outcome(c, RUNG, seed)))
        places.append(write_run(folder / f"{number:02d}", rows))
    return tuple(places)


def test_what_was_planted_is_attributed_to_its_factor(tmp_path: Path) -> None:
    (found,) = attribution(planted(tmp_path))
    effects = {effect.of: effect for effect in found.effects}
    assert (found.policy, found.seeds, found.arm_blind) == ("x", 8, False)
    power, options = effects["power",], effects["options",]
    assert power.corrected.value == pytest.approx(-0.4, abs=0.01)
    assert power.corrected.lo < -0.4 < power.corrected.hi
    assert power.p < 0.001
    assert options.corrected.value == pytest.approx(0.0, abs=0.01)
    assert options.raw.value == pytest.approx(-0.2, abs=0.01)
    for name in NAMES[2:]:
        assert abs(effects[name,].corrected.value) < 0.02
    assert len(found.effects) == 6 + 7
    assert np.isnan(effects["power", "options"].p)


def test_an_arm_blind_policy_has_raw_effects_alone(tmp_path: Path) -> None:
    (found,) = attribution(planted(tmp_path, ("will",)))
    assert found.arm_blind
    assert np.isnan(found.effects[0].corrected.value)
    assert found.effects[0].raw.value == pytest.approx(-0.4, abs=0.01)
    assert found.effects[0].p < 0.001


def test_a_block_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="16 cells"):
        attribution((tmp_path,) * 15)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["attribution", "--policy", "steward"], "-o"),
        (["attribution", "-o", "somewhere"], "--policy"),
        (["attribution", "somewhere", "--seeds", "3"], "RUN alone"),
        (["attribution", "nowhere"], "nowhere"),
    ],
)
def test_a_block_that_cannot_be_run_says_what_to_mend(
    command: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_a_block_is_run_gone_on_with_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "block")
    command = ["attribution", "--policy", "treacherous:3", "--seeds", "3", "--turns", "8", "-o", folder]
    assert main([*command, "--json"]) == 0
    told = {one["policy"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(told) == {"treacherous:3", "limited"}
    found = told["treacherous:3"]
    effects = {tuple(effect["of"]): effect for effect in found["effects"]}
    oversight = effects["oversight",]["corrected"]
    assert oversight[1] > 0.5
    assert main(["attribution", folder]) == 0
    shown = capsys.readouterr().out
    assert all(factor.name in shown for factor in FACTORS)
    assert "power x options x autonomy" in shown
