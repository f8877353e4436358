"""分管表: the charges as a workbook, and a list of them taken by dry run."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.portfolio_list import PlannedCharge, plan, take
from cases.errors import Refused
from cases.files.cells import Problem
from cases.files.portfolio_sheet import PORTFOLIO_HEADS, read_portfolios
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.files.workbook import open_workbook
from cases.queries import portfolios as queries
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, reading
from cases.web.kept_upload import content_of, kept, readable, store, token_of
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.portfolios import TakeLeaders, UploadLeaders
from workflow.vocabulary import Permission

blueprint = Blueprint("portfolio_list", __name__, url_prefix="/units/leaders")
P = Permission
USE = "leaders"
WIDTHS = (30, 14, 30, 14, 14)


@blueprint.get("/list.xlsx")
@access(P.ROSTER_IMPORT)
def export() -> ResponseReturnValue:
    """Every charge of the organ's units, in the columns that the import reads."""
    with reading() as conn:
        rows = queries.charges_listed(conn, current_actor())
    kinds = (Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.DATE, Kind.DATE)
    columns = [TableColumn(*one) for one in zip(PORTFOLIO_HEADS, WIDTHS, kinds, strict=True)]
    return as_download(TableSheet("分管", "分管领导", columns, rows), "分管领导")


@blueprint.route("/upload", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT, uploads=True)
def upload() -> ResponseReturnValue:
    """Choose a list; the next page shows what each row would do."""
    both: Any = CombinedMultiDict([request.form, request.files])
    form = UploadLeaders(both if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/portfolios_upload.html", form=form)

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        stored = store(conn, readable(file), file.filename)
        return url_for(".preview", token=token_of(stored, use=USE))

    return page() if request.method == "GET" else save(form, work, page)


def _read(conn: sa.Connection, token: str) -> tuple[list[Problem], list[PlannedCharge]]:
    file = kept(token, use=USE)
    problems, rows = read_portfolios(open_workbook(content_of(conn, file), filename=file.name))
    return problems, plan(conn, rows, actor=current_actor(), at=at())


@blueprint.route("/upload/<token>", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT)
def preview(token: str) -> ResponseReturnValue:
    """The dry run: what begins, what ends, what is there already, what can't be taken and why."""
    with reading() as conn:
        problems, planned = _read(conn, token)
    form = TakeLeaders(request.form or None, say=say)

    def page() -> str:
        return render(
            "pages/portfolios_preview.html", token=token, problems=problems, planned=planned,
            form=form,
        )  # fmt: skip

    def work(conn: sa.Connection) -> str:
        wrong, rows = _read(conn, token)
        if wrong:
            raise Refused([p.sentence for p in wrong])
        take(conn, rows, actor=current_actor(), at=at())
        return url_for("portfolios.index", done="taken")

    return page() if request.method == "GET" else save(form, work, page)
