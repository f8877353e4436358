"""A department's figures as Excel: download, upload, look at every row, take over as drafts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.data_entry import Entry, enter_values
from cases.errors import Invalid, NotVisible, Refused
from cases.files.cells import Problem, Unreadable
from cases.files.store import FileStore
from cases.files.table_sheet import TableSheet, write_tables
from cases.files.workbook import open_workbook
from cases.queries.data_sheet import Desk, desk_of
from cases.web.access import access
from cases.web.data_figures import Figure, read_figures, table_of
from cases.web.installation import at, kaoji, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.data_collection import TakeFigures, UploadFigures
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("data_workbook", __name__, url_prefix="/data/workbook")
P = Permission
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DAY = 86_400


def as_download(sheet: TableSheet, name: str) -> Response:
    """A workbook with one sheet, to be saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_tables(path, [sheet])
        content = path.read_bytes()
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return response


def _desk(conn: sa.Connection) -> Desk:
    desk = desk_of(conn, current_actor(), P.DATA_ENTER)
    if desk is None:
        raise NotVisible("data_desk")
    return desk


@blueprint.get("")
@access(P.DATA_ENTER)
def download() -> ResponseReturnValue:
    """One's own figures, filled as far as they are."""
    with reading() as conn:
        desk = _desk(conn)
    return as_download(table_of(desk), f"{desk.cycle.title}指标数据")


@blueprint.route("/upload", methods=["GET", "POST"])
@access(P.DATA_ENTER, uploads=True)
def upload() -> ResponseReturnValue:
    """Choose the filled workbook; the next page shows what would change."""
    posted = request.method == "POST"
    form = UploadFigures(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )

    def page() -> str:
        return render("pages/data_upload.html", form=form)

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        data = file.stream.read()
        try:
            open_workbook(data, filename=file.filename)
        except Unreadable as unreadable:
            raise Invalid({"file": unreadable.problems[0].sentence}) from unreadable
        kept = FileStore(kaoji().settings.files).put(conn, data, name=file.filename, at=at())
        return url_for("data_workbook.preview", token=_sign(kept.id))

    return save(form, work, page)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="figures")


def _sign(file_id: int) -> str:
    return str(_signer().dumps([current_actor().account_id, file_id]))


def _read(token: str) -> tuple[list[Problem], list[Figure]]:
    """What the workbook of a token holds. Raises Refused for another's or an old token."""
    gone = Refused([m("上传的表格已过期,请重新上传")])
    try:
        account_id, file_id = _signer().loads(token, max_age=_DAY)
    except BadSignature as forged:
        raise gone from forged
    if account_id != current_actor().account_id:
        raise gone
    with reading() as conn:
        desk = _desk(conn)
        data = FileStore(kaoji().settings.files).open_file(conn, int(file_id)).content
    return read_figures(open_workbook(data), desk)


@blueprint.route("/upload/<token>", methods=["GET", "POST"])
@access(P.DATA_ENTER)
def preview(token: str) -> ResponseReturnValue:
    """Every row with its cell: what would be written, what is the same, what is not taken."""
    problems, figures = _read(token)
    posted = request.method == "POST"
    form = TakeFigures(request.form if posted else None, say=say)

    def page() -> str:
        return render(
            "pages/data_preview.html",
            token=token,
            problems=problems,
            figures=figures,
            good=[f for f in figures if f.good],
            faulty=[f for f in figures if f.fault is not None],
            form=form,
            done=request.args.get("done", type=int),
        )

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        done = _take(conn, [f for f in figures if f.good])
        return url_for("data_workbook.preview", token=token, done=done)

    return save(form, work, page)


def _take(conn: sa.Connection, figures: list[Figure]) -> int:
    """Write the good rows as drafts, sheet by sheet."""
    sheets: dict[int, list[Entry]] = {}
    for figure in figures:
        cell = figure.cell
        if cell is None:
            continue
        row = figure.row
        entry = Entry(
            row.indicator,
            value=figure.value,
            missing_reason=figure.missing_reason,
            source=row.source or None,
            document=row.document or None,
            file_id=None,
            remark=(row.note or None) if row.value is not None else cell.remark,
        )
        sheets.setdefault(cell.sheet_id, []).append(entry)
    for sheet_id in sorted(sheets):
        enter_values(
            conn, sheet_id, sheets[sheet_id], hand_in=False, actor=current_actor(), at=at()
        )
    return sum(map(len, sheets.values()))
