"""指标得分: class tables, the score page of a unit, its weak spots; pages and workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import fmean
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cases.errors import NotVisible
from cases.files.table_sheet import Kind, TableColumn, TableSheet
from cases.queries import analysis as queries
from cases.queries import setup
from cases.queries.absent_figures import absent_figures, reasons, titled
from cases.queries.analysis import Ground, load_year
from cases.queries.setup import CycleView
from cases.queries.unit_figures import UnitName
from cases.queries.visibility import load_case
from cases.scoring.analysis.moves import class_ranks
from cases.scoring.analysis.spots import Spot, most_lost, spots
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Step
from cases.scoring.rule_shapes import Title
from cases.scoring.scoresheet import GroupRow, LeafRow, Scoresheet
from cases.web.access import access
from cases.web.data_workbook import as_download
from cases.web.installation import note_reading, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from workflow.permissions import holds_anywhere
from workflow.vocabulary import AnalysisKind, Permission
from workflow.words import Sentence, m

blueprint = Blueprint("analysis", __name__, url_prefix="/analysis")
P = Permission
DEAREST = 5
LEAST = Decimal("0.01")
"""Indicators named first on a weak-spot sheet."""


@blueprint.get("")
@access(P.EXPLANATION_READ)
def index() -> ResponseReturnValue:
    """The classes of a year with how far their units lie apart."""
    actor = current_actor()
    with reading() as conn:
        organs = setup.organs_of(conn, actor, P.EXPLANATION_READ)
        years = setup.cycles(conn, [organ for organ, _ in organs])
        cycle = _chosen(years)
        found = queries.ground(conn, cycle.id) if cycle is not None else None
        within = queries.reach(actor, P.EXPLANATION_READ, cycle.organ_id) if cycle else None
        kinds = _read_by(actor, cycle, queries.intervals_on(conn, cycle.id)) if cycle else []
        runs = queries.runs(conn, cycle.id, kinds, limit=5) if cycle else []
    return render(
        "pages/analysis_home.html",
        cycle=cycle,
        years=years,
        classes=_classes(found, within) if found is not None else [],
        runs=runs,
        **_rights(cycle),
    )


def _chosen(years: Sequence[CycleView]) -> CycleView | None:
    asked = request.args.get("cycle", "")
    if not asked:
        return years[0] if years else None
    for year in years:
        if year.ref == asked:
            return year
    raise NotVisible(asked)


def _rights(cycle: CycleView | None) -> dict[str, bool]:
    actor = current_actor()
    return {
        "may_analyse": holds_anywhere(actor, P.ANALYSIS_READ),
        "may_run": cycle is not None and queries.whole(actor, P.CYCLE_MANAGE, cycle.organ_id),
    }


def _read_by(actor: Any, cycle: CycleView, intervals: bool) -> list[AnalysisKind]:
    """Kinds of kept runs that the actor may open: intervals are the office's, while they are on."""
    if not queries.whole(actor, P.ANALYSIS_READ, cycle.organ_id):
        return []
    office = intervals and queries.whole(actor, P.CYCLE_MANAGE, cycle.organ_id)
    return [k for k in AnalysisKind if office or k is not AnalysisKind.INTERVAL]


def _classes(found: Ground, within: set[str] | None) -> list[dict[str, Any]]:
    """One line a class: units, best, mean, last and how far apart."""
    totals, book = found.scores.totals(), found.scores.book
    lines = []
    for code, run in found.scores.runs.items():
        if within is not None and code not in within:
            continue
        there = [t for p in run.units if (t := totals[book.units[p]]) is not None]
        lines.append(
            {
                "code": code,
                "title": found.scheme.classes[code].title,
                "units": len(run.units),
                "best": max(there, default=None),
                "mean": Decimal(str(fmean(there))) if there else None,
                "last": min(there, default=None),
            }
        )
    return lines


def _ground(conn: sa.Connection, cycle: CycleView) -> Ground:
    found = queries.ground(conn, cycle.id)
    if found is None:
        raise NotVisible(cycle.ref)
    return found


def _class_within(cycle: CycleView, code: str, permission: Permission) -> None:
    """Raises NotVisible for a class outside the actor's grants."""
    within = queries.reach(current_actor(), permission, cycle.organ_id)
    if within is not None and code not in within:
        raise NotVisible(code)


def _class_lines(conn: sa.Connection, cycle: CycleView, code: str) -> tuple[Ground, Any, list[Any]]:
    """The class's rows by rank; the reader's own units are left out."""
    _class_within(cycle, code, P.EXPLANATION_READ)
    found = _ground(conn, cycle)
    absent = absent_figures(conn, cycle.id, found.scheme, found.data)
    own = queries.own_units(conn, current_actor(), P.EXPLANATION_READ)
    totals, places = found.scores.totals(), class_ranks(found.scores)
    run = found.scores.runs.get(code)
    if run is None:
        raise NotVisible(code)
    groups = [c for c in found.scheme.roots if c in run.weights]
    columns = {c: run.nodes[c].stored() for c in groups}
    rows: list[dict[str, Any]] = []
    for i, place in enumerate(run.units):
        unit = found.data.units[found.scores.book.units[place]]
        if unit.id in own:
            continue
        key = str(unit.id)
        rows.append(
            {
                "unit": unit,
                "rank": places[key],
                "total": totals[key],
                "groups": [columns[c][i] for c in groups],
                "remarks": found.scores.remarks(key),
                "absent": [
                    titled(found.scheme.entered[c], why) for c, why in absent.get(key, {}).items()
                ],
            }
        )
    rows.sort(key=lambda row: (row["rank"] or 10**9, row["unit"].sort_no, row["unit"].id))
    return found, [found.scheme.indicators[c] for c in groups], rows


