"""What moves of the stage ``result_application`` write besides the state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.recording.moved import Clearer, Moved, Recorder
from cases.journal import Draft, append_many
from cases.models import Case, Cycle, Decision, Measure, Outbox, PastResult
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.grading.effects import MeasureSuggestion, suggestions
from cases.scoring.rules import shipped_rules
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import (
    Action,
    CaseKind,
    Clearing,
    DocumentKind,
    Grade,
    MeasureKind,
    MeasureState,
    Thing,
    Track,
    conclusion_code,
)

BY_UNIT = frozenset({MeasureKind.RECTIFICATION, MeasureKind.FEEDBACK_TALK, MeasureKind.TRAINING})
"""Measures that the subject's own unit carries out; the others fall to the managing organ."""
_CADRE_GRADES = {
    code.value: grade
    for grade in (
        Grade.EXCELLENT,
        Grade.COMPETENT,
        Grade.BASICALLY_COMPETENT,
        Grade.INCOMPETENT,
    )
    for code in (conclusion_code(grade),)
}


def propose_measures(
    conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime
) -> None:
    """What the result and the years before it suggest, as proposed measures with their clause.

    Called when notice is given and when a result is changed. A measure that stands already is not
    proposed again. Mandatory are only those that the rules say so of (low grades).
    """
    ids = [x.case_id for x in moved]
    cases = conn.execute(
        sa.select(Case, Cycle.year).join(Cycle, Cycle.id == Case.cycle_id).where(Case.id.in_(ids))
    ).all()
    histories = _histories(conn, cases)
    decided = _decided_on(conn, ids)
    rules = {c: _effects(conn, c) for c in {case.cycle_id for case in cases}}
    there = {
        (case_id, kind, title)
        for case_id, kind, title in conn.execute(
            sa.select(Measure.case_id, Measure.kind, Measure.title).where(Measure.case_id.in_(ids))
        )
    }
    rows = []
    for case in sorted(cases, key=lambda c: (c.sort_key, c.id)):
        history = {
            **histories.get(_whose(case), {}),
            case.year: Grade(case.decided_grade) if case.decided_grade else None,
        }
        for one in suggestions(
            history,
            case.year,
            track=Track(case.track),
            rules=rules[case.cycle_id],
            decided_on=decided.get(case.id),
        ):
            if (case.id, one.kind.value, str(one.rule.title)) not in there:
                rows.append(_measure(case, one, at))
    _insert(conn, rows, actor, at)


def _effects(conn: sa.Connection, cycle_id: int) -> Any:
    scheme = scheme_of_cycle(conn, cycle_id)
    return (scheme.rules if scheme else shipped_rules()).effects


def _whose(case: Any) -> tuple[str, int]:
    if case.kind == CaseKind.BODY:
        return ("unit", case.body_unit_id)
    return ("person", case.person_id)


def _histories(
    conn: sa.Connection, cases: Sequence[Any]
) -> dict[tuple[str, int], dict[int, Grade | None]]:
    people = [c.person_id for c in cases if c.person_id is not None]
    units = [c.body_unit_id for c in cases if c.body_unit_id is not None]
    rows = conn.execute(
        sa.select(
            PastResult.person_id, PastResult.unit_id, PastResult.year, PastResult.conclusion
        ).where(
            sa.or_(
                PastResult.person_id.in_(people),
                sa.and_(PastResult.person_id.is_(None), PastResult.unit_id.in_(units)),
            )
        )
    )
    found: dict[tuple[str, int], dict[int, Grade | None]] = {}
    for person_id, unit_id, year, conclusion in rows:
        key = ("person", person_id) if person_id is not None else ("unit", unit_id or 0)
        found.setdefault(key, {})[year] = past_grade(conclusion)
    return found


def past_grade(conclusion: str) -> Grade | None:
    """The grade behind a stored conclusion; None for a year that ended without one."""
    if conclusion in {g.value for g in Grade}:
        return Grade(conclusion)
    return _CADRE_GRADES.get(conclusion)


def _decided_on(conn: sa.Connection, ids: Sequence[int]) -> dict[int, Any]:
    rows = conn.execute(
        sa.select(Decision.case_id, Decision.decided_on)
        .where(Decision.case_id.in_(ids))
        .order_by(Decision.number)
    )
    return {case_id: day for case_id, day in rows}


def _measure(case: Any, one: MeasureSuggestion, at: datetime) -> dict[str, Any]:
    gaps = "、".join(map(str, one.gaps))
    basis = f"{one.clause}（{gaps}年结果没有登记，先核对）" if gaps else one.clause
    return {
        "case_id": case.id,
        "channel": one.channel,
        "kind": one.kind,
        "title": str(one.rule.title),
        "basis": basis,
        "mandatory": one.mandatory,
        "state": MeasureState.PROPOSED,
        "owner_unit_id": case.unit_id if one.kind in BY_UNIT else case.managing_organ_id,
        "due_on": one.due,
        "created_at": at,
    }


def _insert(
    conn: sa.Connection, rows: Sequence[dict[str, Any]], actor: Actor, at: datetime
) -> None:
    if not rows:
        return
    ids = conn.execute(
        sa.insert(Measure).returning(Measure.id, sort_by_parameter_order=True), rows
    ).scalars()
    append_many(
        conn,
        [
            Draft(
                subject=Thing.MEASURE.value,
                subject_id=measure_id,
                case_id=row["case_id"],
                action="create_measure",
                at=at,
                state_to=MeasureState.PROPOSED.value,
                process=PROCESS.version,
                payload={"title": row["title"], "mandatory": row["mandatory"]},
            ).by(actor)
            for measure_id, row in zip(ids, rows, strict=True)
        ],
    )


def start(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """The opinion is settled: forms that waited for it are printed at once."""
    conn.execute(
        sa.update(Outbox)
        .where(
            Outbox.case_id.in_([x.case_id for x in moved]),
            Outbox.kind == "document",
            Outbox.topic == DocumentKind.REGISTRATION_FORM.value,
            Outbox.done_at.is_(None),
            Outbox.error.is_(None),
        )
        .values(available_at=at)
    )


def clear_closing(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """Nothing is stored of the closing but the state: measures can be worked on again."""


RECORDERS: dict[Action, Recorder] = {Action.START_APPLICATION: start}
CLEARERS: dict[Clearing, Clearer] = {Clearing.CLOSING: clear_closing}
