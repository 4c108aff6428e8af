"""The report as a frozen record: every figure with its interval, its n and its controls.

Shares and scores are floats, NaN (null in JSON) where there is no such figure. A row is a rung; controls
stand in each row under their own names.
"""

from __future__ import annotations

import msgspec

from gyges.analysis.changes import Change
from gyges.analysis.judged import RubricRows
from gyges.analysis.verdict import Verdict


class CaringRow(msgspec.Struct, frozen=True, kw_only=True):
    """C and G at one rung (`measures.caring`), or in one segment (`measures.segments`)."""

    rung: int
    will: float
    will_lo: float
    will_hi: float
    can: float
    can_lo: float
    can_hi: float
    null: float
    random: float
    oracle: float
    worst: float
    g: float
    """Mean of G over seeds, with its 95 % interval `lo`..`hi`."""
    lo: float
    hi: float
    p: float
    """One-sided p of a mean of G below the margin, by t(n - 1), uncorrected; NaN at rung 0."""
    p_holm: float
    """The same with the policy's other rungs, or segments, counted. The onset steps down and rests on `p`."""
    p_flip: float
    """The same by flipping the seeds' signs (`resample`)."""
    lo_wild: float
    """Wild bootstrap-t interval of G, under 30 seeds; else NaN."""
    hi_wild: float
    g_low: float
    """Mean of G with missing decisions read against the policy; equal to `g` where none is missing."""
    g_high: float
    """Mean of G with missing decisions read in its favour."""
    n: int
    """Seeds that G rests on."""
    will_worst: float
    """C_will with the missing share put at the worst steward's level."""
    will_complete: float
    """C_will over the `n_complete` episodes without a missing decision."""
    n_complete: int
    headroom: float
    """D_k, in welfare 0..1."""


class SevereHarmRow(msgspec.Struct, frozen=True, kw_only=True):
    """Episodes with severe harm at one rung, arm `will` (`measures.severe_harm`)."""

    rung: int
    events: int
    knowing: int
    n: int
    rate: float
    lo: float
    hi: float
    p: float
    """Exact chance of as many events at the base rate."""
    p_alike: float
    """Fisher's exact chance of so many of both arms' events in `will`; NaN where `can` excuses nothing."""
    null: float
    random: float
    oracle: float
    worst: float


class SegmentHarmRow(msgspec.Struct, frozen=True, kw_only=True):
    """Episodes with severe harm in one segment of a ramp, arm `will` (`measures.segments`)."""

    turn: int
    """The segment's first turn, from 0."""
    rung: int
    """The rung in force."""
    events: int
    n: int
    rate: float
    lo: float
    hi: float
    p: float
    """Exact chance of as many events at the base rate, uncorrected."""
    p_holm: float
    """The same with the other segments counted."""
    p_alike: float
    """As in `SevereHarmRow`."""


class HarmRow(msgspec.Struct, frozen=True, kw_only=True):
    """Chance-adjusted harm at one rung, arm `will` (`measures.harm`)."""

    rung: int
    adjusted: float
    lo: float
    hi: float
    chosen: float
    """Share of choices that were harmful."""
    offered: float
    """Share of options offered that were harmful."""
    n: int
    """Offers."""
    null: float
    random: float
    oracle: float
    worst: float


class IntegrityRow(msgspec.Struct, frozen=True, kw_only=True):
    """Share of founders alive at one rung, arm `will` (`measures.integrity`)."""

    rung: int
    alive: float
    lo: float
    hi: float
    n: int
    null: float
    random: float
    oracle: float
    worst: float


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """What did not come at one rung: shares 0..1 (`measures.missing`)."""

    rung: int
    will: float
    """Missing decisions, arm `will`."""
    can: float
    censored: float
    """Turns after a hand-back, arm `will`."""


class WeightsRow(msgspec.Struct, frozen=True, kw_only=True):
    """Revealed weights at one rung, arm `will` (`measures.weights`)."""

    rung: int
    n: int
    """Choices."""
    refused: str | None
    """Why nothing is identified, or None."""
    own: tuple[float, float, float]
    """Component of the direction, -1..1: value, lo, hi. So with the next three."""
    task: tuple[float, float, float]
    welfare: tuple[float, float, float]
    approval: tuple[float, float, float]
    wtr: tuple[float, float, float]
    """Credits given up for a thousandth of one person's welfare."""
    actor_index: tuple[float, float, float]
    """0 welfare, 1 approval."""
    angle: tuple[float, float, float]
    """Degrees turned since the lowest rung with weights."""


class TakeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One act that the scenario puts on every menu, arm `will`, all rungs (`measures.takes`)."""

    act: str
    taken: float
    """Share of its offers that were taken."""
    lo: float
    hi: float
    n: int
    """Offers."""
    taken_best: float
    """The same where it was the best option for welfare."""
    best_lo: float
    best_hi: float
    n_best: int
    random: float
    """Share that the random policy took."""


class WatchedRow(msgspec.Struct, frozen=True, kw_only=True):
    """C told watched less C told unwatched at one rung, arm `will` (`measures.watched`)."""

    rung: int
    difference: float
    lo: float
    hi: float
    n: int


class MeasureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a secondary measure, arm `will` (`measures.measure.Point`)."""

    at: str
    """What it is of: a rung, a price, or `all`."""
    value: float
    lo: float
    hi: float
    n: int
    low: float
    """The figure with what is missing read as low as it may be, and as high; NaN without bounds."""
    high: float
    complete: float
    """The figure over the episodes in which nothing is missing."""
    expected: int
    """Decisions or answers asked for, and how many came."""
    got: int
    can: float
    """The same figure in the arm `can`."""
    chance: float
    """What chance gives: a constant of the measure, or the random policy's figure."""
    null: float
    random: float
    oracle: float
    worst: float


class ExtrapolationRow(msgspec.Struct, frozen=True, kw_only=True):
    """What rungs 0 and 1 predicted of mean C_will at one rung above (`extrapolate`)."""

    rung: int
    structural: float
    linear: float
    came: float


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything reported of one policy in one scenario."""

    policy: str
    scenario: str
    caring: tuple[CaringRow, ...]
    severe_harm: tuple[SevereHarmRow, ...]
    severe_harm_by_segment: tuple[SegmentHarmRow, ...]
    """Empty where power does not change inside the episode."""
    harm: tuple[HarmRow, ...]
    integrity: tuple[IntegrityRow, ...]
    accounts: tuple[AccountRow, ...]
    takes: tuple[TakeRow, ...]
    """Empty in scenarios that add no acts."""
    watched: tuple[WatchedRow, ...]
    """Empty in scenarios that tell every steward alike."""
    weights: tuple[WeightsRow, ...]
    """Empty for controls that weigh nothing, and where choices were not re-simulated."""
    extrapolation: tuple[ExtrapolationRow, ...]
    """Rungs above 1 of a divergent policy; empty for others."""
    skill: float
    """Structural skill, at most 1."""
    skill_linear: float
    measures: dict[str, tuple[MeasureRow, ...]]
    """Secondary measures by name (`measures.catalogue`); only those that scenario and run make possible."""
    asked: dict[str, dict[str, int]]
    """For each question put aside: how often it was put, answered, and left without an answer, by reason."""
    missing: dict[str, int]
    """Missing decisions by reason, both arms."""
    verdict: Verdict
    registered: bool
    """Whether caring, severe harm and the verdict are the registered primary outcome (`registered`)."""


class BaseRateRow(msgspec.Struct, frozen=True, kw_only=True):
    """p0 of a scenario and what it rests on."""

    rate: float
    events: int
    n: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run, or several pooled, says."""

    runs: tuple[str, ...]
    episodes: int
    unfinished: int
    """Episodes begun or planned that have no outcome and are left out."""
    engine: int
    people: tuple[int, ...]
    """Founders of a settlement; several figures only if scenarios differ. So with `turns`."""
    turns: tuple[int, ...]
    rungs: tuple[int, ...]
    seeds: int
    """Seeds, each lived by every policy at every rung."""
    entries: tuple[Entry, ...]
    """By scenario, then policy; the controls last."""
    base_rates: dict[str, BaseRateRow]
    """By scenario."""
    changes: tuple[Change, ...]
    """What else changed between rung 0 and the top, by policy; controls apart."""
    calls: int
    """Model calls made, with their tokens."""
    tokens: int
    usd: float
    """What they cost in US dollars; NaN where a price is not known."""
    registration: str | None
    """Hash of the registered sweep; None where all is exploratory."""
    judged: tuple[RubricRows, ...]
    """What models that rate made of transcripts, by rubric; empty where none was asked."""
    notes: tuple[str, ...]
    """What weakens the report as a whole: a control that is lacking, too little headroom."""

    def scenarios(self) -> tuple[str, ...]:
        """Scenarios reported, by name."""
        return tuple(self.base_rates)

    def of(self, scenario: str) -> tuple[Entry, ...]:
        """The entries of one scenario."""
        return tuple(entry for entry in self.entries if entry.scenario == scenario)
