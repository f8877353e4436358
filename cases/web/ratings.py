"""差评: the office's list with days left, a unit's own list, one of them with its steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import beside
from cases.commands.ratings import RatingEntry, confirm_ratings, record_ratings
from cases.errors import Invalid, NotVisible, Refused
from cases.files.cells import Problem, Unreadable
from cases.files.rating_sheet import empty_ratings, read_ratings
from cases.files.store import FileStore
from cases.files.table_sheet import Kind, TableColumn, TableSheet, Value
from cases.files.workbook import open_workbook
from cases.queries import ratings as queries
from cases.queries.calendar import working_days
from cases.queries.meeting import current_cycle
from cases.queries.ratings import Late, RatingView
from cases.queries.survey_desk import units_to_ask_about
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, kaoji, note_reading, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.base import Form
from forms.voice import CallBackForm, FixRating, ImportRatings, RecordRating, VoiceReason
from workflow.timetable import working_days_between
from workflow.vocabulary import CallBack, NegativeRatingState, Permission, Thing, ThingAction
from workflow.words import m

blueprint = Blueprint("ratings", __name__, url_prefix="/ratings")
P, A, S = Permission, ThingAction, NegativeRatingState
_TICKED = re.compile(r"(?P<rating>[0-9]{1,12})-(?P<version>[0-9]{1,9})", re.ASCII)
STEPS = {
    "confirm": A.CONFIRM_RATING,
    "return": A.RETURN_RATING,
    "exclude": A.EXCLUDE_RATING,
    "reopen": A.REOPEN_RATING,
}


def _late(conn: sa.Connection, found: Sequence[RatingView]) -> dict[int, Late]:
    """Rating id -> how late its steps were, for those that were late."""
    calendar = working_days(conn)
    late = {one.row.id: one.late(calendar) for one in found}
    return {rating: how for rating, how in late.items() if how}


def _left(conn: sa.Connection, found: Sequence[RatingView]) -> dict[int, int]:
    """Rating id -> working days to its due day, for those with a running clock."""
    running = [one.row for one in found if one.row.due_on is not None]
    if not running:
        return {}
    calendar = working_days(conn)
    return {r.id: working_days_between(on(), r.due_on, calendar) for r in running}


@blueprint.get("")
@access(P.SURVEY_MANAGE)
def index() -> ResponseReturnValue:
    """All of the cycle, what is due first; the share that is settled."""
    with reading() as conn:
        found = queries.ratings(conn, current_actor(), current_cycle(conn).id)
        left, late = _left(conn, found), _late(conn, found)
    share = queries.settled_share(found)
    return render("pages/ratings.html", found=found, left=left, late=late, share=share, own=False)


@blueprint.post("/confirm")
@access(P.SURVEY_CONFIRM)
def confirm_ticked() -> ResponseReturnValue:
    """Confirm the ticked ones as they were read, all or none."""
    ticked = [_TICKED.fullmatch(one) for one in request.form.getlist("row")]
    seen = {int(one["rating"]): int(one["version"]) for one in ticked if one}
    if not seen:
        raise Refused([m("先勾选要办的事项")])

    def work(conn: sa.Connection) -> str:
        for rating_id in seen:  # a foreign one answers like one that isn't there
            queries.load_rating(conn, current_actor(), P.SURVEY_CONFIRM, rating_id)
        confirm_ratings(conn, seen, actor=current_actor(), at=at())
        return url_for(".index")

    return write(work)


@blueprint.get("/own")
@access(P.RATING_HANDLE)
def own() -> ResponseReturnValue:
    """The ratings of one's own unit."""
    with reading() as conn:
        found = queries.own_ratings(conn, current_actor())
        left, late = _left(conn, found), _late(conn, found)
    share = queries.settled_share(found)
    return render("pages/ratings.html", found=found, left=left, late=late, share=share, own=True)


