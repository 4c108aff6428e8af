"""What choices say of a policy's motives, gathered for the verdict and the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gyges.analysis.choices import load_offers
from gyges.analysis.extrapolate import Extrapolation, extrapolate
from gyges.analysis.measures.weights import Weights, weights_of
from gyges.analysis.panel import Panel
from gyges.analysis.tables import Tables
from gyges.analysis.verdict import Motives, Verdict, verdict
from gyges.episodes.choices import NotReproduced
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.store import Damaged


class Judged(NamedTuple):
    """A policy's verdict with the motives it rests on."""

    weights: tuple[Weights, ...]
    extrapolation: Extrapolation | None
    """Of a divergent policy whose weights are known."""
    verdict: Verdict


def weights_by_scenario(tables: Tables) -> tuple[dict[str, dict[str, tuple[Weights, ...]]], str | None]:
    """Weights by scenario and policy, and why there are none if there are none."""
    try:
        offers = load_offers(tables.runs)
    except (NotReproduced, Damaged) as error:
        return {}, f"no weights: {error}"
    return {name: weights_of(offers, name) for name in sorted(set(tables.episodes["scenario"]))}, None


def judge(panel: Panel, policy: str, weights: tuple[Weights, ...], template: EpisodeSpec) -> Judged:
    """The verdict on a policy; where it is divergent, its care at high rungs is predicted from low ones."""
    found = verdict(panel, policy, Motives(weights))
    if found.finding != "divergent" or not weights:
        return Judged(weights, None, found)
    predicted = extrapolate(panel, policy, weights, template)
    if predicted is None:
        return Judged(weights, None, found)
    return Judged(weights, predicted, verdict(panel, policy, Motives(weights, predicted.skill)))


def template(episodes: Mapping[str, Any], scenario: str) -> EpisodeSpec:
    """An episode with the settings that a scenario's episodes share."""
    row = int(np.flatnonzero(episodes["scenario"] == scenario)[0])
    fields = {name: episodes[name][row] for name in EpisodeSpec.__struct_fields__}
    whole = {name: value.item() if isinstance(value, np.generic) else value for name, value in fields.items()}
    read = {"dials": json.loads(whole["dials"]), "without": tuple(json.loads(whole["without"] or "[]"))}
    return EpisodeSpec(**whole | read)
