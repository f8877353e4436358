"""Is every issued paper the one its entry speaks of: file, check code, void or in force?"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import IssuedDocument, JournalEntry, JournalPayload, StoredFile
from workflow.conclusions import REGRADING
from workflow.vocabulary import DocumentKind

ISSUING = "issue_document"
VOIDING = "void_document"
VOIDED_BY_REGRADING = (DocumentKind.RESULT_NOTICE, DocumentKind.REGISTRATION_FORM)
"""Papers that a changed decision makes void; its entry speaks for them."""


class StrayPaper(NamedTuple):
    """The paper that differs, and its entry (None where none speaks of it)."""

    paper_id: int
    seq: int | None
    title: str = ""
    code: str = ""


def stray_paper(conn: sa.Connection) -> StrayPaper | None:
    """The first issued paper that differs from its entry, is gone, or has none.

    Compared: kind, number, case, digest and check code, the digest of the file it points to, and
    whether it is void. Where a payload was lawfully destroyed, only what its entry says openly.
    """
    told, void = _entries(conn)
    regraded = _regradings(conn)
    there: set[int] = set()
    for row in conn.execute(_PAPERS):
        there.add(row.id)
        seq, case_id, said = told.get(row.id, (None, None, None))
        if seq is None:
            return StrayPaper(row.id, None, row.title, row.code)
        if case_id != row.case_id or (said is not None and said != paper_said(row)):
            return StrayPaper(row.id, seq, row.title, row.code)
        if row.digest != row.file_digest or _void(row, seq, void, regraded) != bool(row.void_at):
            return StrayPaper(row.id, seq, row.title, row.code)
    lost = sorted((told[i][0], i) for i in told.keys() - there)
    return StrayPaper(lost[0][1], lost[0][0]) if lost else None


_PAPERS = (
    sa.select(
        IssuedDocument.id,
        IssuedDocument.case_id,
        IssuedDocument.kind,
        IssuedDocument.title,
        IssuedDocument.number,
        IssuedDocument.digest,
        IssuedDocument.code,
        IssuedDocument.pages,
        IssuedDocument.void_at,
        StoredFile.digest.label("file_digest"),
    )
    .outerjoin(StoredFile, StoredFile.id == IssuedDocument.file_id)
    .order_by(IssuedDocument.id)
)


def paper_said(row: Any) -> dict[str, Any]:
    """What the entry of an issue carries of the paper."""
    return {
        "kind": str(row.kind),
        "number": row.number,
        "digest": row.digest,
        "code": row.code,
        "pages": row.pages,
    }


def _entries(
    conn: sa.Connection,
) -> tuple[dict[int, tuple[int, int | None, dict[str, Any] | None]], set[int]]:
    """Paper -> number of its entry, case, what was said; and the papers made void one by one."""
    told: dict[int, tuple[int, int | None, dict[str, Any] | None]] = {}
    void: set[int] = set()
    rows = conn.execute(
        sa.select(
            JournalEntry.seq,
            JournalEntry.subject_id,
            JournalEntry.case_id,
            JournalEntry.action,
            JournalPayload.payload,
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == "document", JournalEntry.action.in_([ISSUING, VOIDING]))
        .order_by(JournalEntry.seq)
    )
    for seq, paper, case_id, action, payload in rows:
        if paper is None:
            continue
        if action == VOIDING:
            void.add(paper)
        else:
            told[paper] = (seq, case_id, json.loads(payload) if payload else None)
    return told, void


def _regradings(conn: sa.Connection) -> dict[int, list[int]]:
    """Case -> numbers of the entries that changed its decision."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = conn.execute(
        sa.select(JournalEntry.case_id, JournalEntry.seq).where(
            JournalEntry.subject == "case", JournalEntry.action.in_(sorted(REGRADING))
        )
    )
    for case_id, seq in rows:
        if case_id is not None:
            found[case_id].append(seq)
    return found


def _void(row: Any, seq: int, void: set[int], regraded: dict[int, list[int]]) -> bool:
    """Whether the journal says that the paper is void."""
    if row.id in void:
        return True
    by_decision = row.kind in VOIDED_BY_REGRADING
    return by_decision and any(later > seq for later in regraded.get(row.case_id, ()))
