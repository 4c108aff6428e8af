"""Golden whole-episode digests: `python -m tests.episodes.golden` writes them anew.

They may change only together with `ENGINE`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import msgspec

from gyges.agents.policy import BatchPolicy
from gyges.agents.reference import REFERENCE
from gyges.episodes.batch import Scripted, run_batch
from gyges.episodes.spec import EpisodeSpec
from gyges.world import ENGINE
from gyges.world.ladder import LADDER
from gyges.world.scenarios import SCENARIOS

GOLDEN = Path(__file__).with_suffix(".json")
SOME_RUNGS, SOME_POLICIES, SOME_SEEDS = (2, 5), ("steward", "self", "random"), (1, 2, 5)
"""What is looked at in every scenario: to the end of what few see, such as an act that finds nobody."""


def digests() -> dict[str, str]:
    """Of decisions, states and outcome: every policy at every rung of `commons`, and a few everywhere."""
    seen: dict[str, str] = {}
    for rung in range(len(LADDER)):
        specs = [
            EpisodeSpec(policy=name, rung=rung, arm=arm, seed=20260101, turns=10)
            for name in REFERENCE
            if isinstance(REFERENCE[name], BatchPolicy)
            for arm in ("will", "can")
        ]
        seen |= {f"{e.spec.policy} {rung} {e.spec.arm}": _digest(e) for e in run_batch(specs)}
    for scenario in SCENARIOS:
        for rung in SOME_RUNGS:
            specs = [
                EpisodeSpec(policy=name, scenario=scenario, rung=rung, seed=seed, turns=20)
                for name in SOME_POLICIES
                for seed in SOME_SEEDS
            ]
            for e in run_batch(specs):
                seen[f"{scenario} {e.spec.policy} {rung} seed {e.spec.seed}"] = _digest(e)
    return seen


def _digest(episode: Scripted) -> str:
    whole = episode.decisions + episode.digests + msgspec.json.encode(episode.outcome)
    return hashlib.sha256(whole).hexdigest()[:16]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({"engine": ENGINE, "episodes": digests()}, indent=1) + "\n")
