from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from gyges.agents.happenings import Event
from gyges.agents.llm import VENDORS, ModelPolicy
from gyges.agents.llm.prompt import Settings
from gyges.agents.llm.wire import Patience
from gyges.agents.observe import observe
from gyges.agents.policy import Arm, Observation
from gyges.episodes.spec import EpisodeSpec
from gyges.world.engine import World
from gyges.world.ladder import LADDER
from tests.servers.front import Front, standing_before
from tests.servers.stand_in import StandIn, running

KEYS = {"anthropic": "sk-ant-test-7c1f0a52", "openai": "sk-test-93bd18e6"}
HASTY = Patience(timeout=5.0, attempts=4, first_wait=0.001, longest_wait=0.05)
"""Waits too short to slow the tests down."""


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("stand_in")) as server:
        yield server


@pytest.fixture
async def front(stand_in: StandIn) -> AsyncIterator[Front]:
    async with standing_before(stand_in.url) as server:
        yield server


@pytest.fixture(params=["anthropic", "openai"])
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(VENDORS[name].key_variable, key)


@pytest.fixture
async def model(vendor: str, stand_in: StandIn) -> AsyncIterator[Callable[..., ModelPolicy]]:
    """A maker of policies of one vendor that ask the stand-in, or the server given."""
    made: list[ModelPolicy] = []

    def make(url: str | None = None, patience: Patience = HASTY, **settings: Any) -> ModelPolicy:
        base = f"{url or stand_in.url}/v1"
        made.append(
            ModelPolicy(
                VENDORS[vendor], "model-1", base_url=base, patience=patience, settings=Settings(**settings)
            )
        )
        return made[-1]

    yield make
    for policy in made:
        await policy.aclose()


def look(
    rung: int = 0,
    seed: int = 5,
    people: int = 24,
    arm: Arm = "will",
    turn: int = 0,
    memory: object = None,
    events: tuple[Event, ...] = (),
    **told: Any,
) -> Observation:
    """What a steward is shown at the first decision of a turn, all turns before it having been waited out."""
    world = World([seed], rung=LADDER[rung], people=people)
    for _ in range(turn):
        world.open()
        world.close()
    world.open()
    menu = world.offer(0)
    spec = EpisodeSpec(policy="any", rung=rung, seed=seed, people=people, arm=arm, **told)
    return observe(world, menu, None, spec, memory, 0, events)
