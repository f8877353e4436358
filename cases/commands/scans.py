"""Signed papers scanned back: a stack received, its pages filed to their papers, mended by hand.

A page of a paper is filed once. Whoever files pages of a cycle holds that cycle's row, so two
stacks read at the same time don't both file one page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import Invalid, NotVisible, Refused, Stale
from cases.journal import Draft, append_many
from cases.models import Case, Cycle, IssuedDocument, ScanPage, ScanStack
from cases.queries.scans import BY_HAND, RIGHT, PageOutcome, StackStatus, being_read
from cases.queries.sentences import kept
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as the reader found it: (code, page) marks, its file and its small picture; one that
    can't be opened lacks them."""

    number: int
    marks: tuple[tuple[str, int], ...]
    file_id: int | None
    thumb_id: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a page, and whose it is."""

    number: int
    outcome: PageOutcome
    name: str = ""
    case_id: int | None = None


def receive(
    conn: sa.Connection,
    *,
    cycle_id: int,
    file_id: int,
    file_name: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Write down an uploaded stack; returns its id, or that of the same file of this cycle whose
    reading was broken off: it is taken up at its next page.

    Raises Invalid (field ``file``) when the same file was already read, or is being read.
    """
    _hold(conn, cycle_id)
    before = conn.execute(
        sa.select(ScanStack.id, ScanStack.file_name, ScanStack.status).where(
            ScanStack.cycle_id == cycle_id,
            ScanStack.file_id == file_id,
            ScanStack.status != StackStatus.FAILED.value,
        )
    ).first()
    if before is not None:
        if before.status == StackStatus.QUEUED.value and before.id not in being_read(conn):
            return int(before.id)
        raise Invalid({"file": m("这份扫描件已经上传过:%(name)s", name=before.file_name)})
    made = conn.execute(
        sa.insert(ScanStack)
        .values(
            cycle_id=cycle_id,
            file_id=file_id,
            file_name=file_name[:200],
            status=StackStatus.QUEUED.value,
            pages=0,
            uploaded_by=actor.person_id,
            uploaded_at=at,
        )
        .returning(ScanStack.id)
    )
    return int(made.scalar_one())


def end(conn: sa.Connection, stack_id: int, *, pages: int, failure: Sentence | None = None) -> None:
    """The stack was read to its end, or as far as it could be."""
    status = StackStatus.READ if failure is None else StackStatus.FAILED
    conn.execute(
        sa.update(ScanStack)
        .where(ScanStack.id == stack_id)
        .values(status=status.value, pages=pages, failure=kept(failure) if failure else None)
    )


def keep_pages(
    conn: sa.Connection, stack_id: int, pages: Sequence[ReadPage], *, actor: Actor, at: datetime
) -> list[Settled]:
    """File what can be filed, and write down why the rest could not be. A fixed number of
    statements, whatever the number of pages."""
    cycle_id = _hold_cycle(conn, stack_id)
    papers = _papers(conn, actor, [code for page in pages for code, _ in page.marks])
    taken = _taken(conn, [paper.id for paper in papers.values()])
    rows, settled, drafts = [], [], []
    for one in pages:
        outcome, paper = _judge(one, papers, cycle_id, taken)
        code, page = one.marks[0] if len(one.marks) == 1 else (None, None)
        filed = outcome is PageOutcome.FILED
        if filed and paper is not None and page is not None:
            taken.add((paper.id, page))
            drafts.append(
                _draft("file_scan", paper.id, paper.case_id, stack_id, one, page, actor, at)
            )
        rows.append(
            {
                "stack_id": stack_id,
                "number": one.number,
                "outcome": outcome.value,
                "code": code,
                "page": page,
                "document_id": paper.id if paper else None,
                "case_id": paper.case_id if paper else None,
                "file_id": one.file_id,
                "thumb_id": one.thumb_id,
                "by_hand": False,
                "settled_by": actor.person_id if filed else None,
                "settled_at": at if filed else None,
            }
        )
        name = f"{paper.subject_name}　{paper.unit_name}" if paper else ""
        settled.append(Settled(one.number, outcome, name, paper.case_id if paper else None))
    if rows:
        conn.execute(sa.insert(ScanPage), rows)
    append_many(conn, drafts)
    return settled


