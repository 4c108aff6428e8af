"""Tables: what is finished, once each, sorted, and the same bytes whatever way the run was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gyges.analysis.panel import MAPS
from gyges.analysis.tables import KEY, NAMES, RunError, load
from gyges.episodes.fared import CIRCLES, PARTS
from gyges.episodes.log import End, ExchangeRecord, Header, ScriptedLine, Turn, seal
from gyges.episodes.spec import ADDED, EpisodeSpec, Outcome
from gyges.episodes.sweep import Sweep
from tests.analysis.planted import episodes, outcome, steady, write_log, write_run


def parquet(run: Path, name: str) -> bytes:
    return (run / "tables" / f"{name}.parquet").read_bytes()


def spec_of(policy: str = "openai/m", **fields: Any) -> EpisodeSpec:
    return EpisodeSpec(policy=policy, **fields)


def test_every_field_is_a_column_and_every_value_arrives(tmp_path: Path) -> None:
    spec = spec_of("odd 'name' \"%_", rung=3, dials={"options": 9, "detection": 5}, arm="can", seed=7)
    result = outcome(
        0.4,
        3,
        7,
        decided=27,
        missing={"timeout": 2, "refused": 1},
        handed_back=20,
        knowing=2,
        tallies={"an_act": [4, 3, 2, 1]},
        report_errors={"ill": [3, 7, -7]},
        parts={"health": 7, "rest": 0},
        circles={"kin": [5, 6]},
        report_true={"ill": 9},
        inquiries={"any_ill": [3, 2]},
        claims={"any_ill": [1, 250_000, 0]},
        tempted={"0": 2, "11": 1},
    )
    table = load(write_run(tmp_path, [(spec, result)])).episodes
    for name in EpisodeSpec.__struct_fields__:
        told = {"dials": '{"detection":5,"options":9}', "without": "[]"}
        assert table[name].tolist() == [told.get(name, getattr(spec, name))]
    for name in Outcome.__struct_fields__:
        if name in MAPS and name not in ("missing", "parts", "circles"):
            assert [json.loads(cell) for cell in table[name]] == [getattr(result, name)]
        elif name not in ("missing", "parts", "circles"):
            assert table[name].tolist() == [getattr(result, name)]
    for part in PARTS:
        np.testing.assert_equal(table[f"part_{part}"][0], result.parts.get(part, np.nan))
    for circle in CIRCLES:
        came = [table[f"{column}_{circle}"][0] for column in ("welfare", "turns")]
        np.testing.assert_equal(came, result.circles.get(circle, [np.nan, np.nan]))
    assert [table[f"missing_{reason}"][0] for reason in ("timeout", "refused", "budget")] == [2, 1, 0]
    assert table["id"].tolist() == [spec.id]


def test_rows_are_sorted_and_the_bytes_do_not_depend_on_shards_or_order(tmp_path: Path) -> None:
    rows = episodes({"steward": steady(0.9)}, seeds=range(5))
    one, other = (
        write_run(tmp_path / "one", rows, shards=1),
        write_run(tmp_path / "other", rows[::-1], shards=7),
    )
    table = load(one).episodes
    load(other)
    keys = list(zip(*(table[name].tolist() for name in KEY), strict=True))
    assert keys == sorted(keys)
    assert len(keys) == len(rows)
    for name in NAMES:
        assert parquet(one, name) == parquet(other, name)
    before = parquet(one, "episodes")
    load(one)
    assert parquet(one, "episodes") == before


def test_a_log_and_a_shard_give_the_same_row(tmp_path: Path) -> None:
    spec, result = spec_of(seed=3), outcome(0.5, 0, 3)
    write_log(tmp_path / "log", spec, result)
    write_run(tmp_path / "shard", [(spec, result)], policy_hash="")
    load(tmp_path / "log"), load(tmp_path / "shard")
    assert parquet(tmp_path / "log", "episodes") == parquet(tmp_path / "shard", "episodes")


def test_usage_is_summed_in_a_table_of_its_own(tmp_path: Path) -> None:
    write_log(tmp_path, spec_of(), outcome(0.5, 0, 0), turns=4)
    usage = load(tmp_path).usage
    assert (usage["calls"][0], usage["input"][0], usage["output"][0], usage["cache_read"][0]) == (
        4,
        4006,
        200,
        0,
    )
    assert usage["seconds"][0] == pytest.approx(2.0)


def test_reads_what_the_log_writes(tmp_path: Path) -> None:
    """The lines here come from the package's own writer, not from this folder's."""
    spec, result = spec_of(), outcome(0.5, 0, 0, missing={"timeout": 1}, decided=29)
    asked = ExchangeRecord(["prompt"], {"calls": 2, "input": 10, "cache_read": 3}, 1.5)
    log, chain = b"", ""
    for record in (
        Header(schema=1, gyges="0", engine=1, spec=spec, id=spec.id),
        Turn(t=0, decision=0, menu=[("gift", 3, 900)], choice=0, exchange=asked, consequences=[[1, 2]]),
        Turn(t=0, decision=1, missing="timeout"),
        End(outcome=result),
    ):
        line, chain = seal(record, chain)
        log += line
    (tmp_path / "episodes").mkdir()
    (tmp_path / "episodes" / f"{spec.id}.jsonl").write_bytes(log)
    other = spec_of("steward")
    shard = ScriptedLine(
        id=other.id, spec=other, engine=1, policy_hash="h", decisions=b"\0", digests=b"\0" * 8, outcome=result
    )
    (tmp_path / "scripted").mkdir()
    (tmp_path / "scripted" / "0.jsonl").write_bytes(seal(shard, "")[0])
    tables = load(tmp_path)
    assert tables.episodes["policy"].tolist() == ["openai/m", "steward"]
    assert tables.episodes["missing_timeout"].tolist() == [1, 1]
    assert (tables.usage["calls"][0], tables.usage["input"][0], tables.usage["cache_read"][0]) == (2, 10, 3)


@pytest.mark.parametrize("torn", ["", '{"line":"tu', '{"line":"end","outcome":{"welfare":', "\x00\xff"])
def test_an_unfinished_log_is_left_out_and_counted(tmp_path: Path, torn: str) -> None:
    write_log(tmp_path, spec_of(seed=1), outcome(0.5, 0, 1))
    write_log(tmp_path, spec_of(seed=2), None, turns=9, torn=torn)
    tables = load(tmp_path)
    assert tables.episodes["seed"].tolist() == [1]
    assert tables.usage["seed"].tolist() == [1]
    assert tables.unfinished == 1


def test_a_whole_line_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log", spec_of(), outcome(0.5, 0, 0))
    path.write_text(path.read_text().replace('"calls"', "'calls'", 1))
    with pytest.raises(RunError, match="line 2"):
        load(tmp_path / "log")
    run = write_run(tmp_path / "shard", [(spec_of(seed=s), outcome(0.5, 0, s)) for s in (0, 1, 2)], shards=1)
    shard = run / "scripted" / "0000.jsonl"
    shard.write_text(shard.read_text().replace('"spec"', "spec", 1))
    with pytest.raises(RunError, match=r"0000\.jsonl: a line cannot be read"):
        load(run)


def test_what_a_sweep_planned_and_has_not_begun_is_unfinished(tmp_path: Path) -> None:
    sweep = Sweep(policies=("steward",), seeds=3)
    planned = list(sweep.episodes())
    write_run(tmp_path, [(spec, outcome(0.5, spec.rung, spec.seed)) for spec in planned[:-4]])
    (tmp_path / "sweep.toml").write_text('policies = ["steward"]\nseeds = 3\n')
    assert load(tmp_path).unfinished == 4
    (tmp_path / "sweep.toml").write_text("policies = 3\n")
    with pytest.raises(RunError, match=r"sweep\.toml"):
        load(tmp_path)


def test_runs_are_pooled_and_what_they_share_is_counted_once(tmp_path: Path) -> None:
    rows = episodes({"steward": steady(0.9)}, seeds=range(4))
    first = write_run(tmp_path / "a[1]", [row for row in rows if row[0].seed < 3])
    second = write_run(tmp_path / "b", [row for row in rows if row[0].seed > 0])
    pooled = load(first, second).episodes
    whole = load(write_run(tmp_path / "whole", rows)).episodes
    for name in whole:
        np.testing.assert_array_equal(pooled[name], whole[name], name)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        ({"people": 48}, {}, "people"),
        ({"turns": 20}, {}, "turns"),
        ({"dials": {"options": 9}}, {}, "dials"),
        ({}, {"engine": 2}, "ENGINE"),
        ({}, {"policy_hash": "other"}, "policy_hash"),
    ],
)
def test_runs_that_conflict_are_refused_in_one_line(
    tmp_path: Path, change: dict[str, Any], line: dict[str, Any], words: str
) -> None:
    first = write_run(tmp_path / "a", [(spec_of("steward"), outcome(0.9, 0, 0))])
    second = write_run(tmp_path / "b", [(spec_of("steward", seed=1, **change), outcome(0.9, 0, 1))], **line)
    with pytest.raises(RunError, match=words) as refusal:
        load(first, second)
    assert "\n" not in str(refusal.value)


def test_two_outcomes_of_one_episode_are_refused(tmp_path: Path) -> None:
    spec = spec_of("steward")
    good, bad = (spec, outcome(0.9, 0, 0)), (spec, outcome(0.1, 0, 0))
    first, second = write_run(tmp_path / "a", [good]), write_run(tmp_path / "b", [bad])
    with pytest.raises(RunError, match="different outcomes"):
        load(first, second)
    with pytest.raises(RunError, match="two outcomes"):
        load(write_run(tmp_path / "c", [good, bad]))


def test_a_folder_without_finished_episodes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no episodes here"):
        load(tmp_path / "nowhere")
    write_log(tmp_path, spec_of(), None)
    with pytest.raises(RunError, match="no episode is finished"):
        load(tmp_path)


def test_arrow_holds_the_same_columns(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    tables = load(write_run(tmp_path, episodes({}, seeds=range(2))))
    arrow = tables.arrow()
    assert arrow.column_names == list(tables.episodes)
    assert arrow["welfare"].to_pylist() == tables.episodes["welfare"].tolist()


def test_runs_older_than_a_field_are_pooled_with_those_that_have_it(tmp_path: Path) -> None:
    rows = episodes({"x": steady(0.9)}, seeds=range(2), rungs=(0,))
    write_run(tmp_path / "new", rows[::2])
    write_run(tmp_path / "old", rows[1::2])
    for shard in (tmp_path / "old" / "scripted").glob("*.jsonl"):
        lines = [json.loads(line) for line in shard.read_text().splitlines()]
        for line in lines:
            line["spec"] = {name: value for name, value in line["spec"].items() if name not in ADDED}
        shard.write_text("".join(json.dumps(line) + "\n" for line in lines))
    pooled = load(tmp_path / "new", tmp_path / "old")
    assert len(pooled.episodes["id"]) == len(rows)
    assert set(pooled.episodes["force"]) == {""}
