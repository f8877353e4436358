"""归档: what each unit's volumes lack, filing them, reading papers, checking one by its code."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import filing as commands
from cases.commands.transition import perform
from cases.errors import NotVisible, Refused
from cases.files.store import Damaged, FileStore
from cases.jobs import file_volumes
from cases.queries import archive as queries
from cases.queries import scans
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, kaoji, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.proof import stepped_up
from cases.web.session import current_actor
from cases.web.writing import write
from forms.archive import PaperCode
from workflow.vocabulary import Action, DocumentKind, FilingState, Permission
from workflow.words import m

blueprint = Blueprint("archive", __name__, url_prefix="/archive")
P = Permission
AT_ONCE = 20
"""More volumes than this are filed by a job."""
GRAVE = frozenset({DocumentKind.DOSSIER.value, DocumentKind.CONTINUATION.value})


@blueprint.get("/")
@access(P.FILE_DOSSIER)
def index() -> ResponseReturnValue:
    """Units in official order with their volumes, and papers that could not be printed."""
    with reading() as conn:
        units = queries.completeness(conn, current_actor())
        stuck = queries.stuck_papers(conn, current_actor())
    return render("stages/archive/index.html", units=units, stuck=stuck)


@blueprint.get("/units/<int:unit_id>")
@access(P.FILE_DOSSIER)
def unit(unit_id: int) -> ResponseReturnValue:
    """The volumes of one unit: what lacks, what can be filed."""
    with reading() as conn:
        rows = queries.volumes_of(conn, current_actor(), unit_id)
    if not rows:
        raise NotVisible(str(unit_id))
    return render(
        "stages/archive/unit.html", rows=rows, unit_id=unit_id, today_on=on(),
        due=FilingState.DUE, name=rows[0].case.unit_name,
    )  # fmt: skip


@blueprint.post("/file")
@access(P.FILE_DOSSIER)
def file() -> ResponseReturnValue:
    """File the ticked volumes: a few at once, many as a job."""
    ids = [int(t) for t in request.form.getlist("case") if t.isascii() and t.isdigit()]
    again = request.form.get("again") == "1"
    if not ids:
        raise Refused([m("先勾选要办的事项")])

    def work(conn: sa.Connection) -> str:
        actor = current_actor()
        if len(ids) > AT_ONCE:
            job = file_volumes.ask(conn, ids, again=again, actor=actor, at=at())
            return _job_url(job)
        command = commands.continue_volumes if again else commands.file_volumes
        filed = command(conn, ids, actor=actor, at=at())
        if filed and not any(one.done for one in filed):
            raise Refused([reason for one in filed for reason in one.reasons])
        unit_id = request.form.get("unit", "")
        if unit_id.isascii() and unit_id.isdigit():
            return url_for(".unit", unit_id=int(unit_id))
        return url_for(".index")

    return write(work)


def _job_url(job_id: int) -> str:
    if "jobs.show" in current_app.view_functions:
        return url_for("jobs.show", job_id=job_id)
    return url_for(".index")


@blueprint.post("/print-again")
@access(P.FILE_DOSSIER)
def print_again() -> ResponseReturnValue:
    """Put papers back into the queue after their text was mended."""
    ids = [int(t) for t in request.form.getlist("row") if t.isascii() and t.isdigit()]

    def work(conn: sa.Connection) -> str:
        commands.print_again(conn, ids, actor=current_actor(), at=at())
        return url_for(".index")

    return write(work)


@blueprint.post("/cases/<ref>/archive")
@access(P.ARCHIVE_CASE, load=load_case)
def archive_case(case: Any, ref: str) -> ResponseReturnValue:
    """Close the volume for good."""

    def work(conn: sa.Connection) -> str:
        perform(conn, case.id, Action.ARCHIVE, actor=current_actor(), at=at())
        return url_for(".unit", unit_id=case.unit_id)

    return write(work)


@blueprint.get("/cases/<ref>")
@access(P.DOSSIER_READ, load=load_case)
def case_papers(case: Any, ref: str) -> ResponseReturnValue:
    """The papers of one case, its volumes and the four-property check."""
    with reading() as conn:
        part = queries.section(conn, case, current_actor())
        signed = scans.signed_of(conn, [paper.id for paper, _ in part["papers"]])
    return render("stages/archive/case.html", case=case, part=part, signed=signed)


@blueprint.get("/papers/<int:document_id>.pdf")
@access(P.DOSSIER_READ, load=queries.load_paper)
def paper(row: Any, document_id: int) -> ResponseReturnValue:
    """One paper as an attachment; whole volumes only where ``volume`` asks for the password."""
    if row.kind in GRAVE:
        raise NotVisible(str(document_id))
    return _attachment(row)


@blueprint.get("/volumes/<int:document_id>.pdf")
@access(P.DOSSIER_READ, load=queries.load_paper)
@stepped_up
def volume(row: Any, document_id: int) -> ResponseReturnValue:
    """A bound volume as an attachment, after the password was asked for."""
    if row.kind not in GRAVE:
        raise NotVisible(str(document_id))
    return _attachment(row)


def _attachment(row: Any) -> Response:
    try:
        with reading() as conn:
            opened = FileStore(kaoji().settings.files).open_file(conn, row.file_id)
    except Damaged:
        raise Refused([m("文件与保存时不一致,没有打开,请先查明")], row.ref) from None
    note_reading(row.kind, case_id=row.case_id, object_id=row.id)
    response = Response(opened.content, mimetype=opened.media_type)
    name = f"{row.subject_name}-{row.title}-{row.number}.pdf"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/code")
@access(P.DOSSIER_READ)
def verify() -> ResponseReturnValue:
    """A paper by its 核验码: whether the kept file is still what was issued."""
    asked = request.args.get("code", "")
    form = PaperCode(request.args if asked else None, say=say)
    row, same = None, None
    if asked and form.validate():
        with reading() as conn:
            row = queries.paper_by_code(conn, current_actor(), asked)
            if row is not None:
                same = _is_same(conn, row)
    return render(
        "stages/archive/code.html", form=form, asked=asked, row=row, same=same,
        kind=DocumentKind(row.kind) if row is not None else None,
    )  # fmt: skip


def _is_same(conn: sa.Connection, row: Any) -> bool:
    try:
        opened = FileStore(kaoji().settings.files).open_file(conn, row.file_id)
    except (Damaged, NotVisible):
        return False
    return bool(opened.digest == row.digest)
