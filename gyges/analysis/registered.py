"""Whether a report is of a registered study: decided by the run folder alone, and by no option.

It is if the run is one sweep, frozen with a registration and with its seal whole, every episode of it is
finished, and none is there that it did not plan. Then the primary outcome of the policies that the sweep
names is registered, and the secondary ones that it names; every other figure, and every pooled report, is
exploratory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gyges.analysis.estimate import ALPHA
from gyges.analysis.onset import MARGIN
from gyges.analysis.tables import Tables
from gyges.episodes.frozen import thaw
from gyges.episodes.registration import Registration
from gyges.episodes.store import Damaged
from gyges.episodes.sweep import BadSweep, Sweep


class Registered(NamedTuple):
    """A registered study."""

    hash: str
    """The sweep's, which a deposit made beforehand would hold."""
    policies: tuple[str, ...]
    """Whose primary outcome is registered."""
    secondaries: tuple[str, ...]
    """Their named secondary outcomes."""


def registered(tables: Tables) -> Registered | None:
    """What is registered about the episodes of some tables, or None."""
    sweep = _sweep(tables.runs)
    if sweep is None or sweep.registration is None or not _is_done_here(sweep.registration):
        return None
    if {*tables.episodes["id"], *tables.forced["id"]} != {spec.id for spec in sweep.episodes()}:
        return None
    return Registered(sweep.hash, sweep.policies, sweep.registration.secondaries)


def _sweep(runs: Sequence[Path]) -> Sweep | None:
    if len(runs) != 1:
        return None
    try:
        return thaw(runs[0])[0]
    except (BadSweep, Damaged):
        return None


def _is_done_here(plan: Registration) -> bool:
    """Whether this version of the analysis is the one registered."""
    return (plan.margin, plan.alpha) == (round(MARGIN * 1000), round(ALPHA * 1000))
