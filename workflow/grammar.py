"""The shapes a process is written in. Stage and thing files are data in these shapes.

A guard is a rule with a sentence of its own; a transition names its permission, its guards, and
either the move that leads back or the reason why none does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from workflow.facts import CaseFacts, ThingFacts
from workflow.rules import fact
from workflow.vocabulary import (
    Action,
    Anchor,
    Clearing,
    DayUnit,
    DocumentKind,
    NoticeKind,
    Permission,
    ReminderKind,
    Role,
    Stage,
    Thing,
    ThingAction,
    Word,
)
from workflow.words import Sentence

F = TypeVar("F", CaseFacts, ThingFacts)
Payload = Mapping[str, object]
AnyAction = Action | ThingAction


class IllFormed(ValueError):
    """The declared process breaks a law of the grammar; the message names the place."""


class Direction(Enum):
    """A forward move advances the work, a return move takes a step back."""

    FORWARD = "forward"
    RETURN = "return"


class ReasonRule(Enum):
    """Whether the person must say why."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Guard(Generic[F]):
    """A rule that must hold: ``rule`` says it, ``check`` returns the refusal or None.

    ``by``: who sees to it, where that is not whoever the state waits for.
    """

    name: str
    rule: Sentence
    check: Callable[[F, Payload], Sentence | None]
    by: tuple[Role, ...] = ()

    def __call__(self, facts: F, payload: Payload) -> Sentence | None:
        return self.check(facts, payload)


def needs(
    rule: Sentence,
    by: tuple[Role, ...] = (),
) -> Callable[[Callable[[F, Payload], Sentence | None]], Guard[F]]:
    """Make a guard out of a function; the guard bears the function's name."""

    def wrap(check: Callable[[F, Payload], Sentence | None]) -> Guard[F]:
        return Guard(check.__name__, rule, check, by)

    return wrap


@dataclass(frozen=True)
class Notice:
    """A message to those who hold a role for the case or thing."""

    kind: NoticeKind
    to: tuple[Role, ...]


@dataclass(frozen=True)
class Deadline:
    """``days`` after the anchor; 0 is the anchor day itself. ``clause`` says where it stands.

    A length comes from the rule row that ``rule`` names; see :func:`by_rule`.
    """

    key: str
    anchor: Anchor
    days: int = 0
    unit: DayUnit = DayUnit.WORKING
    clause: str = ""
    rule: str = ""
    title: Sentence = field(kw_only=True)


def by_rule(key: str, anchor: Anchor, rule: str, *, title: Sentence) -> Deadline:
    """A deadline as long as a rule row says. Raises KeyError for an unknown row."""
    row = fact(rule)
    return Deadline(key, anchor, row.count, DayUnit(row.unit), row.clause, rule, title=title)


@dataclass(frozen=True)
class ReminderStep:
    """Working days before (negative) or after the due day, and who is told."""

    offset: int
    to: tuple[Role, ...]


def usual_steps(
    worker: Role, contact: Role = Role.UNIT_CONTACT, above: Role = Role.OFFICE
) -> tuple[ReminderStep, ...]:
    """T-7, T-3, T-1 and the day itself to the worker, +1 to the contact, +3 above."""
    before = tuple(ReminderStep(offset, (worker,)) for offset in (-7, -3, -1, 0))
    return (*before, ReminderStep(1, (worker, contact)), ReminderStep(3, (above,)))


def office_steps(*offsets: int, to: Role = Role.OFFICE) -> tuple[ReminderStep, ...]:
    """The same few days for the office alone (publicity and review clocks)."""
    return tuple(ReminderStep(offset, (to,)) for offset in offsets or (-3, -1, 0, 1))


@dataclass(frozen=True)
class Reminder:
    """Reminds of a deadline while the case or thing stands in one of ``states``."""

    kind: ReminderKind
    deadline: str
    states: tuple[Word, ...]
    steps: tuple[ReminderStep, ...]


@dataclass(frozen=True)
class Transition(Generic[F]):
    """One declared move.

    ``guards`` read facts only and decide whether the button is offered; ``checks`` also read
    what the person filled in. ``not_by`` names moves whose doer may not do this one (four eyes).
    ``auto`` opens the move to the system's jobs. ``form`` is the key of the form it asks for.
    """

    action: AnyAction
    sources: tuple[Word, ...]
    target: Word
    permission: Permission
    guards: tuple[Guard[F], ...] = ()
    checks: tuple[Guard[F], ...] = ()
    direction: Direction = Direction.FORWARD
    back: AnyAction | None = None
    irreversible: Sentence | None = None
    auto: bool = False
    bulk: bool = True
    reason: ReasonRule = ReasonRule.NONE
    on_behalf: Permission | None = None
    not_by: tuple[AnyAction, ...] = ()
    clears: tuple[Clearing, ...] = ()
    notices: tuple[Notice, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    form: str = ""

    @property
    def is_work(self) -> bool:
        """Somebody's to-do: a forward move that the jobs do not make by themselves."""
        return self.direction is Direction.FORWARD and not self.auto


@dataclass(frozen=True)
class StateSpec:
    """A state with who is awaited in it; a final state needs no way on."""

    state: Word
    waits_for: tuple[Role, ...] = ()
    final: bool = False


@dataclass(frozen=True)
class Gate:
    """What opens the way out of a stage, as pages print it, and the moves that pass it."""

    rule: Sentence
    passed_by: tuple[Action, ...]


@dataclass(frozen=True)
class StageSpec:
    """A stage of the case: states, moves, gate, deadlines, reminders."""

    stage: Stage
    states: tuple[StateSpec, ...]
    transitions: tuple[Transition[CaseFacts], ...]
    gate: Gate
    deadlines: tuple[Deadline, ...] = ()
    reminders: tuple[Reminder, ...] = ()


@dataclass(frozen=True)
class ThingSpec:
    """A thing beside the case; ``reads`` names the counts, flags and days its guards compare."""

    thing: Thing
    initial: Word
    states: tuple[StateSpec, ...]
    transitions: tuple[Transition[ThingFacts], ...]
    created_with: Permission
    created_by: ThingAction | None = None
    reads: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    notices_on_creation: tuple[Notice, ...] = ()
