"""The archive's lists: what each unit's volumes lack, one case's papers, a paper by its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Case, Cycle, Filing, IssuedDocument, Outbox, Unit
from cases.queries.things.filing import missing_papers
from cases.queries.visibility import context_of, resource_for, visible
from workflow.permissions import Actor, permits
from workflow.vocabulary import DocumentKind, FilingState, Permission, State
from workflow.words import Sentence

MOST = 400
"""Volumes shown for one unit."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the completeness list; counts are volumes."""

    unit_id: int
    name: str
    total: int
    due: int
    filed: int
    archived: int


@dataclass(frozen=True, slots=True)
class VolumeLine:
    """One case's volume: its state and what it lacks."""

    case: Any
    state: FilingState
    due_on: date
    archive_no: str | None
    missing: tuple[DocumentKind, ...]
    checked: bool | None
    """Four-property check: passed, failed, or not done yet."""

    def is_late(self, on: date) -> bool:
        """Past the month and not filed."""
        return self.state is FilingState.DUE and self.due_on < on

    @property
    def ready(self) -> bool:
        """Nothing lacks for filing the first volume."""
        return self.state is FilingState.DUE and not self.missing


@dataclass(frozen=True, slots=True)
class Stuck:
    """A paper that could not be printed, with the sentence of the printer."""

    id: int
    case_id: int
    ref: str
    name: str
    kind: DocumentKind
    why: str


def completeness(conn: sa.Connection, actor: Actor) -> tuple[UnitLine, ...]:
    """Units with volumes, in official order. One query."""
    rows = conn.execute(
        sa.select(
            Unit.id,
            Unit.name,
            sa.func.count(),
            sa.func.sum(sa.case((Filing.state == FilingState.DUE, 1), else_=0)),
            sa.func.sum(sa.case((Filing.state != FilingState.DUE, 1), else_=0)),
            sa.func.sum(sa.case((Case.state == State.ARCHIVED, 1), else_=0)),
        )
        .join(Case, Case.unit_id == Unit.id)
        .join(Filing, Filing.case_id == Case.id)
        .where(visible(conn, actor, Permission.FILE_DOSSIER))
        .group_by(Unit.id, Unit.name, Unit.sort_no)
        .order_by(Unit.sort_no, Unit.id)
    )
    return tuple(UnitLine(*row) for row in rows)


def volumes_of(conn: sa.Connection, actor: Actor, unit_id: int) -> tuple[VolumeLine, ...]:
    """The volumes of a unit in official order, with what each lacks. A fixed number of queries."""
    rows = conn.execute(
        sa.select(
            Case,
            Filing.state.label("filing_state"),
            Filing.due_on.label("filing_due"),
            Filing.archive_no,
            Filing.checks,
        )
        .join(Filing, Filing.case_id == Case.id)
        .where(visible(conn, actor, Permission.FILE_DOSSIER), Case.unit_id == unit_id)
        .order_by(Case.sort_key, Case.id)
        .limit(MOST)
    ).all()
    missing = missing_papers(conn, [row.id for row in rows]) if rows else {}
    return tuple(
        VolumeLine(
            row,
            FilingState(row.filing_state),
            row.filing_due,
            row.archive_no,
            missing[row.id] if row.filing_state == FilingState.DUE else (),
            _checked(row.checks),
        )
        for row in rows
    )


def _checked(checks: Any) -> bool | None:
    if not checks or any(not row["code"] for row in checks):
        return None
    return all(row["ok"] for row in checks)


def stuck_papers(conn: sa.Connection, actor: Actor) -> tuple[Stuck, ...]:
    """Papers that wait with an error: text too long for its box, a missing printer ..."""
    rows = conn.execute(
        sa.select(Outbox.id, Outbox.topic, Outbox.error, Case.id, Case.ref, Case.subject_name)
        .join(Case, Case.id == Outbox.case_id)
        .where(
            Outbox.kind == "document",
            Outbox.done_at.is_(None),
            Outbox.error.is_not(None),
            visible(conn, actor, Permission.FILE_DOSSIER),
        )
        .order_by(Case.sort_key, Case.id, Outbox.id)
        .limit(MOST)
    )
    return tuple(
        Stuck(row_id, case_id, ref, name, DocumentKind(topic), _plain(error or ""))
        for row_id, topic, error, case_id, ref, name in rows
    )


def _plain(error: str) -> str:
    """The sentence without the name of the class and the field."""
    head, _, tail = error.partition(": ")
    text = tail if head.isascii() and tail else error
    head, _, tail = text.partition(": ")
    return tail if head.isascii() and tail else text


_THE_CASE: Any = sa.bindparam("case", type_=sa.BigInteger)
_PAPERS = (
    sa.select(IssuedDocument).where(IssuedDocument.case_id == _THE_CASE).order_by(IssuedDocument.id)
)
_FILING = sa.select(Filing).where(Filing.case_id == _THE_CASE)


def papers_of(conn: sa.Connection, case_id: int) -> list[Any]:
    """Every paper of a case, void ones too, oldest first."""
    return list(conn.execute(_PAPERS, {"case": case_id}))


def load_paper(conn: sa.Connection, actor: Actor, permission: Permission, document_id: int) -> Any:
    """A paper of a case the actor may read. Raises NotVisible."""
    row = conn.execute(
        sa.select(IssuedDocument, Case.ref, Case.subject_name)
        .join(Case, Case.id == IssuedDocument.case_id)
        .where(IssuedDocument.id == document_id, visible(conn, actor, permission))
    ).first()
    if row is None:
        raise NotVisible(str(document_id))
    return row


def paper_by_code(conn: sa.Connection, actor: Actor, code: str) -> Any:
    """A paper by its 核验码, or None: unknown, or of a case the actor may not read."""
    wanted = code.strip().upper().replace(" ", "")
    return conn.execute(
        sa.select(IssuedDocument, Case.ref, Case.subject_name, Case.unit_name, Cycle.year)
        .join(Case, Case.id == IssuedDocument.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(IssuedDocument.code == wanted, visible(conn, actor, Permission.DOSSIER_READ))
    ).first()


def findings_of(checks: Any) -> list[tuple[dict[str, Any], Sentence, Sentence | None]]:
    """Rows of ``filings.checks`` with title and memo as sentences."""
    return [
        (
            row,
            Sentence(row["title"], {}),
            Sentence(row["memo"]["msgid"], row["memo"]["params"]) if row.get("memo") else None,
        )
        for row in checks or []
    ]


def section(conn: sa.Connection, case: Any, actor: Actor) -> dict[str, Any]:
    """For ``stages/archive/case_section.html``."""
    resource, context = resource_for(conn, actor, case), context_of(conn, actor, case)
    may = bool(permits(actor, Permission.DOSSIER_READ, resource, context))
    filing = conn.execute(_FILING, {"case": case.id}).first()
    missing: tuple[DocumentKind, ...] = ()
    if may and filing is not None and filing.state == FilingState.DUE:
        missing = missing_papers(conn, [case.id])[case.id]
    return {
        "case": case,
        "readable": may,
        "may_archive": case.state == State.CLOSED
        and bool(permits(actor, Permission.ARCHIVE_CASE, resource, context)),
        "filing": filing,
        "state": FilingState(filing.state) if filing is not None else None,
        "missing": missing,
        "papers": [(p, DocumentKind(p.kind)) for p in papers_of(conn, case.id)] if may else [],
        "findings": findings_of(filing.checks) if may and filing is not None else [],
        "checked": _checked(filing.checks) if filing is not None else None,
    }
