"""Decide a move: permit, all guards, next state, effects. The only importer of ``transitions``.

One shared Machine per process is built from our data; it is fired with a throw-away token that
holds the facts and collects the refusals, so nothing is kept alive and nothing has effects. Each
transition carries ONE condition, ours, because the library stops at the first false one and
could not give all reasons.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from transitions import EventData, Machine

from workflow.facts import CaseFacts, PoolFacts, ThingFacts
from workflow.grade_guards import grade_of
from workflow.grammar import Notice, Payload, ReasonRule, Transition
from workflow.permissions import Actor, Context, Permit, Resource, permits
from workflow.process import PROCESS, ThingProcess, is_return
from workflow.vocabulary import (
    Action,
    Clearing,
    DocumentKind,
    Duty,
    EntryBasis,
    Grade,
    Role,
    State,
    Thing,
    ThingAction,
    Word,
)
from workflow.words import Sentence, m

NOTHING: Payload = MappingProxyType({})
GRADE_SETTING: frozenset[Action] = frozenset({Action.DECIDE, Action.REGRADE, Action.CORRECT_GRADE})
"""Moves that may add a 优秀 and therefore look at the pool."""


@dataclass(frozen=True)
class Decision:
    """What a move would do, or every reason why not; ``next_state`` is None when refused."""

    action: Action | ThingAction
    subject_id: int
    from_state: str
    next_state: Word | None = None
    refusals: tuple[Sentence, ...] = ()
    notices: tuple[Notice, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    clears: tuple[Clearing, ...] = ()

    def __bool__(self) -> bool:
        """True when the move goes through."""
        return not self.refusals

    def refused(self, reason: Sentence) -> "Decision":
        """The same move refused for one more reason, without its effects."""
        return Decision(
            self.action, self.subject_id, self.from_state, refusals=(*self.refusals, reason)
        )


@dataclass(frozen=True)
class Offer:
    """A move the actor may use from here, with what still stands in its way."""

    transition: Transition[Any]
    permit: Permit
    refusals: tuple[Sentence, ...] = ()

    @property
    def action(self) -> Action | ThingAction:
        return self.transition.action


@dataclass(frozen=True)
class Need:
    """One line of "what is missing": the rule, and the refusal while it does not hold."""

    action: Action | ThingAction
    rule: Sentence
    refusal: Sentence | None
    waits_for: tuple[Role, ...] = ()
    guard: str = ""


class _Token:
    """What is fired through the machine and thrown away."""

    __slots__ = ("facts", "payload", "permit", "refusals", "state", "table")

    def __init__(
        self,
        facts: CaseFacts | ThingFacts,
        permit: Permit,
        payload: Payload,
        table: Mapping[tuple[str, str], Transition[Any]],
    ) -> None:
        self.state = str(facts.state)
        self.facts = facts
        self.permit = permit
        self.payload = payload
        self.table = table
        self.refusals: tuple[Sentence, ...] = ()


def _may_fire(event: EventData) -> bool:
    token = event.model
    assert isinstance(token, _Token)
    move = token.table[token.state, event.event.name]
    token.refusals = refusals_of(move, token.facts, token.permit, token.payload)
    return not token.refusals


def _build(states: Sequence[str], table: Mapping[tuple[str, str], Transition[Any]]) -> Machine:
    return Machine(
        model=None,
        states=list(states),
        initial=states[0],
        transitions=[
            {"trigger": action, "source": state, "dest": move.target.value, "conditions": _may_fire}
            for (state, action), move in table.items()
        ],
        auto_transitions=False,
        send_event=True,
    )


CASE_MACHINE = _build([state.value for state in State], PROCESS.table)


@cache
def thing_machine(thing: Thing) -> Machine:
    """The shared machine of a thing beside the case."""
    process = PROCESS.things[thing]
    return _build(process.state_values, process.table)


def refusals_of(
    move: Transition[Any],
    facts: CaseFacts | ThingFacts,
    permit: Permit,
    payload: Payload | None = NOTHING,
) -> tuple[Sentence, ...]:
    """Every reason against the move. ``payload=None`` leaves out what the form will ask for.

    Who has no permit learns only that.
    """
    if not permit:
        return (permit.reason or m("没有办理这一步的权限"),)
    found = [guard(facts, payload or NOTHING) for guard in move.guards]
    if permit.automatic:
        found.append(_recalled(facts))
    if payload is not None:
        found += [check(facts, payload) for check in move.checks]
        found.append(_reason_missing(move, payload))
        found.append(_basis_missing(permit, payload))
    return tuple(refusal for refusal in found if refusal is not None)


def _recalled(facts: CaseFacts | ThingFacts) -> Sentence | None:
    """What a person has sent back, the jobs don't send on again by themselves."""
    if isinstance(facts, CaseFacts) and is_return(facts.last_action):
        return m("上一步是退回,须由人办理")
    return None


def _reason_missing(move: Transition[Any], payload: Payload) -> Sentence | None:
    if move.reason is ReasonRule.REQUIRED and not str(payload.get("reason") or "").strip():
        return m("请说明理由")
    return None


def _basis_missing(permit: Permit, payload: Payload) -> Sentence | None:
    if Duty.BASIS not in permit.duties:
        return None
    basis = str(payload.get("basis") or "")
    if basis in {EntryBasis.SIGNED_PAPER, EntryBasis.DICTATED}:
        return None
    return m("请注明代录依据")


