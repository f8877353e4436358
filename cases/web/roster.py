"""The roster's import: upload, the stored dry run row by row, commit whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import roster as commands
from cases.files.roster_template import write_roster
from cases.files.store import FileStore
from cases.files.table_sheet import Kind, TableColumn, write_table
from cases.jobs import roster_import
from cases.queries import jobs
from cases.queries import roster as queries
from cases.queries.roster import Change, ImportStatus, ImportView
from cases.queries.setup import organs_of
from cases.web.access import access, current_actor
from cases.web.following import answer, following
from cases.web.installation import at, kaoji, reading
from cases.web.presentation import render, say
from cases.web.writing import save, write
from forms.roster import UploadRoster
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("roster", __name__, url_prefix="/roster")
P = Permission
PAGE = 100
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def load_import(
    conn: sa.Connection, actor: Actor, permission: Permission, import_id: int
) -> ImportView:
    """A dry run of the actor's organs. Raises NotVisible."""
    organs = [organ for organ, _ in organs_of(conn, actor, permission)]
    return queries.one_import(conn, import_id, organs)


@blueprint.route("", methods=["GET", "POST"])
@access(P.ROSTER_IMPORT, uploads=True)
def index() -> ResponseReturnValue:
    """Earlier imports, and the upload of another workbook."""
    posted = request.method == "POST"
    form = UploadRoster(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    with reading() as conn:
        organs = organs_of(conn, current_actor(), P.ROSTER_IMPORT)
        earlier = queries.imports(conn, [organ for organ, _ in organs])
    form.organ.offer(organs)
    if len(organs) == 1 and not posted:
        form.organ.data = organs[0][0]

    def page() -> ResponseReturnValue:
        return render("pages/roster.html", form=form, imports=earlier)

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        kept = FileStore(kaoji().settings.files).put(conn, file.stream, name=file.filename, at=at())
        import_id = commands.receive(
            conn,
            organ_id=form.organ.data,
            file_id=kept.id,
            file_name=file.filename,
            actor=current_actor(),
            at=at(),
        )
        job = roster_import.ask_check(conn, import_id, actor=current_actor(), at=at())
        return url_for(".show", import_id=import_id, job=job)

    return save(form, work, page) if posted else page()


@blueprint.get("/template.xlsx")
@access(P.ROSTER_IMPORT)
def template() -> ResponseReturnValue:
    """The empty workbook to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_roster(path)
        return Response(path.read_bytes(), mimetype=SHEET, headers=_named("名册模板.xlsx"))


def _named(name: str) -> dict[str, str]:
    quoted = "".join(f"%{byte:02X}" for byte in name.encode())
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quoted}"}


def _chosen() -> Change | None:
    asked = request.args.get("change", "")
    return Change(asked) if asked in set(Change) else None


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@blueprint.get("/<int:import_id>")
@access(P.ROSTER_IMPORT, load=load_import)
def show(found: ImportView, import_id: int) -> ResponseReturnValue:
    """A dry run: how many rows come out how, and the rows by outcome."""
    change, after = _chosen(), _number("after")
    job_id = _number("job")
    account = current_actor().account_id
    with reading() as conn:
        rows = list(queries.rows(conn, import_id, change=change, after=after, limit=PAGE + 1))
        job = jobs.job(conn, job_id, account_id=account) if job_id else None
    more = rows[PAGE - 1].number if len(rows) > PAGE else None
    page = render(
        "pages/roster_import.html",
        found=found,
        rows=rows[:PAGE],
        change=change,
        changes=list(Change),
        Status=ImportStatus,
        job=job,
        after=after,
        more=more,
        follow=following(),
    )
    return answer(page, job)


@blueprint.get("/<int:import_id>/result.xlsx")
@access(P.ROSTER_IMPORT, load=load_import)
def result(found: ImportView, import_id: int) -> ResponseReturnValue:
    """The dry run as a workbook, so that rows can be mended beside it."""
    columns = [
        TableColumn(say(m("表")), 10),
        TableColumn(say(m("单元格")), 10),
        TableColumn(say(m("类别")), 8),
        TableColumn(say(m("结果")), 10),
        TableColumn(say(m("内容")), 40),
        TableColumn(say(m("说明")), 70, Kind.TEXT),
    ]
    with tempfile.TemporaryDirectory() as folder, reading() as conn:
        path = Path(folder) / "result.xlsx"
        rows = (
            (r.sheet, r.cell, say(r.kind), say(r.change), r.label, say_all(r.reasons))
            for r in queries.rows(conn, import_id, change=_chosen(), limit=None)
        )
        write_table(path, say(m("名册检查结果")), columns, rows, note=found.file_name)
        return Response(path.read_bytes(), mimetype=SHEET, headers=_named("名册检查结果.xlsx"))


def say_all(reasons: tuple[Any, ...]) -> str:
    """Reasons in the reader's language, one after the other."""
    return ";".join(say(reason) for reason in reasons)


@blueprint.post("/<int:import_id>/commit")
@access(P.ROSTER_IMPORT, load=load_import)
def commit(found: ImportView, import_id: int) -> ResponseReturnValue:
    """Ask for the commit; its refusals are told where the job is shown."""

    def work(conn: sa.Connection) -> str:
        load_import(conn, current_actor(), P.ROSTER_IMPORT, import_id)
        job = roster_import.ask_commit(conn, import_id, actor=current_actor(), at=at())
        return url_for(".show", import_id=import_id, job=job)

    return write(work)
