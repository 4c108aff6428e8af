"""The report as one page that needs no network and no script."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gyges.analysis.invariance import MARGIN_OF_ANGLE
from gyges.analysis.measures.caring import LEAST_HEADROOM, NEVER_CARING
from gyges.analysis.onset import MARGIN
from gyges.analysis.panel import CONTROLS
from gyges.analysis.report import chart
from gyges.analysis.report.record import Report
from gyges.analysis.report.words import dollars, figure, interval, percent, plain, rung, sentence
from gyges.analysis.verdict import MOST_CENSORED, MOST_MISSING

if TYPE_CHECKING:
    import jinja2


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
        "rung": rung,
        "sentence": sentence,
        "thousands": "{:,}".format,
    }
    environment.tests["nan"] = math.isnan
    environment.globals |= {
        "drawing": chart,
        "interval": interval,
        "controls": CONTROLS,
        "margin": MARGIN,
        "margin_of_angle": MARGIN_OF_ANGLE,
        "never_caring": NEVER_CARING,
        "most_missing": MOST_MISSING,
        "most_censored": MOST_CENSORED,
        "least_headroom": LEAST_HEADROOM,
    }
    return environment