def _fire(
    machine: Machine, token: _Token, action: Action | ThingAction, subject_id: int
) -> Decision:
    start = token.state
    move = token.table.get((start, action.value))
    if move is None:
        return Decision(action, subject_id, start, refusals=(_no_such_move(action),))
    if not machine.events[action.value].trigger(token):
        return Decision(action, subject_id, start, refusals=token.refusals)
    return Decision(
        action,
        subject_id,
        start,
        next_state=move.target,
        notices=move.notices,
        documents=move.documents,
        clears=move.clears,
    )


def _no_such_move(action: Word) -> Sentence:
    return m("现在的状态不能“%(action)s”", action=action)


def decide(
    facts: CaseFacts, action: Action, permit: Permit, payload: Payload | None = None
) -> Decision:
    """Decide one move of one case. Moves of ``GRADE_SETTING`` go on to ``decide_batch``."""
    token = _Token(facts, permit, payload or NOTHING, PROCESS.table)
    return _fire(CASE_MACHINE, token, action, facts.case_id)


def decide_batch(
    pools: Mapping[int, PoolFacts],
    facts: Mapping[int, CaseFacts],
    decisions: Mapping[int, Decision],
    payloads: Mapping[int, Payload],
) -> dict[int, Decision]:
    """Hold accepted decisions of one set against the quota; all but ``pools`` by case id.

    ``pools`` is by pool id and read under the pools' lock. When the 优秀 of a pool would exceed
    its seats, or the cap above it, every 优秀 of that pool in the set is refused: who gets the
    last seat is never chosen here. A 优秀 without a pool is refused too.
    """
    checked = dict(decisions)
    claims: dict[int, list[int]] = {}
    for case_id, decision in decisions.items():
        if not (decision and decision.action in GRADE_SETTING):
            continue
        if grade_of(payloads.get(case_id, NOTHING)) is not Grade.EXCELLENT:
            continue
        pool_id = facts[case_id].pool_id
        if pool_id is None or pool_id not in pools:
            checked[case_id] = decision.refused(m("没有编入考核组别,不能确定为优秀"))
        else:
            claims.setdefault(pool_id, []).append(case_id)
    for case_id, reason in (*_over_seats(claims, pools), *_over_cap(claims, pools)):
        checked[case_id] = checked[case_id].refused(reason)
    return checked


def _over_seats(
    claims: Mapping[int, Sequence[int]], pools: Mapping[int, PoolFacts]
) -> Iterator[tuple[int, Sentence]]:
    for pool_id, case_ids in claims.items():
        pool = pools[pool_id]
        if pool.used + len(case_ids) > pool.seats:
            reason = m(
                "组别优秀名额 %(seats)s 个,已用 %(used)s 个,本次 %(new)s 个,超过名额",
                seats=pool.seats,
                used=pool.used,
                new=len(case_ids),
            )
            yield from ((case_id, reason) for case_id in case_ids)


def _over_cap(
    claims: Mapping[int, Sequence[int]], pools: Mapping[int, PoolFacts]
) -> Iterator[tuple[int, Sentence]]:
    caps = {pools[pool_id].total_id: pools[pool_id] for pool_id in claims}
    for total_id, cap in caps.items():
        under = [i for pid, ids in claims.items() if pools[pid].total_id == total_id for i in ids]
        if cap.total_seats is not None and cap.total_used + len(under) > cap.total_seats:
            reason = m("优秀总名额 %(seats)s 个,本次将超过总名额", seats=cap.total_seats)
            yield from ((case_id, reason) for case_id in under)


def decide_thing(
    facts: ThingFacts, action: ThingAction, permit: Permit, payload: Payload | None = None
) -> Decision:
    """Decide one move of a thing beside the case."""
    process = PROCESS.things[facts.thing]
    token = _Token(facts, permit, payload or NOTHING, process.table)
    return _fire(thing_machine(facts.thing), token, action, facts.thing_id)


def offers(
    facts: CaseFacts | ThingFacts,
    actor: Actor,
    resource: Resource,
    context: Context = Context(),  # noqa: B008
) -> tuple[Offer, ...]:
    """The moves this actor may use from here, read from the table; guards say what is open.

    Forms are not asked yet, so a check on what will be filled in is left out.
    """
    context = replace(context, steps=(*context.steps, *facts.steps))
    found = []
    for move in _moves_from(facts):
        permit = permits(actor, move.action, resource, context)
        if permit:
            found.append(Offer(move, permit, refusals_of(move, facts, permit, None)))
    return tuple(found)


def _moves_from(facts: CaseFacts | ThingFacts) -> tuple[Transition[Any], ...]:
    if isinstance(facts, CaseFacts):
        return PROCESS.moves_from(facts.state.value)
    process: ThingProcess = PROCESS.things[facts.thing]
    return process.moves_from(facts.state)


def allowed(
    facts: CaseFacts | ThingFacts,
    actor: Actor,
    resource: Resource,
    context: Context = Context(),  # noqa: B008
) -> tuple[Action | ThingAction, ...]:
    """The actions whose button may be pressed now."""
    return tuple(
        offer.action for offer in offers(facts, actor, resource, context) if not offer.refusals
    )


def needs_of(facts: CaseFacts | ThingFacts) -> tuple[Need, ...]:
    """What is missing, and what is done, on the ways forward from here (whoever looks)."""
    waits = _waits_for(facts)
    return tuple(
        Need(move.action, guard.rule, guard(facts, NOTHING), guard.by or waits, guard.name)
        for move in _moves_from(facts)
        if move.is_work or move.auto
        for guard in move.guards
    )


def _waits_for(facts: CaseFacts | ThingFacts) -> tuple[Role, ...]:
    if isinstance(facts, CaseFacts):
        return PROCESS.state_spec(facts.state).waits_for
    states = PROCESS.things[facts.thing].spec.states
    return next((spec.waits_for for spec in states if spec.state.value == facts.state), ())