def _hold_cycle(conn: sa.Connection, stack_id: int) -> int:
    cycle_id = conn.execute(
        sa.select(ScanStack.cycle_id).where(ScanStack.id == stack_id)
    ).scalar_one()
    _hold(conn, cycle_id)
    return int(cycle_id)


def _hold(conn: sa.Connection, cycle_id: int) -> None:
    held = sa.select(Cycle.id).where(Cycle.id == cycle_id)
    conn.execute(held.with_for_update(key_share=True)).all()


def _papers(conn: sa.Connection, actor: Actor, codes: Sequence[str]) -> Mapping[str, Any]:
    """Code -> the paper, among those in the actor's charge."""
    rows = conn.execute(
        sa.select(
            IssuedDocument.id,
            IssuedDocument.code,
            IssuedDocument.pages,
            IssuedDocument.void_at,
            IssuedDocument.case_id,
            Case.cycle_id,
            Case.subject_name,
            Case.unit_name,
        )
        .join(Case, Case.id == IssuedDocument.case_id)
        .where(IssuedDocument.code.in_(set(codes)), visible(conn, actor, RIGHT))
    )
    return {row.code: row for row in rows}


def _taken(conn: sa.Connection, documents: Sequence[int]) -> set[tuple[int, int]]:
    rows = conn.execute(
        sa.select(ScanPage.document_id, ScanPage.page).where(
            ScanPage.document_id.in_(documents), ScanPage.outcome == PageOutcome.FILED.value
        )
    )
    return {(document, page) for document, page in rows if document and page}


def _judge(
    one: ReadPage, papers: Mapping[str, Any], cycle_id: int, taken: set[tuple[int, int]]
) -> tuple[PageOutcome, Any]:
    if one.file_id is None or one.thumb_id is None:
        return PageOutcome.BROKEN, None
    if len(one.marks) != 1:
        return (PageOutcome.SEVERAL if one.marks else PageOutcome.UNREAD), None
    ((code, page),) = one.marks
    paper = papers.get(code)
    if paper is None or not 1 <= page <= paper.pages:
        return PageOutcome.UNKNOWN, None
    if paper.cycle_id != cycle_id:
        return PageOutcome.OTHER_YEAR, paper
    if paper.void_at is not None:
        return PageOutcome.OUTDATED, paper
    return (PageOutcome.REPEATED if (paper.id, page) in taken else PageOutcome.FILED), paper


def _draft(
    action: str,
    document_id: int,
    case_id: int,
    stack_id: int,
    one: Any,
    page: int,
    actor: Actor,
    at: datetime,
) -> Draft:
    return Draft(
        subject="document",
        subject_id=document_id,
        case_id=case_id,
        action=action,
        at=at,
        payload={"stack": stack_id, "number": one.number, "page": page, "file": one.file_id},
    ).by(actor)


def assign(
    conn: sa.Connection, page_id: int, document_id: int, page: int, *, actor: Actor, at: datetime
) -> None:
    """File a page by hand to a page of a paper.

    Raises NotVisible for a paper not in the actor's charge, Refused for a page that can't be
    assigned, a void paper, another year or a page that is there already.
    """
    row = conn.execute(sa.select(ScanPage).where(ScanPage.id == page_id)).one()
    cycle_id = _hold_cycle(conn, row.stack_id)
    if PageOutcome(row.outcome) not in BY_HAND:
        raise Refused([m("这一页不能人工归入")])
    code = conn.execute(
        sa.select(IssuedDocument.code).where(IssuedDocument.id == document_id)
    ).scalar()
    papers = _papers(conn, actor, [code] if code else [])
    if code is None or code not in papers:
        raise NotVisible(str(document_id))
    asked = ReadPage(row.number, ((code, page),), row.file_id, row.thumb_id)
    outcome, paper = _judge(asked, papers, cycle_id, _taken(conn, [document_id]))
    if outcome is not PageOutcome.FILED:
        raise Refused([_REFUSED[outcome]])
    _change(
        conn, row, PageOutcome.FILED, actor, at,
        document_id=document_id, case_id=paper.case_id, page=page, code=code, by_hand=True,
    )  # fmt: skip
    append_many(
        conn,
        [_draft("file_scan", document_id, paper.case_id, row.stack_id, row, page, actor, at)],
    )


