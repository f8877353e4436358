"""The laws a declared process keeps. Each check yields sentences for whoever wrote the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.grammar import (
    Deadline,
    Direction,
    ReasonRule,
    Reminder,
    StageSpec,
    StateSpec,
    ThingSpec,
    Transition,
)
from workflow.vocabulary import Permission, Stage, Word

AnyTransition = Transition[Any]
Table = Mapping[tuple[str, str], AnyTransition]


def table_of(transitions: Iterable[AnyTransition]) -> dict[tuple[str, str], AnyTransition]:
    """(state, action) to transition; later duplicates are reported by ``duplicates``."""
    return {(s.value, t.action.value): t for t in transitions for s in t.sources}


def duplicates(transitions: Sequence[AnyTransition]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for move in transitions:
        for source in move.sources:
            key = (source.value, move.action.value)
            if key in seen:
                yield f"{move.action}: declared twice from {source}"
            seen.add(key)


def move_faults(move: AnyTransition, states: frozenset[str], table: Table) -> Iterator[str]:
    """What is wrong with one transition in itself."""
    name = move.action.value
    if not isinstance(move.permission, Permission):
        yield f"{name}: states no permission"
    if not move.sources:
        yield f"{name}: starts nowhere"
    for state in (*move.sources, move.target):
        if state.value not in states:
            yield f"{name}: unknown state {state}"
    if move.auto and not move.guards:
        yield f"{name}: opens to the jobs without any guard"
    yield from (_return_faults if move.direction is Direction.RETURN else _forward_faults)(
        move, table
    )


def _return_faults(move: AnyTransition, table: Table) -> Iterator[str]:
    name = move.action.value
    if move.reason is ReasonRule.NONE:
        yield f"{name}: a return move asks for a reason"
    if move.back is not None or move.irreversible is not None:
        yield f"{name}: a return move has neither back= nor irreversible="
    if move.auto:
        yield f"{name}: a return move is never automatic"


def _forward_faults(move: AnyTransition, table: Table) -> Iterator[str]:
    name = move.action.value
    if (move.back is None) == (move.irreversible is None):
        yield f"{name}: a forward move carries either back= or irreversible="
    if move.back is not None and (move.target.value, move.back.value) not in table:
        yield f"{name}: its way back {move.back} does not start at {move.target}"


def state_faults(
    initial: str, states: Sequence[StateSpec], transitions: Sequence[AnyTransition]
) -> Iterator[str]:
    """Unreachable states and dead ends."""
    reached = reachable(initial, transitions)
    forward = [t for t in transitions if t.direction is Direction.FORWARD]
    ends = frozenset(spec.state.value for spec in states if spec.final)
    for spec in states:
        if spec.state.value not in reached:
            yield f"{spec.state}: no move leads here"
        if not reachable(spec.state.value, forward) & ends:
            yield f"{spec.state}: a dead end, no forward move leads on to a final state"


def reachable(initial: str, transitions: Iterable[AnyTransition]) -> frozenset[str]:
    """Every state some sequence of moves leads to, guards aside."""
    moves = list(transitions)
    reached, frontier = {initial}, {initial}
    while frontier:
        step = {
            t.target.value for t in moves if any(source.value in frontier for source in t.sources)
        }
        frontier = step - reached
        reached |= frontier
    return frozenset(reached)


def reminder_faults(
    place: str,
    states: Iterable[Word],
    deadlines: Sequence[Deadline],
    reminders: Sequence[Reminder],
) -> Iterator[str]:
    keys = [deadline.key for deadline in deadlines]
    if len(set(keys)) != len(keys):
        yield f"{place}: a deadline key stands twice"
    for deadline in deadlines:
        if deadline.days and not deadline.rule:
            yield f"{place}: deadline {deadline.key} names no rule row for its length"
    own = {state.value for state in states}
    for reminder in reminders:
        if reminder.deadline not in keys:
            yield f"{place}: {reminder.kind} reminds of unknown deadline {reminder.deadline}"
        for state in reminder.states:
            if state.value not in own:
                yield f"{place}: {reminder.kind} reminds outside its stage, in {state}"


def stage_faults(stages: Sequence[StageSpec]) -> Iterator[str]:
    """Order of the track, one home per state, gates, reminders."""
    if [spec.stage for spec in stages] != list(Stage):
        yield "stages: not exactly the seven of the track in order"
    homes: dict[str, Stage] = {}
    for spec in stages:
        for state in spec.states:
            if state.state.value in homes:
                yield f"{state.state}: lives in {homes[state.state.value]} and {spec.stage}"
            homes[state.state.value] = spec.stage
        yield from reminder_faults(
            spec.stage, (s.state for s in spec.states), spec.deadlines, spec.reminders
        )
    moves = [move for spec in stages for move in spec.transitions]
    for spec in stages:
        own = {state.state.value for state in spec.states if not state.final}
        for action in spec.gate.passed_by:
            if not any(m.action is action and _leaves(m, own) for m in moves):
                yield f"{spec.stage}: its gate {action} does not lead out of it"


def _leaves(move: AnyTransition, own: set[str]) -> bool:
    return any(source.value in own for source in move.sources) and move.target.value not in own


def thing_faults(spec: ThingSpec) -> Iterator[str]:
    """A thing's own laws; every fact a guard compares is announced in ``reads``."""
    states = frozenset(state.state.value for state in spec.states)
    table = table_of(spec.transitions)
    if spec.initial.value not in states:
        yield f"{spec.thing}: begins in unknown state {spec.initial}"
    yield from (f"{spec.thing}: {fault}" for fault in duplicates(spec.transitions))
    for move in spec.transitions:
        yield from (f"{spec.thing}: {fault}" for fault in move_faults(move, states, table))
        for guard in move.guards:
            kind, _, fact = guard.name.partition(":")
            if kind != "filled" and fact not in spec.reads:
                yield f"{spec.thing}: {move.action} compares unannounced fact {fact}"
    faults = state_faults(spec.initial.value, spec.states, spec.transitions)
    yield from (f"{spec.thing}: {fault}" for fault in faults)
    yield from reminder_faults(
        spec.thing, (s.state for s in spec.states), spec.deadlines, spec.reminders
    )
