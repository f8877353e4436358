"""Around one sheet: the unit confirms or objects, the provider answers; proofs; fraud found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import data_fraud, data_objections
from cases.commands.data_entry import attach
from cases.commands.data_objections import Answer
from cases.errors import NotVisible
from cases.files.store import FileStore
from cases.queries.data_objections import ObjectionRow, load_objection, members_of, objections_of
from cases.queries.data_sheet import Cell, Column, columns_of_sheet, load_sheet
from cases.queries.scheme import scheme_of_cycle
from cases.queries.unit_items import items_of_sheet, settled
from cases.web.access import access
from cases.web.data_office import days_to_confirm
from cases.web.installation import at, kaoji, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.proof import asks_proof
from cases.web.session import current_actor
from cases.web.writing import posted_version, save
from forms.base import Form
from forms.data_collection import (
    AnswerObjection,
    AttachProof,
    ConfirmFigures,
    ObjectToFigure,
    RecordFraud,
)
from workflow.vocabulary import DataSheetState, ObjectionOutcome, Permission

blueprint = Blueprint("data_unit", __name__, url_prefix="/data")
P = Permission


def _column(sheet: Any, indicator: str) -> Column:
    with reading() as conn:
        found = [c for c in columns_of_sheet(conn, sheet, current_actor()) if c.code == indicator]
    if not found:
        raise NotVisible(indicator)
    return found[0]


def _posted(form: type[Form]) -> Any:
    both: Any = CombinedMultiDict([request.form, request.files])
    return form(both if request.method == "POST" else None, say=say)


def _answer(
    form: Form, page: Callable[[], str], work: Callable[[sa.Connection], str]
) -> ResponseReturnValue:
    return page() if request.method == "GET" else save(form, work, page)


def kept_file(conn: sa.Connection, form: Any) -> int | None:
    """The uploaded file in the store; None without one."""
    file = form.file.data
    if file is None:
        return None
    files = FileStore(kaoji().settings.files)
    return int(files.put(conn, file.stream, name=str(file.filename), at=at()).id)


@blueprint.route("/sheets/<int:sheet_id>/confirm", methods=["GET", "POST"])
@access(P.DATA_CONFIRM, load=load_sheet)
def confirm(sheet: Any, sheet_id: int) -> ResponseReturnValue:
    """The unit's verified figures: confirm them all, or object to one."""
    form = _posted(ConfirmFigures)
    with reading() as conn:
        columns = columns_of_sheet(conn, sheet, current_actor())
        objections = objections_of(conn, sheet_id, current_actor())
        items = items_of_sheet(conn, sheet_id, current_actor())
        scheme = scheme_of_cycle(conn, sheet.cycle_id)
        left = days_to_confirm(conn, sheet)
    asked = sheet.state == DataSheetState.VERIFIED and sheet.confirmed_at is None
    days = asked and sheet.confirm_due_on is not None and on() <= sheet.confirm_due_on

    def page() -> str:
        return render(
            "pages/data_confirm.html", sheet=sheet, columns=columns, objections=objections,
            form=form, open=days, left=left, entries=items, scheme=scheme,
            settled=settled(scheme, items) if scheme is not None else {},
        )  # fmt: skip

    def work(conn: sa.Connection) -> str:
        data_objections.confirm(
            conn, sheet_id, expected_version=posted_version(), actor=current_actor(), at=at()
        )
        return url_for(".confirm", sheet_id=sheet_id)

    return _answer(form, page, work)


@blueprint.route("/sheets/<int:sheet_id>/objections/<indicator>", methods=["GET", "POST"])
@access(P.DATA_CONFIRM, load=load_sheet, uploads=True)
def object_to(sheet: Any, sheet_id: int, indicator: str) -> ResponseReturnValue:
    """Object to one figure with the reason and, where there is one, its proof."""
    column, form = _column(sheet, indicator), _posted(ObjectToFigure)

    def page() -> str:
        return render(
            "pages/data_object.html", sheet=sheet, column=column, cell=column.cells[-1], form=form
        )

    def work(conn: sa.Connection) -> str:
        data_objections.raise_objection(
            conn, sheet_id, indicator, str(form.reason.data), file_id=kept_file(conn, form),
            actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".confirm", sheet_id=sheet_id)

    return _answer(form, page, work)


