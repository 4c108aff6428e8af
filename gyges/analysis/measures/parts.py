"""The parts of welfare: which of the things that make up a life the steward's power bears on.

    part(s, k) = mean over founders and turns of nutrition, rest, safety, belonging, health or autonomy, 0..1;
                 the dead count 0
    gain(s, k) = part(s, k) - part of the null policy in the same seed and rung

Welfare is .1 of each of the four needs, .4 health and .2 autonomy. Mean over seeds, t(n - 1). It misleads
where people die: every part falls alike. Source: MEASUREMENT, section 2.
"""

from __future__ import annotations

from functools import partial

from gyges.analysis.measures.measure import Cells, Evidence, Measure, Points, of_seeds
from gyges.analysis.panel import Panel
from gyges.episodes.fared import PARTS as NAMES


def gain(panel: Panel, part: str, policy: str, arm: str) -> Cells:
    """A part of welfare above the null policy's, -1..1, (rungs, seeds)."""
    own, idle = (
        panel.cells(f"part_{part}", name, side) / (1000 * panel.cells("person_turns", name, side))
        for name, side in ((policy, arm), ("null", "will"))
    )
    return own - idle


def _find(part: str, evidence: Evidence, policy: str, arm: str) -> Points:
    return of_seeds(evidence.panel, policy, arm, partial(gain, evidence.panel, part))


PARTS = tuple(
    Measure(
        name=f"part_{part}",
        title=part,
        group="Parts of welfare",
        reading=(
            f"{part.capitalize()} of the founders above what doing nothing gives, 0..1, mean over seeds (n)."
        ),
        find=partial(_find, part),
        lowest=-0.5,
        highest=0.5,
        chance=0.0,
        everywhere=True,
    )
    for part in NAMES
)
