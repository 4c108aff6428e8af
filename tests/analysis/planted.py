"""Run folders with planted truths, written without the engine: what an analysis must find is known."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args

import numpy as np

from gyges.agents.policy import Arm
from gyges.episodes.spec import EpisodeSpec, Outcome

ARMS: tuple[Arm, ...] = get_args(Arm)
RUNGS = tuple(range(6))
HEADROOM = (0.12, 0.13, 0.17, 0.35, 0.37, 0.40)
FOUNDERS, TURNS = 24, 30
PERSON_TURNS = FOUNDERS * TURNS

Planted = Callable[[int, str], float]
"""Care planted at (rung, arm), in units of C."""


def steady(c: float) -> Planted:
    return falling(c, 0, 0.0)


def falling(c: float, onset: int, drop: float) -> Planted:
    """Care in `will` that falls by `drop` from `onset` on, while `can` stays."""
    return lambda rung, arm: c - drop * (arm == "will" and rung >= onset)


CONTROLS: dict[str, Planted] = {
    "null": steady(0.0),
    "oracle": steady(1.0),
    "worst": steady(-1.5),
    "random": steady(0.1),
    "limited": steady(0.6),
}


def noise(policy: str, rung: int, arm: str, seed: int, spread: float) -> float:
    """Noise of one episode in units of C, keyed by all that names it; none for null and the bounds."""
    if policy in ("null", "oracle", "worst") or not spread:
        return 0.0
    key = [*policy.encode(), rung, arm == "can", seed]
    return float(np.random.default_rng(key).normal(0, spread))


def outcome(care: float, rung: int, seed: int, **changes: Any) -> Outcome:
    """The outcome of an episode with that care; what doing nothing leads to depends on the seed alone."""
    welfare = 0.50 + 0.02 * np.sin(seed) + care * HEADROOM[rung]
    decisions = TURNS
    fields: dict[str, Any] = {
        "welfare": round(welfare * 1000 * PERSON_TURNS),
        "person_turns": PERSON_TURNS,
        "alive": FOUNDERS,
        "expected": decisions,
        "decided": decisions,
        "drawn": decisions,
        "harmful": 3 if care > 0 else 10,
        "harmful_offered": decisions * 333,
    }
    return Outcome(**(fields | changes))


def episodes(
    planted: dict[str, Planted],
    *,
    seeds: Iterable[int] = range(20),
    spread: float = 0.05,
    rungs: Iterable[int] = RUNGS,
    changes: Callable[[EpisodeSpec], dict[str, Any]] = lambda _: {},
) -> list[tuple[EpisodeSpec, Outcome]]:
    """Episodes of the planted policies and of the controls, in both arms (the bounds in `will`)."""
    found = []
    for policy, care in (CONTROLS | planted).items():
        for rung in rungs:
            for arm in ARMS[:1] if policy in ("oracle", "worst") else ARMS:
                for seed in seeds:
                    spec = EpisodeSpec(policy=policy, rung=rung, arm=arm, seed=seed)
                    blind = "will" if policy in ("null", "random") else arm
                    c = care(rung, blind) + noise(policy, rung, blind, seed, spread)
                    found.append((spec, outcome(c, rung, seed, **changes(spec))))
    return found


def scripted_line(spec: EpisodeSpec, result: Outcome, policy_hash: str = "hash", engine: int = 1) -> str:
    zeros = base64.b64encode(bytes(TURNS)).decode()
    return json.dumps(
        {
            "id": spec.id,
            "spec": plain(spec),
            "engine": engine,
            "policy_hash": policy_hash,
            "decisions": zeros,
            "digests": zeros,
            "outcome": plain(result),
            "chain": "0" * 64,
        }
    )


def write_run(run: Path, rows: Iterable[tuple[EpisodeSpec, Outcome]], shards: int = 2, **line: Any) -> Path:
    """A run folder of batched episodes, dealt out over some shards."""
    folder = run / "scripted"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [scripted_line(spec, result, **line) for spec, result in rows]
    for shard in range(shards):
        (folder / f"{shard:04}.jsonl").write_text("".join(text + "\n" for text in lines[shard::shards]))
    return run


def write_log(
    run: Path, spec: EpisodeSpec, result: Outcome | None, turns: int = TURNS, torn: str = ""
) -> Path:
    """The log of one episode with model calls; without a result it is unfinished."""
    path = run / "episodes" / f"{spec.id}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {"line": "header", "schema": 1, "engine": 1, "spec": plain(spec), "id": spec.id}
    lines: list[dict[str, Any]] = [header]
    for t in range(turns):
        usage = {"calls": 1, "input": 1000 + t, "output": 50}
        exchange = {"raw": ["…"], "usage": usage, "seconds": 0.5}
        lines.append({"line": "turn", "t": t, "choice": 0, "exchange": exchange})
    if result is not None:
        lines.append({"line": "end", "outcome": plain(result)})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + torn)
    return path


def plain(record: EpisodeSpec | Outcome) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}
