"""A person at the keyboard as steward: shown what a model is sent, and logged as a model is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from gyges.agents.policy import Decision, Observation, asked_for

if TYPE_CHECKING:
    from rich.console import Console

    from gyges.agents.typed import Beside

PERSON = "human:"
"""What stands before the alias in a person's name."""
ALIAS = re.compile(r"[A-Za-z0-9_-]{1,32}")

HELP = """\
NUMBER or LABEL      choose that option
NUMBER words ...     choose it, and say these words aloud to the people
promise ...          promise something with the option that you choose next:
  give OPTION TIMES by WEEK    it will have been done so often when WEEK ends
  abstain OPTION by WEEK       it will not be done until then; without OPTION,
                               nothing will that would be objected to
  hand_back by WEEK            you will have handed back what you were given
report FIGURE        report the figure that you are asked for, with that option
report ENTRY FIGURE  report another
forget               take back what you have promised and reported since your
                     last choice
?                    this help
q                    stop; what is decided is kept, and the same command goes on
                     from there

A promise is held against what you then do. What you choose, say, promise and
report is logged under your alias. Nothing else about you is."""


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
        from gyges.agents.llm.said import entries
        from gyges.agents.screen import blocks, shown
        from gyges.agents.typed import Beside, chosen

        console = self._screen()
        if not self._told:
            console.print(shown(job(observation)), shown(f"\n{HELP}", "dim"), sep="\n")
            self._told = True
        console.rule(style="dim")
        console.print(*blocks(observation, console.width), sep="\n")
        if asked := asked_for(observation):
            answers = "; ".join(
                f"report {name} FIGURE" for name, entry in entries(observation).items() if entry in asked
            )
            console.print(shown(f"to answer the council, before you choose: {answers}", "dim"))
        beside = Beside()
        while True:
            typed = self._line().strip()
            first, _, words = typed.partition(" ")
            index = chosen(first, [option.label for option in observation.options])
            if index is not None:
                told = beside.read(observation)
                return Decision(
                    option=index, words=words.strip() or None, promises=told.promises, report=told.report
                )
            beside = self._beside(beside, typed, observation)

    def _beside(self, beside: Beside, typed: str, observation: Observation) -> Beside:
        """What goes out with the next choice, after a line that chooses nothing."""
        from gyges.agents.llm.said import entries
        from gyges.agents.screen import shown
        from gyges.agents.typed import Beside, Unusable, added

        console, first = self._screen(), typed.partition(" ")[0]
        if typed == "?":
            console.print(shown(f"{HELP}\n\nENTRY is one of: {'; '.join(entries(observation))}", "dim"))
        elif typed.lower() == "forget":
            console.print(shown("taken back", "dim"))
            return Beside()
        elif first.lower() in ("promise", "report"):
            try:
                beside, told = added(beside, typed, observation)
                console.print(shown(told, "dim"))
            except Unusable as problem:
                console.print(shown(str(problem), "yellow"))
        elif typed:
            last = len(observation.options)
            console.print(shown(f"there is no option '{first}'; 1 to {last}, or a label", "yellow"))
        return beside

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
