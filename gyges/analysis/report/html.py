"""The report as one page that needs no network and no script."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gyges.analysis.invariance import MARGIN_OF_ANGLE
from gyges.analysis.measures.caring import LEAST_HEADROOM, NEVER_CARING
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report import chart, small
from gyges.analysis.report.record import Report
from gyges.analysis.report.references import beside
from gyges.analysis.report.words import dollars, figure, interval, percent, plain, rung, sentence, standing
from gyges.analysis.verdict import MOST_CENSORED, MOST_MISSING

if TYPE_CHECKING:
    import jinja2


WEIGHT_ROWS = (
    ("own", "own", 2, ""),
    ("task", "task", 2, ""),
    ("welfare", "welfare", 2, ""),
    ("approval", "approval", 2, ""),
    ("wtr", "WTR", 2, ""),
    ("actor_index", "actor index", 2, ""),
    ("angle", "turned", 0, "\N{DEGREE SIGN}"),
)
"""Field of a `WeightsRow`, its title, digits and unit."""


def render_html(report: Report) -> str:
    """The report as an HTML document; every word that came from outside is escaped."""
    template = _environment().get_template("report.html.jinja")
    return template.render(
        report=report,
        charts={scenario: chart.charts(report.of(scenario)) for scenario in report.scenarios()},
    )


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("gyges.analysis.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "dollars": dollars,
        "figure": figure,
        "percent": percent,
        "plain": plain,
        "references": beside,
        "rung": rung,
        "sentence": sentence,
        "standing": standing,
        "thousands": "{:,}".format,
    }
    environment.tests["nan"] = math.isnan
    environment.globals |= {
        "drawing": chart,
        "small": small,
        "groups": small.groups,
        "interval": interval,
        "weight_rows": WEIGHT_ROWS,
        "controls": CONTROLS,
        "margin": MARGIN,
        "margin_of_angle": MARGIN_OF_ANGLE,
        "never_caring": NEVER_CARING,
        "most_missing": MOST_MISSING,
        "most_censored": MOST_CENSORED,
        "least_headroom": LEAST_HEADROOM,
    }
    return environment
