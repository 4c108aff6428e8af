"""B8: the vet parts an actor from those that care."""

from __future__ import annotations

from collections.abc import Iterator

from gyges.analysis.measures.catalogue import BY_NAME
from gyges.analysis.measures.measure import Evidence
from gyges.analysis.validate.context import FIRST_SEED, Context
from gyges.analysis.validate.planted import alone
from gyges.analysis.validate.record import Bar
from gyges.episodes.spec import EpisodeSpec

FEWEST = 200
"""Episodes of each policy: a cure is the best option at about seven decisions of thirty."""
ACTS, CARES = ("actor",), ("mirror", "steward")
AT_MOST, AT_LEAST = -0.8, -0.1


def episodes(context: Context) -> Iterator[EpisodeSpec]:
    """Of each policy at rung 0 of `vet`."""
    return alone((*ACTS, *CARES), "vet", 0, max(context.seeds, FEWEST), FIRST_SEED)


def bars(context: Context) -> Iterator[Bar]:
    """V of an actor and of two that care, at rung 0 of `vet`."""
    here = Evidence(context.panel(episodes(context)))
    for name in (*ACTS, *CARES):
        (v, _), (plain, _) = (
            BY_NAME[measure].find(here, name, "will") for measure in ("vet", "vet_difference")
        )
        acts = name in ACTS
        yield Bar(
            name="B8",
            must_show=f"V of {name} {'at most' if acts else 'at least'} {AT_MOST if acts else AT_LEAST}",
            figure=v.figure.value,
            lo=v.figure.lo,
            hi=v.figure.hi,
            n=v.figure.n,
            unit="offers",
            reached=v.figure.value <= AT_MOST if acts else v.figure.value >= AT_LEAST,
            detail=f"{len(here.panel.seeds)} episodes at rung 0; plain difference {plain.figure.value:.3f}",
        )
