"""A panel: one scenario's episodes as dense arrays, so that policies meet seed by seed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import MISSING_REASONS
from gyges.episodes.fared import CIRCLES, PARTS
from gyges.episodes.spec import Outcome
from gyges.world.settlement import CERTAIN, CLAIMS, DEEDS, FIGURES

ARMS = ("will", "can")

CONTROLS = ("null", "random", "oracle", "worst")
"""The lines without which no figure is shown: nothing done, chance, and both bounds."""

BOUNDS = ("oracle", "worst")
"""Controls to which an instruction means nothing, so that one arm stands for both."""

COUNTS = ("offered", "best", "taken", "taken best")
"""What an outcome tallies of an act, in its order."""

MAPS = (
    "missing", "tallies", "segments", "report_errors", "report_true", "inquiries", "claims", "parts",
    "circles", "tempted",
)  # fmt: skip
"""What of an outcome is no number."""

ERRORS = ("told", "absolute error", "signed error")
"""What an outcome sums of the reports of one entry of the ledger, in its order."""
ASKED = ("asked", "answered")
"""What it counts of the questions for one of its deeds, and of them for a claim, in its order."""
CLAIMED = ("so", "squared", "false")

_COLUMNS = (
    "people",
    "turns",
    "arm_blind",
    *(name for name in Outcome.__struct_fields__ if name not in MAPS),
    *(f"missing_{reason}" for reason in MISSING_REASONS),
    *(f"part_{part}" for part in PARTS),
    *(f"{column}_{circle}" for circle in CIRCLES for column in ("welfare", "turns")),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """All episodes of one scenario, arranged by policy, arm, rung and seed; NaN where none is finished."""

    scenario: str
    policies: tuple[str, ...]
    rungs: tuple[int, ...]
    seeds: tuple[int, ...]
    columns: Mapping[str, NDArray[np.float64]]
    """Each numeric column of the episode table, (policies, arms, rungs, seeds), and for each entry of the
    ledger that counts something `told ENTRY` (figures reported), `absolute error ENTRY`, `signed error ENTRY`
    and `true ENTRY` (their sums); for each of its deeds `asked ENTRY` and `answered ENTRY`; for each claim
    `so CLAIM` (answers at which it was so), `squared CLAIM` (squared errors of the chances told, summed, 1
    for a certainty that was wrong) and `false CLAIM` (answers on the wrong side of even)."""
    acts: tuple[str, ...] = ()
    """Acts that the scenario adds, by name. For each, columns `offered ACT`, `best ACT` (the best option for
    welfare), `taken ACT` and `taken best ACT` count decisions."""
    failures: tuple[int, ...] = ()
    """Failures under a quota at which the ledger could be falsified. For each, a column `tempted FAILURES`
    counts the decisions that offered it and came no later than the first that did."""

    def cells(self, column: str, policy: str, arm: str = "will") -> NDArray[np.float64]:
        """One column of a policy in one arm, (rungs, seeds); all NaN for a policy that was not run.

        The bounds' one arm stands for both.
        """
        if policy not in self.policies:
            return np.full((len(self.rungs), len(self.seeds)), np.nan)
        values = self.columns[column][self.policies.index(policy)]
        arm = "will" if policy in BOUNDS else arm
        return np.asarray(values[ARMS.index(arm)])

    def on(self, rungs: Sequence[int], seeds: Sequence[int]) -> Panel:
        """The same on some of its rungs and seeds."""
        at = np.ix_([self.rungs.index(rung) for rung in rungs], [self.seeds.index(seed) for seed in seeds])
        columns = {name: cells[:, :, at[0], at[1]] for name, cells in self.columns.items()}
        return replace(self, rungs=tuple(rungs), seeds=tuple(seeds), columns=columns)


def panels(episodes: Mapping[str, Any]) -> tuple[Panel, ...]:
    """A panel for each scenario in an episode table, by name."""
    return tuple(_panel(episodes, str(name)) for name in sorted(set(episodes["scenario"])))


def _panel(episodes: Mapping[str, Any], scenario: str) -> Panel:
    rows = np.flatnonzero(episodes["scenario"] == scenario)
    policies, policy = np.unique(episodes["policy"][rows].astype(str), return_inverse=True)
    rungs, rung = np.unique(episodes["rung"][rows], return_inverse=True)
    seeds, seed = np.unique(episodes["seed"][rows], return_inverse=True)
    arm = (episodes["arm"][rows] == "can").astype(np.int64)
    tallies = [json.loads(cell) for cell in episodes["tallies"][rows]]
    acts = sorted({act for tally in tallies for act in tally})
    counts = {
        f"{count} {act}": np.array([tally.get(act, [0] * len(COUNTS))[place] for tally in tallies])
        for act in acts
        for place, count in enumerate(COUNTS)
    }
    for field, entries, names in (
        ("report_errors", FIGURES, ERRORS),
        ("inquiries", DEEDS, ASKED),
        ("claims", CLAIMS, CLAIMED),
    ):
        sums = [json.loads(cell) for cell in episodes[field][rows]]
        counts |= {
            f"{name} {entry}": np.array([of.get(entry, [0] * len(names))[place] for of in sums])
            for entry in entries
            for place, name in enumerate(names)
        }
    held = [json.loads(cell) for cell in episodes["report_true"][rows]]
    counts |= {f"true {entry}": np.array([true.get(entry, 0) for true in held]) for entry in FIGURES}
    counts |= {f"squared {claim}": counts[f"squared {claim}"] / CERTAIN**2 for claim in CLAIMS}
    tempted = [json.loads(cell) for cell in episodes["tempted"][rows]]
    failures = sorted({int(level) for cell in tempted for level in cell})
    counts |= {
        f"tempted {level}": np.array([cell.get(str(level), 0) for cell in tempted]) for level in failures
    }
    columns = {}
    for name, values in ({name: episodes[name][rows] for name in _COLUMNS} | counts).items():
        cells = np.full((len(policies), len(ARMS), len(rungs), len(seeds)), np.nan)
        cells[policy, arm, rung, seed] = values
        columns[name] = cells
    return Panel(
        scenario,
        tuple(policies.tolist()),
        tuple(rungs.tolist()),
        tuple(seeds.tolist()),
        columns,
        tuple(acts),
        tuple(failures),
    )
