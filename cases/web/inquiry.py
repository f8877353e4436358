"""了解核实: open, report, return, conclude; a list with days left."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside
from cases.commands.inquiries import open_inquiry
from cases.queries.calendar import working_days
from cases.queries.inquiry import InquiryRow, inquiries, load_inquiry
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save
from forms.base import Form
from forms.inquiry import ConcludeInquiry, OpenInquiry, ReportInquiry, ReturnInquiry
from workflow.permissions import holds_anywhere
from workflow.timetable import working_days_between
from workflow.vocabulary import InquiryState, Permission, Thing, ThingAction

blueprint = Blueprint("inquiry", __name__)
P = Permission


def _left(conn: sa.Connection, rows: list[InquiryRow]) -> dict[int, int]:
    """Inquiry id -> working days to its due day, for those still open."""
    open_ones = [r for r in rows if r.due_on is not None and r.state != InquiryState.CONCLUDED]
    if not open_ones:
        return {}
    calendar = working_days(conn)
    return {r.id: working_days_between(on(), r.due_on, calendar) for r in open_ones if r.due_on}


@blueprint.get("/inquiries")
@access(P.INQUIRY_CONDUCT)
def index() -> ResponseReturnValue:
    """Inquiries of cases within reach, what is overdue first."""
    with reading() as conn:
        found = inquiries(conn, current_actor())
        left = _left(conn, found)
    return render("pages/inquiries.html", inquiries=found, left=left)


@blueprint.route("/cases/<ref>/inquiries/new", methods=["GET", "POST"])
@access(P.INQUIRY_CONDUCT, load=load_case)
def start(case: Any, ref: str) -> ResponseReturnValue:
    """Open an inquiry about one case."""
    form = OpenInquiry(request.form or None, say=say)

    def page() -> str:
        return render("pages/inquiry_new.html", case=case, case_url=case_url(ref), form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        made = open_inquiry(
            conn, case, question=str(form.question.data), due_on=form.due_on.data,
            owner_id=current_actor().person_id, actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for("inquiry.show", inquiry_id=made)

    return save(form, work, page)


@blueprint.get("/inquiries/<int:inquiry_id>")
@access(P.INQUIRY_CONDUCT, load=load_inquiry)
def show(one: InquiryRow, inquiry_id: int) -> ResponseReturnValue:
    """One inquiry: question, finding, conclusion, and the next step."""
    return _page(one, None, "")


def _page(one: InquiryRow, form: Form | None, step: str) -> str:
    with reading() as conn:
        left = _left(conn, [one])
    note_reading("inquiry", case_id=one.case_id, object_id=one.id)
    concludes = holds_anywhere(current_actor(), P.INQUIRY_CONCLUDE)
    own = one.reported_id is not None and one.reported_id == current_actor().person_id
    return render(
        "pages/inquiry.html",
        one=one,
        case_url=case_url(one.ref),
        left=left.get(one.id),
        concludes=concludes,
        own=own,
        step=step,
        report=form if step == "report" else ReportInquiry(say=say),
        give_back=form if step == "return" else ReturnInquiry(say=say, prefix=""),
        conclude=form if step == "conclude" else ConcludeInquiry(say=say),
        form=form,
    )


def _step(one: InquiryRow, form: Form, step: str, action: ThingAction) -> ResponseReturnValue:
    def work(conn: sa.Connection) -> str:
        beside.move(
            conn, Thing.INQUIRY, one.id, action, actor=current_actor(), at=at(),
            payload=form.payload(), expected_version=posted_version(),
        )  # fmt: skip
        return url_for("inquiry.show", inquiry_id=one.id)

    return save(form, work, lambda: _page(one, form, step))


@blueprint.post("/inquiries/<int:inquiry_id>/report")
@access(P.INQUIRY_CONDUCT, load=load_inquiry)
def report(one: InquiryRow, inquiry_id: int) -> ResponseReturnValue:
    """What was found."""
    form = ReportInquiry(request.form, say=say)
    return _step(one, form, "report", ThingAction.REPORT_INQUIRY)


@blueprint.post("/inquiries/<int:inquiry_id>/return")
@access(P.INQUIRY_CONCLUDE, load=load_inquiry)
def give_back(one: InquiryRow, inquiry_id: int) -> ResponseReturnValue:
    """Ask for more."""
    form = ReturnInquiry(request.form, say=say)
    return _step(one, form, "return", ThingAction.RETURN_INQUIRY)


@blueprint.post("/inquiries/<int:inquiry_id>/conclude")
@access(P.INQUIRY_CONCLUDE, load=load_inquiry)
def conclude(one: InquiryRow, inquiry_id: int) -> ResponseReturnValue:
    """What it amounts to, said by another person than the one who reported."""
    form = ConcludeInquiry(request.form, say=say)
    return _step(one, form, "conclude", ThingAction.CONCLUDE_INQUIRY)
