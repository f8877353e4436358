"""Does every case bear what was last decided about it: grade, outcome, code of the conclusion?"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from cases.models import Case, JournalEntry, JournalPayload
from workflow.conclusions import decided, excluded
from workflow.machine import GRADE_SETTING
from workflow.vocabulary import Action, CaseKind, State

DECIDED = frozenset(
    {
        State.DECIDED.value,
        State.IN_PUBLICITY.value,
        State.NOTIFIED.value,
        State.APPLYING.value,
        State.CLOSED.value,
        State.ARCHIVED.value,
    }
)
"""States in which a decision is in force; in any other a case bears no grade and no outcome."""
_SETTLING = (*sorted(GRADE_SETTING), Action.EXCLUDE)


def stray_result(conn: sa.Connection) -> tuple[str, int, int | None] | None:
    """The first case that bears another result than its last decision or exclusion says: the
    field (``grade``, ``outcome``, ``conclusion``), the case, the number of that entry.

    What was decided stands in the entry's payload; where that was lawfully destroyed, nothing can
    be compared.
    """
    last = (
        sa.select(JournalEntry.case_id, sa.func.max(JournalEntry.seq).label("seq"))
        .where(JournalEntry.subject == "case", JournalEntry.action.in_(_SETTLING))
        .group_by(JournalEntry.case_id)
        .subquery()
    )
    rows = conn.execute(
        sa.select(
            Case.id,
            Case.kind,
            Case.state,
            Case.decided_grade,
            Case.outcome,
            Case.conclusion,
            last.c.seq,
            JournalEntry.action,
            JournalPayload.payload,
        )
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(JournalEntry, JournalEntry.seq == last.c.seq)
        .outerjoin(JournalPayload, JournalPayload.seq == last.c.seq)
        .where(
            Case.decided_grade.is_not(None) | Case.outcome.is_not(None) | last.c.seq.is_not(None)
        )
        .order_by(Case.id)
    )
    for row in rows:
        if row.seq is not None and row.payload is None:
            continue
        for field, stands, said in _compared(row):
            if stands != said:
                return field, row.id, row.seq
    return None


def _compared(row: Any) -> tuple[tuple[str, Any, Any], ...]:
    """(field, what stands, what was said). Before a decision the code says how somebody takes
    part, and is written over by it: nothing to compare."""
    grade, outcome, code = None, None, row.conclusion
    if row.state in DECIDED and row.action in GRADE_SETTING:
        said = decided(CaseKind(row.kind), Action(row.action), json.loads(row.payload))
        grade, outcome, code = said.grade, said.outcome, said.code
    elif row.state == State.NOT_ASSESSED and row.action == Action.EXCLUDE:
        code = excluded(json.loads(row.payload))
    return (
        ("grade", row.decided_grade, grade),
        ("outcome", row.outcome, outcome),
        ("conclusion", row.conclusion, code),
    )
