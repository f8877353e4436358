"""Reading a report and judging it: what was handed in, what changed, return, acceptance.

The contact returns for form only, the head and the assessment group on content (M4); the
process says so, pages only show what its offers allow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands.transition import perform
from cases.errors import NotVisible
from cases.files.store import FileStore
from cases.queries.report_changes import changes
from cases.queries.self_report import Report, moves_of, report_of
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, kaoji, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.self_report import WithdrawReport, return_form
from forms.validators import count_chars
from workflow.permissions import holds_anywhere
from workflow.vocabulary import Action, EntryBasis, Permission, State

blueprint = Blueprint("report_check", __name__)
P = Permission
READ = "report_check.read"
RETURNS = {
    "form": Action.RETURN_FOR_FORM,
    "content": Action.RETURN_ON_CONTENT,
    "reopen": Action.REOPEN_REPORT,
}
"""Kind of return in the address -> its move."""
PAGES: dict[Action, str] = {
    Action.SUBMIT: "self_report.edit",
    Action.WITHDRAW: "report_check.withdraw",
    Action.RETURN_FOR_FORM: "report_check.return_for_form",
    Action.RETURN_ON_CONTENT: "report_check.return_on_content",
    Action.REOPEN_REPORT: "report_check.reopen",
    Action.ACCEPT: READ,
}
"""Moves that have a page of their own here, better than the general one: its endpoint (``ref``)."""


@blueprint.get("/cases/<ref>/self-report/read")
@access(P.CASE_READ, load=load_case)
def read(case: Any, ref: str) -> ResponseReturnValue:
    """The report as handed in (writers see their draft), what changed, and what can be done."""
    actor = current_actor()
    with reading() as conn:
        report = report_of(conn, case)
        moves = moves_of(conn, case, actor, on())
        doors = _doors(conn, case)
    note_reading("self_report", case_id=case.id)
    shown = _shown(report, writer=bool(doors))
    return render(
        "stages/self_report/read.html",
        case=case,
        case_url=case_url(ref),
        report=report,
        moves=moves,
        shown=shown,
        length=sum(count_chars(text) for text in (shown or {}).values()),
        changed=_changed(report),
        doors=doors,
        action=Action,
        state=State(case.state),
    )


def _doors(conn: sa.Connection, case: Any) -> dict[str, str]:
    """The editors of this case that are open to the reader."""
    found = {}
    for permission, endpoint in ((P.REPORT_WRITE, "edit"), (P.REPORT_ENTER, "enter_edit")):
        if not holds_anywhere(current_actor(), permission):
            continue
        try:
            load_case(conn, current_actor(), permission, case.ref)
        except NotVisible:
            continue
        found[endpoint] = url_for(f"self_report.{endpoint}", ref=case.ref)
    return found


def _shown(report: Report, *, writer: bool) -> dict[str, str] | None:
    """The texts this reader sees: writers the draft, others what stands handed in."""
    if writer or not report.editable:
        return report.texts if any(report.texts.values()) else None
    last = report.last
    if last is None or last.ended is Action.WITHDRAW:
        return None
    return dict(last.content["sections"])


def _changed(report: Report) -> dict[str, Any]:
    """Section code -> change against the submission before the last one."""
    if len(report.submissions) < 2:
        return {}
    titles = {s.code: s.title for s in report.sections}
    before, after = report.submissions[-2].content, report.submissions[-1].content
    return {c.code: c for c in changes(titles, before["sections"], after["sections"])}


@blueprint.post("/cases/<ref>/self-report/accept")
@access(P.REPORT_ACCEPT, load=load_case)
def accept(case: Any, ref: str) -> ResponseReturnValue:
    """Accept the report as handed in."""
    return _move(case, Action.ACCEPT, {}, posted_version())


@blueprint.route("/cases/<ref>/self-report/withdraw", methods=["GET", "POST"])
@access(P.REPORT_WRITE, load=load_case)
def withdraw(case: Any, ref: str) -> ResponseReturnValue:
    """Take one's report back to go on writing."""
    return _withdraw(case, {}, "self_report.edit")


