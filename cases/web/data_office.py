"""实绩数据表 by unit: the board, one sheet, freezing, a late official revision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import beside
from cases.commands.data_sheet import revise as revise_values
from cases.queries.analysis import warned
from cases.queries.calendar import working_days
from cases.queries.data_board import Asked, SheetLine, narrow, providers, sheet_lines
from cases.queries.data_objections import objections_of
from cases.queries.data_sheet import columns_of_sheet, load_sheet
from cases.queries.observations import evidence_of
from cases.queries.relations import own_figures
from cases.queries.scheme import scheme_of_cycle
from cases.queries.unit_items import items_of_sheet, settled
from cases.web.access import access
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import posted_version, save, write
from forms.data_collection import FreezeSheets, ReturnValue, ReviseSheet
from workflow.permissions import holds_anywhere, scopes
from workflow.timetable import working_days_between
from workflow.vocabulary import DataSheetState, Permission, Thing, ThingAction
from workflow.words import m

blueprint = Blueprint("data_office", __name__, url_prefix="/data/sheets")
P = Permission
ENTRIES = "+entries"
"""Ticked where a revision opens the sheet for deductions and bonuses only; no indicator's code."""


@blueprint.get("")
@access(P.DATA_READ)
def index() -> ResponseReturnValue:
    """Every unit's sheet within reach, and how far it is."""
    return _board(FreezeSheets(say=say))


def _asked() -> Asked:
    """What the address narrows the board to."""
    state = request.args.get("state", "")
    known = DataSheetState(state) if state in set(DataSheetState) else None
    find = request.args.get("find", "").strip()[:60]
    return Asked(known, waiting=request.args.get("waiting") == "1", find=find)


