"""Which papers a request for a document means: contexts, and what they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from cases.documents.context import Paper
from cases.documents.issue import About
from cases.documents.papers import beside, decisions, forms
from cases.documents.papers.subject import Subject, subject_of
from cases.documents.papers.tally import tally_sheets
from cases.documents.papers.volume import check_report, handover_list
from cases.models import Case, DataSheet, Filing, Meeting
from workflow.vocabulary import CaseKind, Thing
from workflow.vocabulary import DocumentKind as D


@dataclass(frozen=True, slots=True)
class Order:
    """One paper to print and keep. ``replaces``: earlier ones about the same case become void."""

    kind: D
    about: About
    paper: Paper
    title: str
    replaces: bool = False


OfCase = Callable[[Subject], Paper | None]
REPLACED = frozenset({D.REGISTRATION_FORM, D.SELF_REPORT, D.GRADE_APPROVAL, D.RESULT_NOTICE,
                      D.NON_ASSESSMENT_NOTE, D.CHECK_REPORT})  # fmt: skip
"""A newer paper of these kinds makes the older one void; it stays, stamped."""

OF_CASE: Mapping[D, OfCase] = {
    D.REGISTRATION_FORM: forms.registration_form,
    D.RESULT_NOTICE: forms.result_notice,
    D.SELF_REPORT: forms.self_report,
    D.NON_ASSESSMENT_NOTE: forms.non_assessment_note,
    D.SIGNATURE_ADDENDUM: forms.signature_addendum,
    D.GRADE_APPROVAL: decisions.grade_approval,
    D.CORRECTION_RECORD: beside.correction_record,
    D.RECTIFICATION_LIST: beside.measures_list,
}
OF_POOL: Mapping[D, Callable[[sa.Connection, int, date], Paper | None]] = {
    D.DECIDING_PAPER: decisions.deciding_paper,
    D.PUBLICITY_NOTICE: decisions.publicity_notice,
    D.CIRCULAR: decisions.circular,
}


def orders_for(
    conn: sa.Connection,
    kind: D,
    thing: Thing,
    thing_id: int,
    on: date,
    *,
    together: Sequence[int] = (),
) -> tuple[Order, ...]:
    """The papers a request means, with today's facts; none where there is nothing to print.

    ``together``: the other cases whose requests are carried out by the same list. A body has no
    registration form.
    """
    if thing is Thing.CASE and kind in OF_CASE:
        return case_orders(conn, kind, thing_id, on)
    if kind in OF_POOL:
        return _of_pool(conn, kind, thing, thing_id, on)
    if kind is D.HANDOVER_LIST:
        return _handover(conn, (thing_id, *together), on)
    if kind is D.CHECK_REPORT:
        return _check(conn, thing_id, on)
    found = _BESIDE.get(kind)
    return found(conn, thing_id, on) if found else ()


def case_orders(conn: sa.Connection, kind: D, case_id: int, on: date) -> tuple[Order, ...]:
    """The paper of one case, or none."""
    subject = subject_of(conn, case_id, on)
    if kind is D.REGISTRATION_FORM and subject.is_body:
        return ()
    paper = OF_CASE[kind](subject)
    if paper is None:
        return ()
    about = About(Thing.CASE.value, case_id, case_id)
    return (Order(kind, about, paper, kind.zh, kind in REPLACED),)


def _of_pool(
    conn: sa.Connection, kind: D, thing: Thing, thing_id: int, on: date
) -> tuple[Order, ...]:
    pool_id: int | None = thing_id
    if thing is Thing.CASE:
        pool_id = conn.execute(sa.select(Case.pool_id).where(Case.id == thing_id)).scalar()
    paper = None if pool_id is None else OF_POOL[kind](conn, pool_id, on)
    if paper is None:
        return ()
    return (Order(kind, About(Thing.POOL.value, pool_id), paper, kind.zh),)


def _handover(conn: sa.Connection, case_ids: Sequence[int], on: date) -> tuple[Order, ...]:
    unit = conn.execute(sa.select(Case.unit_id).where(Case.id == case_ids[0])).scalar_one()
    paper = handover_list(conn, case_ids, on)
    return (Order(D.HANDOVER_LIST, About("unit", unit), paper, D.HANDOVER_LIST.zh),)


def _check(conn: sa.Connection, case_id: int, on: date) -> tuple[Order, ...]:
    findings = conn.execute(sa.select(Filing.checks).where(Filing.case_id == case_id)).scalar()
    if not findings:
        return ()
    paper = check_report(subject_of(conn, case_id, on), findings)
    about = About(Thing.CASE.value, case_id, case_id)
    return (Order(D.CHECK_REPORT, about, paper, D.CHECK_REPORT.zh, True),)


def _tally(conn: sa.Connection, meeting_id: int, on: date) -> tuple[Order, ...]:
    """The sheets of a meeting; each goes into the volume of its unit's body where it has one."""
    sheets = tally_sheets(conn, meeting_id, on)
    bodies = {
        unit: case_id
        for unit, case_id in conn.execute(
            sa.select(Case.unit_id, Case.id)
            .join(Meeting, Meeting.cycle_id == Case.cycle_id)
            .where(
                Meeting.id == meeting_id,
                Case.kind == CaseKind.BODY,
                Case.unit_id.in_({s.unit_id for s in sheets if s.unit_id is not None}),
            )
        )
    }
    return tuple(
        Order(
            D.TALLY_SHEET,
            About(Thing.MEETING.value, meeting_id, bodies.get(sheet.unit_id or 0)),
            sheet.paper,
            f"{D.TALLY_SHEET.zh}（{sheet.kind.zh}）",
        )
        for sheet in sheets
    )


