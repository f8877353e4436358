"""What a move of many cases would do, before anybody carries it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case
from cases.queries.facts import rows_and_facts
from cases.queries.relations import relations_of_row, ties_of
from cases.queries.visibility import assignments_of, resource_of
from workflow.machine import decide
from workflow.permissions import Actor, Context, permits
from workflow.vocabulary import Action, State
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would do to one case: nothing in the way, or every reason."""

    case: Any
    reasons: tuple[Sentence, ...]


def preview(
    conn: sa.Connection,
    case_ids: Collection[int],
    action: Action,
    *,
    actor: Actor,
    on: date,
    payloads: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[Preview]:
    """The same answer as the door would give now, without moving anybody; in official order."""
    if not case_ids:
        return []
    rows, facts = rows_and_facts(conn, case_ids, on=on, lock=False)
    ties = ties_of(conn, actor.person_id) if actor.person_id is not None else None
    assigned = assignments_of(conn, actor.person_id, list(rows))
    found = []
    for case_id, row in sorted(rows.items(), key=lambda item: (item[1].sort_key, item[0])):
        relations = relations_of_row(ties, row) if ties else frozenset()
        permit = permits(
            actor,
            action,
            resource_of(row, assigned.get(case_id, frozenset())),
            Context(relations=relations, steps=facts[case_id].steps),
        )
        answer = decide(facts[case_id], action, permit, dict((payloads or {}).get(case_id, {})))
        found.append(Preview(row, _why(answer, action)))
    return found


def _why(answer: Any, action: Action) -> tuple[Sentence, ...]:
    if answer:
        return ()
    return tuple(answer.refusals) or (m("现在不能“%(move)s”", move=action),)


def members(conn: sa.Connection, pool_id: int, *states: State) -> list[Any]:
    """Cases of a pool in these states, in official order."""
    return list(
        conn.execute(
            sa.select(Case)
            .where(Case.pool_id == pool_id, Case.state.in_(states))
            .order_by(Case.sort_key, Case.id)
        )
    )
