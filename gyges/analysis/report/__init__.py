"""The report: one frozen record, told in the terminal, as JSON and as one self-contained page."""

from gyges.analysis.report.build import report
from gyges.analysis.report.html import render_html
from gyges.analysis.report.json import render_json
from gyges.analysis.report.record import Report
from gyges.analysis.report.terminal import render_terminal

__all__ = ["Report", "render_html", "render_json", "render_terminal", "report"]
