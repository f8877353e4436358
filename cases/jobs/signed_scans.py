"""Signed pages that came back, made papers of the volume: pictures drawn, printed, kept once.

A volume that is bound already is never altered: pages filed later wait for the continuation.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cases.clock import date_of
from cases.commands.scans import mark_bound
from cases.documents.context import Picture, SignedScan
from cases.documents.issue import About, keep, make, next_number
from cases.documents.papers.subject import Subject, subject_of
from cases.documents.press import Press
from cases.documents.scan import picture_of
from cases.jobs.tools import Tools
from cases.queries.scans import ToBind, to_bind
from workflow.vocabulary import DocumentKind, Thing

KIND = DocumentKind.SIGNED_SCAN


def make_papers(tools: Tools, press: Press, case_id: int, *, at: datetime) -> int:
    """Print and keep one paper for each signed paper with pages that no volume holds; how many.

    Raises ``Unreadable`` for a page that can't be drawn any more, Stale when one was taken out
    meanwhile, Unprinted.
    """
    with tools.store.reading() as conn:
        waiting = to_bind(conn, case_id)
        if not waiting:
            return 0
        subject = subject_of(conn, case_id, date_of(at))
        context = [(one, _paper(tools, subject, one)) for one in waiting]
    about = About(Thing.CASE.value, case_id, case_id)
    for one, paper in context:
        title = f"{one.title}（{KIND.zh}）"
        with tools.store.reading() as conn:
            number = next_number(conn, KIND, about)
        made = make(press, KIND, paper, title=title, number=number)
        with tools.store.transaction() as conn:
            kept = keep(conn, tools.files, made, about, at=at)
            mark_bound(conn, [page_id for _, page_id, _ in one.pages], kept.id)
    return len(context)


def _paper(tools: Tools, subject: Subject, one: ToBind) -> SignedScan:
    pages = tuple((page, _picture(tools.files.path_of(digest))) for page, _, digest in one.pages)
    scanned = date_of(one.scanned_at)
    return SignedScan(
        **{**subject.head, "issued_on": scanned},
        of=one.title,
        code=one.code,
        subject=subject.name,
        pages=pages,
        scanned_on=scanned,
    )


def _picture(path: Path) -> Picture:
    return Picture(picture_of(path))
