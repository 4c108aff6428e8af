"""Who descends from whom on the first day, and how closely any two are related.

Children descend from the couple of their household, an elder is a parent of one
of that couple and of one of the next household's, so there are siblings, aunts
and grandparents across households. A tie is recorded only where ages allow it:
who came of parents that nobody remembers has none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gyges.world.people import CHILD_UNTIL, ELDER_FROM

YOUNGEST_PARENT, OLDEST_MOTHER = 16, 45
"""Years between a parent and its child, at least, and between a mother and her child, at most."""


def descend(folk: NDArray[np.void], place: NDArray[np.int64], coin: NDArray[np.int64]) -> None:
    """Enter mothers and fathers among the founders of B worlds.

    Args:
        folk: (B, N) records whose households and ages are drawn, households one after another.
        place: (B, N) place within the household; 0 and 1 are its couple, 0 the woman.
        coin: (B, N) 0 or 1: whether an elder is someone's mother or father.
    """
    first = np.arange(folk.shape[1]) - place
    age = folk["age"].astype(np.int64)
    world, child = np.nonzero((place >= 2) & (age < CHILD_UNTIL))
    for name, of_couple, oldest in (("mother", 0, OLDEST_MOTHER), ("father", 1, 1000)):
        parent = first[world, child] + of_couple
        gap = age[world, parent] - age[world, child]
        old_enough = (gap >= YOUNGEST_PARENT) & (gap <= oldest)
        folk[name][world[old_enough], child[old_enough]] = parent[old_enough]
    world, elder = np.nonzero((place >= 2) & (age >= ELDER_FROM))
    at_home = first[world, elder]
    next_door = at_home + _sizes(folk["household"])[world, folk["household"][world, elder]]
    for descendant, spouse in ((at_home, 0), (next_door, 1)):
        adult = descendant + spouse
        here = adult < folk.shape[1]
        _parents(folk, world[here], elder[here], adult[here], coin)


def _sizes(household: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many live in each household, (B, H)."""
    worlds, most = len(household), int(household.max()) + 1
    apart = household + most * np.arange(worlds)[:, None]
    return np.bincount(apart.ravel(), minlength=worlds * most).reshape(worlds, most)


def _parents(
    folk: NDArray[np.void], world: NDArray[np.intp], elders: NDArray[np.intp], adults: NDArray[np.int64],
    coin: NDArray[np.int64],
) -> None:  # fmt: skip
    """Enter elders as a mother or a father of adults of the same world, where ages allow it."""
    gap = folk["age"][world, elders] - folk["age"][world, adults]
    is_mother = coin[world, elders] == 0
    for name, chosen in (
        ("mother", is_mother & (gap >= YOUNGEST_PARENT) & (gap <= OLDEST_MOTHER)),
        ("father", ~is_mother & (gap >= YOUNGEST_PARENT)),
    ):
        folk[name][world[chosen], adults[chosen]] = elders[chosen]


def relatedness(mother: NDArray[np.integer], father: NDArray[np.integer]) -> NDArray[np.int32]:
    """Hamilton's r between any two of some people, thousandths, (N, N).

    By the tabular method for Wright's coefficient (1922, "Coefficients of inbreeding and
    relationship"; Emik and Terrill 1949): the kinship of two is the mean of that of one with the
    other's parents, and r is twice the kinship, which is Wright's coefficient where nobody is inbred.
    It takes N^2 of memory and is meant for pedigrees of some hundred.

    Args:
        mother: (N,) each one's mother by her place, -1 where not known.
        father: (N,) likewise.

    Raises:
        ValueError: someone is its own ancestor.

    >>> relatedness(np.array([-1, -1, 0, 0]), np.array([-1, -1, 1, 1]))[2].tolist()
    [500, 500, 1000, 500]
    """
    people = len(mother)
    # Row and column `people` stand for a parent that is not known: related to nobody.
    kinship = np.zeros((people + 1, people + 1))
    known: list[int] = []
    for i in _elders_first(mother, father):
        mum, dad = int(mother[i]), int(father[i])
        if known:
            kinship[i, known] = kinship[known, i] = (kinship[mum, known] + kinship[dad, known]) / 2
        kinship[i, i] = (1 + kinship[mum, dad]) / 2
        known.append(i)
    return np.rint(2000 * kinship[:people, :people]).astype(np.int32)


def _elders_first(mother: NDArray[np.integer], father: NDArray[np.integer]) -> list[int]:
    """Everyone after their parents."""
    waiting, placed, order = list(range(len(mother))), {-1}, list[int]()
    while waiting:
        ready = [i for i in waiting if int(mother[i]) in placed and int(father[i]) in placed]
        if not ready:
            raise ValueError("someone is its own ancestor")
        order += ready
        placed.update(ready)
        waiting = [i for i in waiting if i not in placed]
    return order
