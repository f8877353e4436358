"""述职: writing and handing in a report.

Two doors to one editor: the subject's own (``REPORT_WRITE``, which for a body is its head or the
contact) and entry for somebody else (``REPORT_ENTER``). Drafts carry the version their writer saw
in ``_version``; a second editor gets both texts on a page with 409, nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import self_report as commands
from cases.errors import Invalid, Refused, Stale
from cases.files.store import FileStore
from cases.queries.calendar import working_days
from cases.queries.report_prefill import Prefill, prefill_of
from cases.queries.self_report import Report, report_of, scheme_of_case
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, kaoji, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.self_report import EnteredReport, SelfReport, report_form
from workflow.timetable import working_days_between
from workflow.vocabulary import EntryBasis, Permission, State

blueprint = Blueprint("self_report", __name__)
P = Permission


class Desk:
    """What the editor needs of one case, read once."""

    def __init__(self, case: Any, *, entered: bool) -> None:
        self.case, self.entered = case, entered
        with reading() as conn:
            self.report: Report = report_of(conn, case)
            self.prefill: Prefill = prefill_of(conn, case, scheme_of_case(conn, case))
            self.calendar = working_days(conn)

    @property
    def form_class(self) -> type[SelfReport]:
        return report_form(self.report.specs, self.report.total_limit, entered=self.entered)

    def url(self, what: str, **values: Any) -> str:
        """The address of a step of this editor: edit, submit or save."""
        name = f"self_report.{'enter_' if self.entered else ''}{what}"
        return url_for(name, ref=self.case.ref, **values)

    def page(self, form: SelfReport, version: int) -> str:
        due = self.case.due_on
        return render(
            "stages/self_report/edit.html",
            case=self.case,
            case_url=case_url(self.case.ref),
            report=self.report,
            form=form,
            version=version,
            desk=self,
            prefill=self.prefill,
            results=_results_section(self.report),
            due=due,
            left=working_days_between(on(), due, self.calendar) if due else 0,
            read_url=url_for("report_check.read", ref=self.case.ref),
        )

    def conflict(self, form: SelfReport) -> ResponseReturnValue:
        """Both texts, mine ready to be stored over the other's."""
        with reading() as conn:
            now = report_of(conn, self.case)
        names = self.form_class.names()
        theirs = {names[s.code]: s for s in now.sections}
        page = render(
            "stages/self_report/conflict.html",
            case=self.case,
            desk=self,
            form=form,
            report=now,
            theirs={n: s for n, s in theirs.items() if s.text != form.texts()[s.code]},
        )
        return page, 409


def _results_section(report: Report) -> str:
    """The section the unit's figures stand above: the results, else the longest."""
    by_code = {s.code: s.code for s in report.sections if s.code in ("results", "performance")}
    longest = max(report.sections, key=lambda s: s.limit).code
    return next(iter(by_code), longest)


def _open(case: Any, *, entered: bool) -> ResponseReturnValue:
    if case.state not in (State.DRAFTING, State.RETURNED):
        return redirect(url_for("report_check.read", ref=case.ref), 303)
    desk = Desk(case, entered=entered)
    data = desk.form_class.names()
    texts = {name: desk.report.texts[code] for code, name in data.items()}
    if entered and desk.report.basis is not EntryBasis.SELF:
        texts["basis"] = desk.report.basis.value
    return desk.page(desk.form_class(say=say, data=texts), desk.report.draft_version)


def _posted(desk: Desk) -> SelfReport:
    return desk.form_class(CombinedMultiDict([request.form, request.files]), say=say)


def _entry(conn: sa.Connection, desk: Desk, form: SelfReport) -> commands.Entry | None:
    """Basis and scan of an entry for somebody else; None for one's own report."""
    if not isinstance(form, EnteredReport):
        return None
    basis = EntryBasis(form.basis.data) if form.basis.data else None
    if form.scan.data is None:
        return commands.Entry(basis)
    files = FileStore(kaoji().settings.files)
    upload = form.scan.data
    try:
        kept = commands.keep_scan(
            conn,
            files,
            desk.case.id,
            upload.stream,
            name=upload.filename,
            actor=current_actor(),
            at=at(),
        )
    except Invalid as invalid:
        raise Invalid({"scan": invalid.errors["file"]}) from invalid
    return commands.Entry(basis, kept.id)


