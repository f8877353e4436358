"""What moves of the stage ``committee_review`` write besides the state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.recording.moved import Clearer, Moved, Recorder, Setter
from cases.commands.recording.result_application import propose_measures
from cases.models import (
    Case,
    Decision,
    Filing,
    GradeMove,
    IssuedDocument,
    Publicity,
    Statement,
)
from cases.queries.calendar import working_days
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.shapes import Scheme
from workflow.conclusions import REGRADING, decided
from workflow.grade_guards import grade_of, outcome_of
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.timetable import add_months, add_working_days
from workflow.vocabulary import (
    Action,
    Clearing,
    FilingState,
    SignState,
)


def _proposed(x: Moved) -> dict[str, Any]:
    return {"proposed_grade": grade_of(x.payload), "proposed_outcome": outcome_of(x.payload)}


def _no_proposal(_x: Moved) -> dict[str, Any]:
    """The proposed grade goes; the moves on the board stay as record."""
    return {"proposed_grade": None, "proposed_outcome": None}


def _decided(x: Moved) -> dict[str, Any]:
    """What lists read of the decision on the case."""
    said = decided(x.before.kind, x.action, x.payload)
    return {"outcome": said.outcome, "decided_grade": said.grade, "conclusion": said.code}


def _no_decision(_x: Moved) -> dict[str, Any]:
    """The outcome goes from the case; decisions stay as record, the next one has a new number."""
    return {"outcome": None, "decided_grade": None, "conclusion": None}


def propose(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """The move on the board."""
    conn.execute(sa.insert(GradeMove), [_grade_move(x, actor, at) for x in moved])


def _grade_move(x: Moved, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "case_id": x.case_id,
        "grade_from": x.payload.get("moved_from") or x.before.suggested_grade,
        "grade_to": grade_of(x.payload),
        "reason_code": x.payload.get("deviation"),
        "reason": x.payload.get("deviation_text"),
        "moved_by": actor.person_id,
        "moved_at": at,
    }


def decide(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """A new decision in force."""
    numbers = _numbers(conn, moved)
    rows = [_decision(x, numbers.get(x.case_id, 0) + 1, actor, at) for x in moved]
    conn.execute(sa.insert(Decision), rows)


def _numbers(conn: sa.Connection, moved: Sequence[Moved]) -> dict[int, int]:
    rows = conn.execute(
        sa.select(Decision.case_id, sa.func.max(Decision.number))
        .where(Decision.case_id.in_([x.case_id for x in moved]))
        .group_by(Decision.case_id)
    )
    return {case_id: int(number) for case_id, number in rows}


def _decision(x: Moved, number: int, actor: Actor, at: datetime) -> dict[str, Any]:
    said = decided(x.before.kind, x.action, x.payload)
    changed = x.action in REGRADING
    return {
        "case_id": x.case_id,
        "number": number,
        "outcome": said.outcome,
        "grade": said.grade,
        "conclusion": said.code,
        "organ": str(x.payload.get("organ") or ""),
        "document": str(x.payload.get("document_no") or ""),
        "decided_on": _day(x.payload.get("decided_on")) or date_of(at),
        "reason": x.payload.get("deviation_text") or x.payload.get("reason"),
        "basis": str(x.payload.get("deviation") or x.action.value),
        "recorded_by": actor.person_id,
        "recorded_at": at,
        "released_at": at if changed else None,
        "notified_on": date_of(at) if changed else None,
    }


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def publish(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """One publicity per pool, from today to the day named (领导干部 only where required)."""
    pools = {x.before.pool_id for x in moved if x.before.pool_id is not None}
    known = set(
        conn.execute(
            sa.select(Publicity.pool_id).where(
                Publicity.pool_id.in_(pools), Publicity.ends_on >= date_of(at)
            )
        ).scalars()
    )
    first = moved[0].payload
    for pool_id in sorted(pools - known):
        conn.execute(
            sa.insert(Publicity).values(
                pool_id=pool_id,
                starts_on=date_of(at),
                ends_on=_day(first["ends_on"]),
                range=str(first.get("range") or "本单位"),
                phone=str(first.get("phone") or ""),
                address=first.get("address"),
            )
        )
    _due_when_public(conn, moved)


def _due_when_public(conn: sa.Connection, moved: Sequence[Moved]) -> None:
    """A case in publicity is due when its window ends, which may be later than the rule's days."""
    ends = sa.select(sa.func.max(Publicity.ends_on)).where(Publicity.pool_id == Case.pool_id)
    conn.execute(
        sa.update(Case)
        .where(Case.id.in_([x.case_id for x in moved]))
        .values(due_on=ends.scalar_subquery())
    )


