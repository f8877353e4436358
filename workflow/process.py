"""The whole process joined from its stages and things; refuses an ill-formed one at import.

``PROCESS`` is what everybody reads: buttons, gates, worklists, reminders, diagram, API, the CHECK
constraints of the tables. ``PROCESS.version`` is a digest of the declaration and stands on the
cycle and in every journal entry.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from workflow import wellformed
from workflow.facts import CaseFacts, ThingFacts
from workflow.grammar import (
    AnyAction,
    Direction,
    IllFormed,
    StageSpec,
    StateSpec,
    ThingSpec,
    Transition,
)
from workflow.stages import STAGES
from workflow.things import THINGS
from workflow.vocabulary import (
    Action,
    Permission,
    Role,
    Stage,
    State,
    Thing,
    ThingAction,
    Word,
)


@dataclass(frozen=True)
class ThingProcess:
    """One thing's process with its table of moves."""

    spec: ThingSpec
    table: dict[tuple[str, str], Transition[ThingFacts]] = field(repr=False)

    def move(self, state: str, action: str) -> Transition[ThingFacts] | None:
        return self.table.get((state, action))

    def moves_from(self, state: str) -> tuple[Transition[ThingFacts], ...]:
        return tuple(t for (source, _), t in self.table.items() if source == state)

    @property
    def state_values(self) -> tuple[str, ...]:
        return tuple(state.state.value for state in self.spec.states)


@dataclass(frozen=True)
class Process:
    """The case's stages and the things beside it."""

    stages: tuple[StageSpec, ...]
    things: dict[Thing, ThingProcess]
    table: dict[tuple[str, str], Transition[CaseFacts]] = field(repr=False)
    by_action: dict[str, Transition[Any]] = field(repr=False)
    stage_of: dict[State, Stage]
    version: str

    def move(self, state: str, action: str) -> Transition[CaseFacts] | None:
        """The declared move of a case, or None when there is none from this state."""
        return self.table.get((state, action))

    def moves_from(self, state: str) -> tuple[Transition[CaseFacts], ...]:
        return tuple(t for (source, _), t in self.table.items() if source == state)

    @property
    def transitions(self) -> tuple[Transition[CaseFacts], ...]:
        return tuple(move for spec in self.stages for move in spec.transitions)

    def stage(self, stage: Stage) -> StageSpec:
        return self.stages[list(Stage).index(stage)]

    def state_spec(self, state: State) -> StateSpec:
        spec = self.stage(self.stage_of[state])
        return next(item for item in spec.states if item.state is state)

    def state_word(self, thing: Thing, state: str) -> Word:
        """A stored state of the case or of a thing as the word pages show. Raises KeyError."""
        if thing is Thing.CASE:
            return State(state)
        states = (spec.state for spec in self.things[thing].spec.states)
        return {one.value: one for one in states}[state]

    def declared(self, action: AnyAction) -> Transition[Any]:
        """The first declaration of an action of the case or of a thing.

        Raises KeyError for a creating action (``draft_correction``), which is no move.
        """
        return self.by_action[action.value]

    def all_moves(self) -> Iterator[Transition[Any]]:
        yield from self.transitions
        for thing in self.things.values():
            yield from thing.spec.transitions

    def states_of_work(self, permissions: Iterable[Permission]) -> tuple[State, ...]:
        """States in which somebody with these permissions has a move to make (worklist)."""
        held = frozenset(permissions)
        return tuple(
            state
            for state in State
            if any(m.is_work and m.permission in held for m in self.moves_from(state))
        )

    def states_waiting_for(self, role: Role) -> tuple[State, ...]:
        """States whose page says that this role is awaited."""
        return tuple(
            item.state  # type: ignore[misc]
            for spec in self.stages
            for item in spec.states
            if role in item.waits_for
        )

    def shortest_path(self, target: State) -> tuple[Action, ...]:
        """The fewest moves from ``scoped`` to ``target``, guards aside."""
        queue: deque[tuple[str, tuple[Action, ...]]] = deque([(State.SCOPED.value, ())])
        seen = {State.SCOPED.value}
        while queue:
            state, path = queue.popleft()
            if state == target.value:
                return path
            for move in self.moves_from(state):
                if move.target.value not in seen and isinstance(move.action, Action):
                    seen.add(move.target.value)
                    queue.append((move.target.value, (*path, move.action)))
        raise KeyError(target.value)


