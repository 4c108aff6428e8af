"""What a sweep will cost, told before anything is sent: from the prompts it would really send."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from gyges.agents.llm import VENDORS, parse
from gyges.agents.llm.compose import compose, remember
from gyges.agents.llm.fork import forked
from gyges.agents.llm.prices import Prices
from gyges.agents.llm.shown import CHARACTERS_PER_TOKEN, REPLY_TOKENS
from gyges.agents.llm.steward import QUESTIONS
from gyges.agents.questions.sheet import sheet
from gyges.episodes.force import parse_force
from gyges.episodes.life import Life
from gyges.episodes.probes import Schedule, schedule
from gyges.episodes.spec import EpisodeSpec
from gyges.episodes.sweep import Sweep

FORM = "-" * 100
"""Stands for what a request holds beside its texts."""
SPOKEN = "-" * 200
"""Stands for what a model says aloud and is shown again, and for what a person says."""


class ModelForecast(msgspec.Struct, frozen=True):
    """What one model will be asked, and for how much."""

    episodes: int
    calls: int
    """Decisions and questions put aside: each is one call if every reply is usable."""
    input: int
    """Input tokens."""
    output: int
    """Output tokens, with replies of `REPLY_TOKENS`."""
    usd: float | None
    """US dollars; None where the price is not known."""
    usd_most: float | None
    """The same if every decision is asked for twice and every reply is as long as it may be."""


class Forecast(msgspec.Struct, frozen=True):
    """What a sweep comes to."""

    episodes: int
    """Episodes in all, controls included."""
    models: dict[str, ModelForecast]
    """By policy, those that ask a model."""
    calls: int
    tokens: int
    """Input and output together."""
    usd: float | None
    """US dollars for all of it; None where a price is not known."""
    usd_most: float | None
    prices: str
    """Date of the table of prices."""


class _Load(NamedTuple):
    """What one episode asks of a model."""

    calls: int
    input: int


def forecast(sweep: Sweep, table: Prices, *, batched: bool = False) -> Forecast:
    """Forecast a sweep. The world of its first seed is lived through by a steward that waits.

    Args:
        sweep: the sweep.
        table: what models cost.
        batched: whether requests go in batches.

    Raises:
        ValueError: a model's name cannot be used, or a skin or scenario is unknown.
    """
    episodes = 0
    ask = schedule(sweep.ask)
    samples: dict[str, tuple[_Load, _Load]] = {}
    loads: dict[str, list[_Load]] = {}
    for spec in sweep.episodes():
        episodes += 1
        if spec.policy.partition("/")[0] in VENDORS:
            sample = msgspec.structs.replace(spec, seed=sweep.first_seed)
            if sample.id not in samples:
                samples[sample.id] = _load(sample, ask)
            steward, people = samples[sample.id]
            loads.setdefault(spec.policy, []).append(steward)
            if spec.people_model:
                loads.setdefault(spec.people_model, []).append(people)
    models = {name: _forecast(name, each, table, batched=batched) for name, each in loads.items()}
    return Forecast(
        episodes=episodes,
        models=models,
        calls=sum(model.calls for model in models.values()),
        tokens=sum(model.input + model.output for model in models.values()),
        usd=_total(models, "usd"),
        usd_most=_total(models, "usd_most"),
        prices=table.dated,
    )


def _load(spec: EpisodeSpec, ask: Schedule) -> tuple[_Load, _Load]:
    """Live an episode of waiting, and measure every request to the steward's model and to the people's.

    What an episode shares with the one it is forked from is asked for there.
    """
    vendor, model, settings, _ = parse(spec.policy)
    asked = spoken = 0
    voices: list[tuple[int, str]] = []
    life, forced = Life(spec), parse_force(spec.force)
    memories: list[Any] = [None] * life.world.stewards
    calls = characters = 0
    while not life.over:
        shared = forced is not None and life.world.turn < forced.turn
        if spec.people_model and life.decision == 0 and not shared:
            speakers = life.speaking()
            asked += len(speakers)
            spoken += sum(len(each.system) + len(each.text) + len(FORM) for each in speakers)
            voices = [(each.person, SPOKEN) for each in speakers]
        first = life.decision < life.world.stewards
        observation = life.observation(memories[life.steward], voices=voices if first else ())
        prompt = compose(observation, model, settings)
        aside = ask.get(observation.turn, ()) if life.decision == 0 else ()
        beside = compose(observation, model, settings, deciding=False)
        forks = [forked(beside, sheet(question, observation)) for question in aside]
        for question in () if shared else (*forks, *([] if life.forced else [prompt])):
            request = vendor.request(question)
            calls += 1
            characters += len(json.dumps(request, ensure_ascii=False))
        waiting = next(i for i, option in enumerate(observation.options) if option.act == "wait")
        taken, words = (life.done, None) if life.forced else (waiting, SPOKEN)
        memories[life.steward] = remember(observation, taken, words, settings.history)
        life.settle({} if life.forced else {"choice": waiting, "words": SPOKEN})
    steward = _Load(calls, round(characters / CHARACTERS_PER_TOKEN))
    return steward, _Load(asked, round(spoken / CHARACTERS_PER_TOKEN))


def _forecast(name: str, loads: list[_Load], table: Prices, *, batched: bool) -> ModelForecast:
    calls, tokens = sum(load.calls for load in loads), sum(load.input for load in loads)
    longest = parse(name)[2].max_tokens
    price = table.of(name)

    def dollars(times: int, each: int) -> float | None:
        usage = {"input": times * tokens, "output": times * calls * each, "batched": int(batched)}
        return None if price is None else price.cost(usage)

    return ModelForecast(
        episodes=len(loads),
        calls=calls,
        input=tokens,
        output=calls * REPLY_TOKENS,
        usd=dollars(1, REPLY_TOKENS),
        usd_most=dollars(QUESTIONS, longest),
    )


def _total(models: Mapping[str, ModelForecast], field: str) -> float | None:
    """A sum of dollars; None if any is not known."""
    known: list[float] = []
    for model in models.values():
        value = getattr(model, field)
        if value is None:
            return None
        known.append(value)
    return math.fsum(known)