def _data(conn: sa.Connection, sheet_id: int, on: date) -> tuple[Order, ...]:
    body = conn.execute(
        sa.select(Case.id)
        .join(
            DataSheet,
            sa.and_(DataSheet.cycle_id == Case.cycle_id, DataSheet.unit_id == Case.unit_id),
        )
        .where(DataSheet.id == sheet_id, Case.kind == CaseKind.BODY)
    ).scalar()
    about = About(Thing.DATA_SHEET.value, sheet_id, body)
    return (Order(D.DATA_SHEET, about, beside.data_sheet(conn, sheet_id, on), D.DATA_SHEET.zh),)


def _letter(conn: sa.Connection, request_id: int, on: date) -> tuple[Order, ...]:
    about = About(Thing.OPINION_REQUEST.value, request_id)
    paper = beside.opinion_letter(conn, request_id, on)
    return (Order(D.OPINION_LETTER, about, paper, D.OPINION_LETTER.zh),)


def _answer(conn: sa.Connection, request_id: int, on: date) -> tuple[Order, ...]:
    about = About(Thing.OPINION_REQUEST.value, request_id)
    paper = beside.opinion_answer(conn, request_id, on)
    return (Order(D.OPINION_ANSWER, about, paper, D.OPINION_ANSWER.zh),)


def _inquiry(conn: sa.Connection, inquiry_id: int, on: date) -> tuple[Order, ...]:
    case_id, paper = beside.inquiry_report(conn, inquiry_id, on)
    about = About(Thing.INQUIRY.value, inquiry_id, case_id)
    return (Order(D.INQUIRY_REPORT, about, paper, D.INQUIRY_REPORT.zh),)


def _review(conn: sa.Connection, review_id: int, on: date) -> tuple[Order, ...]:
    case_id, paper = beside.review_decision(conn, review_id, on)
    about = About(Thing.REVIEW.value, review_id, case_id)
    return (Order(D.REVIEW_DECISION, about, paper, D.REVIEW_DECISION.zh),)


_BESIDE: Mapping[D, Callable[[sa.Connection, int, date], tuple[Order, ...]]] = {
    D.TALLY_SHEET: _tally,
    D.DATA_SHEET: _data,
    D.OPINION_LETTER: _letter,
    D.OPINION_ANSWER: _answer,
    D.INQUIRY_REPORT: _inquiry,
    D.REVIEW_DECISION: _review,
}
"""A correction's own request prints nothing: the move of its case does (``OF_CASE``)."""
