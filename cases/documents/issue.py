"""Issuing papers: printed outside any transaction, kept in one, written once.

    made = make(press, DocumentKind.RESULT_NOTICE, context)      # seconds, no database
    with store.transaction() as conn:
        issued = keep(conn, files, made, About("case", case_id, case_id), at=at)

Keeping again for the same case, kind and number gives the paper kept first: an outbox row that is
carried out twice issues one paper. A paper is never rendered again to verify it; its digest stands
in ``issued_documents`` and in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from cases.documents.context import Paper, Volume
from cases.documents.dossier import Bound, Part, bind
from cases.documents.press import Press, print_paper
from cases.errors import NotVisible
from cases.files.store import FileStore
from cases.journal.chain import append
from cases.journal.entry import Draft
from cases.journal.papers import ISSUING, VOIDING, paper_said
from cases.models import IssuedDocument
from workflow.vocabulary import DocumentKind

MEDIA_TYPE = "application/pdf"
DOSSIER_ORDER: tuple[DocumentKind, ...] = (
    DocumentKind.REGISTRATION_FORM,
    DocumentKind.NON_ASSESSMENT_NOTE,
    DocumentKind.SELF_REPORT,
    DocumentKind.DATA_SHEET,
    DocumentKind.TALLY_SHEET,
    DocumentKind.INQUIRY_REPORT,
    DocumentKind.OPINION_LETTER,
    DocumentKind.OPINION_ANSWER,
    DocumentKind.GRADE_APPROVAL,
    DocumentKind.PUBLICITY_NOTICE,
    DocumentKind.RESULT_NOTICE,
    DocumentKind.SIGNATURE_ADDENDUM,
    DocumentKind.REVIEW_APPLICATION,
    DocumentKind.REVIEW_DECISION,
    DocumentKind.CORRECTION_RECORD,
    DocumentKind.RECTIFICATION_LIST,
    DocumentKind.AWARD_APPROVAL,
    DocumentKind.SIGNED_SCAN,
)
"""Papers of a volume, in order; the signed pages that came back stand together at its end. Talk
records are not among them: who was talked to stays with the assessment group."""


@dataclass(frozen=True, slots=True)
class Made:
    """A paper printed and not yet kept."""

    kind: DocumentKind
    title: str
    pdf: bytes
    pages: int
    code: str
    dated: date
    """The day the paper bears."""
    number: int = 1


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about: a thing (``Thing`` value) and the case whose volume it belongs to."""

    thing: str
    thing_id: int | None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A kept paper. ``new`` is False when it had been kept before."""

    id: int
    file_id: int
    digest: str
    pages: int
    code: str
    new: bool


def make(
    press: Press, kind: DocumentKind, paper: Paper, *, title: str = "", number: int = 1
) -> Made:
    """Print a paper. Raises ``Invalid`` for its text, ``Unprinted`` for the printer."""
    sheet, printed = print_paper(press, kind, paper, number=number)
    return Made(kind, title or kind.zh, printed.pdf, printed.pages, sheet.code, paper.dated, number)


def make_dossier(press: Press, volume: Volume, parts: Sequence[Part]) -> tuple[Made, Bound]:
    """Bind a volume; a continuation is kept under its own kind, with its volume number."""
    bound = bind(press, volume, parts)
    kind = DocumentKind.DOSSIER if volume.volume_no == 1 else DocumentKind.CONTINUATION
    number = max(1, volume.volume_no - 1)
    made = Made(kind, volume.title, bound.pdf, bound.pages, bound.code, volume.issued_on, number)
    return made, bound


def keep(
    conn: sa.Connection,
    files: FileStore,
    made: Made,
    about: About,
    *,
    at: datetime,
    account_id: int | None = None,
) -> Issued:
    """Store the file, the row and the journal entry; or find the paper kept before."""
    before = _found(conn, made, about)
    if before is not None:
        return before
    stored = files.put(conn, made.pdf, name=f"{made.kind.value}.pdf", media_type=MEDIA_TYPE, at=at)
    row = conn.execute(
        sa.insert(IssuedDocument)
        .values(
            case_id=about.case_id,
            subject=about.thing,
            subject_id=about.thing_id,
            kind=made.kind.value,
            number=made.number,
            title=made.title,
            file_id=stored.id,
            digest=stored.digest,
            pages=made.pages,
            code=made.code,
            dated=made.dated,
            issued_at=at,
        )
        .returning(IssuedDocument)
    ).one()
    _note(conn, row.id, about.case_id, ISSUING, paper_said(row), at, account_id)
    return Issued(row.id, stored.id, stored.digest, made.pages, made.code, new=True)


def next_number(conn: sa.Connection, kind: DocumentKind, about: About) -> int:
    """The number of the next paper of this kind about this thing, void ones counted."""
    last = conn.execute(
        sa.select(sa.func.max(IssuedDocument.number)).where(*_same(kind, about))
    ).scalar()
    return (last or 0) + 1


def make_void(
    conn: sa.Connection, document_id: int, *, reason: str, at: datetime, account_id: int | None
) -> None:
    """Mark a paper 作废; it stays. Raises NotVisible for an unknown or already void one."""
    row = conn.execute(
        sa.update(IssuedDocument)
        .where(IssuedDocument.id == document_id, IssuedDocument.void_at.is_(None))
        .values(void_at=at, void_reason=reason)
        .returning(IssuedDocument.case_id)
    ).first()
    if row is None:
        raise NotVisible
    _note(conn, document_id, row.case_id, VOIDING, {"reason": reason}, at, account_id)


def _same(kind: DocumentKind, about: About) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        IssuedDocument.kind == kind.value,
        IssuedDocument.subject == about.thing,
        IssuedDocument.subject_id == about.thing_id,
        IssuedDocument.case_id == about.case_id,
    )


def _found(conn: sa.Connection, made: Made, about: About) -> Issued | None:
    row = conn.execute(
        sa.select(IssuedDocument).where(
            *_same(made.kind, about), IssuedDocument.number == made.number
        )
    ).first()
    if row is None:
        return None
    return Issued(row.id, row.file_id, row.digest, row.pages, row.code, new=False)


def _note(
    conn: sa.Connection,
    document_id: int,
    case_id: int | None,
    action: str,
    facts: Mapping[str, object],
    at: datetime,
    account_id: int | None,
) -> None:
    append(
        conn,
        Draft(
            subject="document",
            subject_id=document_id,
            case_id=case_id,
            action=action,
            at=at,
            account_id=account_id,
            payload=facts,
        ),
    )
