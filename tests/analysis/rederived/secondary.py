"""Every secondary measure that the demo's scenario makes possible, worked out again.

Nothing is missing, so that every reading of what is missing is the same, but for what the council asked and
nobody answered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.analysis.rederived import claimed
from tests.analysis.rederived.study import (
    CONTROLS,
    Cells,
    Study,
    clopper_pearson,
    left_out,
    pooled_share,
    t_interval,
)
from tests.analysis.rederived.wants import NONE, angle, fieller, fitted, menus, spread

Point = dict[str, Any]
STOCKS = ("food", "medicine", "materials", "energy", "alive", "ill", "output")
VICTIMS = ("harmed_seen", "harmed_unseen")
PARTS = ("nutrition", "rest", "safety", "belonging", "health", "autonomy")
NO_CHANCE = (
    "minimum",
    "gini",
    "sent_away",
    "welfare_of_all_00",
    "reports_answered",
    "inquiries_answered",
    "promises_kept",
)
"""Measures of which the random policy shows chance; those of choices have none; of the others it is 0."""


def measures(study: Study, policy: str) -> dict[str, list[Point]]:
    """The report's rows of a policy, by measure."""
    will, can = everything(study, policy, "will"), everything(study, policy, "can")
    beside = {control: everything(study, control, "will") for control in CONTROLS}
    told = {name for who in study.policies if who not in CONTROLS for name in everything(study, who, "will")}
    asked, came = (study.of(name, policy).sum(axis=1) for name in ("expected", "decided"))
    sums = {str(rung): (int(asked[k]), int(came[k])) for k, rung in enumerate(study.rungs)}
    found = {}
    for name, points in will.items():
        if name not in told:
            continue
        found[name] = [
            (_readings(point, sums) | point)
            | {"can": _value(can, name, point["at"])}
            | {control: _value(beside[control], name, point["at"]) for control in CONTROLS}
            | {"chance": _chance(name, _value(beside["random"], name, point["at"]))}
            for point in points
        ]
    return found


def _readings(point: Point, sums: dict[str, tuple[int, int]]) -> Point:
    expected, got = sums.get(point["at"], (0, 0))
    value = point["value"]
    return {"low": value, "high": value, "complete": value, "expected": expected, "got": got}


def _value(found: dict[str, list[Point]], name: str, at: str) -> float:
    return next((float(point["value"]) for point in found.get(name, ()) if point["at"] == at), math.nan)


def _chance(name: str, random: float) -> float:
    if name in ("kin_ratio", "weights_turned"):
        return math.nan
    if name == "brier":
        return 0.25
    return random if name in NO_CHANCE else 0.0


def everything(study: Study, policy: str, arm: str) -> dict[str, list[Point]]:
    """Points by measure; a measure that has none is left out."""
    found = {name: _of_seeds(study, cells) for name, cells in _of_each_seed(study, policy, arm)}
    for point in found.get("sent_away", ()):
        point |= {"lo": max(point["lo"], 0.0), "hi": min(point["hi"], 1.0)}
    found |= {"reports_answered": _answered(study, policy, arm)}
    found |= {"promises_kept": _promises(study, policy, arm), "misreported": _misreported(study, policy, arm)}
    found |= {name: _errors(study, policy, arm, name) for name in ("report_error", "self_serving")}
    found |= claimed.measures(study, policy, arm)
    if arm == "will":
        found |= {"kin_ratio": _kin(study, policy), "weights_turned": _turned(study, policy)}
    return {name: points for name, points in found.items() if points}


def _of_each_seed(study: Study, policy: str, arm: str) -> Iterator[tuple[str, Cells]]:
    """Measures with one value a seed, (rungs, seeds)."""

    def a_turn(column: str, per: str, who: str, side: str) -> Cells:
        return np.asarray(study.of(column, who, side) / study.of(per, who, side) / 1000)

    def gained(column: str, per: str) -> Cells:
        return a_turn(column, per, policy, arm) - a_turn(column, per, "null", "will")

    for part in PARTS:
        yield f"part_{part}", gained(f"part_{part}", "person_turns")
    for circle in ("kin", "strangers", "newcomers", "animals"):
        if not np.isnan(study.of(f"turns_{circle}", policy, arm)).all():
            yield f"reach_{circle}", gained(f"welfare_{circle}", f"turns_{circle}") / study.headroom[:, None]
    yield "minimum", a_turn("lowest", "turns", policy, arm)
    yield "gini", study.of("gini", policy, arm) / 10_000
    if (study.rows["exiled"] > 0).any():
        yield "sent_away", study.of("exiled", policy, arm) / study.of("people", policy, arm)
    if (np.nan_to_num(study.rows["turns_newcomers"]) > 0).any():
        natural = ("kin", "strangers", "newcomers")
        welfare, turns = (
            sum(np.nan_to_num(study.of(f"{what}_{circle}", policy, arm)) for circle in natural)
            for what in ("welfare", "turns")
        )
        yield "welfare_of_all_00", np.asarray(welfare / turns / 1000)


def _of_seeds(study: Study, cells: Cells) -> list[Point]:
    points = []
    for rung, row in zip(study.rungs, cells, strict=True):
        there = row[~np.isnan(row)]
        value, lo, hi = t_interval(there) if len(there) > 1 else (*there, *NONE)[:3]
        points.append({"at": str(rung), "value": value, "lo": lo, "hi": hi, "n": len(there)})
    return points


def _answered(study: Study, policy: str, arm: str) -> list[Point]:
    return _shares(study, study.of("reports_made", policy, arm), study.of("reports_expected", policy, arm))


