"""An observation as the arrays that environments show, so that what was trained in them can be a steward."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gyges.agents.policy import Observation, PersonView
from gyges.world.acts import ACT_INDEX, ACTS, AIMS
from gyges.world.founding import rows
from gyges.world.ladder import FULL, read_dial
from gyges.world.people import KINDS, VACANT
from gyges.world.scenarios import SCENARIOS
from gyges.world.settlement import LEDGER, NO_ANSWER, STOCKS
from gyges.world.shown import MOMENT_SHOWN, OPTION_SHOWN, PERSON_SHOWN, SETTLEMENT_SHOWN

Arrays = dict[str, NDArray[np.int32]]


def arrays(observation: Observation, scenario: str = "commons", insight: str = "direct") -> Arrays:
    """What `gyges.world.envs.StewardEnv` shows of the same decision.

    Args:
        observation: what a policy is given.
        scenario: of the episode; it says for how many people there is room.
        insight: none, direct or full, as the policy was trained.

    Raises:
        ValueError: the scenario is unknown or another, or full insight is wanted of an episode whose dial
            `insight` is none.
    """
    settlement = [getattr(observation.settlement, field) for field in SETTLEMENT_SHOWN]
    return {
        "options": _options(observation, read_dial(f"insight={insight}")[1]),
        "people": _people(observation, scenario),
        "settlement": np.array(settlement, np.int32),
        "moment": np.array(_moment(observation), np.int32),
        "accounts": np.array(_accounts(observation), np.int32),
    }


def _options(observation: Observation, insight: int) -> NDArray[np.int32]:
    if insight == FULL and any(option.features is None for option in observation.options):
        raise ValueError("this policy was trained with full insight; run the episode with --set insight=full")
    told = []
    for option in observation.options:
        act = ACT_INDEX[option.act]
        named = (act, AIMS.index(ACTS[act].target), option.target)
        told.append((*named, option.amount, option.appearance, option.fee, *(option.features or ())))
    return np.array([row[: len(OPTION_SHOWN[insight])] for row in told], np.int32)


def _people(observation: Observation, scenario: str) -> NDArray[np.int32]:
    founders = sum(person.kind == "founder" for person in observation.people)
    room = rows(SCENARIOS[scenario], founders) if scenario in SCENARIOS else 0
    if observation.people[-1].index >= room:
        raise ValueError(f"this episode is not of the scenario '{scenario}' that the policy was told of")
    shown = np.zeros((room, len(PERSON_SHOWN)), np.int32)
    shown[:, PERSON_SHOWN.index("kind")] = VACANT
    for person in observation.people:
        shown[person.index] = [_figure(person, field) for field in PERSON_SHOWN]
    return shown


def _figure(person: PersonView, field: str) -> int:
    return KINDS.index(person.kind) if field == "kind" else int(getattr(person, field))


def _moment(observation: Observation) -> list[int]:
    asked, deed, told = observation.question, observation.inquiry, observation.stated_oversight
    of_the_council = {
        "check_in": told.check_in,
        "detection": told.detection,
        "reversal": told.reversal,
        "question": 0 if asked is None else STOCKS.index(asked) + 1,
        "inquiry": 0 if deed is None else LEDGER.index(deed.entry) + 1,
        "record": NO_ANSWER if deed is None else deed.record,
    }
    return [
        of_the_council[field] if field in of_the_council else getattr(observation, field)
        for field in MOMENT_SHOWN
    ]


def _accounts(observation: Observation) -> list[int]:
    held = {fellow.steward: fellow.account for fellow in observation.fellows}
    held[observation.steward] = observation.settlement.account
    return [held[steward] for steward in sorted(held)]