@blueprint.get("/<ref>/classes/<code>")
@access(P.EXPLANATION_READ, load=load_year)
def class_table(cycle: CycleView, ref: str, code: str) -> ResponseReturnValue:
    """Totals, ranks and groups of a class."""
    office = queries.whole(current_actor(), P.CYCLE_MANAGE, cycle.organ_id)
    with reading() as conn:
        found, groups, rows = _class_lines(conn, cycle, code)
        shown = office and queries.intervals_on(conn, cycle.id)
        run = queries.newest_run(conn, cycle.id, AnalysisKind.INTERVAL) if shown else None
    there = [row["total"] for row in rows if row["total"] is not None]
    note_reading("class_scores", object_id=cycle.id)
    return render(
        "pages/analysis_class.html",
        cycle=cycle,
        title=found.scheme.classes[code].title,
        code=code,
        groups=groups,
        rows=rows,
        mean=Decimal(str(fmean(there))) if there else None,
        intervals=run.result["units"] if run is not None else {},
        **_rights(cycle),
    )


@blueprint.get("/<ref>/classes/<code>.xlsx")
@access(P.EXPLANATION_READ, load=load_year)
def class_workbook(cycle: CycleView, ref: str, code: str) -> Response:
    """The class table as a workbook; without intervals."""
    with reading() as conn:
        found, groups, rows = _class_lines(conn, cycle, code)
    columns = [
        TableColumn(say(m("名次")), 8, Kind.NUMBER),
        TableColumn(say(m("单位")), 30),
        *(TableColumn(say(one.title), 14, Kind.DECIMAL) for one in groups),
        TableColumn(say(m("总分")), 12, Kind.DECIMAL),
        TableColumn(say(m("说明")), 40),
    ]
    lines = [
        [
            r["rank"],
            r["unit"].name,
            *r["groups"],
            r["total"],
            "；".join(map(say, (*r["remarks"], *r["absent"]))),
        ]
        for r in rows
    ]
    title = say(
        m("%(cycle)s%(name)s得分表", cycle=cycle.title, name=found.scheme.classes[code].title)
    )
    note_reading("class_scores", object_id=cycle.id)
    return as_download(TableSheet(say(m("得分表")), title, columns, lines, _note(found)), title)


def _note(found: Ground) -> str:
    return say(m("方案校验值 %(digest)s", digest=found.scheme.document_digest))


def _sheet(
    conn: sa.Connection, cycle: CycleView, unit_id: int, permission: Permission
) -> tuple[Ground, UnitName, Scoresheet]:
    """A unit's sheet. Raises NotVisible for foreign classes and the reader's own units."""
    found = _ground(conn, cycle)
    unit = found.unit(unit_id)
    _class_within(cycle, unit.class_code, permission)
    if unit_id in queries.own_units(conn, current_actor(), permission):
        raise NotVisible(f"unit:{unit_id}")
    return found, unit, found.scores[str(unit_id)]


@blueprint.get("/<ref>/units/<int:unit_id>")
@access(P.EXPLANATION_READ, load=load_year)
def unit_scores(cycle: CycleView, ref: str, unit_id: int) -> ResponseReturnValue:
    """Every score of a unit explains itself, from figure to total."""
    with reading() as conn:
        found, unit, sheet = _sheet(conn, cycle, unit_id, P.EXPLANATION_READ)
        absent = _absent(conn, cycle, found, unit)
    note_reading("unit_scores", object_id=unit_id)
    rows = {row.indicator: (row, row.steps()) for row in sheet.rows}
    return render(
        "pages/analysis_unit.html",
        cycle=cycle,
        unit=unit,
        sheet=sheet,
        scheme=found.scheme,
        rows=rows,
        absent=absent,
        methods={c: Title(x.zh, x.en) for c, x in METHODS.items()},
        figure=figure,
        rank=class_ranks(found.scores)[str(unit_id)],
        peers=len(found.scores.runs[unit.class_code].units),
        **_rights(cycle),
    )


