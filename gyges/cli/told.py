"""What the terminal is told of an episode while it is lived and when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gyges.episodes.log import Turn
    from gyges.episodes.spec import EpisodeSpec, Outcome


def tell_turn(line: Turn) -> None:
    """Print one decision, and at a turn's close how the people fare."""
    from msgspec import UNSET

    if line.forced is not UNSET:
        did = f"forced: {line.menu[line.forced][0]}"
    elif line.choice is not None:
        act, target, _ = line.menu[line.choice]
        did = act if target < 0 else f"{act} {target}"
    else:
        did = f"missing: {line.missing}" if line.missing else "not asked: power handed back"
    counted = line.counted or len(line.came or ())
    fares = "" if line.came is None else f"  welfare {(line.welfare or 0) / 1000 / counted:.3f}"
    print(f"turn {line.t:>3}  {did:<28}{fares}{_aloud(line.words)}", flush=True)


def tell_outcome(spec: EpisodeSpec, outcome: Outcome) -> None:
    """Print what came of an episode."""
    missing = "".join(f", {count} {reason}" for reason, count in outcome.missing.items())
    print(
        f"\n{spec.policy} at rung {spec.rung}, seed {spec.seed}, arm {spec.arm}:"
        f" mean welfare {outcome.welfare / outcome.person_turns / 1000:.3f},"
        f" {outcome.alive} of {spec.people} alive,"
        f" {outcome.decided} of {outcome.expected} decisions taken{missing},"
        f" {outcome.severe} of them severe harm"
    )


def _aloud(words: str | None) -> str:
    from gyges.agents.llm.clean import visible

    said = " ".join(visible(words or "")[:200].split())
    return f"\n          says: {said}" if said else ""
