"""Facts of cases, for guards: a fixed number of queries per set, only those a stage's guards read.

``facts_of`` never decides anything. Bars and suggestions stand computed in the synthesis; scheme
rules come from the frozen scheme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Cycle, JournalEntry, SchemeVersion
from cases.queries import facts_after, facts_lanes, facts_synthesis
from cases.queries.by_ids import ByIds
from cases.queries.scheme import scheme_by_digest
from cases.scoring.shapes import Scheme
from workflow.facts import CaseFacts, Step
from workflow.vocabulary import CaseKind, Grade, Outcome, Participation, Stage, State, Track

Raw = dict[int, dict[str, Any]]
CHUNK = 500

LOADERS: dict[Stage, tuple[Any, ...]] = {
    Stage.SCOPING: (),
    Stage.SELF_REPORT: (facts_lanes.report,),
    Stage.DATA_COLLECTION: (facts_lanes.data, facts_lanes.provisional),
    Stage.PUBLIC_EVALUATION: (facts_lanes.evaluation, facts_lanes.provisional),
    Stage.COMMITTEE_REVIEW: (
        facts_synthesis.synthesis,
        facts_synthesis.open_questions,
        facts_synthesis.holds,
        facts_synthesis.results,
        facts_synthesis.decision,
        facts_after.notice,
        facts_after.changes,
    ),
    Stage.RESULT_APPLICATION: (facts_after.notice, facts_after.following, facts_after.changes),
    Stage.ARCHIVE: (facts_after.following, facts_after.changes),
}
EVERYTHING: tuple[Any, ...] = tuple(dict.fromkeys(f for fs in LOADERS.values() for f in fs))


_CASES = ByIds(
    Case.id,
    sa.select(Case, Cycle.timetable, Cycle.year, SchemeVersion.digest, SchemeVersion.frozen_at)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .outerjoin(SchemeVersion, SchemeVersion.id == Cycle.scheme_version_id)
    .order_by(Case.id),
)
_LOCKED = ByIds(Case.id, _CASES.select.with_for_update(of=Case))
_STEPS = ByIds(
    JournalEntry.case_id,
    sa.select(
        JournalEntry.case_id,
        JournalEntry.action,
        JournalEntry.actor_person_id,
        JournalEntry.state_to,
    ).order_by(JournalEntry.seq),
)


def facts_of(
    conn: sa.Connection,
    case_ids: Collection[int],
    *,
    on: date,
    stages: Iterable[Stage] | None = None,
) -> dict[int, CaseFacts]:
    """Facts by case id as of ``on``. ``stages`` limits what is looked up; None looks up all."""
    return rows_and_facts(conn, case_ids, on=on, stages=stages, lock=False)[1]


def rows_and_facts(
    conn: sa.Connection,
    case_ids: Collection[int],
    *,
    on: date,
    stages: Iterable[Stage] | None = None,
    lock: bool = True,
) -> tuple[dict[int, Any], dict[int, CaseFacts]]:
    """The rows of ``cases`` (with their cycle's timetable) and their facts, by case id.

    ``lock`` takes the row locks of the cases, in id order (PostgreSQL).
    """
    loaders = (
        EVERYTHING
        if stages is None
        else tuple(dict.fromkeys(f for s in stages for f in LOADERS[s]))
    )
    rows: dict[int, Any] = {}
    found: dict[int, CaseFacts] = {}
    ordered = sorted(case_ids)
    for start in range(0, len(ordered), CHUNK):
        chunk = (_LOCKED if lock else _CASES).rows(conn, ordered[start : start + CHUNK])
        rows |= {row.id: row for row in chunk}
        found |= _facts(conn, chunk, on, loaders)
    return rows, found


def _facts(
    conn: sa.Connection, rows: Sequence[Any], on: date, loaders: Sequence[Any]
) -> dict[int, CaseFacts]:
    raw: Raw = {row.id: _base(row, on) for row in rows}
    schemes: dict[int, Scheme] = {}
    if loaders:  # the scheme is asked only by those who read it
        schemes = {
            row.id: scheme_by_digest(conn, row.digest) for row in rows if row.digest is not None
        }
    for load in loaders:
        load(conn, rows, schemes, raw)
    _steps(conn, raw)
    return {case_id: CaseFacts(**values) for case_id, values in raw.items()}


def _base(row: Any, on: date) -> dict[str, Any]:
    return {
        "case_id": row.id,
        "kind": CaseKind(row.kind),
        "track": Track(row.track),
        "state": State(row.state),
        "version": row.version,
        "today": on,
        "participation": Participation(row.participation or Participation.FULL),
        "participation_reason": row.participation_reason,
        "managing_organ_id": row.managing_organ_id,
        "commenter_set": row.commenter_id is not None,
        "scheme_frozen": row.frozen_at is not None,
        "suggested_grade": _grade(row.suggested_grade),
        "proposed_outcome": Outcome(row.proposed_outcome) if row.proposed_outcome else None,
        "proposed_grade": _grade(row.proposed_grade),
        "decided_outcome": Outcome(row.outcome) if row.outcome else None,
        "decided_grade": _grade(row.decided_grade),
        "pool_id": row.pool_id,
    }


def _grade(value: str | None) -> Grade | None:
    return Grade(value) if value else None


def _steps(conn: sa.Connection, raw: Raw) -> None:
    """Who moved each case before: the journal is the record, so it is asked."""
    steps: dict[int, list[Step]] = defaultdict(list)
    last: dict[int, str] = {}
    for case_id, action, person_id, state_to in _STEPS.rows(conn, list(raw)):
        if case_id is None:
            continue
        if person_id is not None:
            steps[case_id].append(Step(action, person_id))
        if state_to is not None:
            last[case_id] = action
    for case_id, values in raw.items():
        values["steps"] = tuple(steps.get(case_id, ()))
        values["last_action"] = last.get(case_id)


__all__ = ["EVERYTHING", "LOADERS", "facts_of", "rows_and_facts"]