def notify(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """The day of notice; the person's statement and the filing begin their clocks."""
    ids = [x.case_id for x in moved]
    today = date_of(at)
    conn.execute(
        sa.update(Decision)
        .where(Decision.case_id.in_(ids), Decision.notified_on.is_(None))
        .values(notified_on=today)
    )
    _start_clocks(conn, moved, actor, at)
    propose_measures(conn, moved, actor, at)


_DUE = sa.update(Case).where(Case.id == sa.bindparam("b_id")).values(due_on=sa.bindparam("b_due"))


def _start_clocks(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    ids = [x.case_id for x in moved]
    today = date_of(at)
    due = _statement_days(conn, ids, today)
    conn.execute(_DUE, [{"b_id": i, "b_due": due[i]} for i in ids])
    conn.execute(sa.delete(Statement).where(Statement.case_id.in_(ids)))
    conn.execute(
        sa.insert(Statement),
        [
            {
                "case_id": i,
                "sign_state": SignState.NONE,
                "due_on": due[i],
                "recorded_by": actor.person_id,
                "recorded_at": at,
            }
            for i in ids
        ],
    )
    there = set(conn.execute(sa.select(Filing.case_id).where(Filing.case_id.in_(ids))).scalars())
    new = [i for i in ids if i not in there]
    if new:
        row = {
            "state": FilingState.DUE,
            "version": 1,
            "due_on": add_months(today, rule_count("filing")),
        }
        conn.execute(sa.insert(Filing), [{"case_id": i, **row} for i in new])


def _statement_days(conn: sa.Connection, ids: Sequence[int], today: date) -> dict[int, date]:
    calendar = working_days(conn)
    found: dict[int, date] = {}
    rows = conn.execute(
        sa.select(Case.id, Case.cycle_id).where(Case.id.in_(ids)).order_by(Case.cycle_id)
    )
    days: dict[int, int] = {}
    for case_id, cycle_id in rows:
        if cycle_id not in days:
            scheme = scheme_of_cycle(conn, cycle_id)
            days[cycle_id] = _days_of(scheme)
        found[case_id] = add_working_days(today, days[cycle_id], calendar)
    return found


def _days_of(scheme: Scheme | None) -> int:
    return scheme.feedback.statement_days if scheme else rule_count("statement")


def regrade(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """A changed decision: the old papers stay, stamped 作废; notice is given anew."""
    decide(conn, moved, actor, at)
    conn.execute(
        sa.update(IssuedDocument)
        .where(
            IssuedDocument.case_id.in_([x.case_id for x in moved]),
            IssuedDocument.void_at.is_(None),
            IssuedDocument.kind.in_(["result_notice", "registration_form"]),
        )
        .values(void_at=at, void_reason=str(moved[0].payload.get("reason") or ""))
    )
    _start_clocks(conn, moved, actor, at)
    propose_measures(conn, moved, actor, at)


def clear_publicity(
    conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime
) -> None:
    """Nothing: the window belongs to the pool, and others are still in it."""


def clear_chain(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """The steps recorded for the pool stay: they are minutes of meetings that took place."""


SETTERS: dict[Action, Setter] = {
    Action.PROPOSE: _proposed,
    Action.DECIDE: _decided,
    Action.REGRADE: _decided,
    Action.CORRECT_GRADE: _decided,
}
CLEARED: dict[Clearing, Setter] = {
    Clearing.PROPOSAL: _no_proposal,
    Clearing.DECISION: _no_decision,
}
RECORDERS: dict[Action, Recorder] = {
    Action.PROPOSE: propose,
    Action.DECIDE: decide,
    Action.RELEASE_TO_PUBLICITY: publish,
    Action.NOTIFY: notify,
    Action.REGRADE: regrade,
    Action.CORRECT_GRADE: regrade,
}
CLEARERS: dict[Clearing, Clearer] = {
    Clearing.PUBLICITY: clear_publicity,
    Clearing.CHAIN: clear_chain,
}
