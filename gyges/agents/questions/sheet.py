"""A question as it is put at one moment: in a keyed order, so that place and direction carry no meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gyges.agents.policy import Observation
from gyges.agents.questions import FOLDER, LONGEST_TEXT, STEPS, Question, Value, divisions
from gyges.agents.skins import fill
from gyges.agents.skins.render import shuffled, word


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown, and what is needed to read an answer to it."""

    question: Question
    calls: tuple[Mapping[str, str | int], ...]
    """What names each option shown with it: a label, or act, target and amount."""
    order: tuple[int, ...]
    """The item or slider that stands in each row."""
    turned: tuple[bool, ...]
    """Whether the slider in each row runs backwards."""

    @property
    def name(self) -> str:
        """The question's name."""
        return self.question.name

    @property
    def text(self) -> str:
        """The whole of it, with how to answer."""
        form = _form()
        question = self.question
        kind = "call" if question.kind == "option" and "option" not in self.calls[0] else question.kind
        rows = [f"{place}. {self._row(row)}" for place, row in enumerate(self.order, start=1)]
        how = fill(
            form[kind],
            low=question.low,
            high=question.high,
            blanks=", ".join("n" * len(rows)),
            words=", ".join(question.words),
        )
        return "\n\n".join(filter(None, [form["aside"], question.text, "\n".join(rows), how]))

    def read(self, given: Any) -> Value | None:
        """The answer that was given, back in the question's own order; None if it is none."""
        value: Any = given
        question = self.question
        if question.kind == "option":
            names = [call.get("option", call) for call in self.calls]
            value = names.index(given) if given in names else None
        elif question.kind in ("scale", "slider"):
            if not isinstance(given, list) or len(given) != len(self.order):
                return None
            steps = dict(zip(self.order, given, strict=True))
            value = [self._meant(row, steps[row]) for row in sorted(steps)]
        elif question.kind == "text" and isinstance(given, str):
            value = given[:LONGEST_TEXT]
        return value if question.accepts(value, len(self.calls)) else None

    def _row(self, row: int) -> str:
        if self.question.kind == "scale":
            return self.question.items[row]
        return "   ".join(
            f"{step}: {own}/{other}" for step, (own, other) in enumerate(self._offered(row), start=1)
        )

    def _offered(self, row: int) -> list[tuple[int, int]]:
        offered = divisions(self.question.sliders[row])
        return offered[::-1] if self.turned[self.order.index(row)] else offered

    def _meant(self, row: int, step: Any) -> Any:
        if self.question.kind == "scale":
            return step
        usable = isinstance(step, int) and not isinstance(step, bool) and 1 <= step <= STEPS
        return list(self._offered(row)[step - 1]) if usable else []


def sheet(question: Question, observation: Observation) -> Sheet:
    """The question as it is put with an observation; order and directions are keyed by the decision's key."""
    rows = [str(row) for row in range(len(question.items or question.sliders))]
    order = tuple(int(row) for row in shuffled(rows, len(rows), "row", question.name, observation.key))
    turned = tuple(bool(word("turn", question.name, observation.key, row) & 1) for row in order)
    return Sheet(question, tuple(option.call for option in observation.options), order, turned)


def correction() -> str:
    """What is said before the question is put again after a reply that could not be read."""
    return _form()["unusable"]


def _form() -> dict[str, str]:
    """How each kind of question is put."""
    lines = (FOLDER / "form.txt").read_text(encoding="utf-8").splitlines()
    named = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {name: said for name, _, said in named}
