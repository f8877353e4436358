"""A department's figures as Excel: download, upload, look at every row, take over as drafts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.data_import import Figure, checking_table, read_figures, table_of, take
from cases.errors import NotVisible
from cases.files.cells import Problem
from cases.files.table_sheet import TableSheet, write_tables
from cases.files.workbook import open_workbook
from cases.jobs import figures_import
from cases.queries import jobs
from cases.queries.data_sheet import Desk, desk_of
from cases.web.access import access
from cases.web.data_sheet import asked_year
from cases.web.following import answer, following
from cases.web.installation import at, on, reading
from cases.web.kept_upload import content_of, kept, readable, store, token_of
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.data_collection import TakeFigures, UploadFigures
from workflow.vocabulary import Permission

blueprint = Blueprint("data_workbook", __name__, url_prefix="/data/workbook")
P = Permission
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USE = "figures"
LARGE = 256 * 1024
"""Workbooks above so many bytes (some 3,000 rows) are read as a job."""


def as_download(sheet: TableSheet, name: str) -> Response:
    """A workbook with one sheet, to be saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_tables(path, [sheet])
        content = path.read_bytes()
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return response


def my_desk(conn: sa.Connection, ref: str | None = None) -> Desk:
    """The desk of the department the actor enters for, in a year or the newest.

    Raises NotVisible without one.
    """
    desk = desk_of(conn, current_actor(), P.DATA_ENTER, ref)
    if desk is None:
        raise NotVisible("data_desk")
    return desk


@blueprint.get("")
@access(P.DATA_ENTER)
def download() -> ResponseReturnValue:
    """One's own figures, filled as far as they are."""
    with reading() as conn:
        desk = my_desk(conn, asked_year())
    return as_download(table_of(desk), f"{desk.cycle.title}指标数据")


@blueprint.get("/verification")
@access(P.DATA_VERIFY)
def checking() -> ResponseReturnValue:
    """The figures that one's own department verifies, with who entered them, to be read."""
    with reading() as conn:
        desk = desk_of(conn, current_actor(), P.DATA_VERIFY, asked_year())
    if desk is None:
        raise NotVisible("data_desk")
    return as_download(checking_table(desk), f"{desk.cycle.title}审核数据")


@blueprint.route("/upload", methods=["GET", "POST"])
@access(P.DATA_ENTER, uploads=True)
def upload() -> ResponseReturnValue:
    """Choose the filled workbook; the next page shows what would change."""
    posted = request.method == "POST"
    form = UploadFigures(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )

    def page() -> str:
        return render("pages/data_upload.html", form=form, year=asked_year())

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        data = readable(file)
        stored, year = store(conn, data, file.filename), asked_year()
        if len(data) > LARGE:
            job = figures_import.ask(conn, stored.id, year=year, actor=current_actor(), at=at())
            return url_for("data_workbook.running", job_id=job)
        return url_for("data_workbook.preview", token=token_of(stored, use=USE), year=year)

    return save(form, work, page)


def _read(token: str) -> tuple[Desk, list[Problem], list[Figure]]:
    """What the workbook of a token holds against the desk of the year asked for.

    Raises Refused for another's or an old token.
    """
    file = kept(token, use=USE)
    with reading() as conn:
        desk = my_desk(conn, asked_year())
        book = open_workbook(content_of(conn, file), filename=file.name)
        return desk, *read_figures(conn, book, desk, on())


@blueprint.route("/upload/<token>", methods=["GET", "POST"])
@access(P.DATA_ENTER)
def preview(token: str) -> ResponseReturnValue:
    """Every row with its cell: what would be written, what is the same, what is not taken."""
    desk, problems, figures = _read(token)
    posted = request.method == "POST"
    form = TakeFigures(request.form if posted else None, say=say)

    def page() -> str:
        return render(
            "pages/data_preview.html",
            desk=desk,
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
        done = take(conn, figures, actor=current_actor(), at=at())
        return url_for("data_workbook.preview", token=token, year=desk.earlier, done=done)

    return save(form, work, page)


@blueprint.get("/imports/<int:job_id>")
@access(P.DATA_ENTER)
def running(job_id: int) -> ResponseReturnValue:
    """A large workbook on its way: progress, then what was written or why nothing was."""
    with reading() as conn:
        job = jobs.job(conn, job_id, account_id=current_actor().account_id)
        rows = jobs.rows_of(conn, job_id, limit=200)
    page = render("pages/data_import.html", job=job, rows=rows, follow=following())
    return answer(page, job)
