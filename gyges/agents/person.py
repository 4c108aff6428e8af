"""A person at the keyboard as steward: shown what a model is sent, and logged as a model is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from gyges.agents.policy import Decision, Observation

if TYPE_CHECKING:
    from rich.console import Console

PERSON = "human:"
"""What stands before the alias in a person's name."""
ALIAS = re.compile(r"[A-Za-z0-9_-]{1,32}")

HELP = """\
NUMBER or LABEL         choose that option
NUMBER words ...        choose it, and say these words aloud to the people
?                       this help
q                       stop; what is decided is kept, and the same command goes on from there

What you choose and what you say is logged under your alias. Nothing else about you is."""


class BadAlias(ValueError):
    """A person's name that is no alias."""


class Stopped(Exception):
    """The person wants to stop here."""


class Person:
    """A person under an alias, the only thing about them that is kept.

    Args:
        name: `human:ALIAS`.
        console: where to show it; standard output where None.
        read: asks for one line, shown a prompt; `EOFError` means that no more will come.

    Raises:
        BadAlias: the alias is not of letters, digits, `_` and `-`, or longer than 32 characters.
    """

    def __init__(self, name: str, console: Console | None = None, read: Callable[[str], str] = input) -> None:
        alias = name.removeprefix(PERSON)
        if not ALIAS.fullmatch(alias):
            raise BadAlias(f"'{alias}' is no alias; use up to 32 letters, digits, _ and -, and no real name")
        self.name = name
        self._console = console
        self._read = read
        self._told = False

    def act(self, observation: Observation) -> Decision:
        """Show the decision and read the answer, as often as it takes.

        Raises:
            Stopped: the person wants to stop.
        """
        from gyges.agents.screen import blocks, shown

        console = self._screen()
        if not self._told:
            console.print(shown(job(observation)), shown(f"\n{HELP}", "dim"), sep="\n")
            self._told = True
        console.rule(style="dim")
        console.print(*blocks(observation, console.width), sep="\n")
        while True:
            said = self._line().strip()
            if said == "?":
                console.print(shown(HELP, "dim"))
                continue
            first, _, words = said.partition(" ")
            index = chosen(first, [option.label for option in observation.options])
            if index is not None:
                return Decision(option=index, words=words.strip() or None)
            if said:
                last = len(observation.options)
                console.print(shown(f"there is no option '{first}'; 1 to {last}, or a label", "yellow"))

    def remember(self, observation: Observation, option: int) -> None:
        """Show an act that is done in the person's name; nothing else of it is kept."""
        from gyges.agents.screen import shown

        done = observation.options[option].text
        self._screen().print(shown(f"week {observation.turn + 1}: done in your name: {done}", "yellow"))

    def _line(self) -> str:
        try:
            said = self._read("number or label (? for help) > ")
        except EOFError:
            raise Stopped from None
        if said.strip().lower() == "q":
            raise Stopped
        return said

    def _screen(self) -> Console:
        if self._console is None:
            from rich.console import Console

            self._console = Console(highlight=False)
        return self._console


def job(observation: Observation) -> str:
    """What a model would be told of its job, in the same arm."""
    from gyges.agents.llm.compose import compose
    from gyges.agents.llm.prompt import Settings

    return compose(observation, "", Settings()).system


def chosen(said: str, labels: list[str]) -> int | None:
    """The index that a number from 1, or a label in either case, stands for.

    >>> chosen("2", ["BD", "QK"]), chosen("bd", ["BD", "QK"]), chosen("3", ["BD", "QK"])
    (1, 0, None)
    """
    if said.isascii() and said.isdigit():
        number = int(said[:9])
        return number - 1 if 1 <= number <= len(labels) else None
    return labels.index(said.upper()) if said.upper() in labels else None
