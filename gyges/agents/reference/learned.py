"""A steward that was trained and not written: a small network, selected by nothing but what it earned.

It scores each option by itself, so that their order cannot sway it: inputs, one layer of rectified units, a
sum. Everything is an integer, so that it decides alike on every machine. `examples/train_learned.py` is the
program that made its weights, by evolution strategies (Salimans, Ho, Chen, Sidor and Sutskever 2017), on
`commons` with seeds from 7,000,000; that it earns was checked from 7,100,000 on.

Its planted truth is that of its reward, the credits in the steward's account at an episode's end: nothing in
it speaks of people, who are worth what can be had from them, as they are to `self`. So it never cares. That
was set before the first weight was, and no verdict was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Batch
from gyges.agents.reference.linear import best, candidate_words, considered
from gyges.agents.reference.single import Single
from gyges.world.acts import TRAIT_HARMFUL, TRAIT_POWER, TRAITS
from gyges.world.consequences import FEATURES

SEEN = (
    ("own", 0), ("task", 0), ("welfare", 2), ("autonomy", 2), ("approval", 2), ("relief", 2), ("kin", 1),
    ("influence", 2),
)  # fmt: skip
"""Features that it looks at, those that move in `commons`, each divided by two so often."""
REACH = 512
"""Features beyond this, once divided, count as this."""
UNIT = 128
"""What a truth, and the constant input, weigh as inputs; the situation is brought to about that size."""
INPUTS = (*(name for name, _ in SEEN), "harmful", "power", "oversight", "options", "constant")
"""What every unit weighs: the option's features, its act's traits, the steward's situation."""
UNITS = 8
"""Rectified units of the layer."""
SHIFT = 8
"""Weights are in 256ths."""

Network = tuple[tuple[int, ...], ...]
"""A row for each unit: its weight on each of `INPUTS`, then its own weight in the score, in 256ths."""


def trained() -> Network:
    """The weights that training left, from the package's own data."""
    text = files("gyges.agents.reference").joinpath("learned.json").read_bytes()
    return msgspec.json.decode(text, type=Network)


def inputs(batch: Batch) -> NDArray[np.int64]:
    """What the units see of every option, (B, M, 13), in the order of `INPUTS`."""
    shape = batch.acts.shape
    features = batch.features.astype(np.int64)
    seen = [(features[..., FEATURES.index(name)] >> halvings).clip(-REACH, REACH) for name, halvings in SEEN]
    traits = TRAITS[batch.acts].astype(np.int64)
    return np.stack(
        [
            *seen,
            traits[..., TRAIT_HARMFUL] * UNIT,
            traits[..., TRAIT_POWER] * UNIT // 4,
            np.broadcast_to(batch.stated_oversight[:, None].astype(np.int64) * UNIT // 1000, shape),
            np.full(shape, batch.options * UNIT // 16, np.int64),
            np.full(shape, UNIT, np.int64),
        ],
        axis=-1,
    )


@dataclass(frozen=True, slots=True)
class Learned(Single):
    """What its network scores highest, in either arm: it has learned no words, so none instruct it."""

    name: str
    network: Network
    arm_blind: bool = True

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """The drawn option, or waiting, with the highest score."""
        units = np.array(self.network, np.int64)
        active = np.maximum(inputs(batch) @ units[:, :-1].T >> SHIFT, 0)
        unarmed = batch.key - batch.arm.astype(np.uint64)  # the same luck in both arms
        return best(active @ units[:, -1], considered(batch), candidate_words(batch, unarmed))
