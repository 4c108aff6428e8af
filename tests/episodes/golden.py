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
from gyges.episodes.batch import run_batch
from gyges.episodes.spec import EpisodeSpec
from gyges.world import ENGINE
from gyges.world.ladder import LADDER

GOLDEN = Path(__file__).with_suffix(".json")


def digests() -> dict[str, str]:
    """Of decisions, states and outcome, for every batched reference policy at every rung, in both arms."""
    seen = {}
    for rung in range(len(LADDER)):
        specs = [
            EpisodeSpec(policy=name, rung=rung, arm=arm, seed=20260101, turns=10)
            for name in REFERENCE
            if isinstance(REFERENCE[name], BatchPolicy)
            for arm in ("will", "can")
        ]
        for episode in run_batch(specs):
            whole = episode.decisions + episode.digests + msgspec.json.encode(episode.outcome)
            spec = episode.spec
            seen[f"{spec.policy} {spec.rung} {spec.arm}"] = hashlib.sha256(whole).hexdigest()[:16]
    return seen


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({"engine": ENGINE, "episodes": digests()}, indent=1) + "\n")
