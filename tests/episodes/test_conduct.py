from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from gyges.agents.registry import UnknownPolicy
from gyges.episodes.conduct import WorkerFailed, live, resume, run_sweep, status
from gyges.episodes.life import expand
from gyges.episodes.log import NOT_ASKED
from gyges.episodes.progress import shown
from gyges.episodes.run import PolicyFailed
from gyges.episodes.store import Busy, Refused, lock, read_log, read_shard
from gyges.episodes.sweep import BadSweep, Sweep
from gyges.episodes.verify import verify
from tests.episodes.test_run import environment

SMALL = Sweep(policies=("steward",), rungs=(0, 1), seeds=12, people=6, turns=5)

MIXED = """
from gyges.agents.policy import Decision

def first(observation):
    return 0

class Late:
    name = "late"
    async def act(self, observation):
        import asyncio
        await asyncio.sleep(0)
        return Decision(option=1, memory=observation.turn)

def fails(observation):
    raise RuntimeError("no idea")

class FailsInBatch:
    name = "fails in batch"
    def act_batch(self, batch):
        raise RuntimeError("no idea at all")
"""


def files(run: Path) -> dict[str, bytes]:
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_a_sweep_leaves_every_episode_once_in_shards_by_rung_and_block_of_seeds(tmp_path: Path) -> None:
    assert run_sweep(SMALL, tmp_path, jobs=2) == status(tmp_path)
    assert sorted(path.stem for path in (tmp_path / "scripted").iterdir()) == [
        f"commons-rung{rung}-seed{seed}" for rung in (0, 1) for seed in ("0000", "0010")
    ]
    lines = [line for path in (tmp_path / "scripted").iterdir() for line in read_shard(path)]
    assert sorted(line.id for line in lines) == sorted(spec.id for spec in SMALL.episodes())
    assert status(tmp_path).finished == status(tmp_path).expected == len(lines)
    verification = verify(tmp_path)
    assert verification.exit_code == 0 and verification.count("verified") == len(lines)


def test_jobs_and_repetition_change_nothing(tmp_path: Path) -> None:
    sweep = msgspec.structs.replace(SMALL, rungs=(0,))
    run_sweep(sweep, tmp_path / "one", jobs=1)
    run_sweep(sweep, tmp_path / "three", jobs=3)
    before = files(tmp_path / "three")
    assert files(tmp_path / "one") == before
    run_sweep(sweep, tmp_path / "three")
    assert files(tmp_path / "three") == before
    (tmp_path / "three/scripted/commons-rung0-seed0010.jsonl").unlink()
    after = resume(tmp_path / "three", jobs=1, concurrency=1, progress=False, base_url="http://localhost:1")
    assert after.finished == after.expected and files(tmp_path / "three") == before


def test_policies_that_cannot_batch_run_beside_those_that_can(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MIXED)
    names = (f"{tmp_path}/mine.py:first", f"{tmp_path}/mine.py:Late")
    sweep = Sweep(policies=names, rungs=(0,), seeds=2, people=4, turns=3)
    after = run_sweep(sweep, tmp_path / "run", concurrency=3)
    assert after.finished == after.expected == 2 * (2 * (2 + 3) + 2)
    assert len(list((tmp_path / "run/episodes").iterdir())) == 8
    assert verify(tmp_path / "run").count("verified") == after.expected


def test_episodes_of_no_sweep_are_lived_once_each_and_nothing_is_added(tmp_path: Path) -> None:
    swept = {spec.id: spec for spec in SMALL.episodes() if spec.policy in ("steward", "random")}
    masked = [
        msgspec.structs.replace(spec, policy="masked") for spec in swept.values() if spec.policy == "steward"
    ][:2]
    live([*swept.values(), *masked, *masked, *swept.values()], tmp_path / "own", ask=("test@0",), jobs=2)
    shards = sorted((tmp_path / "own" / "scripted").iterdir())
    lines = [line for path in shards for line in read_shard(path)]
    assert sorted(line.id for line in lines) == sorted(swept)
    seeds = [{(line.spec.rung, line.spec.seed) for line in read_shard(path)} for path in shards]
    assert sum(map(len, seeds)) == len(set.union(*seeds)) == 24
    logs = {path.stem: read_log(path) for path in (tmp_path / "own" / "episodes").iterdir()}
    assert sorted(logs) == sorted(spec.id for spec in masked)
    assert all(len(log.probes) == 1 and log.end is not None for log in logs.values())
    run_sweep(SMALL, tmp_path / "swept", jobs=1)
    lived = {
        line.id: line for path in (tmp_path / "swept" / "scripted").iterdir() for line in read_shard(path)
    }
    same = ("spec", "decisions", "digests", "outcome")
    assert all(getattr(line, name) == getattr(lived[line.id], name) for line in lines for name in same)


