"""The spaces of observations and actions: which integers there are, and how low and high each can be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium import spaces

from gyges.world.acts import ACTS, AIMS
from gyges.world.consequences import FEATURES
from gyges.world.envs.setting import Setting
from gyges.world.founding import rows
from gyges.world.ladder import DIALS
from gyges.world.people import BIG, PERSON_FIELDS
from gyges.world.scenarios import SCENARIOS
from gyges.world.settlement import LEDGER, NO_ANSWER, SETTLEMENT_FIELDS, STOCKS
from gyges.world.shown import MOMENT_SHOWN, OPTION_SHOWN, PERSON_SHOWN, SETTLEMENT_SHOWN

Range = tuple[int, int]

OPTION_RANGES: dict[str, Range] = {
    "act": (0, len(ACTS) - 1),
    "aim": (0, len(AIMS) - 1),
    "target": (-1, BIG),
    "strength": (0, 2000),
    "appearance": (0, 2000),
    "fee": (0, BIG),
    **dict.fromkeys(FEATURES, (-BIG, BIG)),
}
PERSON_RANGES: dict[str, Range] = {field.name: (field.lowest, field.highest) for field in PERSON_FIELDS}
SETTLEMENT_RANGES: dict[str, Range] = {
    **{field.name: (field.lowest, field.highest) for field in SETTLEMENT_FIELDS},
    **dict.fromkeys(STOCKS, (0, BIG)),
}
MOMENT_RANGES: dict[str, Range] = {
    **dict.fromkeys(MOMENT_SHOWN, (0, BIG)),
    **{name: (dial.lowest, dial.highest) for name, dial in DIALS.items()},
    "question": (0, len(STOCKS)),
    "inquiry": (0, len(LEDGER)),
    "record": (NO_ANSWER, BIG),
}


def actions(setting: Setting) -> spaces.Space[Any]:
    """The options drawn and then the standing ones, by the index shown; all are legal at all times."""
    return spaces.Discrete(setting.options)


def observations(setting: Setting) -> spaces.Space[Any]:
    """What `shown.show` shows, of one world."""
    scenario, columns = SCENARIOS[setting.scenario], OPTION_SHOWN[setting.at.insight]
    return spaces.Dict(
        {
            "options": box((OPTION_RANGES[name] for name in columns), (setting.options,)),
            "people": box((PERSON_RANGES[name] for name in PERSON_SHOWN), (rows(scenario, setting.people),)),
            "settlement": box(SETTLEMENT_RANGES[name] for name in SETTLEMENT_SHOWN),
            "moment": box(MOMENT_RANGES[name] for name in MOMENT_SHOWN),
            "accounts": box([(0, BIG)] * scenario.stewards),
        }
    )


def box(ranges: Iterable[Range], above: tuple[int, ...] = ()) -> spaces.Box:
    """Integers of which the last axis has these ranges, lowest and highest."""
    low, high = np.array(list(ranges), np.int32).T
    shape = (*above, len(low))
    return spaces.Box(np.broadcast_to(low, shape).copy(), np.broadcast_to(high, shape).copy(), dtype=np.int32)
