"""After the meeting: what each step did to whom, decisions in force, publicity, objections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.errors import Invalid, NotVisible
from cases.models import Case, Decision, DecisionItem, DecisionStep, Person, Publicity
from cases.models import PublicityObjection as Objection
from cases.queries.pool import BoardRow
from cases.queries.scheme import scheme_of_cycle
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import Grade, Permission, State, Track
from workflow.words import m

NOT_FRESH = m("审定当日还没有核对不得确定为优秀的情形")


def items_of(conn: sa.Connection, pool_id: int) -> dict[int, list[Any]]:
    """Step id -> the rows it changed or held."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = conn.execute(
        sa.select(DecisionItem, Case.subject_name)
        .join(DecisionStep, DecisionStep.id == DecisionItem.step_id)
        .join(Case, Case.id == DecisionItem.case_id)
        .where(DecisionStep.pool_id == pool_id)
        .order_by(Case.sort_key)
    )
    for row in rows:
        found[row.step_id].append(row)
    return dict(found)


def decisions_of(conn: sa.Connection, pool_id: int) -> dict[int, Any]:
    """Case id -> the decision in force."""
    rows = conn.execute(
        sa.select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.pool_id == pool_id, Case.outcome.is_not(None))
        .order_by(Decision.case_id, Decision.number)
    )
    return {row.case_id: row for row in rows}


def window_of(conn: sa.Connection, pool_id: int) -> Any:
    """The newest publicity of a pool, or None."""
    query = sa.select(Publicity).where(Publicity.pool_id == pool_id)
    return conn.execute(query.order_by(Publicity.id.desc()).limit(1)).first()


def needs_publicity(conn: sa.Connection, pool: Any, rows: Sequence[BoardRow]) -> list[BoardRow]:
    """Decided 优秀 that must be published before notice."""
    scheme = scheme_of_cycle(conn, pool.cycle_id)
    rule = scheme.publicity.get(Track(pool.track)) if scheme else None
    if rule is None or not rule.required:
        return []
    return [
        r for r in rows
        if r.case.state == State.DECIDED and r.case.decided_grade == Grade.EXCELLENT
    ]  # fmt: skip


def long_enough(ends_on: date, least: date) -> None:
    """Raise Invalid when a publicity would end before the scheme's working days are over."""
    if ends_on < least:
        raise Invalid({"ends_on": m("公示期不足方案规定的工作日,最早 %(day)s 截止", day=least)})


def objections_of(conn: sa.Connection, pool_id: int) -> list[Any]:
    """Objections of a pool with the name of their subject, newest last."""
    return list(
        conn.execute(
            sa.select(
                Objection, Case.subject_name, Case.ref, Case.state.label("case_state"), Person.name
            )
            .join(Case, Case.id == Objection.case_id)
            .outerjoin(Person, Person.id == Objection.handled_by)
            .where(Case.pool_id == pool_id)
            .order_by(Objection.id)
        )
    )


def load_objection(
    conn: sa.Connection, actor: Actor, permission: Permission, objection_id: int
) -> Any:
    """An objection of a case within reach. Raises NotVisible."""
    row = conn.execute(
        sa.select(Objection, Case.subject_name, Case.unit_name, Case.ref, Case.pool_id)
        .join(Case, Case.id == Objection.case_id)
        .where(Objection.id == objection_id, visible(conn, actor, permission))
    ).first()
    if row is None:
        raise NotVisible(f"objection:{objection_id}")
    return row
