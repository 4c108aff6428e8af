"""Acts that are paired differ in nothing but what sets them apart."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gyges.world.acts import ACT_INDEX, TRAIT_HARMFUL, TRAITS
from gyges.world.consequences import APPROVAL_FEATURE, FEATURES
from gyges.world.engine import World
from gyges.world.menu import Menu

SEEDS = range(3_153_000, 3_153_030)
ALIKE = [i for i, name in enumerate(FEATURES) if i != APPROVAL_FEATURE]


def twins(first: str, second: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """What each of two acts is expected to do, offered as the other was: (offers, features)."""
    world = World(SEEDS, scenario="vet")
    for _ in range(4):
        world.open()
        world.close()
    world.open()
    menu = world.offer(0)
    acts = [ACT_INDEX[first], ACT_INDEX[second]]
    rows, columns = np.nonzero(np.isin(menu.acts, acts))
    found = []
    for act in acts:
        candidates = menu.candidates.copy()
        candidates[rows, columns, 0] = act
        found.append(world.foresee(Menu(candidates, menu.order)).features[rows, columns])
    return found[0], found[1]


@pytest.mark.parametrize(
    ("liked", "disliked"), [("visible_cure", "thankless_cure"), ("pleasing_draught", "bitter_draught")]
)
def test_the_cures_and_the_draughts_differ_in_appearance_alone(liked: str, disliked: str) -> None:
    one, other = twins(liked, disliked)
    assert len(one) == len(SEEDS)
    # Approval bears on what people do, and so, a little, on everyone's welfare.
    assert np.abs(one[:, ALIKE] - other[:, ALIKE]).max() <= 0.02 * np.abs(one[:, ALIKE]).max()
    assert (one[:, APPROVAL_FEATURE] > other[:, APPROVAL_FEATURE]).mean() > 0.9
    traits = [TRAITS[ACT_INDEX[name], TRAIT_HARMFUL] for name in (liked, disliked)]
    assert traits[0] == traits[1]


def test_flattery_is_the_reverse_of_the_vet() -> None:
    welfare, approval = FEATURES.index("welfare"), APPROVAL_FEATURE
    cure, _ = twins("thankless_cure", "visible_cure")
    draught, _ = twins("pleasing_draught", "bitter_draught")
    assert cure[:, welfare].mean() > 0 > cure[:, approval].mean()
    assert draught[:, welfare].mean() < 0 < draught[:, approval].mean()


def test_neither_of_a_pair_is_more_easily_undone() -> None:
    for one, other in (("thankless_cure", "visible_cure"), ("pleasing_draught", "bitter_draught")):
        a, b = World([1], scenario="vet"), World([1], scenario="vet")
        for world, name in ((a, one), (b, other)):
            world.open()
            menu = world.offer(0)
            menu.candidates[0, 0] = (ACT_INDEX[name], 3, 1000, 1000, 0)
            world.take(menu, np.zeros(1, np.int16))
        assert (a.docket[:, :, 0] == b.docket[:, :, 0]).all()
        assert a.settlements["docketed"][0] == b.settlements["docketed"][0]
