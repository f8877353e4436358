"""结果运用: the office's board of measures, a responsible organ's list, one measure."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import measures as commands
from cases.commands.beside import move
from cases.errors import NotVisible
from cases.files.store import FileStore
from cases.files.table_sheet import Kind, TableColumn, write_table
from cases.queries import measures as queries
from cases.queries.accounts import units_in_order
from cases.queries.visibility import load_case
from cases.web.access import access
from cases.web.installation import at, kaoji, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.refusals import case_url
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.base import Form
from forms.measures import AddMeasure, AssignMeasure, MeasureReason, ReportMeasure
from workflow.permissions import holds_anywhere, permits
from workflow.vocabulary import (
    MeasureChannel,
    MeasureKind,
    MeasureState,
    Permission,
    Thing,
    ThingAction,
)

blueprint = Blueprint("measures", __name__, url_prefix="/measures")
P = Permission
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASONS = {
    "return": (ThingAction.RETURN_MEASURE, P.MEASURE_CONFIRM),
    "recall": (ThingAction.RECALL_MEASURE, P.MEASURE_ASSIGN),
    "waive": (ThingAction.WAIVE_MEASURE, P.MEASURE_WAIVE),
    "reopen": (ThingAction.REOPEN_MEASURE, P.MEASURE_WAIVE),
}
"""Moves with a reason: word of the address -> move and its right."""
OFFERED: dict[MeasureState, tuple[str, ...]] = {
    MeasureState.PROPOSED: ("assign", "waive"),
    MeasureState.ASSIGNED: ("report", "recall", "waive"),
    MeasureState.REPORTED_DONE: ("confirm", "return"),
    MeasureState.CONFIRMED: ("reopen",),
    MeasureState.WAIVED: ("reopen",),
}
RIGHTS = {
    "assign": P.MEASURE_ASSIGN,
    "report": P.MEASURE_REPORT,
    "confirm": P.MEASURE_CONFIRM,
    **{word: right for word, (_, right) in REASONS.items()},
}


def _one_of(words: Any, text: str) -> Any:
    return next((w for w in words if w.value == text), None)


def _filter() -> queries.Filter:
    unit = request.args.get("unit", "")
    return queries.Filter(
        channel=_one_of(MeasureChannel, request.args.get("channel", "")),
        state=_one_of(MeasureState, request.args.get("state", "")),
        unit_id=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 12 else None,
        mandatory=request.args.get("mandatory") == "1",
        late=request.args.get("late") == "1",
    )


@blueprint.get("/")
@access(P.MEASURE_ASSIGN)
def board() -> ResponseReturnValue:
    """All measures by channel, state and unit, in official order."""
    only = _filter()
    with reading() as conn:
        found = queries.board(
            conn, current_actor(), only, on(), after=request.args.get("after", "")
        )
        units = queries.units_with_measures(conn, current_actor())
    return render(
        "stages/result_application/board.html",
        board=found,
        only=only,
        units=units,
        channels=list(MeasureChannel),
        states=list(MeasureState),
        asked=_asked(),
        own=holds_anywhere(current_actor(), P.MEASURE_REPORT),
        today_on=on(),
    )


def _asked(**changed: Any) -> dict[str, str]:
    kept = ("channel", "state", "unit", "mandatory", "late")
    return {k: request.args[k] for k in kept if request.args.get(k)} | changed


@blueprint.get("/mine")
@access(P.MEASURE_REPORT)
def mine() -> ResponseReturnValue:
    """What the reader's own unit has to carry out."""
    with reading() as conn:
        found = queries.own_list(conn, current_actor(), after=request.args.get("after", ""))
    return render("stages/result_application/mine.html", board=found, today_on=on())


