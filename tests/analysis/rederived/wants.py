"""Revealed weights, how far they turn, and what they foretell, from the table of choices.

The logit is fitted by scipy's trust-region method on a likelihood written out here; errors leave out a seed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from gyges.agents.reference.hearts import Heart
from gyges.agents.reference.linear import Constant
from gyges.episodes.batch import run_batch
from gyges.episodes.spec import EpisodeSpec
from tests.analysis.rederived.study import Cells, Study

WANTS = ("own", "task", "welfare", "approval")
NONE = (math.nan,) * 3
Figure = tuple[float, float, float]


@dataclass(frozen=True)
class Menus:
    """Choices of one policy at one rung; C of them among M options."""

    x: Cells
    """(C, M, features asked for), each less its mean over the menu."""
    chosen: NDArray[Any]
    seeds: NDArray[Any]
    turns: NDArray[Any]

    def of(self, rows: NDArray[Any]) -> Menus:
        return Menus(self.x[rows], self.chosen[rows], self.seeds[rows], self.turns[rows])


def menus(study: Study, policy: str, rung: int, features: tuple[str, ...] = WANTS) -> Menus | None:
    mine = (study.choices["policy"] == policy) & (study.choices["rung"] == rung)
    if not mine.any():
        return None
    own = {name: values[mine] for name, values in study.choices.items()}
    size = int(own["option"].max()) + 1
    x = np.stack([own[name].astype(float).reshape(-1, size) for name in features], axis=2)
    taken = own["taken"].reshape(-1, size).argmax(axis=1)
    seeds, turns = (own[name].reshape(-1, size)[:, 0] for name in ("seed", "turn"))
    return Menus(x - x.mean(axis=1, keepdims=True), taken, seeds, turns)


@dataclass(frozen=True)
class Fitted:
    b: Cells
    v: Cells
    reach: float
    """t quantile of a 95 % interval on the seeds."""


def fitted(found: Menus, scale: Cells) -> Fitted:
    """A conditional logit with the place on the menu beside the wants, and CR3 errors by seed."""
    count, size, _ = found.x.shape
    place = np.broadcast_to(np.linspace(-0.5, 0.5, size)[:, None], (count, size, 1))
    x = np.concatenate([found.x / scale, place], axis=2)
    ridge = 1e-5 * count

    def loss(b: Cells) -> float:
        u = x @ b
        return float((logsumexp(u, axis=1) - u[np.arange(count), found.chosen]).sum() + ridge / 2 * b @ b)

    def scores(b: Cells) -> Cells:
        """(C, P) of each choice, without the ridge."""
        taken = x[np.arange(count), found.chosen]
        return np.asarray(taken - np.einsum("cm,cmp->cp", softmax(x @ b, axis=1), x))

    def information(b: Cells, rows: Any = slice(None)) -> Cells:
        p = softmax(x[rows] @ b, axis=1)
        middle = np.einsum("cm,cmp->cp", p, x[rows])
        return np.asarray(np.einsum("cm,cmp,cmq->pq", p, x[rows], x[rows]) - middle.T @ middle)

    eye = np.eye(x.shape[2])
    b = minimize(
        loss, np.zeros(len(eye)), jac=lambda b: ridge * b - scores(b).sum(axis=0),
        hess=lambda b: information(b) + ridge * eye, method="trust-exact", options={"gtol": 1e-6},
    ).x  # fmt: skip
    for _ in range(4):  # to the last digit
        b = b + np.linalg.solve(information(b) + ridge * eye, scores(b).sum(axis=0) - ridge * b)
    whole, each = information(b) + ridge * eye, scores(b)
    groups = [found.seeds == seed for seed in np.unique(found.seeds)]
    steps = [np.linalg.solve(whole - information(b, own), each[own].sum(axis=0)) for own in groups]
    g = len(groups)
    return Fitted(b, (g - 1) / g * np.array(steps).T @ np.array(steps), float(stats.t.ppf(0.975, g - 1)))


def spread(found: Menus) -> Cells:
    return np.asarray(found.x.reshape(-1, found.x.shape[2]).std(axis=0))


def refusal(found: Menus) -> str | None:
    """Why no weights are identified, in the report's words."""
    if len(found.chosen) < 300:
        return f"{len(found.chosen)} choices, 300 are needed"
    if (seeds := len(np.unique(found.seeds))) < 5:
        return f"{seeds} seeds, 5 are needed"
    flat = found.x.reshape(-1, len(WANTS))
    for name, wide in zip(WANTS, flat.std(axis=0), strict=True):
        if wide == 0:
            return f"{name} does not vary"
    r = np.atleast_2d(np.corrcoef(flat, rowvar=False))
    pairs = [(abs(r[i, j]), i, j) for i in range(len(WANTS)) for j in range(i)]
    most, i, j = max(pairs)
    return f"{WANTS[j]} and {WANTS[i]} go together, |r| {most:.2f}" if most >= 0.8 else None


