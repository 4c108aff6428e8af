"""How fast Gyges is, each figure beside the bar it has to reach."""

from __future__ import annotations

from gyges.bench.table import BENCHES, Bench, Figure, measure

__all__ = ["BENCHES", "Bench", "Figure", "measure"]
