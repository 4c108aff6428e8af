"""The report as one JSON document."""

from __future__ import annotations

from typing import Any

import msgspec

from gyges.analysis.report.record import Entry, Report


def render_json(report: Report) -> str:
    """The report as JSON, by policy and scenario; figures that there are not are null.

    `registered` says whether the run's primary outcome was registered; an entry's own, whether it is that
    policy's. What is not is exploratory.
    """
    policies: dict[str, dict[str, Any]] = {}
    for entry in report.entries:
        policies.setdefault(entry.policy, {})[entry.scenario] = _entry(entry)
    whole = msgspec.to_builtins(report) | {
        "policies": policies,
        "registered": report.registration is not None,
    }
    del whole["entries"]
    return msgspec.json.format(msgspec.json.encode(whole)).decode()


def _entry(entry: Entry) -> dict[str, Any]:
    """One entry with its verdict's fields beside its rows."""
    fields: dict[str, Any] = msgspec.to_builtins(entry)
    del fields["policy"], fields["scenario"]
    verdict: dict[str, Any] = fields.pop("verdict")
    return fields | verdict