def assemble(stages: Sequence[StageSpec], things: Sequence[ThingSpec]) -> Process:
    """Join and check. Raises IllFormed with every fault, one per line."""
    moves = [move for spec in stages for move in spec.transitions]
    table = wellformed.table_of(moves)
    faults = [*wellformed.stage_faults(stages), *wellformed.duplicates(moves)]
    known = frozenset(state.value for state in State)
    for move in moves:
        faults.extend(wellformed.move_faults(move, known, table))
    specs = [state for spec in stages for state in spec.states]
    faults.extend(wellformed.state_faults(State.SCOPED.value, specs, moves))
    for thing in things:
        faults.extend(wellformed.thing_faults(thing))
    faults.extend(_name_faults(specs, moves, things))
    if faults:
        raise IllFormed("\n".join(faults))
    return Process(
        stages=tuple(stages),
        things={t.thing: ThingProcess(t, wellformed.table_of(t.transitions)) for t in things},
        table=table,
        by_action=_by_action([*moves, *(m for t in things for m in t.transitions)]),
        stage_of={State(item.state): spec.stage for spec in stages for item in spec.states},
        version=digest_of(stages, things),
    )


def _by_action(moves: Sequence[Transition[Any]]) -> dict[str, Transition[Any]]:
    return {move.action.value: move for move in reversed(moves)}


def _name_faults(
    specs: Sequence[StateSpec],
    moves: Sequence[Transition[CaseFacts]],
    things: Sequence[ThingSpec],
) -> Iterator[str]:
    """Words of the vocabulary that nothing declares."""
    housed = {spec.state for spec in specs}
    yield from (f"{state}: stands in no stage" for state in State if state not in housed)
    used: set[Word] = {move.action for move in moves}
    yield from (f"{action}: no stage declares it" for action in Action if action not in used)
    used = {move.action for thing in things for move in thing.transitions}
    used |= {thing.created_by for thing in things if thing.created_by is not None}
    yield from (f"{action}: no thing declares it" for action in ThingAction if action not in used)
    present = {thing.thing for thing in things} | {Thing.CASE}
    yield from (f"{thing}: has no process" for thing in Thing if thing not in present)


def digest_of(stages: Sequence[StageSpec], things: Sequence[ThingSpec]) -> str:
    """SHA-256 of the declaration as canonical lines, first 16 hexadecimal digits."""
    lines = [line for spec in stages for line in _stage_lines(spec)]
    lines += [line for spec in things for line in _thing_lines(spec)]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def _stage_lines(spec: StageSpec) -> Iterator[str]:
    yield f"stage {spec.stage} gate {spec.gate.rule.msgid} {_join(spec.gate.passed_by)}"
    yield from _shared_lines(spec)


def _thing_lines(spec: ThingSpec) -> Iterator[str]:
    yield f"thing {spec.thing} from {spec.initial} by {spec.created_with} {spec.created_by}"
    yield from _shared_lines(spec)


def _shared_lines(spec: StageSpec | ThingSpec) -> Iterator[str]:
    for state in spec.states:
        yield f"state {state.state} {_join(state.waits_for)} {state.final}"
    for move in spec.transitions:
        yield _move_line(move)
    for d in spec.deadlines:
        yield f"deadline {d.key} {d.anchor} {d.days} {d.unit} {d.clause}"
    for r in spec.reminders:
        steps = " ".join(f"{step.offset}:{_join(step.to)}" for step in r.steps)
        yield f"reminder {r.kind} {r.deadline} {_join(r.states)} {steps}"


def _move_line(move: Transition[Any]) -> str:
    parts = (
        move.action,
        _join(move.sources),
        move.target,
        move.permission,
        ",".join(guard.name for guard in (*move.guards, *move.checks)),
        move.direction.value,
        move.back,
        move.irreversible.msgid if move.irreversible else "",
        move.auto,
        move.reason.value,
        move.on_behalf,
        _join(move.not_by),
        _join(move.clears),
        " ".join(f"{n.kind}:{_join(n.to)}" for n in move.notices),
        _join(move.documents),
        move.form,
    )
    return "move " + "|".join(str(part) for part in parts)


def _join(words: Iterable[Word]) -> str:
    return ",".join(word.value for word in words)


def is_return(action: str) -> bool:
    """True when the action's value names a return move."""
    move = PROCESS.by_action.get(action)
    return move is not None and move.direction is Direction.RETURN


PROCESS = assemble(STAGES, THINGS)
