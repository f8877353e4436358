"""观测值清单: a long list of figures with their sources, and what contradicts what."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands.observation_plan import Plan, plan
from cases.commands.observations import reopen, settle, take_list
from cases.errors import NotVisible, Refused
from cases.files.observation_list import OBSERVATION_HEADS
from cases.files.table_sheet import TableColumn, TableSheet
from cases.files.workbook import open_workbook
from cases.jobs import observations_import
from cases.queries import jobs
from cases.queries.data_sheet import Desk, desk_of
from cases.queries.jobs import JobStatus, JobView
from cases.queries.observations import ConflictLine, conflicts_at, lists_of, load_conflict
from cases.web.access import access
from cases.web.data_workbook import as_download, my_desk
from cases.web.following import answer, following
from cases.web.installation import at, on, reading
from cases.web.kept_upload import KeptFile, content_of, kept, readable, store, token_of
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.observations import (
    ExplainConflict,
    ReopenConflict,
    SettleConflict,
    TakeObservations,
    UploadObservations,
)
from workflow.vocabulary import ConflictKind, ConflictOutcome, Permission
from workflow.words import m

blueprint = Blueprint("data_observations", __name__, url_prefix="/data/observations")
P = Permission
USE = "observations"
LARGE = 1024 * 1024
"""Lists above so many bytes (some 5,000 rows) are read as a job."""
SHOWN = 300
"""Rows of one kind that the dry run shows; it says how many more there are."""


@blueprint.get("")
@access(P.DATA_ENTER)
def index() -> ResponseReturnValue:
    """What contradicts what among one's figures, and the lists that were taken over."""
    with reading() as conn:
        desk = desk_of(conn, current_actor(), P.DATA_ENTER)
        if desk is None:
            return render("pages/data_none.html", endpoint="data_sheet.index")
        lines = conflicts_at(conn, current_actor())
        lists = lists_of(conn, sorted({cell.sheet_id for cell in desk.cells}))
    return render(
        "pages/observations.html",
        desk=desk,
        open=[line for line in lines if line.open],
        settled=[line for line in lines if not line.open],
        lists=lists,
        shown=SHOWN,
        taken=request.args.get("taken", type=int),
        found=request.args.get("found", type=int),
    )


@blueprint.get("/template.xlsx")
@access(P.DATA_ENTER)
def template() -> ResponseReturnValue:
    """The empty list to fill in."""
    columns = [TableColumn(head, 16) for head in OBSERVATION_HEADS]
    return as_download(TableSheet("观测值", "观测值清单", columns, []), "观测值清单")


@blueprint.route("/upload", methods=["GET", "POST"])
@access(P.DATA_ENTER, uploads=True)
def upload() -> ResponseReturnValue:
    """Choose a list; the next page shows what each row would do."""
    both: Any = CombinedMultiDict([request.form, request.files])
    form = UploadObservations(both if request.method == "POST" else None, say=say)

    def page() -> str:
        return render("pages/observations_upload.html", form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        data = readable(file)
        stored = store(conn, data, file.filename)
        if len(data) > LARGE:
            job = observations_import.ask(
                conn, stored.id, file.filename, take=False, actor=current_actor(), at=at()
            )
            return url_for(".running", job_id=job)
        return url_for(".preview", token=token_of(stored, use=USE))

    return save(form, work, page)


@blueprint.route("/imports/<int:job_id>", methods=["GET", "POST"])
@access(P.DATA_ENTER)
def running(job_id: int) -> ResponseReturnValue:
    """A long list on its way: progress, what its rows would do, then taken over by a job too."""
    form = TakeObservations(request.form or None, say=say)
    with reading() as conn:
        job = jobs.job(conn, job_id, account_id=current_actor().account_id)
        rows = jobs.rows_of(conn, job_id, limit=SHOWN)
    if job.kind != observations_import.KIND:
        raise NotVisible(f"job:{job_id}")

    def page() -> ResponseReturnValue:
        shown = render(
            "pages/observations_import.html", job=job, rows=rows, form=form, follow=following()
        )
        return answer(shown, job)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        if job.payload["take"] or not _takeable(job):
            raise Refused([m("这份清单还没有核对完,或者有不能写入的行")])
        file_id, name = int(job.payload["file_id"]), str(job.payload["name"])
        asked = observations_import.ask(
            conn, file_id, name, take=True, actor=current_actor(), at=at()
        )
        return url_for(".running", job_id=asked)

    return save(form, work, page)


def _takeable(job: JobView) -> bool:
    found = job.result
    stopped = found.get("problems", 1) or found.get("refused", 1)
    return job.status is JobStatus.DONE and not stopped and bool(found.get("fresh"))


def _read(conn: sa.Connection, file: KeptFile) -> tuple[Plan, Desk]:
    desk = my_desk(conn)
    return plan(conn, open_workbook(content_of(conn, file), filename=file.name), desk, on()), desk


@blueprint.route("/upload/<token>", methods=["GET", "POST"])
@access(P.DATA_ENTER)
def preview(token: str) -> ResponseReturnValue:
    """The dry run: what is added, changed, contradictory, kept beside, refused and where."""
    file = kept(token, use=USE)
    form = TakeObservations(request.form or None, say=say)

    def page() -> str:
        with reading() as conn:
            made, desk = _read(conn, file)
        return render(
            "pages/observations_preview.html",
            token=token,
            name=file.name,
            plan=made,
            counts=made.counts,
            desk=desk,
            form=form,
            shown=SHOWN,
        )

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        made, desk = _read(conn, file)
        taken = take_list(
            conn, made, desk, file_id=file.id, name=file.name, actor=current_actor(), at=at()
        )
        return url_for(".index", taken=taken, found=len(made.clashes))

    return save(form, work, page)


@blueprint.route("/conflicts/<int:conflict_id>", methods=["GET", "POST"])
@access(P.DATA_ENTER, load=load_conflict)
def conflict(line: ConflictLine, conflict_id: int) -> ResponseReturnValue:
    """Both figures with their sources: say which holds, or take that back."""
    check = line.kind is ConflictKind.CHECK
    made: Any = (ExplainConflict if check else SettleConflict) if line.open else ReopenConflict
    form = made(request.form or None, say=say)

    def page() -> str:
        return render("pages/observation_conflict.html", line=line, form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        reason = form.reason.data or ""
        if line.open:
            outcome = ConflictOutcome.KEPT if check else ConflictOutcome(form.outcome.data)
            settle(conn, conflict_id, outcome, reason, actor=current_actor(), at=at())
            return url_for(".index")
        reopen(conn, conflict_id, reason, actor=current_actor(), at=at())
        return url_for(".conflict", conflict_id=conflict_id)

    return save(form, work, page)
