from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gyges.agents.policy import Observation
from gyges.episodes.conduct import run_sweep
from gyges.episodes.log import End, ScriptedLine, Turn
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import LogWriter, read_log, read_shard, write_shard
from gyges.episodes.sweep import BadSweep, Sweep
from gyges.episodes.verify import verify
from gyges.world import ENGINE

ALONE = EpisodeSpec(policy="mine", rung=3, turns=3, people=4)


def choose(observation: Observation) -> int:
    return observation.key % observation.decisions + 2


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, with a finished episode of a plain policy beside its shards."""
    run = tmp_path_factory.mktemp("made") / "run"
    run_sweep(Sweep(policies=("null",), rungs=(0, 3), seeds=2, people=4, turns=3), run)
    asyncio.run(run_episode(ALONE, choose, run / "episodes" / f"{ALONE.id}.jsonl"))
    return run


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


def log_of(run: Path) -> Path:
    return run / "episodes" / f"{ALONE.id}.jsonl"


def shard_of(run: Path) -> Path:
    return run / "scripted" / "commons-rung3-seed0000.jsonl"


def test_a_run_as_written_is_verified(run: Path) -> None:
    verification = verify(run)
    assert verification.exit_code == 0 and not verification.amiss
    assert verification.count("verified") == 2 * 2 * 8 + 1
    assert verify(log_of(run)).count("verified") == 1
    assert verify(shard_of(run)).count("verified") == 2 * 8


def test_one_changed_byte_anywhere_is_found_and_placed(run: Path) -> None:
    chance = random.Random(11)
    for path in (run / "sweep.toml", shard_of(run), log_of(run)):
        whole = path.read_bytes()
        places = {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(40))}
        for at in places:
            changed = bytearray(whole)
            changed[at] ^= chance.randrange(1, 256)
            path.write_bytes(changed)
            verification = verify(run)
            assert verification.exit_code == 1
            (amiss,) = verification.amiss
            assert amiss.state == "damaged" and amiss.file == str(path)
            if path.suffix == ".jsonl":
                assert amiss.place.startswith(f"line {whole[:at].count(10) + 1}")
        path.write_bytes(whole)
    assert verify(run).exit_code == 0


def rewrite(path: Path, change: Any) -> None:
    """Write an episode's log anew with some lines changed, under a chain that holds."""
    log = read_log(path)
    assert log.header is not None and log.end is not None
    lines = [log.header, *log.turns, log.end]
    path.unlink()
    with LogWriter(path) as writer:
        for line in lines:
            writer.append(change(line))


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"choice": 7}, "comes out otherwise"),
    ({"choice": 99}, "took option 99, which was not on the menu"),
    ({"choice": None}, "was to be decided"),
    ({"menu": []}, "'menu' comes out otherwise"),
    ({"order": [0]}, "'order' comes out otherwise"),
    ({"consequences": []}, "'consequences' comes out otherwise"),
    ({"came": [0, 0, 0, 0]}, "'came' comes out otherwise"),
    ({"welfare": 1}, "'welfare' comes out otherwise"),
    ({"digest": "0" * 16}, "'digest' comes out otherwise"),
    ({"decision": 0}, "is not the decision that is due"),
]


@pytest.mark.parametrize(("change", "why"), CHANGES)
def test_a_forged_turn_is_found_under_a_chain_that_holds(run: Path, change: dict[str, Any], why: str) -> None:
    path = log_of(run)

    def forge(line: Any) -> Any:
        forged = isinstance(line, Turn) and (line.t, line.decision) == (1, 1)
        return msgspec.structs.replace(line, **change) if forged else line

    rewrite(path, forge)
    (amiss,) = verify(run).amiss
    assert (amiss.state, amiss.file, amiss.place) == ("differs", str(path), "turn 1")
    assert amiss.why.endswith(why) and verify(run).exit_code == 1


def test_a_forged_outcome_is_found_under_a_chain_that_holds(run: Path) -> None:
    def forge(line: Any) -> Any:
        if not isinstance(line, End):
            return line
        return End(outcome=msgspec.structs.replace(line.outcome, severe=line.outcome.severe + 1))

    rewrite(log_of(run), forge)
    (amiss,) = verify(log_of(run)).amiss
    assert (amiss.state, amiss.place) == ("differs", "end")


def forged(line: ScriptedLine, name: str) -> ScriptedLine:
    if name == "decisions":
        last = len(line.decisions) - 1
        return msgspec.structs.replace(line, decisions=line.decisions[:last] + bytes([200]))
    if name == "digests":
        return msgspec.structs.replace(line, digests=line.digests[:8] + bytes(8) + line.digests[16:])
    if name == "length":
        return msgspec.structs.replace(line, decisions=line.decisions[:-1])
    outcome = msgspec.structs.replace(line.outcome, **{name: getattr(line.outcome, name) + 1})
    return msgspec.structs.replace(line, outcome=outcome)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("decisions", "turn 2"),
        ("digests", "turn 1"),
        ("length", "decisions"),
        *(
            (name, f"outcome.{name}")
            for name in ("welfare", "alive", "expected", "decided", "account", "output")
        ),
    ],
)
def test_a_forged_scripted_line_is_found_under_a_chain_that_holds(run: Path, name: str, place: str) -> None:
    path = shard_of(run)
    lines = list(read_shard(path))
    write_shard(path, [forged(line, name) if index == 4 else line for index, line in enumerate(lines)])
    verification = verify(run)
    (amiss,) = verification.amiss
    assert (amiss.state, amiss.file, amiss.place) == ("differs", str(path), f"line 5 ({place})")
    assert verification.exit_code == 1 and verification.count("verified") == 2 * 2 * 8


def test_logs_of_another_engine_are_not_lived_again(run: Path) -> None:
    path = shard_of(run)
    write_shard(path, [msgspec.structs.replace(line, engine=99) for line in read_shard(path)])
    verification = verify(run)
    assert verification.exit_code == 2 and verification.count("not re-simulated") == 2 * 8
    assert str(verification.amiss[0]).endswith(
        f"not re-simulated: of engine 99, and this is engine {ENGINE}; the chain holds"
    )
    log = log_of(run)
    log.write_bytes(log.read_bytes()[:-1])
    assert verify(run).exit_code == 1


def test_what_is_not_finished_is_not_verified(run: Path) -> None:
    log, shard = log_of(run), shard_of(run)
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:4]) + b'{"line":"tu')
    (amiss,) = verify(log).amiss
    assert amiss.state == "unfinished" and amiss.why == "intact through turn 0, 11 torn bytes dropped"
    shard.unlink()
    absent, _ = verify(run).amiss
    assert absent.state == "absent" and absent.why.startswith("16 of 32 episodes have not been run")
    assert verify(run).exit_code == 1


def test_a_folder_without_logs_is_refused_in_one_line(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadSweep) as caught:
            verify(path)
        assert len(str(caught.value).splitlines()) == 1