@blueprint.route("/cases/<ref>/self-report/entry/withdraw", methods=["GET", "POST"])
@access(P.REPORT_ENTER, load=load_case)
def enter_withdraw(case: Any, ref: str) -> ResponseReturnValue:
    """Take back a report for somebody else, on the basis it was handed in with."""
    with reading() as conn:
        basis = report_of(conn, case).basis
    known = basis if basis is not EntryBasis.SELF else EntryBasis.DICTATED
    return _withdraw(case, {"basis": known.value}, "self_report.enter_edit")


def _withdraw(case: Any, payload: dict[str, Any], then: str) -> ResponseReturnValue:
    form = WithdrawReport(request.form if request.method == "POST" else None, say=say)

    def page() -> str:
        back = url_for("report_check.read", ref=case.ref)
        return render("stages/self_report/withdraw.html", case=case, form=form, read_url=back)

    if request.method != "POST":
        return page()
    filled = {**payload, **form.payload()}
    return save(form, _work(case, Action.WITHDRAW, filled, posted_version(), then), page)


def _move(case: Any, action: Action, payload: Any, version: int) -> ResponseReturnValue:
    return write(_work(case, action, payload, version, READ))


def _work(case: Any, action: Action, payload: Any, version: int, then: str) -> Callable[..., str]:
    def work(conn: sa.Connection) -> str:
        perform(
            conn,
            case.id,
            action,
            actor=current_actor(),
            at=at(),
            payload=payload,
            expected_version=version,
        )
        return url_for(then, ref=case.ref)

    return work


def _return(case: Any, kind: str) -> ResponseReturnValue:
    action = RETURNS[kind]
    with reading() as conn:
        report = report_of(conn, case)
    made = return_form(report.specs)
    posted = request.method == "POST"
    form = made(request.form if posted else None, say=say)

    def page() -> str:
        return render(
            "stages/self_report/return.html",
            case=case,
            case_url=case_url(case.ref),
            report=report,
            form=form,
            kind=kind,
            read_url=url_for("report_check.read", ref=case.ref),
        )

    if not posted:
        return page()
    version = posted_version()
    return save(form, lambda c: _work(case, action, form.payload(), version, READ)(c), page)


@blueprint.route("/cases/<ref>/self-report/return/form", methods=["GET", "POST"])
@access(P.REPORT_CHECK_FORM, load=load_case)
def return_for_form(case: Any, ref: str) -> ResponseReturnValue:
    """Return sections because something is missing or too long."""
    return _return(case, "form")


@blueprint.route("/cases/<ref>/self-report/return/content", methods=["GET", "POST"])
@access(P.REPORT_CHECK_CONTENT, load=load_case)
def return_on_content(case: Any, ref: str) -> ResponseReturnValue:
    """Return sections because of what they say."""
    return _return(case, "content")


@blueprint.route("/cases/<ref>/self-report/return/reopen", methods=["GET", "POST"])
@access(P.REPORT_REOPEN, load=load_case)
def reopen(case: Any, ref: str) -> ResponseReturnValue:
    """Return sections of a report that was accepted before."""
    return _return(case, "reopen")


@blueprint.get("/cases/<ref>/self-report/scan")
@access(P.CASE_READ, load=load_case)
def scan(case: Any, ref: str) -> ResponseReturnValue:
    """The scan an entry rests on: always as an attachment, and noted in the read log."""
    with reading() as conn:
        file_id = report_of(conn, case).basis_file_id
        if file_id is None:
            raise NotVisible(ref)
        opened = FileStore(kaoji().settings.files).open_file(conn, file_id)
    note_reading("self_report_scan", case_id=case.id, object_id=file_id)
    ending = {"application/pdf": "pdf", "image/png": "png"}.get(opened.media_type, "jpg")
    response = Response(opened.content, mimetype=opened.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"scan-{ref}.{ending}")
    return response
