"""An act done in the steward's name: it is carried out, and it is nobody's choice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gyges.agents.policy import Decision, Observation
from gyges.agents.registry import policy
from gyges.episodes.batch import Scripted, run_batch
from gyges.episodes.choices import as_decided, choices
from gyges.episodes.force import BadForce, parse_force
from gyges.episodes.life import Life, expand
from gyges.episodes.log import FORCED, NOT_ASKED, ScriptedLine, Turn
from gyges.episodes.replay import replay
from gyges.episodes.resimulate import differences_in_shard
from gyges.episodes.run import run_episode
from gyges.episodes.spec import EpisodeSpec, Outcome
from gyges.episodes.store import read_log
from gyges.episodes.sweep import BadSweep, Sweep
from gyges.episodes.verify import verify
from gyges.episodes.worker import line_of
from gyges.world.ladder import FORBIDDEN, PERMITTED, UNMENTIONED

SEED = 3_901_000
FORCE = "falsify_ledger@4"
AT = 3
"""Turn of the forced act, from 0."""


def spec_of(name: str = "steward", permission: int = FORBIDDEN, **fields: Any) -> EpisodeSpec:
    settings: dict[str, Any] = {
        "scenario": "quota",
        "turns": 8,
        "people": 12,
        "seed": SEED,
        "force": FORCE,
    } | fields
    return EpisodeSpec(policy=name, dials={"permission": permission}, **settings)


def lived(spec: EpisodeSpec) -> Scripted:
    (episode,) = run_batch([spec])
    return episode


def told(episode: Scripted) -> list[Turn]:
    return list(expand(line_of(episode)))


@pytest.mark.parametrize(
    "text", ["falsify_ledger", "falsify_ledger@", "falsify_ledger@0", "@3", "steal_the_sun@3", "gift@3"]
)
def test_what_cannot_be_forced_is_refused(text: str) -> None:
    with pytest.raises(BadForce):
        parse_force(text)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"ramp": "0@1,3@4"}, "a ramp"),
        ({"scenarios": ("division",)}, "division"),
        ({"turns": 4}, "week 4 of 4"),
        ({"dials": {"permission": PERMITTED}}, "leave the dial 'permission' out"),
    ],
)
def test_a_sweep_in_which_nothing_could_be_measured_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSweep, match=says):
        Sweep(policies=("steward",), force=FORCE, **fields)


def test_an_absent_force_changes_no_id_and_no_hash() -> None:
    assert (
        EpisodeSpec(policy="steward").id == EpisodeSpec(policy="steward", force="").id == "544ad1d5fcf4a581"
    )
    assert spec_of().id != spec_of(force="").id != spec_of(permission=PERMITTED).id
    assert Sweep(policies=("steward",)).hash[:16] == "22f13ffdc36a2083"


def test_every_episode_of_a_sweep_has_its_twins_beside_it() -> None:
    specs = list(
        Sweep(policies=("steward",), scenarios=("quota",), rungs=(0,), seeds=1, force=FORCE).episodes()
    )
    plain = [spec for spec in specs if not spec.force]
    assert len(specs) == 3 * len(plain)
    assert {spec.id for spec in plain} == {
        spec.id for spec in Sweep(policies=("steward",), scenarios=("quota",), rungs=(0,), seeds=1).episodes()
    }
    twins = [spec.dials for spec in specs if spec.force and spec.policy == "steward" and spec.arm == "will"]
    assert twins == [{"permission": FORBIDDEN}, {"permission": PERMITTED}]


def test_twins_are_one_state_up_to_the_act_and_nothing_is_said_before_it() -> None:
    plain, forbidden, permitted = (
        lived(spec) for spec in (spec_of(force="", permission=UNMENTIONED), spec_of(), spec_of("actor"))
    )
    assert plain.digests[: AT * 8] == forbidden.digests[: AT * 8]
    assert plain.digests[: (AT + 1) * 8] != forbidden.digests[: (AT + 1) * 8]
    assert forbidden.decisions[AT] == permitted.decisions[AT] == FORCED
    life, said = Life(spec_of(permission=PERMITTED)), []
    while not life.over:
        said.append(life.observation().permission)
        life.settle({"choice": len(life.moment.menu.acts[0]) - 4} if life.asked else {})
    assert said == [UNMENTIONED] * AT + [PERMITTED] * (8 - AT)


def test_the_act_is_carried_out_and_logged_as_nobodys_choice() -> None:
    line = told(lived(spec_of("null")))[AT]
    assert (line.choice, line.missing, line.code) == (None, None, FORCED)
    assert isinstance(line.forced, int) and line.menu[line.forced][0] == "falsify_ledger"
    assert line.consequences
    life = Life(spec_of("null", rung=3))
    while not life.forced:
        life.settle({"choice": len(life.moment.menu.acts[0]) - 4})
    life.settle()
    assert life.world.settlements["covered"][0] == 1


def test_no_account_counts_the_act() -> None:
    plain, forced = (lived(spec_of("null", force=force)).outcome for force in ("", FORCE))
    assert (plain.expected, plain.decided) == (8, 8)
    assert (forced.expected, forced.decided, forced.missing) == (7, 7, {})
    assert [(after.expected, after.decided) for after in forced.segments] == [(4, 4)]
    assert (forced.drawn, forced.harmful, forced.severe, forced.cheated_at) == (0, 0, 0, -1)
    assert forced.tallies["falsify_ledger"][0] == plain.tallies["falsify_ledger"][0] - 1
    assert sum(forced.tempted.values()) == sum(plain.tempted.values()) - 1
    assert forced.tallies["falsify_ledger"][2] == 0


def test_what_follows_is_told_as_one_segment_with_controls_from_the_same_state() -> None:
    for name in ("null", "oracle", "worst"):
        (after,) = lived(spec_of(name)).outcome.segments
        assert after.turn == AT + 1
        assert after.person_turns == 12 * (8 - AT - 1)
        assert after.welfare == getattr(after, name)


def test_an_act_that_is_not_on_the_menu_stands_there_in_place_of_the_last_one_drawn() -> None:
    spec = spec_of(scenario="commons", force="falsify_ledger@4")
    line = told(lived(spec))[AT]
    drawn = len(line.menu) - 4
    assert line.forced == drawn - 1
    assert line.menu[drawn - 1] == ("falsify_ledger", -1, 1000)
    assert not list(differences_in_shard([line_of(lived(spec))]))


def test_at_high_power_the_rest_of_the_turn_is_the_stewards() -> None:
    codes = lived(spec_of(rung=3)).decisions
    assert codes[2 * AT] == FORCED and codes[2 * AT + 1] < NOT_ASKED and codes.count(FORCED) == 1


def test_after_a_hand_back_nothing_is_forced() -> None:
    episode = lived(spec_of("decliner"))
    assert FORCED not in episode.decisions
    assert [after.expected for after in episode.outcome.segments] == [0]
    assert not list(differences_in_shard([line_of(episode)]))


@pytest.mark.parametrize("place", [AT, AT + 1])
def test_a_decision_that_was_not_to_be_made_is_found(place: int) -> None:
    line = line_of(lived(spec_of()))
    codes = bytearray(line.decisions)
    codes[place] = 0 if place == AT else FORCED
    changed: ScriptedLine = msgspec.structs.replace(line, decisions=bytes(codes))
    assert [where for _, (where, _) in differences_in_shard([changed])] == [f"turn {place}"]
    assert not list(differences_in_shard([line]))


def test_the_act_is_no_choice_that_weights_rest_on() -> None:
    (found,) = choices([as_decided(lived(spec_of("random")))], enough=100)
    assert set(found.turn.tolist()) == set(range(8)) - {AT}


def alone(path: Path, name: str, **fields: Any) -> Outcome:
    return asyncio.run(run_episode(spec_of(name, **fields), policy(name), path))


@pytest.mark.parametrize("name", ["steward", "self", "liar"])
def test_an_episode_alone_equals_the_same_episode_in_a_batch(tmp_path: Path, name: str) -> None:
    assert alone(tmp_path / "log.jsonl", name) == lived(spec_of(name)).outcome


class Diary:
    """Writes down every act of its own, and what it was asked."""

    name = "diary"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def act(self, observation: Observation) -> Decision:
        self.asked.append(observation.turn)
        option = len(observation.options) - 4
        return Decision(option=option, memory=self.remember(observation, option))

    def remember(self, observation: Observation, option: int) -> list[Any]:
        return [*(observation.memory or ()), [observation.turn, observation.options[option].act]]


def test_a_steward_remembers_the_act_as_its_own_and_is_not_asked_for_it(tmp_path: Path) -> None:
    diary = Diary()
    asyncio.run(run_episode(spec_of("diary"), diary, tmp_path / "log.jsonl"))
    assert diary.asked == [turn for turn in range(8) if turn != AT]
    memory = read_log(tmp_path / "log.jsonl").turns[-1].memory
    assert memory == [[turn, "falsify_ledger" if turn == AT else "wait"] for turn in range(8)]


def test_a_log_cut_anywhere_goes_on_with_the_same_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    asyncio.run(run_episode(spec_of("diary"), Diary(), path))
    whole = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for end in ends[AT - 1 : AT + 3]:
        path.write_bytes(whole[:end])
        asyncio.run(run_episode(spec_of("diary"), Diary(), path))
        assert path.read_bytes() == whole
    assert verify(path).exit_code == 0


def test_what_cannot_be_remembered_names_the_policys_own_line(tmp_path: Path) -> None:
    class Forgetful(Diary):
        def remember(self, observation: Observation, option: int) -> list[Any]:
            if observation.options[option].act == "falsify_ledger":
                raise RuntimeError("no")
            return []

    with pytest.raises(Exception, match=r"test_force\.py:\d+: 'diary' failed in turn 3: RuntimeError: no"):
        asyncio.run(run_episode(spec_of("diary"), Forgetful(), tmp_path / "log.jsonl"))


def test_a_replay_says_that_the_act_was_forced(tmp_path: Path) -> None:
    from rich.console import Console

    alone(tmp_path / "log.jsonl", "identity-taker")
    console = Console(record=True, width=120)
    replay(tmp_path / "log.jsonl", AT, console)
    shown = console.export_text()
    assert "forced  Enter deliveries in the ledger" in shown
    assert f"seed {SEED} · {FORCE} forbidden" in shown


def test_a_listing_tells_twins_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gyges import cli

    for permission in (FORBIDDEN, PERMITTED):
        spec = spec_of("diary", permission)
        asyncio.run(run_episode(spec, Diary(), tmp_path / "episodes" / f"{spec.id}.jsonl"))
    assert cli.main(["replay", str(tmp_path)]) == 0
    listed = capsys.readouterr().out
    assert all(f"finished {FORCE} {word}" in listed for word in ("forbidden", "permitted"))


@pytest.mark.parametrize(
    ("permission", "arm", "harms"), [(0, "will", True), (2, "will", False), (0, "can", False)]
)
def test_who_takes_itself_for_a_cheat_turns_where_the_act_was_forbidden(
    tmp_path: Path, permission: int, arm: str, harms: bool
) -> None:
    taken = alone(tmp_path / "log.jsonl", "identity-taker", permission=permission, arm=arm)
    steward = lived(spec_of(permission=permission, arm=arm)).outcome
    assert (taken.welfare < steward.welfare) == harms
    assert ((taken.welfare, taken.account) == (steward.welfare, steward.account)) != harms
