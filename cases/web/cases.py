"""The list of cases: filters, search by a piece of a name or a number, bulk ticks, export."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from cases.files.table_sheet import Kind, TableColumn, write_table
from cases.queries import case_list as queries
from cases.queries.case_list import Asked
from cases.queries.people import After
from cases.queries.scheme import scheme_of_cycle
from cases.web.access import access
from cases.web.bulk import offered
from cases.web.installation import note_reading, reading
from cases.web.presentation import addresses, day, render, say
from cases.web.session import current_actor
from workflow.permissions import holds_anywhere
from workflow.process import PROCESS
from workflow.vocabulary import Action, CaseKind, Permission, State
from workflow.work import ways_on

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = ("cycle", "state", "kind", "class", "unit", "find")
COLUMNS = (
    TableColumn("序号", 6, Kind.NUMBER),
    TableColumn("编号", 18),
    TableColumn("考核对象", 18),
    TableColumn("职务", 30),
    TableColumn("单位", 28),
    TableColumn("类别", 12),
    TableColumn("状态", 14),
    TableColumn("期限", 12, Kind.DATE),
)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _word(words: Any, name: str) -> Any:
    text = request.args.get(name, "")
    return words(text) if text in set(words) else None


def _cycle(cycles: list[Any]) -> Any:
    """The cycle asked for, or the newest. 404 for one that is not there."""
    asked = request.args.get("cycle", "")
    found = next((c for c in cycles if not asked or c.ref == asked), None)
    if asked and found is None:
        abort(404)
    return found


def _asked(cycle_id: int) -> Asked:
    return Asked(
        cycle_id,
        state=_word(State, "state"),
        kind=_word(CaseKind, "kind"),
        class_code=request.args.get("class", "")[:40] or None,
        unit_id=_number("unit"),
        find=request.args.get("find", "").strip()[:60],
    )


def _after() -> After | None:
    key, _, number = request.args.get("after", "").partition("-")
    good = all(t.isascii() and t.isdigit() and len(t) < 19 for t in (key, number))
    return (int(key), int(number)) if good else None


def _addressed() -> Callable[..., str]:
    """What makes the addresses of the filters; ``url_for`` is asked once, not for each of them."""
    here, kept = url_for(".index"), _kept()

    def to(**changed: Any) -> str:
        asked = urlencode({k: v for k, v in {**kept, **changed}.items() if v})
        return f"{here}?{asked}" if asked else here

    return to


def _chosen(**changed: Any) -> dict[str, str]:
    """What stands in the address, with some of it changed; blank values fall away."""
    found = _kept() | changed
    return {k: v for k, v in found.items() if v}


def _kept() -> dict[str, str]:
    """The part of the address that links keep."""
    asked = request.args.to_dict()
    return {k: asked[k] for k in KEPT if asked.get(k)}


@blueprint.get("")
@access(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """One page of the list in official order."""
    actor = current_actor()
    with reading() as conn:
        cycles = queries.cycles(conn)
        cycle = _cycle(cycles)
        if cycle is None:
            return render("pages/cases_none.html")
        asked, after = _asked(cycle.id), _after()
        found = queries.page(conn, actor, asked, after)
        counted = queries.counts(conn, actor, asked)
        units = queries.units_like(conn, asked.find)
        scheme = scheme_of_cycle(conn, cycle.id)
        unit = queries.unit_name(conn, asked.unit_id) if asked.unit_id else None
    following = f"{found.after[0]}-{found.after[1]}" if found.after else ""
    to = _addressed()
    case_url = addresses("case_file.show", "ref")
    unit_url = addresses(".index", "unit", **_chosen(unit=""))
    return render(
        "pages/cases.html",
        cycles=cycles,
        cycle=cycle,
        asked=asked,
        rows=[(row, case_url(row.ref), unit_url(row.unit_id)) for row in found.rows],
        counts=counted,
        units=units,
        unit=unit,
        begins=after is None,
        states=list(State),
        kinds=list(CaseKind),
        names={state: say(State(state)) for state in {row.state for row in found.rows}},
        subjects={k.value: say(k) for k in CaseKind},
        classes={} if scheme is None else {c.code: c.title for c in scheme.classes.values()},
        built=current_app.view_functions,
        moves=_moves(asked.state) if "bulk.preview" in current_app.view_functions else [],
        chosen=_chosen,
        to=to,
        days={row.due_on: day(row.due_on) for row in found.rows if row.due_on},
        next_url=to(after=following) if following else "",
    )


def _moves(state: State | None) -> list[tuple[Action, bool]]:
    """(move, whether it is the way on) for many cases in one state; the way on comes last."""
    if state is None:
        return []
    moves, actor = PROCESS.moves_from(state.value), current_actor()
    ways = {t.action for t in ways_on(PROCESS.state_spec(state), moves)}
    mine = [t for t in moves if not t.auto and holds_anywhere(actor, t.permission)]
    found = [(Action(t.action), t.action in ways) for t in mine if offered(Action(t.action))]
    return sorted(found, key=lambda pair: pair[1])


@blueprint.get("/export")
@access(Permission.CASE_READ)
def export() -> ResponseReturnValue:
    """The whole list under the same filters as a workbook."""
    with reading() as conn:
        cycle = _cycle(queries.cycles(conn))
        if cycle is None:
            abort(404)
        note_reading("case_list_export", object_id=cycle.id)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cases.xlsx"
            write_table(path, f"{cycle.title}考核对象名单", COLUMNS, _lines(conn, cycle.id))
            answer = Response(path.read_bytes(), mimetype=SHEET)
    answer.headers.set("Content-Disposition", "attachment", filename="考核对象名单.xlsx")
    return answer


def _lines(conn: sa.Connection, cycle_id: int) -> Iterator[tuple[Any, ...]]:
    rows = queries.everything(conn, current_actor(), _asked(cycle_id))
    for number, row in enumerate(rows, 1):
        yield (
            number,
            row.ref,
            row.subject_name,
            row.subject_post or "",
            row.unit_name,
            CaseKind(row.kind).zh,
            State(row.state).zh,
            row.due_on,
        )
