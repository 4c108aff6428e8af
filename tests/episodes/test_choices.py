"""Choices, re-simulated from stored decisions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec
import numpy as np
import pytest

from gyges.agents.registry import policy
from gyges.episodes.batch import Scripted, run_batch
from gyges.episodes.choices import NotReproduced, as_decided, choices, choices_of_run, decided
from gyges.episodes.conduct import run_sweep
from gyges.episodes.kept import COLUMNS, keep
from gyges.episodes.life import Life, as_answer
from gyges.episodes.run import run_episode
from gyges.episodes.sample import sampled_turns
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import episode_path
from gyges.episodes.sweep import Sweep


def lived(policies: tuple[str, ...], rung: int, seeds: int = 2, turns: int = 5) -> list[Scripted]:
    return run_batch(
        [
            EpisodeSpec(policy=name, rung=rung, seed=seed, turns=turns)
            for name in policies
            for seed in range(seeds)
        ]
    )


def test_features_are_those_that_were_decided_from() -> None:
    episodes = lived(("self", "steward"), 3)
    (found,) = choices([as_decided(episode) for episode in episodes])
    for row, episode in enumerate(episodes):
        life = Life(episode.spec)
        own = iter(np.flatnonzero(found.episode == row))
        for code in episode.decisions:
            menu, foresight = life.moment
            if code < menu.drawn:
                at = next(own)
                assert (found.turn[at], found.decision[at]) == (life.world.turn, life.decision)
                assert found.chosen[at] == code
                np.testing.assert_array_equal(found.features[at], foresight.features[0, : menu.drawn])
            life.settle(as_answer(code))
        assert next(own, None) is None


def test_as_many_decisions_are_looked_at_as_asked_for() -> None:
    episodes = lived(("random",), 0, seeds=4, turns=30)
    (found,) = choices([as_decided(episode) for episode in episodes], enough=20)
    assert len(found.chosen) == 20
    assert sorted(set(found.turn[found.episode == 1])) == sampled_turns(1, 30, 5).tolist()


def test_decisions_that_lead_elsewhere_are_refused() -> None:
    (episode,) = lived(("self",), 1, seeds=1)
    other = bytes([(episode.decisions[0] + 1) % 9]) + episode.decisions[1:]
    with pytest.raises(NotReproduced, match="come out otherwise"):
        choices([as_decided(episode)._replace(codes=other)])
    with pytest.raises(NotReproduced, match="does not hold the 5 decisions"):
        choices([as_decided(episode)._replace(codes=episode.decisions[1:])])


def test_another_engine_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_sweep(Sweep(policies=("steward",), rungs=(0,), arms=("will",), seeds=1, turns=2), tmp_path, jobs=1)
    assert len(decided(tmp_path, lambda spec: spec.policy == "steward")) == 1
    monkeypatch.setattr("gyges.episodes.choices.ENGINE", 10_000)
    with pytest.raises(NotReproduced, match="this is engine 10000"):
        decided(tmp_path, lambda _: True)


@pytest.mark.parametrize("name", ["steward", "liar"])
async def test_logs_and_shards_give_the_same_choices(tmp_path: Path, name: str) -> None:
    (episode,) = lived((name,), 0, seeds=1, turns=12)
    await run_episode(episode.spec, policy(name), episode_path(tmp_path, episode.spec.id))
    (logged,) = decided(tmp_path, lambda _: True)
    assert logged.said and episode.answers is not msgspec.UNSET
    (from_log,), (from_shard,) = choices([logged]), choices([as_decided(episode)])
    for one, other in zip(from_log[1:], from_shard[1:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_is_kept_of_a_shard_is_what_comes_back_when_it_is_lived_again(tmp_path: Path) -> None:
    sweep = Sweep(
        policies=("steward", "liar"), scenarios=("commons", "division"), rungs=(2,), seeds=11, turns=6
    )
    run_sweep(sweep, tmp_path, jobs=2)
    kept, others = choices_of_run(tmp_path)
    assert (len(kept), others) == (4, [])
    whole = rows(kept)
    assert {row[2] for row in whole} == {"steward", "liar", "limited"}
    kept[0].unlink()
    kept, (other,) = choices_of_run(tmp_path)
    keep(tmp_path / "other.parquet", other)
    assert rows([*kept, tmp_path / "other.parquet"]) == whole


def test_what_is_kept_of_another_shard_is_not_taken(tmp_path: Path) -> None:
    run_sweep(Sweep(policies=("self",), rungs=(0,), seeds=2, turns=4), tmp_path, jobs=1)
    (shard,) = tmp_path.glob("scripted/*.jsonl")
    (table,) = choices_of_run(tmp_path)[0]
    run_sweep(Sweep(policies=("self",), rungs=(0,), seeds=2, turns=5), tmp_path / "other", jobs=1)
    (other,) = (tmp_path / "other").glob("scripted/*.jsonl")
    shard.write_bytes(other.read_bytes())
    kept, (lived,) = choices_of_run(tmp_path)
    assert (kept, table.exists(), lived.turn.max()) == ([], True, 4)


def rows(tables: list[Path]) -> list[tuple[object, ...]]:
    query = f"SELECT {', '.join(COLUMNS)} FROM read_parquet($tables) ORDER BY ALL"
    return duckdb.execute(query, {"tables": list(map(str, tables))}).fetchall()
