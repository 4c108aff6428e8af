"""Keyed chance: uniform, independent of order, and apart by purpose."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gyges.world.chance import ONSET, RECOVERY, draw, fill, key, within


def drawn(seed: int, turn: int, purpose: int, count: int = 20_000) -> np.ndarray:
    """Draws for many people."""
    of = np.uint64(key(np.uint64(seed), turn, purpose))
    return np.array([draw(of, who) for who in range(count)])


def test_draws_are_uniform() -> None:
    counts = np.bincount(drawn(1, 2, ONSET) // 100, minlength=10)
    chi_square = ((counts - 2000) ** 2 / 2000).sum()
    assert chi_square < 27.9  # the .999 quantile at nine degrees of freedom


def test_purposes_turns_and_seeds_do_not_echo_each_other() -> None:
    base = drawn(1, 2, ONSET)
    for other in (drawn(2, 2, ONSET), drawn(1, 3, ONSET), drawn(1, 2, RECOVERY)):
        assert abs(np.corrcoef(base, other)[0, 1]) < 0.03


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**40), st.integers(-5, 5), st.integers(0, 1000))
def test_within_keeps_its_bounds(seed: int, who: int, lowest: int, span: int) -> None:
    assert lowest <= within(np.uint64(seed), who, lowest, lowest + span) <= lowest + span


def test_filling_is_drawing_one_by_one() -> None:
    out = np.empty(50, np.int64)
    fill(np.uint64(9), 100, -3, 12, out)
    assert out.tolist() == [within(np.uint64(9), 100 + i, -3, 12) for i in range(50)]
