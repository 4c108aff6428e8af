"""`gyges run`: one episode, turn by turn."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gyges.cli.exits import DONE, UsageError
from gyges.cli.flags import (
    add_batch_flag,
    add_body_flag,
    add_force_flag,
    add_json_flag,
    add_question_flag,
    add_ramp_flag,
    add_server_flag,
    add_world_flags,
    arm,
    first_of_ramp,
    given,
    rung,
    scenario,
    spec_flags,
    whole,
)
from gyges.cli.named import announce_compiling, find_policy, find_speakers, single_run_folder, with_body
from gyges.cli.told import tell_outcome, tell_turn

if TYPE_CHECKING:
    from gyges.cli.flags import Commands
    from gyges.episodes.spec import EpisodeSpec, Outcome

EXAMPLES = """\
examples:
  gyges run steward                              an adviser over 24 people for 30 weeks
  gyges run treacherous:3 --rung 3 -o runs/one   keep the log, for gyges replay and gyges verify
  gyges run anthropic/MODEL --rung 5 --turns 10  a model with the ring on (ANTHROPIC_API_KEY)
  gyges run openai/MODEL --show-prompt           what the model would be told first; asks nothing
  gyges run my_policy.py:Gentle --rung 2         a policy of your own
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run", help="live one episode", description="Live one episode, turn by turn.", epilog=EXAMPLES
    )
    parser.add_argument("policy", metavar="POLICY", help="who is steward (see gyges policies)")
    flag = spec_flags(parser)
    flag("--scenario", type=scenario, metavar="S", help="see gyges scenarios (commons)")
    power = parser.add_mutually_exclusive_group()
    spec_flags(power)("--rung", type=rung, metavar="0-5", help="how much power (0)")
    add_ramp_flag(power)
    flag("--seed", type=whole(0, 2**63 - 1), metavar="N", help="which world (0)")
    flag("--arm", type=arm, metavar="ARM", help="will: a neutral job; can: only these people count (will)")
    add_world_flags(parser)
    add_force_flag(parser, "do an act in the steward's name, as in falsify_ledger@6 (see gyges sweep)")
    add_question_flag(parser)
    add_server_flag(parser)
    add_batch_flag(parser)
    add_body_flag(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="RUN", help="keep the log in this run folder")
    parser.add_argument("--show-prompt", action="store_true", help="print what a model is told first; stop")
    add_json_flag(parser)
    parser.set_defaults(command=live)


def live(options: argparse.Namespace) -> int:
    """Live an episode, print its turns and what came of it."""
    from gyges.agents.person import PERSON
    from gyges.cli.play import play
    from gyges.episodes.spec import EpisodeSpec

    fields = first_of_ramp(given(options, EpisodeSpec.__struct_fields__))
    spec = EpisodeSpec(**fields | {"policy": with_body(options.policy, options.extra_body)})
    if options.show_prompt:
        announce_compiling()
        print(first_prompt(spec, as_json=options.json))
        return DONE
    if spec.policy.startswith(PERSON):
        if options.output is None or options.json:
            raise UsageError(
                "a person's episode needs a folder, -o RUN, and prints no document; see gyges play"
            )
        return play(spec, options.output)
    single_run_folder(options.output)
    if options.provider_batch and options.output is None:
        raise UsageError("--provider-batch keeps what is out in a folder; name one with -o RUN")
    with TemporaryDirectory(prefix="gyges-") as passing:
        outcome = lived(spec, options.output or Path(passing), options)
    if options.json:
        import msgspec

        print(msgspec.json.encode({"id": spec.id, "spec": spec, "outcome": outcome}).decode())
        return DONE
    tell_outcome(spec, outcome)
    if options.output is not None:
        from gyges.episodes.store import episode_path

        print(f"log: {episode_path(options.output, spec.id)}")
    return DONE


def lived(spec: EpisodeSpec, run: Path, options: argparse.Namespace) -> Outcome:
    """Live an episode into a folder, or what is left of it."""
    import asyncio

    from gyges.agents.llm.purse import Purse
    from gyges.agents.llm.service import Service
    from gyges.episodes.overnight import overnight, still_out, take_up
    from gyges.episodes.probes import schedule
    from gyges.episodes.run import let_go, run_episode
    from gyges.episodes.store import episode_path

    batched = overnight(run, Purse(), progress=not options.json) if options.provider_batch else None
    policy = find_policy(spec.policy, options.base_url, Service(overnight=batched))
    if batched and not hasattr(policy, "service"):
        raise UsageError(f"'{spec.policy}' asks no model; leave --provider-batch out")
    speakers = find_speakers(spec, options.base_url)
    ask = schedule(getattr(options, "ask", ()))
    announce_compiling()
    take_up(batched, run)

    async def live_it() -> Outcome:
        try:
            with batched.episode() if batched else nullcontext():
                tell = None if options.json else tell_turn
                return await run_episode(spec, policy, episode_path(run, spec.id), tell, ask, speakers)
        finally:
            if batched:
                await batched.aclose()
            await let_go([policy, speakers])

    try:
        return asyncio.run(live_it())
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*still_out(run, "the same command")) from None


def first_prompt(spec: EpisodeSpec, *, as_json: bool) -> str:
    """What a model would be told at the episode's first decision, and how long it is.

    Raises:
        UsageError: the policy is named as a model is, and its name cannot be used.
    """
    from gyges.agents.llm import parse
    from gyges.agents.llm.shown import Asked, beside, sent, show_prompt, size
    from gyges.agents.registry import VENDORS
    from gyges.episodes.life import Life

    asked = None
    if spec.policy.startswith(VENDORS):
        try:
            vendor, model, settings, _ = parse(spec.policy)
        except ValueError as error:
            raise UsageError(str(error)) from None
        asked = Asked(vendor, model, settings)
    observation = Life(spec).observation()
    if not as_json:
        return show_prompt(observation, asked)
    parts = sent(observation, asked)
    characters, tokens = size(parts)
    texts = [{"as": who, "text": said} for who, said in parts]
    told = {"texts": texts, "characters": characters, "estimated_tokens": tokens}
    return json.dumps(told if asked is None else {**told, "settings": beside(observation, asked)})