@cache
def scale_of(study: Study) -> Cells:
    """Root of the mean, over policies and rungs, of each want's variance within menus."""
    held = (menus(study, policy, rung) for policy in study.policies for rung in study.rungs)
    return np.asarray(np.sqrt(np.mean([spread(found) ** 2 for found in held if found], axis=0)))


@cache
def fits(study: Study, policy: str) -> dict[int, tuple[int, str | None, Fitted | None]]:
    """By rung: choices, why they are refused, or the fit."""
    found = {}
    for rung in study.rungs:
        held = menus(study, policy, rung)
        if held is not None:
            why = refusal(held)
            found[rung] = len(held.chosen), why, None if why else fitted(held, scale_of(study))
    return found


def weights(study: Study, policy: str) -> list[dict[str, Any]]:
    angles = dict(turning(study, policy))
    rows = []
    for rung, (n, why, fit) in fits(study, policy).items():
        wants = dict(zip(WANTS, direction(fit), strict=True)) if fit else dict.fromkeys(WANTS, NONE)
        rows.append(
            {"rung": rung, "n": n, "refused": why, **wants, "angle": angles.get(rung, NONE)}
            | {"wtr": _wtr(fit, scale_of(study)) if fit else NONE}
            | {"actor_index": _actor(fit) if fit else NONE}
        )
    return rows


def direction(fit: Fitted) -> list[Figure]:
    b, v = fit.b[:4], fit.v[:4, :4]
    length = np.sqrt(b @ b)
    slope = np.eye(4) / length - np.outer(b, b) / length**3
    errors = np.sqrt(np.diag(slope @ v @ slope.T))
    return [(w, w - fit.reach * e, w + fit.reach * e) for w, e in zip(b / length, errors, strict=True)]


def _wtr(fit: Fitted, scale: Cells) -> Figure:
    """b_welfare / b_own: what Fieller's quadratic leaves, in natural units."""
    return fieller(fit, np.array([0, 0, 1 / scale[2], 0, 0]), np.array([1 / scale[0], 0, 0, 0, 0]))


def fieller(fit: Fitted, above: Cells, below: Cells) -> Figure:
    """above . b / below . b with the values r at which (above - r below) . b cannot be told from 0."""
    t2 = fit.reach**2
    square = (below @ fit.b) ** 2 - t2 * below @ fit.v @ below
    middle = -2 * ((above @ fit.b) * (below @ fit.b) - t2 * above @ fit.v @ below)
    level = (above @ fit.b) ** 2 - t2 * above @ fit.v @ above
    if square <= 0:
        return NONE
    lo, hi = sorted(np.roots([square, middle, level]).real)
    return float(above @ fit.b / (below @ fit.b)), float(lo), float(hi)


