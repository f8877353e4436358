"""进度: what is late in words first, the track of the year, units by stages, the lanes beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from cases.errors import NotVisible
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.queries import analysis
from cases.queries import progress as queries
from cases.queries.acceptance import Curve, curve
from cases.queries.burden import Asked, Burden, burden_counts
from cases.queries.calendar import working_days
from cases.queries.progress import STAGES, Board, UnitLine
from cases.queries.scheme import scheme_of_cycle
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import at, on, reading
from cases.web.presentation import current, render, say
from cases.web.session import current_actor
from workflow.permissions import holds_anywhere
from workflow.timetable import Calendar, working_days_between
from workflow.vocabulary import AnalysisKind, CaseKind, Permission, Stage, Thing
from workflow.words import Sentence, m

blueprint = Blueprint("progress", __name__)
P = Permission
FIRST = 3
STEPS = 5
SHORT: Mapping[Stage, Sentence] = {
    Stage.SCOPING: m("审核"),
    Stage.SELF_REPORT: m("述职"),
    Stage.DATA_COLLECTION: m("数据"),
    Stage.PUBLIC_EVALUATION: m("测评"),
    Stage.COMMITTEE_REVIEW: m("审定"),
    Stage.RESULT_APPLICATION: m("运用"),
    Stage.ARCHIVE: m("归档"),
}
"""Column heads of the table."""
PLACES = {
    Thing.DATA_SHEET: ("data_office.index", P.DATA_READ),
    Thing.MEETING: ("meeting.index", P.CYCLE_MANAGE),
    Thing.OPINION_REQUEST: ("opinions.index", P.OPINION_ASK),
}


def chosen(conn: sa.Connection, reach: queries.Reach) -> tuple[list[Any], Any]:
    """The years within reach and the one asked for, else the newest. Raises NotVisible."""
    years = queries.cycles_within(conn, reach)
    asked = request.args.get("cycle", "")
    if not asked:
        return years, years[0] if years else None
    for year in years:
        if year.ref == asked:
            return years, year
    raise NotVisible(asked)


def _filters(classes: Sequence[str]) -> tuple[str | None, CaseKind | None]:
    code, kind = request.args.get("class", ""), request.args.get("kind", "")
    return code if code in classes else None, CaseKind(kind) if kind in set(CaseKind) else None


@blueprint.get("/progress")
@access(P.PROGRESS_READ)
def board() -> ResponseReturnValue:
    """Where the cases of a year stand."""
    with reading() as conn:
        reach = queries.reach_of(conn, current_actor())
        years, cycle = chosen(conn, reach)
        if cycle is None:
            return render("pages/progress.html", cycle=None)
        classes = queries.classes_within(conn, reach, cycle.id)
        code, kind = _filters(classes)
        found = queries.board(conn, reach, cycle.id, today=on(), class_code=code, kind=kind)
        lanes = queries.lanes(conn, reach, cycle, today=on())
        titles = _titles(conn, cycle.id, classes)
        calendar = working_days(conn)
        accepted = curve(
            conn, reach, cycle, today=on(), calendar=calendar, class_code=code, kind=kind
        )
        asked = burden_counts(conn, reach, cycle.id)
        older = next((y for y in years if y.year < cycle.year), None)
        before = burden_counts(conn, reach, older.id) if older is not None else None
        warned = _warned(conn, cycle)
    ends = queries.last_days(cycle.timetable)
    return render(
        "pages/progress.html",
        cycle=cycle,
        years=years,
        board=found,
        now=at(),
        nodes=_nodes(found, ends, calendar),
        current=_current(ends),
        heads=[say(SHORT[stage]) for stage in STAGES],
        rows=[_row(line, _peak(found), cycle.ref) for line in found.lines],
        first=[_first(line, cycle.ref) for line in found.latest[:FIRST]],
        places=current().listing([line.name for line in found.latest[:FIRST]]),
        accepted=accepted,
        accepted_rows=_line_rows(accepted),
        lanes=[(lane, _place(lane.thing)) for lane in lanes],
        loads=_loads(asked, before),
        before=before is not None,
        changes=asked.changed,
        warned=warned,
        classes=titles,
        code=code,
        kind=kind,
        kinds=list(CaseKind),
    )


@blueprint.get("/progress.xlsx")
@access(P.PROGRESS_READ)
def export() -> Response:
    """The table as a workbook, as filtered."""
    with reading() as conn:
        reach = queries.reach_of(conn, current_actor())
        _, cycle = chosen(conn, reach)
        if cycle is None:
            raise NotVisible("cycle")
        code, kind = _filters(queries.classes_within(conn, reach, cycle.id))
        found = queries.board(conn, reach, cycle.id, today=on(), class_code=code, kind=kind)
    columns = [
        TableColumn(say(m("单位")), 30),
        *(TableColumn(say(SHORT[stage]), 8, Kind.NUMBER) for stage in STAGES),
        TableColumn(say(m("合计")), 8, Kind.NUMBER),
        TableColumn(say(m("超期")), 8, Kind.NUMBER),
    ]
    lines: list[list[str | int]] = [[x.name, *x.counts, x.total, x.late] for x in found.lines]
    title = say(m("%(cycle)s进度", cycle=cycle.title))
    return as_download(TableSheet(say(m("进度")), title, columns, lines), title)


def _titles(conn: sa.Connection, cycle_id: int, classes: Sequence[str]) -> list[tuple[str, str]]:
    """(class code, its name in the reader's language) of classes that have cases."""
    scheme = scheme_of_cycle(conn, cycle_id) if classes else None
    known = scheme.classes if scheme is not None else {}
    english = not current().chinese
    return [
        (code, (known[code].title.en if english else known[code].title.zh))
        for code in classes
        if code in known
    ]


def _current(ends: Mapping[Stage, date]) -> int:
    """The stage the year's timetable stands in: the first whose last day has not passed."""
    for number, stage in enumerate(STAGES):
        if stage in ends and ends[stage] >= on():
            return number
    return len(STAGES) if ends else 0


def _nodes(
    found: Board, ends: Mapping[Stage, date], calendar: Calendar
) -> list[tuple[str, str, bool]]:
    """(title, small line, late) of the seven nodes."""
    here = _current(ends)
    nodes = []
    for number, stage in enumerate(STAGES):
        n, end = found.counts[number], ends.get(stage)
        small, late = "", False
        if number < here and n:
            small, late = say(m("%(n)s 件未完", n=n)), True
        elif number < here:
            small = say(m("已完成"))
        elif number == here and end is not None:
            small = current().distance(working_days_between(on(), end, calendar), working=True)
        elif end is not None and stage is not Stage.ARCHIVE:
            small = say(m("%(day)s止", day=current().date(end, today=on(), weekday=False)))
        nodes.append((say(stage), small, late))
    return nodes


def _line_rows(found: Curve | None) -> list[tuple[str, int, int | None]]:
    """(day, plan, accepted) as the chart and its table show them; the year stands in the title."""
    points = found.points if found is not None else ()
    return [(current().date(p.day, today=p.day, weekday=False), p.plan, p.real) for p in points]


def _loads(asked: Burden, before: Burden | None) -> list[tuple[Asked, float, float]]:
    """(what, a unit's mean, what fills the bar): last year's mean, else what most was asked of."""
    full = asked.most if before is None else before.means
    return [
        (one, mean, float(most))
        for one, mean, most in zip(Asked, asked.means, full, strict=True)
        if mean or most
    ]


def _warned(conn: sa.Connection, year: Any) -> list[tuple[str, Any, Any]]:
    """(unit, indicator's title, share it is behind by) of the figures furthest behind by the
    newest mid-year look, for who may see all of them."""
    if not analysis.whole(current_actor(), P.DATA_READ, year.managing_organ_id):
        return []
    run = analysis.newest_run(conn, year.id, AnalysisKind.WATCH)
    rows = run.result["behind"][:FIRST] if run is not None else []
    scheme = analysis.scheme_with(conn, run.scheme_digest) if run is not None and rows else None
    if scheme is None:
        return []
    names = analysis.unit_names(conn, sorted({row["unit"] for row in rows}))
    return [
        (
            names[row["unit"]],
            scheme.indicators[row["indicator"]].title,
            None if row["share"] is None else float(Fraction(row["share"])),
        )
        for row in rows
    ]


def _peak(found: Board) -> int:
    return max((n for line in found.lines for n in line.counts), default=0)


def _step(n: int, peak: int) -> int:
    """0 for none, else 1 to ``STEPS`` by size."""
    return 0 if not n else max(1, -(-n * STEPS // peak))


def _row(line: UnitLine, peak: int, cycle: str) -> dict[str, Any]:
    return {
        "name": line.name,
        "url": _unit_url(line.unit_id, cycle),
        "cells": [(n or "·", _step(n, peak)) for n in line.counts],
        "total": line.total,
        "late": say(m("超期 %(n)s 件", n=line.late)) if line.late else "",
    }


def _first(line: UnitLine, cycle: str) -> dict[str, Any]:
    """A unit to look after, with the stages its overdue cases stand in."""
    told = [
        say(m("%(stage)s %(n)s 件", stage=stage, n=n))
        for stage, n in zip(STAGES, line.late_by, strict=True)
        if n
    ]
    return {
        "name": line.name,
        "text": current().listing(told),
        "url": _unit_url(line.unit_id, cycle),
        "remind_url": _remind_url(line.unit_id, cycle),
    }


def _unit_url(unit_id: int, cycle: str) -> str:
    """The unit's cases, where that list is built."""
    if "cases.index" not in current_app.view_functions:
        return ""
    return url_for("cases.index", unit=unit_id, cycle=cycle)


def _remind_url(unit_id: int, cycle: str) -> str:
    """Where the office reminds of all that is overdue there; blank without the right."""
    if not holds_anywhere(current_actor(), P.REMIND):
        return ""
    return url_for("reminding.of_unit", ref=cycle, unit_id=unit_id)


def _place(thing: Thing) -> str:
    """Where the reader works on a lane; blank without the right."""
    endpoint, permission = PLACES[thing]
    if endpoint not in current_app.view_functions:
        return ""
    held = holds_anywhere(current_actor(), permission)
    return url_for(endpoint) if held else ""