_REFUSED: Mapping[PageOutcome, Sentence] = {
    PageOutcome.UNKNOWN: m("这份文书没有这一页"),
    PageOutcome.OTHER_YEAR: m("这份文书属于别的年度"),
    PageOutcome.OUTDATED: m("这份文书已重新出具,旧版不再归入"),
    PageOutcome.REPEATED: m("这一页已有扫描件,没有再次归入"),
}


def discard(conn: sa.Connection, page_id: int, *, reason: str, actor: Actor, at: datetime) -> None:
    """Put a page aside that belongs to no paper; its picture stays. Journaled with the reason.

    Raises Invalid without one, Refused when the page is filed.
    """
    said = reason.strip()
    if not said:
        raise Invalid({"reason": m("请写明剔除的理由")})
    row = conn.execute(sa.select(ScanPage).where(ScanPage.id == page_id)).one()
    if row.outcome in (PageOutcome.FILED.value, PageOutcome.DISCARDED.value):
        raise Refused([m("这一页已经办过")])
    _change(conn, row, PageOutcome.DISCARDED, actor, at, reason=said)
    append_many(conn, [_aside("discard_scan", row, actor, at, said)])


def release(conn: sa.Connection, page_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a filed page out of its paper, or a discarded one up again. Journaled.

    Raises Refused for a page that is neither, or that is bound into a volume.
    """
    row = conn.execute(sa.select(ScanPage).where(ScanPage.id == page_id)).one()
    if row.outcome not in (PageOutcome.FILED.value, PageOutcome.DISCARDED.value):
        raise Refused([m("这一页没有归入,不用取出")])
    if row.bound_in is not None:
        raise Refused([m("这一页已装订入卷,不能取出;需要更正的另行扫描,进入续卷")])
    if row.outcome == PageOutcome.DISCARDED.value:
        again = PageOutcome.RELEASED if row.file_id and row.thumb_id else PageOutcome.BROKEN
        _change(conn, row, again, actor, at, document_id=None, case_id=None, page=None, reason=None)
        append_many(conn, [_aside("take_up_scan", row, actor, at)])
        return
    _change(conn, row, PageOutcome.RELEASED, actor, at, document_id=None, case_id=None, page=None)
    draft = _draft(
        "release_scan", row.document_id, row.case_id, row.stack_id, row, row.page, actor, at
    )
    append_many(conn, [draft])


def mark_bound(conn: sa.Connection, page_ids: Sequence[int], document_id: int) -> None:
    """Write which paper of the volume holds these pages. Raises Stale when one was taken out."""
    written = conn.execute(
        sa.update(ScanPage)
        .where(
            ScanPage.id.in_(page_ids),
            ScanPage.outcome == PageOutcome.FILED.value,
            ScanPage.bound_in.is_(None),
        )
        .values(bound_in=document_id)
    )
    if written.rowcount != len(page_ids):
        raise Stale("scan_page")


def _aside(action: str, row: Any, actor: Actor, at: datetime, reason: str = "") -> Draft:
    """An entry about a page of no paper: of its stack, and of the case it was taken for."""
    said = {"page": row.id, "number": row.number, "was": row.outcome, "file": row.file_id}
    return Draft(
        subject="scan_stack",
        subject_id=row.stack_id,
        case_id=row.case_id,
        action=action,
        at=at,
        payload={**said, "reason": reason} if reason else said,
    ).by(actor)


def _change(
    conn: sa.Connection,
    row: Any,
    outcome: PageOutcome,
    actor: Actor,
    at: datetime,
    **values: Any,
) -> None:
    done = conn.execute(
        sa.update(ScanPage)
        .where(ScanPage.id == row.id, ScanPage.outcome == row.outcome)
        .values(outcome=outcome.value, settled_by=actor.person_id, settled_at=at, **values)
    )
    if done.rowcount != 1:
        raise Stale("scan_page", row.outcome)