def test_a_policy_that_fails_is_named_with_file_and_line_and_what_is_finished_stays(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(MIXED)
    sweep = Sweep(policies=(f"{mine}:fails",), rungs=(0,), seeds=1, people=4, turns=3)
    with pytest.raises(PolicyFailed, match=rf"{mine}:15: .* failed in turn 0: RuntimeError: no idea"):
        run_sweep(sweep, tmp_path / "run")
    sweep = msgspec.structs.replace(sweep, policies=(f"{mine}:FailsInBatch",))
    with pytest.raises(WorkerFailed, match=rf"{mine}:20: RuntimeError: no idea at all"):
        run_sweep(sweep, tmp_path / "batch")


EXTREMES = """
import numpy as np
from gyges.world.acts import ACT_INDEX

class Leaves:
    name = "leaves"
    def act_batch(self, batch):
        print("a policy may print")
        leaves = (batch.acts == ACT_INDEX["hand_back"]).argmax(axis=1)
        return np.where(batch.key % np.uint64(2), leaves, 0).astype(np.int16)

class Errs:
    name = "errs"
    def act_batch(self, batch):
        return np.full(len(batch.key), -1, np.int16)
"""


def test_hand_backs_and_missing_decisions_of_a_batch_are_verified_and_expanded(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(EXTREMES)
    sweep = Sweep(policies=(f"{mine}:Leaves", f"{mine}:Errs"), rungs=(5,), seeds=3, people=4, turns=5)
    run_sweep(sweep, tmp_path / "run")
    assert verify(tmp_path / "run").exit_code == 0
    lines = [line for path in (tmp_path / "run/scripted").iterdir() for line in read_shard(path)]
    left = [line for line in lines if line.spec.policy.endswith("Leaves")]
    erred = [line for line in lines if line.spec.policy.endswith("Errs")]
    assert any(line.outcome.expected < 15 and NOT_ASKED in line.decisions for line in left)
    assert all(line.outcome.missing == {"illegal": 15} for line in erred)
    for line in (*left, *erred):
        turns = list(expand(line))
        assert [turn.code for turn in turns] == list(line.decisions)
        digests = [int(turn.digest, 16).to_bytes(8, "little") for turn in turns if turn.digest]
        assert b"".join(digests) == line.digests


def test_what_cannot_be_run_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadSweep, match="unknown scenario 'mars'"):
        run_sweep(msgspec.structs.replace(SMALL, scenarios=("mars",)), tmp_path / "run")
    with pytest.raises(UnknownPolicy, match="unknown policy 'saint'"):
        run_sweep(msgspec.structs.replace(SMALL, policies=("saint",)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_of_another_sweep_or_in_use_is_refused(tmp_path: Path) -> None:
    sweep = Sweep(policies=("null",), rungs=(0,), seeds=1, people=4, turns=2)
    run_sweep(sweep, tmp_path, jobs=1)
    with pytest.raises(Refused, match=r"another sweep \(see turns\)"):
        run_sweep(msgspec.structs.replace(sweep, turns=3), tmp_path)
    with (tmp_path / "sweep.toml").open() as file:
        lock(file.fileno(), tmp_path)
        with pytest.raises(Busy):
            resume(tmp_path)
    with pytest.raises(BadSweep):
        resume(tmp_path / "nowhere")


LONG = Sweep(policies=("steward",), rungs=(0, 1, 2), seeds=40, people=8, turns=10)
SCRIPT = """
import sys
from pathlib import Path
from gyges.episodes.conduct import run_sweep
from gyges.episodes.sweep import Sweep, read_sweep
run_sweep(read_sweep(Path(sys.argv[1])), Path(sys.argv[2]), jobs=1, progress=True)
"""


def begin(tmp_path: Path, run: str) -> subprocess.Popen[bytes]:
    script, spec = tmp_path / "sweep.py", tmp_path / "spec.toml"
    script.write_text(SCRIPT)
    names = ("policies", "rungs", "seeds", "people", "turns")
    spec.write_text("".join(f"{name} = {list_or_number(getattr(LONG, name))}\n" for name in names))
    return subprocess.Popen(
        [sys.executable, script, spec, tmp_path / run],
        env=environment(),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def list_or_number(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def wait_for(run: Path, shards: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and len(list(run.glob("scripted/[!.]*"))) < shards:
        time.sleep(0.01)


def test_a_sweep_killed_five_times_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    run_sweep(LONG, tmp_path / "undisturbed", jobs=2)
    chance, killed, through = random.Random(3), tmp_path / "killed", []
    for _ in range(5):
        process = begin(tmp_path, "killed")
        wait_for(killed, len(list(killed.glob("scripted/[!.]*"))) + chance.randrange(2))
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.communicate()
        through.append(len(list(killed.glob("scripted/[!.]*"))))
    assert 1 <= through[-1] < 12, "the kills came too early or too late to show anything"
    assert verify(killed).exit_code == 1
    process = begin(tmp_path, "killed")
    assert process.wait(120) == 0
    assert files(killed) == files(tmp_path / "undisturbed")
    assert verify(killed).exit_code == 0


def test_an_interrupt_keeps_what_is_finished_and_ends_the_workers(tmp_path: Path) -> None:
    process = begin(tmp_path, "run")
    wait_for(tmp_path / "run", 1)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT and errors.count(b"Traceback") == 1
    shards = list((tmp_path / "run/scripted").glob("[!.]*"))
    assert 1 <= len(shards) < 12
    assert all(len(list(read_shard(shard))) == 100 for shard in shards)
    with pytest.raises(ProcessLookupError):  # no worker outlives its parent
        os.killpg(process.pid, 0)


def test_progress_is_plain_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(100, 7, sys.stderr) as advance:
        advance(60, 3)
        advance(40, 4)
    assert capsys.readouterr().err == "7 of 7 episodes in 0 s\n"


def test_progress_is_a_bar_on_a_terminal() -> None:
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as terminal, shown(100, 7, terminal) as advance:
        advance(100, 7)
        drawn, until = b"", time.monotonic() + 10
        while b"7 of 7 episodes" not in drawn or b"100 %" not in drawn:
            assert time.monotonic() < until
            drawn += os.read(leader, 4096)
    os.close(leader)