@blueprint.get("/measures.xlsx")
@access(P.MEASURE_ASSIGN)
def export() -> ResponseReturnValue:
    """The board as a table, with the same filters."""
    with reading() as conn:
        found = queries.board(conn, current_actor(), _filter(), on(), most=20_000)
    columns = (
        TableColumn("序号", 6, Kind.NUMBER),
        TableColumn("考核对象", 16),
        TableColumn("单位", 26),
        TableColumn("渠道", 10),
        TableColumn("类别", 14),
        TableColumn("事项", 34),
        TableColumn("依据", 26),
        TableColumn("必办", 6),
        TableColumn("责任单位", 24),
        TableColumn("期限", 12, Kind.DATE),
        TableColumn("状态", 12),
        TableColumn("完成情况", 34),
        TableColumn("确认人", 12),
    )
    rows = (_row(n, one.row) for n, one in enumerate(found.rows, 1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measures.xlsx"
        write_table(path, "结果运用事项", columns, rows)
        response = Response(path.read_bytes(), mimetype=SHEET)
    response.headers.set("Content-Disposition", "attachment", filename="结果运用事项.xlsx")
    return response


def _row(n: int, row: Any) -> tuple[Any, ...]:
    return (
        n,
        row.subject_name,
        row.unit_name,
        MeasureChannel(row.channel).zh,
        MeasureKind(row.kind).zh,
        row.title,
        row.basis,
        "是" if row.mandatory else "",
        row.owner_name or "",
        row.due_on,
        MeasureState(row.state).zh,
        row.proof or "",
        row.checker_name or "",
    )


@blueprint.get("/<int:measure_id>")
@access(P.MEASURE_REPORT, load=queries.load_measure)
def show_own(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """One measure for the organ that carries it out."""
    return _page(one, office=False)


@blueprint.get("/<int:measure_id>/office")
@access(P.MEASURE_ASSIGN, load=queries.load_measure)
def show(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """One measure for the office."""
    return _page(one, office=True)


def _page(one: queries.MeasureView, *, office: bool) -> str:
    with reading() as conn:
        resource = queries.resource_of_measure(conn, one)
    actor = current_actor()
    offered = [w for w in OFFERED[one.state] if permits(actor, RIGHTS[w], resource)]
    if one.row.reported_by is not None and one.row.reported_by == actor.person_id:
        offered = [w for w in offered if w != "confirm"]
    return render(
        "stages/result_application/measure.html",
        one=one,
        row=one.row,
        kind=MeasureKind(one.row.kind),
        offered=offered,
        case_url=case_url(one.row.ref),
        office=office,
        today_on=on(),
    )


@blueprint.route("/add/<ref>", methods=["GET", "POST"])
@access(P.MEASURE_ASSIGN, load=load_case)
def add(case: Any, ref: str) -> ResponseReturnValue:
    """Propose a measure by hand."""
    form = AddMeasure(request.form if request.method == "POST" else None, say=say)
    with reading() as conn:
        form.owner_unit_id.offer(units_in_order(conn))

    def work(conn: sa.Connection) -> str:
        given = form.payload()
        measure_id = commands.add_measure(
            conn,
            case,
            **{
                **given,
                "channel": MeasureChannel(given["channel"]),
                "kind": MeasureKind(given["kind"]),
                "basis": given["basis"] or "",
            },
            actor=current_actor(),
            at=at(),
        )
        return url_for(".show", measure_id=measure_id)

    def page() -> str:
        return render("stages/result_application/add.html", form=form, case=case)

    return save(form, work, page) if request.method == "POST" else page()


@blueprint.route("/<int:measure_id>/assign", methods=["GET", "POST"])
@access(P.MEASURE_ASSIGN, load=queries.load_measure)
def assign(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Hand a measure to its owner with a day."""
    held = {"owner_unit_id": one.row.owner_unit_id, "due_on": one.row.due_on}
    form = AssignMeasure(request.form if request.method == "POST" else None, say=say, data=held)
    with reading() as conn:
        form.owner_unit_id.offer(units_in_order(conn))

    def work(conn: sa.Connection) -> str:
        commands.assign(
            conn, measure_id, owner_unit_id=form.owner_unit_id.data, due_on=form.due_on.data,
            actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for(".show", measure_id=measure_id)

    return _step(one, form, work, "assign")


@blueprint.route("/<int:measure_id>/report", methods=["GET", "POST"])
@access(P.MEASURE_REPORT, load=queries.load_measure, uploads=True)
def report(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Say what was done, with its proof."""
    posted: Any = CombinedMultiDict([request.form, request.files])
    form = ReportMeasure(posted if request.method == "POST" else None, say=say)

    def work(conn: sa.Connection) -> str:
        kept = None
        if form.file.data is not None:
            files = FileStore(kaoji().settings.files)
            kept = files.put(
                conn, form.file.data.stream, name=str(form.file.data.filename), at=at()
            ).id
        commands.report(
            conn, measure_id, **form.payload(), file_id=kept, actor=current_actor(), at=at()
        )
        return url_for(".show_own", measure_id=measure_id)

    return _step(one, form, work, "report")


@blueprint.post("/<int:measure_id>/confirm")
@access(P.MEASURE_CONFIRM, load=queries.load_measure)
def confirm(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Confirm a reported measure: somebody other than who reported it."""

    def work(conn: sa.Connection) -> str:
        commands.confirm(conn, measure_id, actor=current_actor(), at=at())
        return url_for(".show", measure_id=measure_id)

    return write(work)


def _reasoned(one: queries.MeasureView, measure_id: int, word: str) -> ResponseReturnValue:
    form = MeasureReason(request.form if request.method == "POST" else None, say=say)

    def work(conn: sa.Connection) -> str:
        move(
            conn, Thing.MEASURE, measure_id, REASONS[word][0], actor=current_actor(), at=at(),
            payload=form.payload(), expected_version=posted_version(),
        )  # fmt: skip
        return url_for(".show", measure_id=measure_id)

    return _step(one, form, work, word)


@blueprint.route("/<int:measure_id>/return", methods=["GET", "POST"])
@access(P.MEASURE_CONFIRM, load=queries.load_measure)
def give_back(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Return a reported measure with a reason."""
    return _reasoned(one, measure_id, "return")


@blueprint.route("/<int:measure_id>/recall", methods=["GET", "POST"])
@access(P.MEASURE_ASSIGN, load=queries.load_measure)
def recall(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Take an assignment back."""
    return _reasoned(one, measure_id, "recall")


@blueprint.route("/<int:measure_id>/waive", methods=["GET", "POST"])
@access(P.MEASURE_WAIVE, load=queries.load_measure)
def waive(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Decide that a measure isn't carried out."""
    return _reasoned(one, measure_id, "waive")


@blueprint.route("/<int:measure_id>/reopen", methods=["GET", "POST"])
@access(P.MEASURE_WAIVE, load=queries.load_measure)
def reopen(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """Take up a settled measure again."""
    return _reasoned(one, measure_id, "reopen")


def _step(
    one: queries.MeasureView, form: Form, work: Callable[[sa.Connection], str], word: str
) -> ResponseReturnValue:
    def page() -> str:
        return render("stages/result_application/step.html", one=one, row=one.row, form=form,
                      step=word)  # fmt: skip

    return save(form, work, page) if request.method == "POST" else page()


@blueprint.get("/<int:measure_id>/proof")
@access(P.MEASURE_REPORT, load=queries.load_measure)
def own_proof(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """The uploaded proof, for the organ that handed it in."""
    return _proof(one)


@blueprint.get("/<int:measure_id>/office/proof")
@access(P.MEASURE_CONFIRM, load=queries.load_measure)
def proof(one: queries.MeasureView, measure_id: int) -> ResponseReturnValue:
    """The uploaded proof, for the office."""
    return _proof(one)


def _proof(one: queries.MeasureView) -> Response:
    """Always as an attachment, noted in the read log."""
    if one.row.file_id is None:
        raise NotVisible(str(one.row.id))
    with reading() as conn:
        opened = FileStore(kaoji().settings.files).open_file(conn, one.row.file_id)
    note_reading("measure_proof", case_id=one.row.case_id, object_id=one.row.file_id)
    response = Response(opened.content, mimetype=opened.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"proof-{one.row.id}")
    return response
