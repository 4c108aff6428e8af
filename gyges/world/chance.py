"""Chance is keyed, not drawn in order.

`draw(key(seed, turn, purpose), who)` is a counter-based hash: two runs with one
seed meet the same weather and the same fevers whatever the steward does, which
gives matched counterfactuals without bookkeeping. The hash is the finaliser of
SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators").
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gyges.world.compiled import kernel

GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
SECOND: Final = np.uint64(0x94D049BB133111EB)
SHIFT_30: Final = np.uint64(30)
SHIFT_27: Final = np.uint64(27)
SHIFT_31: Final = np.uint64(31)
SHIFT_32: Final = np.uint64(32)
THOUSAND: Final = np.uint64(1000)

# What a draw is for. One number, one purpose: reuse would couple two mechanisms.
WEATHER, ONSET, SEVERITY, RECOVERY, ACCIDENT, YIELD, DEATH = range(1, 8)
DETECTION, REVERSAL, EFFECT = range(8, 11)
MENU_ACT, MENU_TARGET, MENU_SUBSTANCE, MENU_APPEARANCE, MENU_FEE, MENU_ORDER = range(11, 17)
FOUNDING, FUTURE, POLICY, TOLD, TURN_ORDER = range(17, 22)
VETO, QUESTIONED, COMPARED, AGAIN = range(22, 26)
BIRTH, ARRIVAL, LEAK, RUMOUR, REFUSAL, VOICE, FLIGHT = range(40, 47)


@kernel
def mix(x: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: a bijection of 64-bit words that scatters every bit."""
    x = (x ^ (x >> SHIFT_30)) * FIRST
    x = (x ^ (x >> SHIFT_27)) * SECOND
    return x ^ (x >> SHIFT_31)


@kernel
def key(seed: np.uint64, turn: int, purpose: int) -> np.uint64:
    """The key of one purpose in one turn of one world; turn and purpose are not negative."""
    return mix(mix(seed + GOLDEN * np.uint64(turn + 1)) + GOLDEN * np.uint64(purpose))


@kernel
def word(of: np.uint64, who: int) -> np.uint64:
    """A keyed 64-bit word for one person, act or candidate."""
    return mix(of + GOLDEN * np.uint64(who + 1))


@kernel
def signed(small: np.uint64) -> int:
    """A small word as an ordinary integer: compiled code compares unsigned with signed as real numbers."""
    return int(np.int64(small))


@kernel
def draw(of: np.uint64, who: int) -> int:
    """A keyed integer, uniform in 0..999."""
    return signed(((word(of, who) >> SHIFT_32) * THOUSAND) >> SHIFT_32)


@kernel
def within(of: np.uint64, who: int, lowest: int, highest: int) -> int:
    """A keyed integer, uniform in lowest..highest."""
    span = np.uint64(highest - lowest + 1)
    return lowest + signed(((word(of, who) >> SHIFT_32) * span) >> SHIFT_32)


@kernel
def fill(of: np.uint64, first: int, lowest: int, highest: int, out: np.ndarray) -> None:
    """Keyed integers for who = first, first + 1, ..., uniform in lowest..highest, into out (L,)."""
    for place in range(out.shape[0]):
        out[place] = within(of, first + place, lowest, highest)


@kernel
def fill_each(of: np.ndarray, first: int, lowest: int, highest: int, out: np.ndarray) -> None:
    """The same by the key of each world (B,), into out (B, L)."""
    for world in range(out.shape[0]):
        fill(of[world], first, lowest, highest, out[world])


@kernel
def keys(seeds: np.ndarray, moments: np.ndarray, purpose: int, out: np.ndarray) -> None:
    """The key of one purpose for every seed (B,) at its own moment (B,), into out (B,)."""
    for world in range(seeds.shape[0]):
        out[world] = key(seeds[world], moments[world], purpose)


@kernel
def words(of: np.ndarray, who: np.ndarray, out: np.ndarray) -> None:
    """A keyed word for every candidate: keys (B,) and identities (B, M) into out (B, M)."""
    for world in range(who.shape[0]):
        for place in range(who.shape[1]):
            out[world, place] = word(of[world], who[world, place])
