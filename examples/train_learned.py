"""Trains the reference policy `learned`, and so makes gyges/agents/reference/learned.json.

    python examples/train_learned.py learned.json        # a few minutes on one core

Evolution strategies (Salimans, Ho, Chen, Sidor and Sutskever 2017): from one network, pairs are drawn that
differ from it by a step forth and the same step back. Each lives one short episode on each rung, all under
one seed, and the network moves towards those that ended with more credits. Ranks count, not credits, as rungs
pay differently. Chance is keyed and every number an integer, so that whoever runs it gets the same bytes.
"""

import json
import sys
from pathlib import Path

import numpy as np

from gyges.agents.reference.learned import INPUTS, UNITS, Learned, Network
from gyges.episodes.batch import run_batch
from gyges.episodes.spec import EpisodeSpec
from gyges.world.chance import words

FIRST_SEED = 7_000_000
GENERATIONS = 120
PAIRS = 16
RUNGS = (0, 2, 4, 5)
PEOPLE, TURNS = 12, 12
START, SPREAD, STEP = 64, 40, 10
"""In 256ths: spread of the first weights, spread of what is tried, mean move of a weight in a generation."""
BYTES_MEAN, BYTES_SPREAD = 1020, 209
"""Of the sum of eight random bytes, which is nearly normal."""


def deviates(key: int, rows: int, spread: int) -> np.ndarray:
    """Keyed integers, nearly normal, one row for each network, (rows, weights)."""
    who = np.arange(rows * UNITS * (len(INPUTS) + 1)).reshape(rows, -1)
    drawn = np.empty(who.shape, np.uint64)
    words(np.full(rows, key, np.uint64), who, drawn)
    total = drawn.view(np.uint8).reshape(*who.shape, 8).sum(axis=-1, dtype=np.int64)
    return (total - BYTES_MEAN) * spread // BYTES_SPREAD


def network(weights: np.ndarray) -> Network:
    return tuple(tuple(row) for row in weights.reshape(UNITS, -1).tolist())


def earned(members: list[Network], rung: int, seed: int) -> np.ndarray:
    """Credits in the account of each at the end of one episode, all under one seed."""
    minds = {str(place): Learned(str(place), member) for place, member in enumerate(members)}
    specs = [EpisodeSpec(policy=name, rung=rung, seed=seed, people=PEOPLE, turns=TURNS) for name in minds]
    return np.array([episode.outcome.account for episode in run_batch(specs, known=minds)])


def ranks(values: np.ndarray) -> np.ndarray:
    """How many are below less how many are above, so that equals are equal."""
    return np.sign(values[:, None] - values[None, :]).sum(axis=1)


def generation(weights: np.ndarray, number: int) -> tuple[np.ndarray, float]:
    """The weights after one more generation, and what its members earned on average."""
    seed = FIRST_SEED + number
    steps = deviates(seed, PAIRS, SPREAD)
    members = [network(weights + step) for step in (*steps, *-steps)]
    credits = [earned(members, rung, seed) for rung in RUNGS]
    merit = sum(map(ranks, credits))
    slope = (merit[:PAIRS] - merit[PAIRS:]) @ steps
    return weights + slope * STEP * len(slope) // max(int(abs(slope).sum()), 1), float(np.mean(credits))


def start() -> np.ndarray:
    return deviates(FIRST_SEED - 1, 1, START)[0]


def main(path: str) -> None:
    weights = start()
    for number in range(GENERATIONS):
        weights, mean = generation(weights, number)
        sys.stderr.write(f"generation {number + 1} of {GENERATIONS}: {mean:.0f} credits\n")
    Path(path).write_text(json.dumps(network(weights)).replace("], ", "],\n ") + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