@blueprint.get("/workbook")
@access(P.SURVEY_MANAGE)
def workbook() -> ResponseReturnValue:
    """The list as Excel."""
    with reading() as conn:
        cycle = current_cycle(conn)
        found = queries.ratings(conn, current_actor(), cycle.id)
        late = _late(conn, found)
    heads = ("编号", "责任单位", "服务事项", "差评内容", "收到日期", "状态", "办理期限", "整改情况",
             "整改日期", "整改超期工作日", "回访结果", "回访日期", "回访超期工作日",
             "确认日期")  # fmt: skip
    columns = [
        TableColumn(h, 30 if h in ("差评内容", "整改情况") else 14,
                    Kind.DATE if h.endswith(("日期", "期限"))
                    else Kind.NUMBER if h.endswith("工作日") else Kind.TEXT)
        for h in heads
    ]  # fmt: skip
    table = TableSheet(
        "差评",
        f"{cycle.title}差评办理",
        columns,
        [_line(one, late.get(one.row.id)) for one in found],
    )
    return as_download(table, f"{cycle.title}差评办理")


def _line(one: RatingView, late: Late | None) -> list[Value]:
    r = one.row
    answer = CallBack(r.answer).zh if r.answer else ""
    return [r.number, r.unit, r.service, r.content, r.received_on, one.state.zh, r.due_on,
            r.result or "", r.fixed_on, late.fix if late else None, answer, r.called_on,
            late.call if late else None, r.confirmed_on]  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE)
