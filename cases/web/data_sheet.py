"""数据填报: one indicator for all units, by the department that provides it.

Saving keeps a draft; handing in gives the figures to the verifier. A figure far from last year's
asks once for the reason: handed in a second time unchanged it goes through.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands.data_entry import Entry, FaultySheets, enter_desk
from cases.errors import Invalid, Refused, Stale
from cases.queries.calendar import working_days
from cases.queries.data_objections import to_answer
from cases.queries.data_sheet import Cell, Column, Desk, desk_of, mark, mark_of
from cases.scoring.exact import plain
from cases.scoring.plausibility import change, number, of_range
from cases.scoring.shapes import Indicator
from cases.web.access import access
from cases.web.installation import at, on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.data_collection import FIELDS, Grid, grid_form
from workflow.timetable import working_days_between
from workflow.vocabulary import Permission
from workflow.words import m

blueprint = Blueprint("data_sheet", __name__, url_prefix="/data")
P = Permission


def desk_and_days(permission: Permission) -> tuple[Desk | None, int]:
    """The reader's desk of the year asked for, else the newest, and the working days left."""
    with reading() as conn:
        desk = desk_of(conn, current_actor(), permission, asked_year())
        calendar = working_days(conn) if desk is not None and desk.due_on is not None else {}
    if desk is None or desk.due_on is None:
        return desk, 0
    return desk, working_days_between(on(), desk.due_on, calendar)


def asked_year() -> str | None:
    """The number of the year in the address; none is the newest."""
    return request.args.get("year") or None


@blueprint.get("")
@access(P.DATA_ENTER)
def index() -> ResponseReturnValue:
    """The first indicator with something left to enter, or the word that nothing is asked.

    A revision may have given back figures of an earlier year while the newest has none left.
    """
    desk, _ = desk_and_days(P.DATA_ENTER)
    if desk is None:
        return render("pages/data_none.html", endpoint="data_sheet.index")
    first = next((c for c in desk.columns if c.left), desk.columns[0])
    open_year = next((y.ref for y in desk.years if y.left), None)
    if asked_year() is None and not first.left and open_year is not None:
        return redirect(url_for("data_sheet.index", year=open_year), 303)
    return redirect(url_for("data_sheet.grid", indicator=first.code, year=desk.earlier), 303)


@blueprint.route("/indicators/<indicator>", methods=["GET", "POST"])
@access(P.DATA_ENTER)
def grid(indicator: str) -> ResponseReturnValue:
    """The figures of one indicator: look, save, hand in."""
    desk, left = desk_and_days(P.DATA_ENTER)
    if desk is None:
        return render("pages/data_none.html", endpoint="data_sheet.index")
    column = desk.column(indicator)
    with reading() as conn:
        asked = to_answer(conn, current_actor())
    posted = request.method == "POST"
    # A unit handed in since the page was opened stays in the form: its typing is shown, not lost.
    open_cells = [c for c in column.cells if c.editable or f"base_{c.sheet_id}" in request.form]
    made = grid_form((c.sheet_id, c.unit) for c in open_cells)
    form = made(request.form if posted else None, say=say, data=_filled(open_cells))

    def page() -> str:
        return render(
            "pages/data_grid.html",
            desk=desk,
            column=column,
            form=form,
            left=left,
            look=request.args.get("look", type=int),
            sent=request.args.get("sent", type=int),
            kept=request.args.get("kept", type=int),
            changes={c.sheet_id: _shown_change(form, c) for c in column.cells},
            targets=_targets(column),
            asked=asked,
        )

    if not posted:
        return page()

    def work(conn: sa.Connection) -> str:
        told = _enter(conn, form, column, open_cells, hand_in=request.form.get("do") == "hand_in")
        return url_for("data_sheet.grid", indicator=column.code, year=desk.earlier, **told)

    return save(form, work, page)


