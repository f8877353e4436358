"""加减分事项: entered by a department, verified by another person, answered to the unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from cases.commands import unit_items
from cases.commands.unit_items import Fact
from cases.errors import NotVisible
from cases.files.item_sheet import read_items, table_of
from cases.queries.unit_items import EntryRow, ItemDesk, item_desk, load_item
from cases.scoring.exact import plain
from cases.web.access import access
from cases.web.data_unit import kept_file, stored_file
from cases.web.data_workbook import as_download
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save, write
from forms.base import Form
from forms.data_collection import (
    AnswerItem,
    EnterItem,
    LookAtItem,
    ObjectToFigure,
    UploadItems,
)
from workflow.vocabulary import ObjectionOutcome, Permission
from workflow.words import m

blueprint = Blueprint("data_items", __name__, url_prefix="/data/items")
P = Permission


def _desk(permission: Permission) -> ItemDesk | None:
    with reading() as conn:
        return item_desk(conn, current_actor(), permission)


def _posted(form: type[Form], data: dict[str, Any] | None = None) -> Any:
    both: Any = CombinedMultiDict([request.form, request.files])
    return form(both if request.method == "POST" else None, say=say, data=data)


def _answer(
    form: Form, page: Callable[[], str], work: Callable[[sa.Connection], str]
) -> ResponseReturnValue:
    return page() if request.method == "GET" else save(form, work, page)


def _offered(form: Any, desk: ItemDesk) -> None:
    form.unit.offer([(str(i), name) for i, name in desk.units])
    form.item.offer([(code, one.title) for code, one in desk.items.items()])
    form.speak()


def _fact(conn: sa.Connection, form: Any) -> Fact:
    return Fact(
        str(form.item.data), form.fact.data or "", form.happened_on.data, form.cases.data or "",
        form.points.data or "", form.source.data or "", form.document.data or "",
        kept_file(conn, form),
    )  # fmt: skip


@blueprint.route("", methods=["GET", "POST"])
@access(P.DATA_ENTER, uploads=True)
def index() -> ResponseReturnValue:
    """What one's department entered, and entering the next fact."""
    desk, form = _desk(P.DATA_ENTER), _posted(EnterItem)
    if desk is None:
        return render("pages/data_items_none.html", section="data_sheet.index")
    _offered(form, desk)

    def page() -> str:
        done = request.args.get("done", type=int)
        return render(
            "pages/data_items.html", desk=desk, form=form, one=None, done=done, points=plain
        )

    def work(conn: sa.Connection) -> str:
        unit_id, fact = int(form.unit.data), _fact(conn, form)
        unit_items.enter_for(conn, desk.cycle.id, unit_id, fact, actor=current_actor(), at=at())
        return url_for(".index", done=1)

    return _answer(form, page, work)


@blueprint.route("/<int:unit_item_id>", methods=["GET", "POST"])
@access(P.DATA_ENTER, load=load_item, uploads=True)
def change(one: EntryRow, unit_item_id: int) -> ResponseReturnValue:
    """Correct a returned fact and hand it in again."""
    desk = _desk(P.DATA_ENTER)
    if desk is None or not one.open:
        raise NotVisible(f"unit_item:{unit_item_id}")
    form = _posted(
        EnterItem,
        {
            "unit": str(one.unit_id), "item": one.item, "cases": str(one.cases or ""),
            "points": one.points, "fact": one.fact, "happened_on": one.happened_on,
            "source": one.source, "document": one.document,
        },
    )  # fmt: skip
    _offered(form, desk)

    def page() -> str:
        return render(
            "pages/data_items.html", desk=desk, form=form, one=one, done=None, points=plain
        )

    def work(conn: sa.Connection) -> str:
        unit_items.enter(
            conn, one.sheet_id, _fact(conn, form), actor=current_actor(), at=at(),
            entry_id=unit_item_id,
        )  # fmt: skip
        return url_for(".index", done=1)

    return _answer(form, page, work)


@blueprint.route("/<int:unit_item_id>/answer", methods=["GET", "POST"])
@access(P.DATA_ENTER, load=load_item)
def answer(one: EntryRow, unit_item_id: int) -> ResponseReturnValue:
    """Keep the fact against the unit's objection, or withdraw it."""
    form = _posted(AnswerItem)

    def page() -> str:
        return _page(one, form, m("答复异议"), ".index")

    def work(conn: sa.Connection) -> str:
        outcome = ObjectionOutcome(form.outcome.data)
        reason = form.reason.data or ""
        unit_items.answer_item(conn, unit_item_id, outcome, reason, actor=current_actor(), at=at())
        return url_for(".index")

    return _answer(form, page, work)


