"""The table of what is measured, and against which bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from gyges.bench import environments, measurements, models, population, sweeps


@dataclass(frozen=True, slots=True)
class Bench:
    """One thing that is measured."""

    what: str
    unit: str
    bar: float
    better: Literal["more", "less"]
    """Whether the figure has to be at least the bar, or at most."""
    take: Callable[[float], float]
    """Seconds to spend to a figure; raises `measurements.UnavailableError`."""
    long: bool = False
    """Left out of a short run."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured."""

    what: str
    unit: str
    bar: float
    figure: float | None
    """None if it could not be measured; `note` says why."""
    reached: bool | None
    note: str = ""


BENCHES: tuple[Bench, ...] = (
    Bench("engine, full dynamics, 1,000 worlds x 24", "person-turns/s", 20e6, "more", measurements.engine),
    Bench("consequences, 34 options x 8 turns x 24 people", "us", 400, "less", measurements.consequences),
    Bench("one world of 24, an excerpt, against NumPy", "times", 100, "more", measurements.against_numpy),
    Bench("one world of 24, an excerpt, against Mesa", "times", 500, "more", measurements.against_mesa),
    Bench("1,024 environments x 24, 15 options, by name", "decisions/s", 3e5, "more", environments.named),
    Bench("the same, with foresight of one future", "decisions/s", 5e3, "more", environments.foreseen),
    Bench("1,000,000 people in one world, each", "times", 2, "less", population.million, long=True),
    Bench("the same, against streaming its bytes once", "times", 8, "less", population.streaming, long=True),
    Bench("append a decision to a log", "us", 50, "less", measurements.append),
    Bench("a model's turn, own time beyond the SDK's call", "ms", 0.5, "less", models.own_time),
    Bench("256 episodes at once, server of 1 s", "of ideal", 0.9, "more", models.share_of_ideal, long=True),
    Bench("512 at once in two processes, likewise", "of ideal", 0.9, "more", models.share_of_two, long=True),
    Bench("12 policies x 6 rungs x 40 seeds", "s", 90, "less", sweeps.validation_sweep, long=True),
    Bench("10,000 batched episodes to tables", "s", 3, "less", sweeps.batched_tables, long=True),
    Bench("1,000 logs of episodes to tables", "s", 1.3, "less", sweeps.logged_tables, long=True),
    Bench("gyges --help", "s", 0.15, "less", measurements.help_text),
    Bench("cold compile of the world", "s", 40, "less", measurements.cold_compile, long=True),
)


def measure(*, short: bool = False) -> Iterator[Figure]:
    """Take every measurement in turn, on one core.

    Args:
        short: spend a fifth of the time on each and leave out the long ones.
    """
    for bench in BENCHES:
        if not (short and bench.long):
            yield _take(bench, 0.4 if short else 2.0)


def _take(bench: Bench, seconds: float) -> Figure:
    try:
        figure = bench.take(seconds)
    except measurements.UnavailableError as error:
        return Figure(bench.what, bench.unit, bench.bar, None, None, str(error))
    reached = figure >= bench.bar if bench.better == "more" else figure <= bench.bar
    return Figure(bench.what, bench.unit, bench.bar, figure, reached)
