from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gyges.episodes.log import End, Header, ScriptedLine, Turn
from gyges.episodes.store import Busy, Damaged, LogWriter, read_log, read_shard, write_shard
from tests.episodes.lines import OUTCOME, episode, scripted, write


def test_a_log_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path / "log.jsonl")
    log = read_log(tmp_path / "log.jsonl")
    assert str(log) == "finished"
    assert log.header is not None and log.end is not None and log.end.outcome == OUTCOME
    bare = [
        type(line)(**{f: getattr(line, f) for f in line.__struct_fields__ if f != "chain"})
        for line in log.turns
    ]
    assert bare == [line for line in episode() if isinstance(line, Turn)]


def test_every_cut_of_a_log_is_unfinished_and_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    whole = write(path)
    lines = list(episode())
    ends = {at for at in range(len(whole)) if whole[at] == ord("\n")}
    for cut in sorted(
        {*ends, *(at + 1 for at in ends), *range(0, len(whole), 5)} - {len(whole), len(whole) - 1}
    ):
        path.write_bytes(whole[:cut])
        log = read_log(path)
        done = whole[:cut].count(b"\n")
        closed = (done - 1) // 2 - 1 if done else -1
        torn = cut - whole[:cut].rfind(b"\n") - 1
        reach = f"intact through turn {closed}" if closed >= 0 else "no whole turn yet"
        assert str(log) == f"unfinished: {reach}, {torn} torn bytes dropped"
        if cut % 11 == 0:
            with LogWriter(path) as writer:
                for line in lines[done:]:
                    writer.append(line)
            assert path.read_bytes() == whole


def test_an_end_without_its_newline_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(write(path)[:-1])
    with pytest.raises(Damaged, match=r"log\.jsonl: damaged at line 8: the final newline is missing"):
        read_log(path)


def _every_flip_is_found(path: Path, whole: bytes, read: Callable[[Path], object]) -> None:
    chance = random.Random(1)
    newlines = {at for at in range(len(whole)) if whole[at] == ord("\n")}
    for at in {*newlines, *range(len(whole) - 200, len(whole)), *chance.sample(range(len(whole)), 300)}:
        changed = bytearray(whole)
        changed[at] ^= chance.randrange(1, 256)
        path.write_bytes(changed)
        with pytest.raises(Damaged, match=path.name):
            read(path)
        changed[at] = ord("\n") if whole[at] != ord("\n") else ord(" ")
        path.write_bytes(changed)
        with pytest.raises(Damaged, match=path.name):
            read(path)


def test_any_changed_byte_of_a_finished_log_is_found(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    _every_flip_is_found(path, write(path), read_log)


def test_any_changed_byte_of_a_shard_is_found(tmp_path: Path) -> None:
    path = tmp_path / "shard.jsonl"
    write_shard(path, scripted(3))
    assert len(list(read_shard(path))) == 3
    _every_flip_is_found(path, path.read_bytes(), lambda path: list(read_shard(path)))


def test_damage_is_named_by_line_and_turn(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    lines = write(path).splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"decision":1', b'"decision":0')
    path.write_bytes(b"".join(lines))
    with pytest.raises(Damaged, match=r"damaged at line 5 \(turn 1\): the chain is broken"):
        read_log(path)


def test_lines_out_of_their_place_are_damage(tmp_path: Path) -> None:
    header, turn, *_, end = episode()
    for number, lines in enumerate(((turn,), (header, header), (header, end, turn), (header, end, end))):
        path = tmp_path / f"{number}.jsonl"
        with LogWriter(path) as log:
            for line in lines:
                assert isinstance(line, Header | Turn | End)
                log.append(line)
        with pytest.raises(Damaged):
            read_log(path)


def test_a_log_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with LogWriter(path):
        read_log(path)
        with pytest.raises(Busy, match="another process is writing it"):
            LogWriter(path)
    with LogWriter(path):
        pass


def test_a_shard_is_whole_or_not_there(tmp_path: Path) -> None:
    def fails() -> Iterator[ScriptedLine]:
        yield from scripted(2)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_shard(tmp_path / "shard.jsonl", fails())
    assert not (tmp_path / "shard.jsonl").exists()