def _page(one: EntryRow, form: Form, title: Any, back: str, **values: Any) -> str:
    with reading() as conn:
        scheme = unit_items.scheme_of_sheet(conn, one.sheet_id)
    item = None if scheme is None else scheme.items.get(one.item)
    return render(
        "pages/data_item.html", one=one, item=item, form=form, title=title,
        back=url_for(back, **values), section="data_office.index",
    )  # fmt: skip


@blueprint.get("/verification")
@access(P.DATA_VERIFY)
def queue() -> ResponseReturnValue:
    """What waits for the verifier, and what was verified."""
    desk = _desk(P.DATA_VERIFY)
    if desk is None:
        return render("pages/data_items_none.html", section="data_verify.index")
    waiting = {r.id for r in desk.waiting(current_actor().person_id)}
    return render("pages/data_items_verify.html", desk=desk, waiting=waiting)


@blueprint.post("/<int:unit_item_id>/verify")
@access(P.DATA_VERIFY, load=load_item)
def verify(one: EntryRow, unit_item_id: int) -> ResponseReturnValue:
    """Verify one fact."""

    def work(conn: sa.Connection) -> str:
        unit_items.verify_item(
            conn, unit_item_id, actor=current_actor(), at=at(), seen=request.form.get("_seen", "")
        )
        return url_for(".queue")

    return write(work)


@blueprint.route("/<int:unit_item_id>/look", methods=["GET", "POST"])
@access(P.DATA_VERIFY, load=load_item)
def look(one: EntryRow, unit_item_id: int) -> ResponseReturnValue:
    """Give a fact back or withdraw it."""
    form = _posted(LookAtItem)

    def page() -> str:
        return _page(one, form, m("退回或者撤销"), ".queue")

    def work(conn: sa.Connection) -> str:
        act = {"return": unit_items.return_item, "withdraw": unit_items.withdraw_item}
        reason = form.reason.data or ""
        act[str(form.what.data)](conn, unit_item_id, reason, actor=current_actor(), at=at())
        return url_for(".queue")

    return _answer(form, page, work)


@blueprint.route("/<int:unit_item_id>/object", methods=["GET", "POST"])
@access(P.DATA_CONFIRM, load=load_item)
def object_to(one: EntryRow, unit_item_id: int) -> ResponseReturnValue:
    """The unit objects to one fact."""
    form = _posted(ObjectToFigure)
    del form.file

    def page() -> str:
        return _page(one, form, m("提出异议"), "data_unit.confirm", sheet_id=one.sheet_id)

    def work(conn: sa.Connection) -> str:
        reason = form.reason.data or ""
        unit_items.object_to_item(conn, unit_item_id, reason, actor=current_actor(), at=at())
        return url_for("data_unit.confirm", sheet_id=one.sheet_id)

    return _answer(form, page, work)


@blueprint.get("/<int:unit_item_id>/proof")
@access(P.DATA_READ, load=load_item)
def proof(one: EntryRow, unit_item_id: int) -> Response:
    """The paper behind one fact."""
    return stored_file(one.file_id, f"item-{one.id}")


@blueprint.get("/workbook")
@access(P.DATA_ENTER)
def download() -> ResponseReturnValue:
    """One's own facts as a table, with room for more."""
    desk = _desk(P.DATA_ENTER)
    if desk is None:
        raise NotVisible("item_desk")
    return as_download(table_of(desk), f"{desk.cycle.title}加减分事项")


@blueprint.route("/upload", methods=["GET", "POST"])
@access(P.DATA_ENTER, uploads=True)
def upload() -> ResponseReturnValue:
    """Take the new rows of a filled table, all or none."""
    desk, form = _desk(P.DATA_ENTER), _posted(UploadItems)
    if desk is None:
        raise NotVisible("item_desk")

    def page() -> str:
        return render("pages/data_items_upload.html", desk=desk, form=form)

    def work(conn: sa.Connection) -> str:
        file: Any = form.file.data
        rows = read_items(file.stream.read(), str(file.filename), desk)
        done = unit_items.enter_many(conn, desk.cycle.id, rows, actor=current_actor(), at=at())
        return url_for(".index", done=done)

    return _answer(form, page, work)