def _actor(fit: Fitted) -> Figure:
    x, y = fit.b[2], fit.b[3]
    v = fit.v[np.ix_([2, 3], [2, 3])]
    if abs(x) <= fit.reach * math.sqrt(v[0, 0]) and abs(y) <= fit.reach * math.sqrt(v[1, 1]):
        return NONE
    slope = np.array([-y, x]) / (x * x + y * y)
    half = fit.reach * math.sqrt(slope @ v @ slope)
    return tuple(np.degrees([math.atan2(y, x) + sign * half for sign in (0, -1, 1)]) / 90)


def turning(study: Study, policy: str) -> list[tuple[int, Figure]]:
    """Degrees between the weights at a rung and at the lowest one that has any."""
    known = [(rung, fit) for rung, (_, _, fit) in fits(study, policy).items() if fit]
    if len(known) < 2:
        return []
    base, *above = known
    return [
        (rung, angle(base[1], fit, *(np.random.default_rng(key) for key in (base[0], rung))))
        for rung, fit in above
    ]


def angle(one: Fitted, other: Fitted, *chances: np.random.Generator) -> Figure:
    """Degrees between two directions, with quantiles between 4,000 draws of each."""

    def degrees(a: Cells, b: Cells) -> Cells:
        cosine = (a * b).sum(axis=-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
        return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

    ends = [(fit.b[:4], fit.v[:4, :4]) for fit in (one, other)]
    drawn = [chance.multivariate_normal(*end, 4000) for chance, end in zip(chances, ends, strict=True)]
    value = float(degrees(ends[0][0], ends[1][0]))
    lo, hi = np.quantile(degrees(*drawn), (0.025, 0.975))
    return value, min(float(lo), value), max(float(hi), value)


def ahead(study: Study, policy: str) -> tuple[list[dict[str, Any]], float, float]:
    """Mean C_will above rung 1 as foretold and as it came, and the skill of both ways to foretell it."""
    low = [fit for rung, (_, _, fit) in fits(study, policy).items() if rung <= 1 and fit]
    above = [rung for rung in study.rungs if rung > 1]
    if not low or not above:
        return [], math.nan, math.nan
    precise = [np.linalg.inv(fit.v[:4, :4]) for fit in low]
    pooled = np.linalg.inv(sum(precise)) @ sum(p @ fit.b[:4] for p, fit in zip(precise, low, strict=True))
    natural = pooled / scale_of(study)
    heart = Heart(
        **{w: round(float(b) * 10_000) for w, b in zip(WANTS, natural, strict=True)}, temperature=10_000
    )
    care = dict(zip(study.rungs, study.care(policy).mean(axis=1), strict=True))
    known = [rung for rung in study.rungs if rung <= 1]
    line = np.poly1d(np.polyfit(known, [care[rung] for rung in known], 1))
    rows = [
        {"rung": rung, "structural": _lived(study, heart, rung), "linear": line(rung), "came": care[rung]}
        for rung in above
    ]
    stays = np.mean([abs(care[known[-1]] - row["came"]) for row in rows])

    def skill(way: str) -> float:
        error = np.mean([abs(row[way] - row["came"]) for row in rows])
        return float(1 - error / stays) if stays >= 0.05 else math.nan

    return rows, skill("structural"), skill("linear")


def _lived(study: Study, heart: Heart, rung: int) -> float:
    """Mean C of a heart that is simulated at a rung, on the first ten seeds."""
    seeds, rows = study.seeds[:10], study.rows
    turns, people = int(rows["turns"][0]), int(rows["people"][0])
    specs = [EpisodeSpec(policy="fitted", rung=rung, seed=s, turns=turns, people=people) for s in seeds]
    lived = run_batch(specs, known={"fitted": Constant("fitted", heart)})
    k = study.rungs.index(rung)
    welfare = np.array([msgspec.to_builtins(each.outcome)["welfare"] for each in lived])
    more = (welfare - study.of("welfare", "null")[k, :10]) / study.of("person_turns", "null")[k, :10] / 1000
    return float(more.mean() / study.headroom[k])
