"""The filing beside a case: are the papers there, and still what they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Case,
    Filing,
    IssuedDocument,
    Measure,
    Meeting,
    MeetingUnit,
    Outbox,
    ReportSubmission,
    ScanPage,
    StoredFile,
    Tally,
)
from cases.queries.by_ids import ByIds
from cases.queries.things.read import Read, case_resource, flags
from workflow.permissions import Resource
from workflow.vocabulary import CaseKind, DocumentKind, MeasureState

TABLE = Filing

FIRST_VOLUME: dict[CaseKind, tuple[DocumentKind, ...]] = {
    CaseKind.CADRE: (
        DocumentKind.REGISTRATION_FORM,
        DocumentKind.GRADE_APPROVAL,
        DocumentKind.RESULT_NOTICE,
    ),
    CaseKind.BODY: (DocumentKind.GRADE_APPROVAL, DocumentKind.RESULT_NOTICE),
}
"""What the first volume can't be without; a body has no registration form. The report joins where
one was handed in, the tally of the unit's meeting where a body has one."""

LATE: tuple[DocumentKind, ...] = (
    DocumentKind.SIGNATURE_ADDENDUM,
    DocumentKind.REGISTRATION_FORM,
    DocumentKind.RESULT_NOTICE,
    DocumentKind.REVIEW_APPLICATION,
    DocumentKind.REVIEW_DECISION,
    DocumentKind.CORRECTION_RECORD,
    DocumentKind.RECTIFICATION_LIST,
    DocumentKind.AWARD_APPROVAL,
    DocumentKind.SIGNED_SCAN,
)
"""Papers that come after the first volume and call for a continuation."""
VOLUMES = (DocumentKind.DOSSIER, DocumentKind.CONTINUATION)


def missing_papers(
    conn: sa.Connection, case_ids: Iterable[int]
) -> dict[int, tuple[DocumentKind, ...]]:
    """Case id -> papers its first volume still lacks. Four queries, whatever the number."""
    ids = list(case_ids)
    cases = conn.execute(
        sa.select(Case.id, Case.kind, Case.cycle_id, Case.unit_id).where(Case.id.in_(ids))
    ).all()
    present: dict[int, set[str]] = {}
    for case_id, kind in conn.execute(
        sa.select(IssuedDocument.case_id, IssuedDocument.kind).where(
            IssuedDocument.case_id.in_(ids), IssuedDocument.void_at.is_(None)
        )
    ):
        present.setdefault(case_id or 0, set()).add(kind)
    reported = set(
        conn.execute(
            sa.select(ReportSubmission.case_id).where(ReportSubmission.case_id.in_(ids)).distinct()
        ).scalars()
    )
    counted = {
        (cycle, unit)
        for cycle, unit in conn.execute(
            sa.select(Meeting.cycle_id, MeetingUnit.unit_id)
            .join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id)
            .join(Tally, Tally.meeting_id == Meeting.id)
            .where(MeetingUnit.unit_id.in_({c.unit_id for c in cases}), MeetingUnit.rates.is_(None))
        )
    }
    return {
        c.id: tuple(
            k for k in _needed(c, reported, counted) if k.value not in present.get(c.id, set())
        )
        for c in cases
    }


def _needed(
    case: Any, reported: set[int], counted: set[tuple[int, int]]
) -> tuple[DocumentKind, ...]:
    kind = CaseKind(case.kind)
    needed = FIRST_VOLUME[kind]
    if case.id in reported:
        needed = (*needed, DocumentKind.SELF_REPORT)
    if kind is CaseKind.BODY and (case.cycle_id, case.unit_id) in counted:
        needed = (*needed, DocumentKind.TALLY_SHEET)
    return needed


def waiting_papers(conn: sa.Connection, case_id: int) -> int:
    """Papers and volumes of a case that are ordered and not printed yet."""
    kinds = [k.value for k in (*LATE, *VOLUMES)]
    return conn.execute(
        sa.select(sa.func.count()).where(
            Outbox.case_id == case_id,
            Outbox.kind == "document",
            Outbox.topic.in_(kinds),
            Outbox.done_at.is_(None),
        )
    ).scalar_one()


_PAPERS = ByIds(
    IssuedDocument.case_id,
    sa.select(
        IssuedDocument.case_id, IssuedDocument.kind, IssuedDocument.void_at, IssuedDocument.id
    ).order_by(IssuedDocument.id),
)


UNBOUND = (
    ScanPage.outcome == "filed",
    ScanPage.bound_in.is_(None),
    IssuedDocument.void_at.is_(None),
)
"""Signed pages that came back for a paper in force and lie in no volume."""
_SCANS = ByIds(
    ScanPage.case_id,
    sa.select(ScanPage.case_id)
    .join(IssuedDocument, IssuedDocument.id == ScanPage.document_id)
    .where(*UNBOUND)
    .distinct(),
)


def late_papers(conn: sa.Connection, case_ids: Iterable[int]) -> set[int]:
    """Cases with papers, or signed pages, that no bound volume holds yet. Two queries."""
    last: dict[int, int] = {}
    late: dict[int, int] = {}
    for case_id, kind, void_at, number in _PAPERS.rows(conn, list(case_ids)):
        if kind in VOLUMES:
            last[case_id] = number
        if kind in LATE and void_at is None:
            late[case_id] = number
    found = {case_id for case_id, number in late.items() if number > last.get(case_id, number)}
    return found | {case_id for (case_id,) in _SCANS.rows(conn, sorted(last))}


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Papers missing from the first volume, proofs missing from the continuation, digests."""
    papers = conn.execute(
        sa.select(IssuedDocument.kind, IssuedDocument.digest, StoredFile.digest.label("stored"))
        .join(StoredFile, StoredFile.id == IssuedDocument.file_id)
        .where(IssuedDocument.case_id == row.case_id, IssuedDocument.void_at.is_(None))
    ).all()
    proofs = conn.execute(
        sa.select(sa.func.count()).where(
            Measure.case_id == row.case_id,
            Measure.state == MeasureState.CONFIRMED,
            Measure.proof.is_(None),
            Measure.file_id.is_(None),
        )
    ).scalar_one()
    return Read(
        counts={
            "papers_missing": len(missing_papers(conn, [row.case_id])[row.case_id]),
            "additions_missing": proofs + waiting_papers(conn, row.case_id),
        },
        flags=flags(digest_ok=all(p.digest == p.stored for p in papers)),
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The case's resource."""
    return case_resource(conn, row.case_id)
