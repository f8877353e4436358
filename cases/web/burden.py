"""填报事项统计: what a year asks of each unit, changes after opening; the table as a workbook."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from cases.errors import NotVisible
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.queries.burden import Asked, burden
from cases.queries.progress import reach_of
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import reading
from cases.web.presentation import render, say
from cases.web.progress import chosen
from cases.web.session import current_actor
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("burden", __name__)
P = Permission


@blueprint.get("/burden")
@access(P.PROGRESS_READ)
def show() -> ResponseReturnValue:
    """What the year asked of the units within reach."""
    with reading() as conn:
        reach = reach_of(conn, current_actor())
        years, cycle = chosen(conn, reach)
        found = burden(conn, reach, cycle.id) if cycle is not None else None
    return render("pages/burden.html", cycle=cycle, years=years, found=found, asked=list(Asked))


@blueprint.get("/burden.xlsx")
@access(P.PROGRESS_READ)
def export() -> Response:
    """The table as a workbook."""
    with reading() as conn:
        reach = reach_of(conn, current_actor())
        _, cycle = chosen(conn, reach)
        if cycle is None:
            raise NotVisible("cycle")
        found = burden(conn, reach, cycle.id)
    columns = [
        TableColumn(say(m("单位")), 30),
        *(TableColumn(say(one), 10, Kind.NUMBER) for one in Asked),
    ]
    lines: list[list[str | int]] = [[x.name, *x.counts] for x in found.lines]
    title = say(m("%(cycle)s填报事项统计", cycle=cycle.title))
    return as_download(TableSheet(say(m("填报事项统计")), title, columns, lines), title)
