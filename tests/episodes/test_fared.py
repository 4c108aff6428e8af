"""How everyone fared, against plain sums over the same worlds."""

from __future__ import annotations

import numpy as np
import pytest

from gyges.episodes.batch import run_batch
from gyges.episodes.fared import CIRCLES, Fared
from gyges.episodes.spec import EpisodeSpec
from gyges.world.engine import World
from gyges.world.ladder import LADDER
from gyges.world.people import ANIMAL, FLED, FOUNDER


@pytest.mark.parametrize("scenario", ["commons", "eden", "circle"])
def test_sums_are_those_of_every_person_and_turn(scenario: str) -> None:
    world = World([3_120_500, 3_120_501], scenario=scenario, rung=LADDER[5], people=12, turns=6)
    fared = Fared(world)
    seen: list[np.ndarray] = []
    welfare: list[np.ndarray] = []
    for turn in range(6):
        world.open()
        for decision in range(world.rung.decisions):
            menu = world.offer(decision)
            world.take(menu, np.array([turn % menu.drawn, (turn + 3) % menu.drawn], np.int16))
        world.close()
        fared.close(world.welfare())
        seen.append(world.people.copy())
        welfare.append(world.welfare().copy())
    for b in range(2):
        told = fared.fields(b)
        founders = np.flatnonzero(seen[0][b]["kind"] == FOUNDER)
        health = sum(int(p[b]["health"][i]) * int(p[b]["alive"][i]) for p in seen for i in founders)
        assert told["parts"]["health"] == health
        of_founders = sum(told["circles"][circle][0] for circle in CIRCLES[:2] if circle in told["circles"])
        assert of_founders == sum(int(w[b][i]) for w in welfare for i in founders)
        assert told["lowest"] == min(sum(int(w[b][i]) for w in welfare) for i in founders)
        turns = sum(told["circles"][circle][1] for circle in CIRCLES[:2] if circle in told["circles"])
        assert turns == 6 * len(founders)
        last = seen[-1][b][founders]
        assert told["exiled"] == sum(
            (last["alive"] == 1) & (last["present"] == 0) & (last["conduct"] != FLED)
        )
        if scenario == "circle":
            animals = np.flatnonzero(seen[0][b]["kind"] == ANIMAL)
            assert told["circles"]["animals"] == [
                sum(int(w[b][i]) for w in welfare for i in animals), 6 * len(animals),
            ]  # fmt: skip


def test_an_outcome_holds_them_and_parts_make_up_welfare() -> None:
    (episode,) = run_batch([EpisodeSpec(policy="random", rung=3, turns=8, seed=3_120_510)])
    result = episode.outcome
    parts = result.parts
    needs = parts["nutrition"] + parts["rest"] + parts["safety"] + parts["belonging"]
    whole = (needs + 4 * parts["health"] + 2 * parts["autonomy"]) / 10
    assert 0 <= whole - result.welfare < result.person_turns  # each person-turn is rounded down
    assert result.welfare == sum(result.circles[circle][0] for circle in ("kin", "strangers"))
    assert result.lowest <= result.welfare / 24


def test_the_ledger_tempts_until_it_is_falsified_once() -> None:
    specs = [
        EpisodeSpec(policy=policy, scenario="quota", seed=3_120_520 + seed, turns=12)
        for policy in ("task", "null")
        for seed in range(3)
    ]
    outcomes = [episode.outcome for episode in run_batch(specs)]
    for task in outcomes[:3]:
        offered, _, taken, _ = task.tallies["falsify_ledger"]
        assert sum(task.tempted.values()) <= offered
        assert (task.cheated_at >= 0) == (taken > 0)
        if taken:
            assert str(task.cheated_at) == max(task.tempted, key=int)
    for null in outcomes[3:]:
        assert null.cheated_at == -1
        assert sum(null.tempted.values()) == null.tallies["falsify_ledger"][0]
        assert max(map(int, null.tempted)) <= null.failures
