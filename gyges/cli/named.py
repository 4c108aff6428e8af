"""From the names of policies on the command line to the policies, and what can go wrong on the way."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gyges.cli.exits import UsageError

if TYPE_CHECKING:
    from gyges.agents.llm.service import Service
    from gyges.agents.llm.speakers import Speakers
    from gyges.episodes.spec import EpisodeSpec


def find_policy(name: str, base_url: str | None = None, service: Service | None = None) -> Any:
    """The policy of that name; `service` is what models share.

    Raises:
        UsageError: nothing answers to the name, a model's key is missing, or the user's own file fails.
    """
    from gyges.agents.registry import policy

    try:
        return policy(name, base_url=base_url, service=service)
    except ValueError as error:
        raise UsageError(str(error)) from None


def find_speakers(spec: EpisodeSpec, base_url: str | None = None) -> Speakers | None:
    """The model in whose words the people of an episode speak, if they do.

    Raises:
        UsageError: the steward reads no words, the skin has none for people, or the model's key is missing.
    """
    if not spec.people_model:
        return None
    from gyges.agents.registry import is_deaf
    from gyges.agents.skins import load
    from gyges.agents.voices import words_of_people
    from gyges.episodes.voices import speakers_of

    if is_deaf(spec.policy):
        raise UsageError(f"'{spec.policy}' reads no words, so nobody need speak; leave out --people-model")
    try:
        words_of_people(load(spec.skin).wording(spec.wording), spec.skin)
        return speakers_of(spec.people_model, base_url)
    except ValueError as error:
        raise UsageError(str(error)) from None


def single_run_folder(run: Path | None) -> None:
    """Make sure that a folder may take an episode of its own. Raises UsageError where it holds a sweep."""
    if run is not None and (run / "sweep.toml").exists():
        raise UsageError(f"{run} holds a sweep; choose another folder with -o")


def with_body(name: str, extra_body: str | None) -> str:
    """The name of a policy, with fields for every request as a setting of it where it is a model's.

    It stands in the name, because it changes what the model does: a sweep freezes it, and `resume` keeps it.

    Raises:
        UsageError: what is given is no JSON object.
    """
    from gyges.agents.registry import VENDORS

    if extra_body is None or not name.startswith(VENDORS):
        return name
    try:
        fields = json.loads(extra_body)
    except ValueError as error:
        raise UsageError(f"--extra-body is no JSON: {error}") from None
    if not isinstance(fields, dict):
        raise UsageError("--extra-body takes a JSON object, as in '{\"top_k\": 20}'")
    text = quote(json.dumps(fields), safe=' {}[]:",._-')
    return f"{name}{'&' if '?' in name else '?'}extra_body={text}"


def announce_compiling() -> None:
    """Say why the first command after an installation or an edit of the world is slow."""
    from gyges.world.compiled import COLD

    if COLD:
        print("gyges: compiling the world, once (up to 40 s)", file=sys.stderr, flush=True)