def new() -> ResponseReturnValue:
    """Record one; its clock runs from the day it came."""
    form = RecordRating(request.form or None, say=say)
    with reading() as conn:
        cycle = current_cycle(conn)
        form.unit_id.offer([(i, name) for i, _, name in units_to_ask_about(conn, cycle)])

    def page() -> str:
        return render("pages/rating_new.html", form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        given: Any = form
        entry = RatingEntry(
            str(given.number.data), int(given.unit_id.data), str(given.service.data),
            str(given.content.data), given.received_on.data,
        )  # fmt: skip
        made = record_ratings(conn, cycle.id, [entry], actor=current_actor(), at=at())
        return url_for(".show", rating_id=made[0])

    return save(form, work, page)


@blueprint.route("/import", methods=["GET", "POST"])
@access(P.SURVEY_MANAGE, uploads=True)
def take() -> ResponseReturnValue:
    """Record a workbook of ratings, whole or not at all; faults are shown at their cells."""
    posted = request.method == "POST"
    form = ImportRatings(
        CombinedMultiDict([request.form, request.files]) if posted else None, say=say
    )
    problems: list[Problem] = []

    def page() -> str:
        return render("pages/rating_import.html", form=form, problems=problems)

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        cycle = current_cycle(conn)
        units = {code: unit for unit, code, _ in units_to_ask_about(conn, cycle)}
        file: Any = form.file.data
        try:
            book = open_workbook(file.stream.read(), filename=file.filename)
            found, rows = read_ratings(book, units, queries.numbers(conn, cycle.id), on())
        except Unreadable as unreadable:
            found, rows = list(unreadable.problems), []
        if not rows:
            problems.extend(found)
            raise Invalid({"file": m("表格有 %(n)s 处要改,没有存入任何内容", n=len(found) or 1)})
        entries = [
            RatingEntry(r.number, r.unit_id, r.service, r.content, r.received_on) for r in rows
        ]
        record_ratings(conn, cycle.id, entries, actor=current_actor(), at=at())
        return url_for(".index")

    return save(form, work, page)


@blueprint.get("/import/empty.xlsx")
@access(P.SURVEY_MANAGE)
def empty() -> ResponseReturnValue:
    """The empty table."""
    with reading() as conn:
        units = units_to_ask_about(conn, current_cycle(conn))
    return as_download(empty_ratings([(code, name) for _, code, name in units]), "差评登记表")


@blueprint.get("/<int:rating_id>")
@access(P.SURVEY_MANAGE, load=queries.load_rating)
def show(one: RatingView, rating_id: int) -> ResponseReturnValue:
    """One rating for the office."""
    return _page(one, own=False)


@blueprint.get("/<int:rating_id>/own")
@access(P.RATING_HANDLE, load=queries.load_rating)
def show_own(one: RatingView, rating_id: int) -> ResponseReturnValue:
    """The same for the unit that answers for it."""
    return _page(one, own=True)


def _page(one: RatingView, *, own: bool, form: Form | None = None) -> str:
    with reading() as conn:
        left, late = _left(conn, [one]), _late(conn, [one])
    return render(
        "pages/rating.html", one=one, row=one.row, left=left.get(one.row.id),
        late=late.get(one.row.id), own=own, form=form,
        answer=CallBack(one.row.answer) if one.row.answer else None,
        fix=form if isinstance(form, FixRating) else FixRating(say=say),
        call=form if isinstance(form, CallBackForm) else CallBackForm(say=say),
    )  # fmt: skip


def _move(one: RatingView, form: Form, action: ThingAction, payload: Any, to: str) -> Any:
    def work(conn: sa.Connection) -> str:
        filled = form.payload() | payload(conn)
        beside.move(
            conn, Thing.NEGATIVE_RATING, one.row.id, action, actor=current_actor(), at=at(),
            payload=filled, expected_version=posted_version(),
        )  # fmt: skip
        return url_for(to, rating_id=one.row.id)

    return work


@blueprint.post("/<int:rating_id>/fix")
@access(P.RATING_HANDLE, load=queries.load_rating, uploads=True)
def fix(one: RatingView, rating_id: int) -> ResponseReturnValue:
    """The unit says what was fixed, with a proof."""
    both: Any = CombinedMultiDict([request.form, request.files])
    form = FixRating(both, say=say)

    def stored(conn: sa.Connection) -> dict[str, Any]:
        file: Any = form.file.data
        if file is None:
            return {}
        store = FileStore(kaoji().settings.files)
        return {"file_id": store.put(conn, file.stream.read(), name=file.filename, at=at()).id}

    work = _move(one, form, A.FIX_RATING, stored, ".show_own")
    return save(form, work, lambda: _page(one, own=True, form=form))


@blueprint.post("/<int:rating_id>/call-back")
@access(P.RATING_HANDLE, load=queries.load_rating)
def call_back(one: RatingView, rating_id: int) -> ResponseReturnValue:
    """The unit says what the citizen answered."""
    form = CallBackForm(request.form, say=say)
    work = _move(one, form, A.CALL_BACK, lambda conn: {}, ".show_own")
    return save(form, work, lambda: _page(one, own=True, form=form))


@blueprint.route("/<int:rating_id>/step/<step>", methods=["GET", "POST"])
@access(P.SURVEY_CONFIRM, load=queries.load_rating)
def act(one: RatingView, rating_id: int, step: str) -> ResponseReturnValue:
    """Confirm, return, exclude or take up again; all but the first with a reason."""
    if step not in STEPS:
        abort(404)
    form: Form = Form(request.form or None, say=say)
    if step != "confirm":
        form = VoiceReason(request.form or None, say=say)

    def page() -> str:
        return render(
            "pages/survey_step.html", form=form, action=STEPS[step], version=one.row.version,
            title=one.row.service, url=url_for(".show", rating_id=rating_id),
        )  # fmt: skip

    if request.method == "GET":
        return page()
    return save(form, _move(one, form, STEPS[step], lambda conn: {}, ".show"), page)


@blueprint.get("/<int:rating_id>/proof")
@access(P.SURVEY_MANAGE, load=queries.load_rating)
def proof(one: RatingView, rating_id: int) -> ResponseReturnValue:
    """The uploaded proof, always as an attachment."""
    if one.row.file_id is None:
        raise NotVisible(f"rating:{rating_id}")
    with reading() as conn:
        opened = FileStore(kaoji().settings.files).open_file(conn, one.row.file_id)
    note_reading("rating_proof", object_id=one.row.file_id)
    response = Response(opened.content, mimetype=opened.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"proof-{rating_id}")
    return response