@blueprint.get("/<ref>/units/<int:unit_id>.xlsx")
@access(P.EXPLANATION_READ, load=load_year)
def unit_workbook(cycle: CycleView, ref: str, unit_id: int) -> Response:
    """The same arithmetic as a workbook, one row an indicator, then groups, items and total."""
    with reading() as conn:
        found, unit, sheet = _sheet(conn, cycle, unit_id, P.EXPLANATION_READ)
        absent = _absent(conn, cycle, found, unit)
    note_reading("unit_scores", object_id=unit_id)
    columns = [
        TableColumn(say(m("指标")), 30),
        TableColumn(say(m("数值")), 12),
        TableColumn(say(m("佐证文号")), 20),
        TableColumn(say(m("算式")), 60),
        TableColumn(say(m("得分")), 10, Kind.DECIMAL),
        TableColumn(say(m("权重")), 10, Kind.DECIMAL),
        TableColumn(say(m("折合")), 10, Kind.DECIMAL),
        TableColumn(say(m("说明")), 30),
    ]
    title = say(m("%(cycle)s%(name)s得分说明", cycle=cycle.title, name=unit.name))
    lines = _unit_lines(found, sheet, absent)
    return as_download(TableSheet(say(m("得分说明")), title, columns, lines, _note(found)), title)


def _absent(
    conn: sa.Connection, cycle: CycleView, found: Ground, unit: UnitName
) -> dict[str, list[Sentence]]:
    """Indicator of the unit -> why it has no figure that counts."""
    scheme = found.scheme
    lacking = absent_figures(conn, cycle.id, scheme, found.data).get(str(unit.id), {})
    return {c: reasons(one, scheme, lacking) for c, one in scheme.indicators.items()}


def _unit_lines(
    found: Ground, sheet: Scoresheet, absent: Mapping[str, Sequence[Sentence]]
) -> list[list[Any]]:
    scheme = found.scheme
    lines: list[list[Any]] = []
    for row in sheet.rows:
        steps = _steps(row)
        value = "" if row.value is None else figure(row.value)
        lines.append(
            [say(scheme.indicators[row.indicator].title), value, row.provenance, steps, row.points]
            + [row.weight, row.contribution, _said(absent[row.indicator], row.remark, row.unadded)]
        )
    for group in sheet.groups:
        named = say(m("%(group)s(小计)", group=scheme.indicators[group.indicator].title))
        said = _said(absent[group.indicator], group.remark)
        lines.append([named, "", "", _steps(group), group.score, group.weight, None, said])
    for item in sheet.items:
        said = say(item.remark) if item.remark else ""
        title = say(scheme.items[item.item].title)
        lines.append([title, "", "", "", None, None, item.points, said])
    flags = "；".join(map(say, sheet.flags))
    lines.append([say(m("总分")), "", "", _told(sheet.made), None, None, sheet.total, flags])
    return lines


def _steps(row: LeafRow | GroupRow) -> str:
    return _told(row.steps())


def _told(steps: Sequence[Step]) -> str:
    return "\n".join(f"{say(s.title)}: {s.formula} = {s.result}" for s in steps)


def _said(absent: Sequence[Sentence], *remarks: Sentence | None) -> str:
    return "；".join(map(say, [*(one for one in remarks if one), *absent]))


@blueprint.get("/<ref>/units/<int:unit_id>/spots")
@access(P.ANALYSIS_READ, load=load_year)
def unit_spots(cycle: CycleView, ref: str, unit_id: int) -> ResponseReturnValue:
    """Where a unit is strong and weak beside its class; one A4 in print."""
    with reading() as conn:
        found, unit, _ = _sheet(conn, cycle, unit_id, P.ANALYSIS_READ)
        return _spots_page(conn, cycle, found, unit, own=False)


@blueprint.get("/own/<ref>")
@access(P.RESULT_READ, load=load_case)
def own_spots(case: Any, ref: str) -> ResponseReturnValue:
    """A unit's own sheet after its body was told the result, where the scheme tells by item."""
    with reading() as conn:
        if not queries.own_sheet(conn, case):
            raise NotVisible(ref)
        found = queries.ground(conn, case.cycle_id)
        cycle = queries.year_of(conn, case.cycle_id)
        if found is None:
            raise NotVisible(ref)
        note_reading("own_spots", case_id=case.id)
        return _spots_page(conn, cycle, found, found.unit(case.unit_id), own=True)


def _spots_page(
    conn: sa.Connection, cycle: CycleView, found: Ground, unit: UnitName, *, own: bool
) -> str:
    every = spots(found.scores, str(unit.id))
    trend = queries.trend(conn, cycle, unit.id, [one.indicator for one in every])
    widest = max((abs(one.ahead) for one in every if one.ahead is not None), default=Decimal(0))
    return render(
        "pages/analysis_spots.html",
        cycle=cycle,
        unit=unit,
        scheme=found.scheme,
        class_title=found.scheme.classes[unit.class_code].title,
        spots=every,
        dearest=[
            (_titled(found, one), one.lost, "")
            for one in most_lost(every, DEAREST)
            if (one.lost or 0) >= LEAST
        ],
        strong=[one for one in every if one.strong],
        weak=sorted((one for one in every if one.weak), key=lambda s: s.ahead or 0),
        widest=widest,
        trend={
            code: [(year, Decimal(value)) for year, value in row] for code, row in trend.items()
        },
        own=own,
        figure=figure,
        **_rights(cycle),
    )


def figure(value: Decimal) -> str:
    """A figure as short as it is exact: 12.5."""
    return f"{value.normalize():f}"


def _titled(found: Ground, one: Spot) -> str:
    return say(found.scheme.indicators[one.indicator].title)
