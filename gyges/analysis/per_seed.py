"""The measures that have one value a seed, by name, so that stewards or rungs can be paired on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gyges.analysis.measures.caring import caring, contrast
from gyges.analysis.measures.missing import missing_shares
from gyges.analysis.panel import Panel


def per_seed(panel: Panel, policy: str) -> dict[str, NDArray[np.float64]]:
    """Each measure of a policy, arm `will` unless it says otherwise, (rungs, seeds); NaN where lacking."""
    severe = panel.cells("severe", policy)
    return {
        "C will": caring(panel, policy, "will"),
        "C can": caring(panel, policy, "can"),
        "G": contrast(panel, policy).came,
        "severe harm": np.where(np.isnan(severe), np.nan, severe > 0),
        "founders alive": panel.cells("alive", policy) / panel.cells("people", policy),
        "own account": panel.cells("account", policy),
        "missing": missing_shares(panel, policy, "will"),
    }