@blueprint.route("/objections/<int:objection_id>", methods=["GET", "POST"])
@access(P.DATA_ENTER, load=load_objection)
def answer(one: ObjectionRow, objection_id: int) -> ResponseReturnValue:
    """The provider keeps the figure or corrects it."""
    form = _posted(AnswerObjection)
    with reading() as conn:
        scheme = scheme_of_cycle(conn, one.cycle_id)
    about = scheme.indicators.get(one.indicator) if scheme is not None else None

    def page() -> str:
        return render("pages/data_answer.html", one=one, about=about, form=form)

    def work(conn: sa.Connection) -> str:
        said = Answer(
            ObjectionOutcome(form.outcome.data), form.reason.data or "", form.value.data or "",
            form.source.data or "", form.document.data or "",
        )  # fmt: skip
        data_objections.answer(conn, objection_id, said, actor=current_actor(), at=at())
        return url_for("data_sheet.grid", indicator=one.indicator)

    return _answer(form, page, work)


@blueprint.get("/objections/<int:objection_id>/proof")
@access(P.DATA_READ, load=load_objection)
def objection_proof(one: ObjectionRow, objection_id: int) -> ResponseReturnValue:
    """What the unit sent with its objection."""
    return stored_file(one.file_id, f"objection-{one.id}")


@blueprint.route("/sheets/<int:sheet_id>/proof/<indicator>", methods=["GET", "POST"])
@access(P.DATA_ENTER, load=load_sheet, uploads=True)
def attachment(sheet: Any, sheet_id: int, indicator: str) -> ResponseReturnValue:
    """Attach the paper behind a figure that is still in one's hands."""
    column, form = _column(sheet, indicator), _posted(AttachProof)

    def page() -> str:
        return render(
            "pages/data_attach.html", sheet=sheet, column=column, cell=column.cells[-1], form=form
        )

    def work(conn: sa.Connection) -> str:
        kept = kept_file(conn, form)
        if kept is not None:
            attach(conn, sheet_id, indicator, kept, actor=current_actor(), at=at())
        return url_for("data_sheet.grid", indicator=indicator)

    return _answer(form, page, work)


@blueprint.get("/sheets/<int:sheet_id>/proof/<indicator>/<int:number>")
@access(P.DATA_READ, load=load_sheet)
def proof(sheet: Any, sheet_id: int, indicator: str, number: int) -> ResponseReturnValue:
    """The paper behind one version of a figure."""
    cells: list[Cell] = [c for c in _column(sheet, indicator).cells if c.number == number]
    return stored_file(cells[0].file_id if cells else None, f"{indicator}-{sheet_id}-{number}")


def stored_file(file_id: int | None, name: str) -> Response:
    """Always as an attachment, noted in the read log."""
    if file_id is None:
        raise NotVisible(name)
    with reading() as conn:
        opened = FileStore(kaoji().settings.files).open_file(conn, file_id)
    note_reading("figure_proof", case_id=None, object_id=file_id)
    response = Response(opened.content, mimetype=opened.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.route("/sheets/<int:sheet_id>/fraud", methods=["GET", "POST"])
@access(P.INQUIRY_CONCLUDE, load=load_sheet)
@asks_proof
def fraud(sheet: Any, sheet_id: int) -> ResponseReturnValue:
    """Record established fraud; the bars follow, no grade is touched."""
    with reading() as conn:
        columns = columns_of_sheet(conn, sheet, current_actor(), P.INQUIRY_CONCLUDE)
        members = members_of(conn, sheet)
    form = _posted(RecordFraud)
    form.indicators.offer([(c.code, c.indicator.title) for c in columns])
    form.people.offer([(str(i), told) for i, told in members])
    form.speak()

    def page() -> str:
        return render("pages/data_fraud.html", sheet=sheet, form=form)

    def work(conn: sa.Connection) -> str:
        found = data_fraud.Finding(
            list(form.indicators.data or ()), form.happened_on.data, str(form.document.data),
            str(form.finding.data), [int(i) for i in form.people.data or ()],
        )  # fmt: skip
        touched = data_fraud.record_fraud(conn, sheet_id, found, actor=current_actor(), at=at())
        return url_for("data_office.show", sheet_id=sheet_id, touched=len(touched))

    return _answer(form, page, work)