def _named(desk: Desk, invalid: Invalid) -> Invalid:
    names = desk.form_class.names()
    return Invalid({names.get(k, k): v for k, v in invalid.errors.items()})


def _store(desk: Desk, form: SelfReport, command: Callable[..., Any]) -> Callable[..., str]:
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        try:
            command(
                conn,
                desk.case.id,
                form.texts(),
                actor=current_actor(),
                at=at(),
                version=version,
                entry=_entry(conn, desk, form),
            )
        except Invalid as invalid:
            raise _named(desk, invalid) from invalid
        return url_for("report_check.read", ref=desk.case.ref)

    return work


def _submit(case: Any, *, entered: bool) -> ResponseReturnValue:
    desk = Desk(case, entered=entered)
    form = _posted(desk)
    try:
        work = _store(desk, form, commands.submit)
        return save(form, work, lambda: desk.page(form, posted_version()))
    except Stale:
        return desk.conflict(form)


def _save(case: Any, *, entered: bool) -> ResponseReturnValue:
    desk = Desk(case, entered=entered)
    form = _posted(desk)
    if form.unknown_fields([*request.form, *request.files]):
        abort(400)
    if request.headers.get("X-Autosave") == "1":
        return _autosave(desk, form)
    faults = form.draft_faults()
    try:
        if not faults:
            return write(_store(desk, form, commands.save_draft))
    except Stale:
        return desk.conflict(form)
    except Invalid as invalid:
        faults = invalid.errors
    form.take(faults)
    return desk.page(form, posted_version()), 422


def _autosave(desk: Desk, form: SelfReport) -> ResponseReturnValue:
    """204 with the draft's version; 409 when another draft or state was first; no key, no page."""
    basis = form.basis.data if isinstance(form, EnteredReport) else None
    known = next((w for w in EntryBasis if w.value == basis), None)
    entry = commands.Entry(known) if desk.entered else None
    try:
        with kaoji().store.transaction() as conn:
            version = commands.save_draft(
                conn,
                desk.case.id,
                form.texts(),
                actor=current_actor(),
                at=at(),
                version=posted_version(),
                entry=entry,
            )
    except (Stale, Refused):
        return Response(status=409)
    except Invalid:
        return Response(status=422)
    return Response(status=204, headers={"X-Version": str(version)})


@blueprint.get("/cases/<ref>/self-report")
@access(P.REPORT_WRITE, load=load_case)
def edit(case: Any, ref: str) -> ResponseReturnValue:
    """One's own report, or the body's; what is not open for writing is read instead."""
    return _open(case, entered=False)


@blueprint.post("/cases/<ref>/self-report")
@access(P.REPORT_WRITE, load=load_case)
def submit(case: Any, ref: str) -> ResponseReturnValue:
    """Hand the report in."""
    return _submit(case, entered=False)


@blueprint.post("/cases/<ref>/self-report/save")
@access(P.REPORT_WRITE, load=load_case)
def save_draft(case: Any, ref: str) -> ResponseReturnValue:
    """Keep the draft: by the page's script, or by the button that leads to the preview."""
    return _save(case, entered=False)


@blueprint.get("/cases/<ref>/self-report/entry")
@access(P.REPORT_ENTER, load=load_case)
def enter_edit(case: Any, ref: str) -> ResponseReturnValue:
    """A report typed for somebody else."""
    return _open(case, entered=True)


@blueprint.post("/cases/<ref>/self-report/entry")
@access(P.REPORT_ENTER, load=load_case, uploads=True)
def enter_submit(case: Any, ref: str) -> ResponseReturnValue:
    """Hand in a report typed for somebody else, with its basis."""
    return _submit(case, entered=True)


@blueprint.post("/cases/<ref>/self-report/entry/save")
@access(P.REPORT_ENTER, load=load_case, uploads=True)
def enter_save(case: Any, ref: str) -> ResponseReturnValue:
    """Keep a draft typed for somebody else."""
    return _save(case, entered=True)
