"""Gates that are open already: cases whose next move is the system's own pass at once.

Only moves declared ``auto`` are looked at. The facts are read without a lock first, so a sweep that
finds nothing writes nothing; those that are ready go through the door like everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.transition import perform_many
from cases.errors import Stale
from cases.jobs.tools import Tools
from cases.models import Case
from cases.queries.facts import facts_of
from workflow.facts import CaseFacts
from workflow.machine import decide
from workflow.permissions import SYSTEM, permits
from workflow.process import PROCESS
from workflow.vocabulary import Action, Stage

CHUNK = 500


def pass_gates(tools: Tools, *, chunk: int = CHUNK) -> dict[Action, int]:
    """Pass every case that can pass; returns how many moved by which action.

    Stages are taken in order, so a case whose later gates are open too goes all the way.
    """
    moved: dict[Action, int] = {}
    for spec in PROCESS.stages:
        for move in spec.transitions:
            if move.auto and isinstance(move.action, Action):
                states = [state.value for state in move.sources]
                count = _sweep(tools, spec.stage, move.action, states, chunk)
                if count:
                    moved[move.action] = count
    return moved


def _sweep(tools: Tools, stage: Stage, action: Action, states: Sequence[str], chunk: int) -> int:
    moved = 0
    for ids in _chunks(tools, states, chunk):
        with tools.store.reading() as conn:
            facts = facts_of(conn, ids, on=date_of(tools.now()), stages=(stage,))
        ready = [i for i in ids if i in facts and _passes(facts[i], action)]
        if ready:
            moved += _pass(tools, ready, action)
    return moved


def _chunks(tools: Tools, states: Sequence[str], chunk: int) -> Iterator[list[int]]:
    after = 0
    while True:
        with tools.store.reading() as conn:
            ids = list(
                conn.execute(
                    sa.select(Case.id)
                    .where(Case.state.in_(states), Case.id > after)
                    .order_by(Case.id)
                    .limit(chunk)
                ).scalars()
            )
        if not ids:
            return
        yield ids
        after = ids[-1]


def _passes(facts: CaseFacts, action: Action) -> bool:
    return bool(decide(facts, action, permits(SYSTEM, action), {}))


def _pass(tools: Tools, ids: Sequence[int], action: Action) -> int:
    try:
        with tools.store.transaction() as conn:
            outcomes = perform_many(conn, ids, action, actor=SYSTEM, at=tools.now())
    except Stale:
        return 0  # somebody was faster; the next sweep looks again
    return sum(outcome.done for outcome in outcomes)
