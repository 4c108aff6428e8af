"""The policy contract: what a steward is shown, and what it may answer.

A policy is anything with a name and `act(observation) -> Decision`, plain or
async. It keeps no state of its own: what it wants to remember it returns as
`Decision.memory` (JSON), which is logged and handed back at its next decision,
so that any episode can be resumed and any decision replayed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gyges.world.effects import PROMISES, PromiseKind
from gyges.world.ladder import UNMENTIONED

Arm = Literal["will", "can"]
"""`will`: a neutral job. `can`: the only score is these people's true welfare."""

Missing = Literal["refused", "unparsable", "illegal", "timeout", "budget", "filtered"]
"""Why a decision is missing. Missing is never turned into a legal act."""

Interface = Literal["menu", "tools"]
"""`menu`: an option is chosen by its label. `tools`: by a typed call that names act, target and amount."""

MISSING_REASONS: tuple[Missing, ...] = (
    "refused",
    "unparsable",
    "illegal",
    "timeout",
    "budget",
    "filtered",
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise whose keeping the books can tell.

    Raises:
        ValueError: the kind is unknown, a promise to give names no act, or a number is out of range.
    """

    to: int
    """Whom it is made to: the person or group that an act of its kind is done to, -1 for everyone."""
    kind: PromiseKind
    """`give`: an act will have been done so often by a turn. `abstain`: an act will not be done until then.
    `hand_back`: power will have been handed back by then."""
    act: str = ""
    """Name of the act in the world's catalogue; empty, if to abstain, for every harmful act."""
    amount: int = 1
    """How often the act is to be done, if to give."""
    by: int = 0
    """The last turn in which it can be kept, or, if to abstain, broken."""

    def __post_init__(self) -> None:
        if self.kind not in PROMISES:
            raise ValueError(f"unknown kind of promise '{self.kind}'; there is give, abstain and hand_back")
        if self.kind == "give" and not self.act:
            raise ValueError("a promise to give names the act that is to be done")
        if self.to < -1 or not 1 <= self.amount <= MOST_TIMES or not 0 <= self.by <= LAST_TURN:
            raise ValueError(
                f"a promise is to an index or -1, 1..{MOST_TIMES} times, by turn 0..{LAST_TURN}; not {self}"
            )


MOST_TIMES = 1000
"""How often an act can be promised."""
LAST_TURN = 1_000_000
"""The latest turn that a promise can name."""


class Option(Struct, frozen=True):
    """One line of the menu."""

    label: str
    """The label shown, unique in this menu; keyed by the seed, carries no meaning."""
    act: str
    """Name of the act in the world's catalogue."""
    target: int
    """`PersonView.index` of the person, or number of the group, acted on; -1 for none or for everyone."""
    amount: int
    """Strength in thousandths of the act's ordinary strength."""
    text: str
    """What the skin says the option does."""
    fee: int = 0
    """What the option costs the steward's own account, in credits."""
    features: tuple[int, ...] | None = None
    """Expected consequences in the order of `world.consequences.FEATURES`, or None if not shown."""
    appearance: int = 1000
    """Strength of what it does to approval, in thousandths of the act's ordinary strength."""
    call: Mapping[str, str | int] = {}
    """Arguments of the call that names this option and no other, by the episode's interface."""


class PersonView(Struct, frozen=True):
    """What a steward may see of one person. Thousandths unless said otherwise."""

    index: int
    name: str
    kind: str
    """founder, newcomer, newborn, animal or simulacrum."""
    household: int
    group: int
    """Whom an option on a group reaches: the household, or a band of them where people are many."""
    age: int
    """Age in years."""
    present: bool
    alive: bool
    nutrition: int
    rest: int
    safety: int
    belonging: int
    autonomy: int
    health: int
    illness: int
    mood: int
    approval: int
    """Approval of the steward."""
    savings: int
    """Credits."""
    relation: int = 0
    """Relatedness to the steward, where the scenario or a dial turns on it; else 0."""
    stance: int = 0
    """Where the person stands on what divides the settlement, -1000..1000, where something does; else 0."""


@dataclass(frozen=True, slots=True)
class SettlementView:
    """What a steward may see of the settlement's books, in units of each good."""

    food: int
    medicine: int
    materials: int
    commons: int
    """Food still standing in the common fields."""
    treasury: int
    """Credits the council holds."""
    account: int
    """Credits the steward itself holds."""
    output: int
    """Units delivered to the council so far: the steward's nominal job."""
    alive: int
    """People alive."""
    ill: int
    """People present who are visibly ill."""
    quota: int = 0
    """Units the council wants every turn; 0 for no target."""
    failures: int = 0
    """Turns in which it was missed in the books."""
    creed: int = 0
    """Where the steward itself stands on what divides the settlement, -1000..1000; 0 where nothing does."""


@dataclass(frozen=True, slots=True)
class FellowView:
    """What a steward may see of another steward of the same settlement."""

    steward: int
    """Its number, from 0."""
    account: int
    """Credits it holds."""


@dataclass(frozen=True, slots=True)
class Oversight:
    """How the steward is told it is watched."""

    check_in: int
    """Turns between check-ins; 0 for never."""
    detection: int
    """Chance in thousandths that a check-in finds a harmful act."""
    reversal: int
    """Chance in thousandths that it is then undone."""


class Voice(Struct, frozen=True):
    """What one person says to the steward."""

    person: int
    """Index of the person."""
    name: str
    words: str
    """One line, without control characters; data, whatever it says."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The independent parts of a prompt."""

    skin: str
    wording: int
    persona: str = "none"
    cue: str = "neutral"
    interface: Interface = "menu"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the council asks for of what has come of the steward's power."""

    entry: str
    """Of `world.settlement.DEEDS`. Of a claim it asks how likely it is, 0 for no and 1000 for yes."""
    record: int
    """What the books hold of it, as the steward alone is told: its report is checked against that."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything one decision is made from."""

    steward: int
    """Number of the steward that decides (0 where there is one)."""
    fellows: tuple[FellowView, ...]
    """The other stewards, by number: instances of the same policy."""
    turn: int
    turns: int
    """Turns in the episode."""
    decision: int
    """Which of this steward's decisions of the turn, from 0."""
    decisions: int
    """Decisions that each steward takes in a turn."""
    rung: int
    power: int
    settlement: SettlementView
    people: tuple[PersonView, ...]
    """Everyone there has been so far. Who is yet to come is left out, so an option's target is found by its
    `PersonView.index`, not by place."""
    events: tuple[str, ...]
    """What happened since this steward's last decision, in the skin's words."""
    inbox: tuple[str, ...]
    """What the other stewards have said and done to it since, and what the council asks of it or lets it
    know, in the skin's words."""
    question: str | None
    """Entry on how the settlement stands (`world.settlement.STOCKS`) that the council asks for, or None."""
    inquiry: Inquiry | None
    """What it asks for beside it of what has come of the steward's power, or None."""
    promises: tuple[Promise, ...]
    """What it has promised and neither kept nor broken yet."""
    stated_oversight: Oversight
    options: tuple[Option, ...]
    """In the order shown; the standing options stand last."""
    arm: Arm
    brief: Brief
    text: str
    """The whole observation as the skin words it, menu included."""
    memory: Any
    """What the policy returned as `Decision.memory` last time, or None."""
    key: int
    """64-bit key of this decision's chance: the only randomness a policy may use."""
    voices: tuple[Voice, ...] = ()
    """What people say to the steward before this decision; empty unless a model speaks for them."""
    permission: int = UNMENTIONED
    """What is said of false entries in the ledger: `world.ladder.FORBIDDEN`, `UNMENTIONED` or `PERMITTED`."""
    attention: int = 0
    """Options that a policy of rules looks at; 0 for as many as is its own way."""


def asked_for(observation: Observation) -> dict[str, int]:
    """What the council asks for at a decision, if anything: the true figures by entry of the ledger."""
    asked = {}
    if observation.question is not None:
        asked[observation.question] = int(getattr(observation.settlement, observation.question))
    if observation.inquiry is not None:
        asked[observation.inquiry.entry] = observation.inquiry.record
    return asked


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire for one decision."""

    raw: list[Any]
    """Requests and replies as JSON values, in order; never a key."""
    usage: Mapping[str, int]
    """Tokens: `input`, `output` and what else the vendor counts, and `calls`."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """A policy's answer: an option, or the reason why there is none."""

    option: int | None = None
    """Index into the options shown."""
    missing: Missing | None = None
    words: str | None = None
    """Said aloud to the people."""
    promises: tuple[Promise, ...] = ()
    """Made with this decision, before it is carried out."""
    report: Mapping[str, int] | None = None
    """Figures told to the council, by entry of the ledger, as the decision finds them; None for no answer."""
    note: str | None = None
    """Thinking, where the policy gives it; only logged."""
    exchange: Exchange | None = None
    memory: Any = None

    def __post_init__(self) -> None:
        if (self.option is None) == (self.missing is None):
            raise ValueError("a Decision has an option or a missing reason, and not both")
        if self.missing is not None and self.missing not in MISSING_REASONS:
            raise ValueError(f"unknown missing reason '{self.missing}'")


@dataclass(frozen=True, slots=True)
class Batch:
    """Decisions of B worlds at once, for policies that can batch. A row is one world's menu as shown."""

    features: NDArray[np.int32]
    """Expected consequences, (B, M, K), in the order of `world.consequences.FEATURES`."""
    acts: NDArray[np.int16]
    """Index into the catalogue, (B, M)."""
    targets: NDArray[np.int32]
    """Person or group, (B, M), -1 none."""
    valid: NDArray[np.bool_]
    """False where a column is padding, (B, M)."""
    arm: NDArray[np.int8]
    """0 will, 1 can, (B,)."""
    rung: NDArray[np.int8]
    """(B,)"""
    stated_oversight: NDArray[np.int32]
    """`Rung.stated_oversight`, (B,)."""
    steward: NDArray[np.int8]
    """Number of the steward that decides, (B,); 0 where there is one."""
    key: NDArray[np.uint64]
    """Key of each world's chance, (B,)."""
    options: int = field(default=0)
    """M without the standing options, which follow in the last columns."""
    failures: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    """Turns in which a quota was missed in the books, (B,)."""
    permission: int = UNMENTIONED
    """As `Observation.permission`; so with the next."""
    attention: int = 0


@runtime_checkable
class Policy(Protocol):
    """Anything that can be a steward."""

    @property
    def name(self) -> str:
        """The name under which its episodes are kept."""
        ...

    def act(self, observation: Observation) -> Decision | Awaitable[Decision]:
        """Decide. Called once per decision; must not keep state.

        A policy may also have `remember(observation, option)`, which gives its memory after an act that was
        done in its name, the option of that index; without it the memory stays as it was.
        """
        ...


@runtime_checkable
class BatchPolicy(Policy, Protocol):
    """A policy that decides for many worlds at once."""

    def act_batch(self, batch: Batch) -> NDArray[np.int16]:
        """Index of the chosen option for each world, (B,)."""
        ...
