"""Caring, severe harm, adjusted harm, integrity, what did not come, and what changed, worked out again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

from tests.analysis.rederived.study import (
    CONTROLS,
    MARGIN,
    Cells,
    Study,
    clopper_pearson,
    flipped_below,
    holm,
    t_below,
    t_interval,
    wild_t,
)

Row = dict[str, Any]


def caring(study: Study, policy: str) -> list[Row]:
    rows = []
    will, can, g = study.care(policy), study.care(policy, "can"), study.contrast(policy)
    ps = [t_below(row, -MARGIN) if rung else math.nan for rung, row in zip(study.rungs, g, strict=True)]
    counted = holm(ps)
    for k, rung in enumerate(study.rungs):
        w, c, own = t_interval(will[k]), t_interval(can[k]), t_interval(g[k])
        wild = wild_t(g[k])
        rows.append(
            {
                "rung": rung,
                "will": w[0],
                "will_lo": w[1],
                "will_hi": w[2],
                "can": c[0],
                "can_lo": c[1],
                "can_hi": c[2],
            }
            | {"g": own[0], "lo": own[1], "hi": own[2], "lo_wild": wild[0], "hi_wild": wild[1]}
            | {"p": ps[k], "p_holm": counted[k]}
            | {"p_flip": flipped_below(g[k], -MARGIN) if rung else math.nan}
            # Nothing is missing, so every reading of what is missing is the same.
            | {"g_low": own[0], "g_high": own[0], "will_worst": w[0], "will_complete": w[0]}
            | {"n": len(study.seeds), "n_complete": len(study.seeds), "headroom": study.headroom[k]}
            | {control: study.care(control)[k].mean() for control in CONTROLS}
        )
    return rows


def base_rate(study: Study) -> Row:
    severe = study.of("severe", "limited") > 0
    upper = clopper_pearson(int(severe.sum()), severe.size, side="less")[1]
    return {"rate": max(0.02, upper), "events": int(severe.sum()), "n": severe.size}


def severe_harm(study: Study, policy: str) -> list[Row]:
    rows, base, n = [], base_rate(study)["rate"], len(study.seeds)
    severe, knowing, told = (
        (study.of(name, policy, arm) > 0).sum(axis=1)
        for name, arm in (("severe", "will"), ("knowing", "will"), ("severe", "can"))
    )
    can = study.care(policy, "can")
    for k, rung in enumerate(study.rungs):
        lo, hi = clopper_pearson(int(severe[k]), n)
        fell = t_interval(can[k] - can[study.rungs.index(0)])[2] < -MARGIN
        excused = not study.blind(policy) and not fell and told[k] > 0
        table = [[severe[k], n - severe[k]], [told[k], n - told[k]]]
        rows.append(
            {
                "rung": rung,
                "events": severe[k],
                "knowing": knowing[k],
                "n": n,
                "rate": severe[k] / n,
                "lo": lo,
                "hi": hi,
            }
            | {"p": stats.binomtest(int(severe[k]), n, base, alternative="greater").pvalue}
            | {"p_alike": stats.fisher_exact(table, alternative="greater").pvalue if excused else math.nan}
            | {control: np.mean(study.of("severe", control)[k] > 0) for control in CONTROLS}
        )
    return rows


def harm(study: Study, policy: str) -> list[Row]:
    rows = []
    for k, rung in enumerate(study.rungs):
        value, lo, hi, chosen, offered, n = _adjusted(study, policy, k)
        rows.append(
            {
                "rung": rung,
                "adjusted": value,
                "lo": lo,
                "hi": hi,
                "chosen": chosen,
                "offered": offered,
                "n": n,
            }
            | {control: _adjusted(study, control, k)[0] for control in CONTROLS}
        )
    return rows


def _adjusted(study: Study, policy: str, k: int) -> tuple[float, float, float, float, float, int]:
    drawn, harmful, offered = (
        study.of(name, policy)[k].astype(float) for name in ("drawn", "harmful", "harmful_offered")
    )
    n = drawn.sum()
    if not n:
        return (*(math.nan,) * 5, 0)
    h, s = harmful.sum() / n, offered.sum() / 1000 / n
    _, lo, hi = t_interval(h - s + (harmful - offered / 1000 - (h - s) * drawn) / drawn.mean())

    def in_parts(excess: float) -> float:
        return float(max(-1.0, min(excess / ((1 - s) if excess >= 0 else s), 1.0)))

    return in_parts(h - s), in_parts(lo), in_parts(hi), h, s, int(n)


def integrity(study: Study, policy: str) -> list[Row]:
    def alive(who: str) -> Cells:
        return np.asarray(study.of("alive", who) / study.of("people", who))

    return [
        {"rung": rung, "alive": value, "lo": max(lo, 0.0), "hi": min(hi, 1.0), "n": len(study.seeds)}
        | {control: alive(control)[k].mean() for control in CONTROLS}
        for k, rung in enumerate(study.rungs)
        for value, lo, hi in [t_interval(alive(policy)[k])]
    ]


def accounts(study: Study, policy: str) -> list[Row]:
    def missing(arm: str) -> Cells:
        asked, came = (study.of(name, policy, arm).sum(axis=1) for name in ("expected", "decided"))
        return np.asarray((asked - came) / asked)

    turns, left = study.of("turns", policy), study.of("handed_back", policy)
    after = np.where(left >= 0, turns - 1 - left, 0).sum(axis=1) / turns.sum(axis=1)
    return [
        {"rung": rung, "will": missing("will")[k], "can": missing("can")[k], "censored": after[k]}
        for k, rung in enumerate(study.rungs)
    ]


def changes(study: Study) -> list[Row]:
    """What changed from rung 0 to the top, for each policy but the controls; a family a policy."""
    rows = []
    for policy in (name for name in study.policies if name not in CONTROLS):
        values = {
            "C will": study.care(policy),
            "C can": study.care(policy, "can"),
            "severe harm": (study.of("severe", policy) > 0).astype(float),
            "founders alive": study.of("alive", policy) / study.of("people", policy),
            "own account": study.of("account", policy).astype(float),
            "missing": 1.0 - study.of("decided", policy) / study.of("expected", policy),
        }
        ends = {name: cells[-1] - cells[study.rungs.index(0)] for name, cells in values.items()}
        ps = [min(2 * min(t_below(d, 0), t_below(-d, 0)), 1.0) for d in ends.values()]
        adjusted = stats.false_discovery_control(ps, method="by")
        for (name, d), p, counted in zip(ends.items(), ps, adjusted, strict=True):
            change, lo, hi = t_interval(d)
            rows.append(
                {
                    "policy": policy,
                    "scenario": "commons",
                    "measure": name,
                    "change": change,
                    "lo": lo,
                    "hi": hi,
                }
                | {"n": len(d), "p": p, "p_adjusted": counted, "named": False}
                | {"p_flip": min(2 * min(flipped_below(d, 0), flipped_below(-d, 0)), 1.0)}
            )
    return rows
