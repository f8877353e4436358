"""区划和机构变更: the list, one change, a list of them by dry run, a unit's history."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.unit_changes import Planned, plan, record
from cases.errors import Invalid, Refused
from cases.files.cells import Problem
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.unit_change_sheet import CHANGE_HEADS, ChangeRow, read_changes
from cases.files.workbook import open_workbook
from cases.queries import unit_changes as queries
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, on, reading
from cases.web.kept_upload import content_of, kept, readable, store, token_of
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.unit_changes import RecordChange, TakeChanges, UploadChanges
from workflow.vocabulary import Permission, UnitChangeKind

blueprint = Blueprint("unit_changes", __name__, url_prefix="/units")
P = Permission
USE = "unit-changes"


@blueprint.route("/changes", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT)
def index() -> ResponseReturnValue:
    """What was recorded, and the form for one more."""
    form = RecordChange(request.form or None, say=say)
    with reading() as conn:
        lines = queries.changes(conn)

    def page() -> str:
        return render(
            "pages/unit_changes.html", lines=lines, form=form,
            done=request.args.get("done", type=int),
        )  # fmt: skip

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        row = ChangeRow(
            "", UnitChangeKind(form.kind.data), form.day.data, form.from_code.data or "",
            form.from_name.data or "", form.to_code.data or "", form.to_name.data or "",
            form.document.data or "", form.note.data or "", (),
            year_only=form.day.year_only,
        )  # fmt: skip
        planned = plan(conn, [row], actor=current_actor(), today=on())
        if planned[0].fault is not None:
            raise Invalid({"from_name": planned[0].fault})
        done = record(conn, planned, actor=current_actor(), at=at())
        return url_for(".index", done=done)

    return save(form, work, page)


@blueprint.get("/changes/template.xlsx")
@access(P.ROSTER_IMPORT)
def template() -> ResponseReturnValue:
    """The empty list to fill in."""
    columns = [TableColumn(head, 16) for head in CHANGE_HEADS]
    return as_download(TableSheet("变更", "区划和机构变更", columns, []), "区划和机构变更")


@blueprint.route("/changes/upload", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT, uploads=True)
def upload() -> ResponseReturnValue:
    """Choose a list; the next page shows what each row would do."""
    both: Any = CombinedMultiDict([request.form, request.files])
    form = UploadChanges(both if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/unit_changes_upload.html", form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        stored = store(conn, readable(file), file.filename)
        return url_for(".preview", token=token_of(stored, use=USE))

    return save(form, work, page)


def _read(conn: sa.Connection, token: str) -> tuple[list[Problem], list[Planned]]:
    file = kept(token, use=USE)
    problems, rows = read_changes(open_workbook(content_of(conn, file), filename=file.name))
    return problems, plan(conn, rows, actor=current_actor(), today=on())


@blueprint.route("/changes/upload/<token>", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT)
def preview(token: str) -> ResponseReturnValue:
    """The dry run: what is new, what is there already, what can't be taken and where it stands."""
    with reading() as conn:
        problems, planned = _read(conn, token)
    form = TakeChanges(request.form or None, say=say)

    def page() -> str:
        return render(
            "pages/unit_changes_preview.html", token=token, problems=problems, planned=planned,
            form=form,
        )  # fmt: skip

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        wrong, rows = _read(conn, token)
        if wrong:
            raise Refused([p.sentence for p in wrong])
        return url_for(".index", done=record(conn, rows, actor=current_actor(), at=at()))

    return save(form, work, page)


@blueprint.get("/<int:unit_id>/history")
@access(P.ROSTER_IMPORT, load=queries.load_unit)
def history(unit: Any, unit_id: int) -> ResponseReturnValue:
    """A unit's earlier names and codes, and the figures of earlier years under them."""
    with reading() as conn:
        found = queries.history(conn, unit)
    return render("pages/unit_history.html", found=found)
