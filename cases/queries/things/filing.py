"""The filing beside a case: are the papers there, and still what they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Filing, IssuedDocument, Measure, StoredFile
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
"""What the first volume can't be without; a body has no registration form."""


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Papers missing from the first volume, proofs missing from the continuation, digests."""
    kind = CaseKind(conn.execute(sa.select(Case.kind).where(Case.id == row.case_id)).scalar_one())
    papers = conn.execute(
        sa.select(IssuedDocument.kind, IssuedDocument.digest, StoredFile.digest.label("stored"))
        .join(StoredFile, StoredFile.id == IssuedDocument.file_id)
        .where(IssuedDocument.case_id == row.case_id, IssuedDocument.void_at.is_(None))
    ).all()
    present = {p.kind for p in papers}
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
            "papers_missing": sum(1 for k in FIRST_VOLUME[kind] if k not in present),
            "additions_missing": proofs,
        },
        flags=flags(digest_ok=all(p.digest == p.stored for p in papers)),
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The case's resource."""
    return case_resource(conn, row.case_id)