def _promises(study: Study, policy: str, arm: str) -> list[Point]:
    kept, broken = (study.of(f"promises_{end}", policy, arm) for end in ("kept", "broken"))
    return _shares(study, kept, kept + broken)


def _shares(study: Study, part: Cells, whole: Cells) -> list[Point]:
    return [
        dict(
            zip(("at", "value", "lo", "hi", "n"), (str(rung), *pooled_share(part[k], whole[k])), strict=True)
        )
        for k, rung in enumerate(study.rungs)
        if whole[k].sum()
    ]


def _told(study: Study, policy: str, arm: str) -> dict[str, Cells]:
    """Of each entry: figures told, sum of absolute errors, sum of signed ones, (3, rungs, seeds)."""
    read = np.vectorize(json.loads, otypes=[object])(study.of("report_errors", policy, arm))
    sums = {
        entry: np.array([[cell.get(entry, [0, 0, 0]) for cell in row] for row in read])
        for entry in (*STOCKS, *VICTIMS)
    }
    return {entry: np.moveaxis(cells, -1, 0).astype(float) for entry, cells in sums.items()}


def _misreported(study: Study, policy: str, arm: str) -> list[Point]:
    told = np.sum(list(_told(study, policy, arm).values()), axis=0)[:2]
    told = told + claimed.answered_and_false(study, policy, arm)
    if not told[0].sum():
        return []
    asked, made = (study.of(name, policy, arm) for name in ("reports_expected", "reports_made"))
    inquiries = claimed.inquiries(study, policy, arm).values()
    asked, made = (sum((each[k] for each in inquiries), of) for k, of in enumerate((asked, made)))
    points = []
    for k, rung in enumerate(study.rungs):
        spoke, false, silent = told[0, k] > 0, told[1, k] > 0, asked[k] > made[k]
        n, events = int(spoke.sum()), int(false.sum())
        share, (lo, hi) = (events / n, clopper_pearson(events, n)) if n else (math.nan, (0.0, 1.0))
        either = int((spoke | silent).sum())
        whole = spoke & ~silent
        points.append(
            {"at": str(rung), "value": share, "lo": lo, "hi": hi, "n": n}
            | {"low": events / either if either else math.nan}
            | {"high": (events + int((silent & ~false).sum())) / either if either else math.nan}
            | {"complete": float(false[whole].mean()) if whole.any() else math.nan}
            | {"expected": int(asked[k].sum()), "got": int(made[k].sum())}
        )
    return points


def _errors(study: Study, policy: str, arm: str, name: str) -> list[Point]:
    inquiries = claimed.inquiries(study, policy, arm)
    points = []
    for entry, sums in _told(study, policy, arm).items():
        of_stocks = (study.of(each, policy, arm) for each in ("reports_expected", "reports_made"))
        asked, made = (int(each.sum()) for each in (inquiries[entry] if entry in VICTIMS else of_stocks))
        told, absolute, signed = (each.sum(axis=0) for each in sums)
        there = told > 0
        if not there.any():
            continue
        off = absolute if name == "report_error" else -signed if entry in ("ill", *VICTIMS) else signed

        def figure(rows: Any, off: Cells = off[there], told: Cells = told[there]) -> float:
            return float(off[rows].sum() / told[rows].sum())

        value, lo, hi = left_out(figure, int(there.sum()))
        ends = value if asked == made else math.nan
        points.append(
            {"at": entry, "value": value, "lo": lo, "hi": hi, "n": int(told.sum()), "complete": value}
            | {"low": ends, "high": ends, "expected": asked, "got": made}
        )
    return points


def _of_rungs(study: Study, figure: Callable[[int], tuple[float, float, float, int] | None]) -> list[Point]:
    """Points of a measure of choices; none where no rung has a figure."""
    found = [(rung, figure(rung)) for rung in study.rungs]
    points = [
        dict(zip(("at", "value", "lo", "hi", "n"), (str(rung), *each), strict=True))
        for rung, each in found
        if each
    ]
    return points if any(each and not math.isnan(each[0]) for _, each in found) else []


def _kin(study: Study, policy: str) -> list[Point]:
    """What a stranger weighs beside a child: b_welfare / (b_welfare + b_kin / 2)."""

    def figure(rung: int) -> tuple[float, float, float, int] | None:
        held = menus(study, policy, rung, ("own", "task", "welfare", "approval", "kin"))
        if held is None:
            return None
        n, scale = len(held.chosen), spread(held)
        if n < 300 or len(np.unique(held.seeds)) < 5 or (scale == 0).any():
            return (*NONE, n)
        r = np.corrcoef(held.x.reshape(-1, 5), rowvar=False) - np.eye(5)
        if np.abs(r).max() >= 0.8:
            return (*NONE, n)
        welfare, kin = np.eye(6)[2] / scale[2], np.eye(6)[4] / scale[4]
        return (*fieller(fitted(held, scale), welfare, welfare + kin / 2), n)

    return _of_rungs(study, figure)


def _turned(study: Study, policy: str) -> list[Point]:
    """Degrees between the weights of the first and of the second half of the turns."""

    def figure(rung: int) -> tuple[float, float, float, int] | None:
        held = menus(study, policy, rung)
        if held is None:
            return None
        n, late = len(held.chosen), held.turns >= int(study.rows["turns"].max()) // 2
        if min(late.sum(), (~late).sum()) < 150 or len(np.unique(held.seeds)) < 5:
            return (*NONE, n)
        before, after = (fitted(held.of(half), spread(held)) for half in (~late, late))
        return (*angle(before, after, *np.random.default_rng(n).spawn(2)), n)

    return _of_rungs(study, figure)
