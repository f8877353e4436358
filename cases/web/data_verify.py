"""数据审核: figures handed in, verified by another person: of the department the scheme names for
that, else of the one that entered them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands.data_sheet import return_value, verify_sheets
from cases.errors import NotVisible
from cases.queries.data_sheet import Cell, Column, columns_of_sheet, load_sheet, mark_of
from cases.queries.observations import evidence_of
from cases.web.access import access
from cases.web.data_sheet import asked_year, desk_and_days
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.data_collection import ReturnValue, VerifyValues
from workflow.vocabulary import Permission, ValueState

blueprint = Blueprint("data_verify", __name__, url_prefix="/data")
P = Permission


@blueprint.get("/verification")
@access(P.DATA_VERIFY)
def index() -> ResponseReturnValue:
    """The first indicator with figures to verify."""
    desk, _ = desk_and_days(P.DATA_VERIFY)
    if desk is None:
        return render("pages/data_none.html", endpoint="data_verify.index")
    first = next((c for c in desk.columns if c.waiting), desk.columns[0])
    open_year = next((y.ref for y in desk.years if y.waiting), None)
    if asked_year() is None and not first.waiting and open_year is not None:
        return redirect(url_for("data_verify.index", year=open_year), 303)
    return redirect(url_for("data_verify.queue", indicator=first.code, year=desk.earlier), 303)


def own(cell: Cell) -> bool:
    """Whether the reader entered it, and so can't verify it."""
    return cell.entered_by is not None and cell.entered_by == current_actor().person_id


def _seen() -> dict[str, str]:
    """Sheet id -> the mark of its value when the page was opened."""
    pairs = (pair.partition(":") for pair in request.form.get("_seen", "").split(","))
    return {sheet: mark for sheet, _, mark in pairs}


def _open(column: Column) -> list[Cell]:
    return [c for c in column.cells if c.state is ValueState.SUBMITTED and not own(c)]


@blueprint.route("/verification/<indicator>", methods=["GET", "POST"])
@access(P.DATA_VERIFY)
def queue(indicator: str) -> ResponseReturnValue:
    """The figures of one indicator; those one entered oneself wait for somebody else."""
    desk, _ = desk_and_days(P.DATA_VERIFY)
    if desk is None:
        return render("pages/data_none.html", endpoint="data_verify.index")
    column = desk.column(indicator)
    waiting = _open(column)
    form = VerifyValues(request.form if request.method == "POST" else None, say=say)
    form.take.offer([(str(c.sheet_id), c.unit) for c in waiting])
    with reading() as conn:
        evidence = evidence_of(conn, {c.sheet_id for c in column.cells})

    def page() -> str:
        return render(
            "pages/data_verify.html",
            desk=desk,
            column=column,
            form=form,
            waiting={c.sheet_id for c in waiting},
            seen=",".join(f"{c.sheet_id}:{mark_of(c)}" for c in waiting),
            own=own,
            evidence=evidence,
            done=request.args.get("done", type=int),
        )

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        chosen = sorted(int(i) for i in form.take.data or ())
        marks = _seen()
        verify_sheets(
            conn, {i: [indicator] for i in chosen}, actor=current_actor(), at=at(),
            seen={i: {indicator: marks.get(str(i), "")} for i in chosen},
        )  # fmt: skip
        return url_for(
            "data_verify.queue", indicator=indicator, year=desk.earlier, done=len(chosen)
        )

    return save(form, work, page)


@blueprint.route("/sheets/<int:sheet_id>/return/<indicator>", methods=["GET", "POST"])
@access(P.DATA_VERIFY, load=load_sheet)
def give_back(sheet: Any, sheet_id: int, indicator: str) -> ResponseReturnValue:
    """Return one figure with the reason its writer will read."""
    with reading() as conn:
        columns = columns_of_sheet(conn, sheet, current_actor(), P.DATA_VERIFY)
    found = [c for c in columns if c.code == indicator]
    if not found:
        raise NotVisible(indicator)
    column, form = found[0], ReturnValue(request.form or None, say=say)

    def page() -> str:
        return render(
            "pages/data_return.html", sheet=sheet, column=column, cell=column.cells[-1], form=form
        )

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        reason = str(form.reason.data)
        return_value(conn, sheet_id, indicator, reason, actor=current_actor(), at=at())
        return url_for("data_verify.queue", indicator=indicator)

    return save(form, work, page)