def _department() -> int | None:
    text = request.args.get("department", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _chosen(**changed: Any) -> dict[str, Any]:
    """What stands in the address, with some of it changed; blank values fall away."""
    kept = {name: request.args.get(name, "") for name in ("state", "waiting", "department", "find")}
    return {name: text for name, text in (kept | changed).items() if text}


def _board(form: FreezeSheets) -> str:
    department = _department()
    with reading() as conn:
        title, lines = sheet_lines(conn, current_actor(), department)
        named = providers(conn, current_actor())
        calendar = working_days(conn)
        own = own_figures(conn, current_actor())
    may_freeze = holds_anywhere(current_actor(), P.DATA_FREEZE)
    asked = _to_confirm(lines)
    freezable = {x.id for x in lines if x.state is DataSheetState.VERIFIED and x.unit_id not in own}
    waiting = {x.id for x in lines if x.mine} | {x.id for x in asked}
    if may_freeze:
        waiting |= {x.id for x in lines if x.id in freezable and not x.stands_open(on())}
    days = {day for x in lines for day in (x.due_on, x.confirm_due_on) if day is not None}
    return render(
        "pages/data_board.html",
        cycle=title,
        found=narrow(lines, _asked(), waiting),
        sought=_asked(),
        states=list(DataSheetState),
        department=department,
        departments=named,
        chosen=_chosen,
        form=form,
        left={day: working_days_between(on(), day, calendar) for day in days},
        may_freeze=may_freeze,
        asked=asked,
        verified=freezable,
        done=request.args.get("done", type=int),
    )


def days_to_confirm(conn: sa.Connection, sheet: Any) -> int:
    """Working days the unit has left to confirm or object; 0 where nothing is asked of it."""
    if sheet.confirm_due_on is None or sheet.confirmed_at is not None:
        return 0
    return working_days_between(on(), sheet.confirm_due_on, working_days(conn))


def _to_confirm(lines: list[SheetLine]) -> list[SheetLine]:
    """The sheets whose figures the reader may confirm today."""
    units = {s.unit_id for s in scopes(current_actor(), P.DATA_CONFIRM)}
    return [x for x in lines if x.unit_id in units and x.stands_open(on())]


@blueprint.post("/freeze")
@access(P.DATA_FREEZE)
def freeze() -> ResponseReturnValue:
    """Freeze the ticked sheets, all or none."""
    form = FreezeSheets(request.form, say=say)
    with reading() as conn:
        _, lines = sheet_lines(conn, current_actor())
    form.take.offer([(str(x.id), x.unit) for x in lines])

    def work(conn: sa.Connection) -> str:
        chosen = sorted(int(i) for i in form.take.data or ())
        beside.move_many(
            conn, Thing.DATA_SHEET, chosen, ThingAction.FREEZE_SHEET, actor=current_actor(), at=at()
        )
        return url_for("data_office.index", **_chosen(done=str(len(chosen))))

    return save(form, work, lambda: _board(form))


def _move(
    conn: sa.Connection, sheet_id: int, action: ThingAction, version: int | None = None, **said: str
) -> None:
    beside.move(
        conn, Thing.DATA_SHEET, sheet_id, action, actor=current_actor(), at=at(), payload=said,
        expected_version=version,
    )  # fmt: skip


@blueprint.get("/<int:sheet_id>")
@access(P.DATA_READ, load=load_sheet)
def show(sheet: Any, sheet_id: int) -> ResponseReturnValue:
    """One unit's sheet: every figure with its source and who vouches for it."""
    with reading() as conn:
        columns = columns_of_sheet(conn, sheet, current_actor())
        objections = objections_of(conn, sheet_id, current_actor())
        own = sheet.unit_id in own_figures(conn, current_actor())
        items = items_of_sheet(conn, sheet_id, current_actor())
        scheme = scheme_of_cycle(conn, sheet.cycle_id)
        evidence = evidence_of(conn, [sheet_id])
        left = days_to_confirm(conn, sheet)
    may_freeze = holds_anywhere(current_actor(), P.DATA_FREEZE)
    return render(
        "pages/data_sheet.html",
        sheet=sheet,
        left=left,
        state=DataSheetState(sheet.state),
        columns=columns,
        evidence=evidence,
        objections=objections,
        entries=items,
        open=False,
        scheme=scheme,
        settled=settled(scheme, items) if scheme is not None else {},
        touched=request.args.get("touched", type=int),
        warned=warned(current_actor(), sheet.managing_organ_id),
        may_freeze=may_freeze and not own,
        shut=may_freeze and own,
        may_confirm=holds_anywhere(current_actor(), P.DATA_CONFIRM),
        may_conclude=holds_anywhere(current_actor(), P.INQUIRY_CONCLUDE),
    )


@blueprint.post("/<int:sheet_id>/freeze")
@access(P.DATA_FREEZE, load=load_sheet)
def freeze_one(sheet: Any, sheet_id: int) -> ResponseReturnValue:
    """Freeze this sheet."""
    version = posted_version()

    def work(conn: sa.Connection) -> str:
        _move(conn, sheet_id, ThingAction.FREEZE_SHEET, version)
        return url_for("data_office.show", sheet_id=sheet_id)

    return write(work)


@blueprint.route("/<int:sheet_id>/unverify", methods=["GET", "POST"])
@access(P.DATA_FREEZE, load=load_sheet)
def unverify(sheet: Any, sheet_id: int) -> ResponseReturnValue:
    """Ask the verifiers to look again at the whole sheet."""
    form = ReturnValue(request.form or None, say=say)

    def page() -> str:
        return render("pages/data_unverify.html", sheet=sheet, form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        reason = str(form.reason.data)
        _move(conn, sheet_id, ThingAction.UNVERIFY_SHEET, posted_version(), reason=reason)
        return url_for("data_office.show", sheet_id=sheet_id)

    return save(form, work, page)


@blueprint.route("/<int:sheet_id>/revise", methods=["GET", "POST"])
@access(P.DATA_FREEZE, load=load_sheet)
def revise(sheet: Any, sheet_id: int) -> ResponseReturnValue:
    """Reopen the values that an official revision touches."""
    with reading() as conn:
        columns = columns_of_sheet(conn, sheet, current_actor(), P.DATA_FREEZE)
        scheme = scheme_of_cycle(conn, sheet.cycle_id)
    form = ReviseSheet(request.form or None, say=say)
    entries = [(ENTRIES, m("加减分事项"))] if scheme is not None and scheme.items else []
    form.indicators.offer([*((c.code, c.indicator.title) for c in columns), *entries])
    form.speak()

    def page() -> str:
        return render("pages/data_revise.html", sheet=sheet, form=form)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        revise_values(
            conn, sheet_id, [i for i in form.indicators.data or () if i != ENTRIES],
            document=str(form.document.data), reason=str(form.reason.data),
            actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for("data_office.show", sheet_id=sheet_id)

    return save(form, work, page)