def _filled(cells: list[Cell]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for c in cells:
        data |= {
            f"value_{c.sheet_id}": c.value,
            f"missing_{c.sheet_id}": c.missing_reason,
            f"source_{c.sheet_id}": c.source,
            f"document_{c.sheet_id}": c.document,
            f"remark_{c.sheet_id}": c.remark,
            f"absent_{c.sheet_id}": c.not_applicable,
            f"previous_{c.sheet_id}": c.previous_value,
            f"period_{c.sheet_id}": c.period,
            f"base_{c.sheet_id}": mark_of(c),
        }
    return data


def _targets(column: Column) -> dict[int, str]:
    """Sheet id -> the target of the unit's class; empty where the scheme has none."""
    found = {c.sheet_id: column.indicator.target(c.unit_class or "") for c in column.cells}
    return {i: plain(target) for i, target in found.items() if target is not None}


def _shown_change(form: Grid, cell: Cell) -> Any:
    """The change of the figure as typed, where the unit is still open."""
    typed = form.typed(cell.sheet_id)
    return change(typed["previous"] or cell.previous, typed["value"]) if typed else cell.change


def _enter(
    conn: sa.Connection, form: Grid, column: Column, cells: list[Cell], *, hand_in: bool
) -> dict[str, Any]:
    """Store what changed; hand in what is filled and needs no second look. Returns what is told."""
    looks = 0
    entries: dict[bool, dict[int, list[Entry]]] = {True: {}, False: {}}
    for cell in cells:
        typed = form.typed(cell.sheet_id)
        filled = bool(typed["value"] or typed["missing"])
        doubtful = hand_in and _doubtful(column.indicator, cell, typed)
        if not _touched(cell, typed) and not (filled and hand_in and cell.editable):
            continue
        _refuse_stale(cell, typed)
        looks += doubtful
        hands = hand_in and filled and not doubtful
        entries[hands][cell.sheet_id] = [_entry(column.code, cell, typed)]
    try:
        enter_desk(conn, entries[True], entries[False], actor=current_actor(), at=at())
    except FaultySheets as faulty:
        raise Invalid(
            {
                _field(sheet_id, key): said
                for sheet_id, found in faulty.by_sheet.items()
                for key, said in found.items()
            }
        ) from faulty
    sent = len(entries[True])
    if hand_in and not sent and not looks:
        raise Invalid({"figures": m("还没有填写可以报送的数值")})
    return {"sent": sent, "look": looks} if hand_in else {"kept": len(entries[False])}


def _field(sheet_id: int, key: str) -> str:
    """The field that an error of the command stands at."""
    part = key.rpartition(".")[2]
    return f"{part if part in ('period', 'source') else 'value'}_{sheet_id}"


def _doubtful(indicator: Indicator, cell: Cell, typed: dict[str, str | None]) -> bool:
    """Far from last year or out of range, without a remark, and not shown to the writer before."""
    found = change(typed["previous"] or cell.previous, typed["value"])
    value = number(typed["value"])
    far = value is not None and of_range(indicator, value) is not None
    return (
        (far or (found is not None and found.jumps))
        and typed["remark"] is None
        and typed["seen"] != typed["value"]
    )


def _touched(cell: Cell, typed: dict[str, str | None]) -> bool:
    """Whether the writer changed what the page showed him, and it does not stand there already."""
    absent = "1" if typed["absent"] else None
    said = mark(*(typed[n] for n in FIELDS[:5]), absent, typed["previous"], typed["period"])
    return said not in (typed["base"], mark_of(cell))


def _refuse_stale(cell: Cell, typed: dict[str, str | None]) -> None:
    """Somebody else, or another tab, wrote this value since the page was opened."""
    if typed["base"] is None:
        raise Refused([m("页面不完整,请重新打开后再办")])
    if typed["base"] != mark_of(cell) or not cell.editable:
        raise Stale("data_sheet", cell.state)


def _entry(indicator: str, cell: Cell, typed: dict[str, str | None]) -> Entry:
    return Entry(
        indicator,
        value=typed["value"],
        missing_reason=typed["missing"],
        period=typed["period"],
        source=typed["source"],
        document=typed["document"],
        remark=typed["remark"],
        not_applicable=bool(typed["absent"]),
        previous=typed["previous"],
        seen=mark_of(cell),
    )
