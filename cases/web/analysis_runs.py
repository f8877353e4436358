"""测算和比较: analyses asked for and read, warnings, the log of results, the interval switch."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import analysis as commands
from cases.jobs import analysis as jobs
from cases.queries import analysis as queries
from cases.queries.analysis import RunView, load_run, load_year
from cases.queries.scheme import scheme_of_cycle
from cases.queries.sentences import unpacked
from cases.queries.setup import CycleView
from cases.scoring.analysis.record import difference
from cases.scoring.exact import plain
from cases.scoring.shapes import IndicatorScheme
from cases.web.access import access
from cases.web.analysis_jobs import asked_job, enqueue
from cases.web.analysis_warnings import warning_context
from cases.web.following import answer, following
from cases.web.installation import at, note_reading, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save, write
from forms.analysis import DrawIntervals, IntervalSwitch, RehearseWith
from workflow.vocabulary import AnalysisKind, Permission

blueprint = Blueprint("analysis_runs", __name__, url_prefix="/analysis")
P = Permission
K = AnalysisKind
COMPARED = (K.METHODS, K.WHAT_IF, K.REHEARSAL, K.INTERVAL)
PAGES = {
    K.METHODS: "pages/analysis_methods.html",
    K.WHAT_IF: "pages/analysis_moves.html",
    K.REHEARSAL: "pages/analysis_moves.html",
    K.INTERVAL: "pages/analysis_intervals.html",
    K.WATCH: "pages/analysis_warnings.html",
    K.RESULT: "pages/analysis_log_entry.html",
}
MOST_LINES = 200
"""Rows of one list on a page; the rest is named by its number."""


def _office(cycle: CycleView) -> bool:
    return queries.whole(current_actor(), P.CYCLE_MANAGE, cycle.organ_id)


@blueprint.get("/<ref>/runs")
@access(P.ANALYSIS_READ, load=load_year)
def index(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """What was computed, and what can be asked for."""
    return _runs_page(cycle)


def _runs_page(cycle: CycleView, **forms: Any) -> ResponseReturnValue:
    office = _office(cycle)
    with reading() as conn:
        shown = queries.intervals_on(conn, cycle.id)
        kinds = [k for k in COMPARED if (office and shown) or k is not K.INTERVAL]
        found = queries.runs(conn, cycle.id, kinds)
        years = queries.years_before(conn, cycle)
        mine = asked_job(conn)
        kept = jobs.run_of_job(conn, mine.id) if mine is not None else None
    page = render(
        "pages/analysis_runs.html",
        cycle=cycle,
        runs=found,
        office=office,
        shown=shown,
        job=mine,
        kept=kept,
        follow=following(),
        rehearsal=forms.get("rehearsal") or _years_form(years),
        intervals=forms.get("intervals") or DrawIntervals(say=say),
        switch=IntervalSwitch(say=say, data={"shown": shown}),
        years=years,
    )
    return answer(page, mine)


def _years_form(years: list[tuple[int, str]], posted: Any = None) -> RehearseWith:
    form = RehearseWith(posted, say=say)
    form.year.offer(years)
    if posted is None and years:
        form.year.data = years[0][0]
    return form


@blueprint.post("/<ref>/methods")
@access(P.CYCLE_MANAGE, load=load_year)
def methods(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Ask for the comparison of methods."""
    return write(lambda conn: enqueue(conn, cycle, K.METHODS, ".index"))


@blueprint.post("/<ref>/intervals")
@access(P.CYCLE_MANAGE, load=load_year)
def intervals(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Ask for rank intervals; refused while they are switched off."""
    form = DrawIntervals(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        return enqueue(conn, cycle, K.INTERVAL, ".index", seed=int(form.seed.data or 0))

    return save(form, work, lambda: _runs_page(cycle, intervals=form))


@blueprint.post("/<ref>/switch")
@access(P.CYCLE_MANAGE, load=load_year)
def switch(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Switch rank intervals on or off."""
    form = IntervalSwitch(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        shown = bool(form.shown.data)
        commands.switch_intervals(conn, cycle.id, shown, actor=current_actor(), at=at())
        return url_for(".index", ref=ref)

    return save(form, work, lambda: _runs_page(cycle))


@blueprint.post("/<ref>/rehearsal")
@access(P.CYCLE_MANAGE, load=load_year)
def rehearsal(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Ask for an earlier year's figures through this year's scheme."""
    with reading() as conn:
        years = queries.years_before(conn, cycle)
    form = _years_form(years, request.form)

    def work(conn: sa.Connection) -> str:
        year = int(form.year.data or 0)
        name = dict(years)[year]
        return enqueue(conn, cycle, K.REHEARSAL, ".index", name, **{"from": year})

    return save(form, work, lambda: _runs_page(cycle, rehearsal=form))


@blueprint.get("/runs/<int:run_id>")
@access(P.ANALYSIS_READ, load=load_run)
def show(run: RunView, run_id: int) -> ResponseReturnValue:
    """One kept computation, read again."""
    with reading() as conn:
        cycle = queries.year_of(conn, run.cycle_id)
        scheme = queries.scheme_with(conn, run.scheme_digest) or scheme_of_cycle(conn, cycle.id)
        run = _of_others(conn, run)
        context = _context(conn, run, scheme)
    note_reading("analysis", object_id=run.id)
    return render(PAGES[run.kind], cycle=cycle, run=run, scheme=scheme, **context)


def _of_others(conn: sa.Connection, run: RunView) -> RunView:
    return queries.without(run, queries.own_units(conn, current_actor(), P.ANALYSIS_READ))


def _context(conn: sa.Connection, run: RunView, scheme: IndicatorScheme | None) -> dict[str, Any]:
    result = run.result
    if run.kind is K.RESULT:
        return _log_context(conn, run, scheme)
    if run.kind is K.METHODS:
        variants = [{**row, "title": unpacked(row["title"])} for row in result["variants"]]
        units = {row["unit"] for one in variants for row in one["moves"]}
        return {
            "variants": variants,
            "decimal": Decimal,
            "names": queries.unit_names(conn, sorted(units)),
        }
    if run.kind is K.INTERVAL:
        classes: dict[str, list[tuple[str, list[int]]]] = {}
        units_of = {str(u.id): u for u in _units_of(conn, run)}
        for unit, row in result["units"].items():
            if unit in units_of:
                classes.setdefault(units_of[unit].class_code, []).append((units_of[unit].name, row))
        return {"classes": {c: sorted(rows, key=lambda r: r[1]) for c, rows in classes.items()}}
    if run.kind is K.WATCH:
        return warning_context(conn, run, None, scheme)
    return _moves_context(conn, run)


def _units_of(conn: sa.Connection, run: RunView) -> list[Any]:
    found = queries.ground(conn, run.cycle_id)
    return list(found.data.units.values()) if found is not None else []


def _moves_context(conn: sa.Connection, run: RunView) -> dict[str, Any]:
    moves = run.result["moves"]
    units = {row["unit"] for row in moves} | {row[0] for row in run.result.get("figures", ())}
    sizes: dict[str, int] = {}
    for row in moves:
        sizes[row["class"]] = sizes.get(row["class"], 0) + 1
    ordered = sorted(moves, key=lambda row: (row["class"], row["rank_after"] or 10**9))
    why = {unit: _why(one) for unit, one in run.result.get("why", {}).items()}
    return {
        "moves": ordered,
        "sizes": sizes,
        "names": queries.unit_names(conn, sorted(units)),
        "why": why,
        "decimal": Decimal,
    }


def _why(one: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a difference, the largest first."""
    parts = [
        {
            **row,
            "by_points": Decimal(row["by_points"]),
            "by_weight": Decimal(row["by_weight"]),
            "whole": Decimal(row["by_points"]) + Decimal(row["by_weight"]),
        }
        for row in one["parts"]
    ]
    parts.sort(key=lambda row: -abs(row["whole"]))
    return {"parts": parts, "items": Decimal(one["items"]), "rest": Decimal(one["rest"])}


@blueprint.get("/<ref>/log")
@access(P.ANALYSIS_READ, load=load_year)
def log(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Every result that was computed, with its digests."""
    with reading() as conn:
        found = queries.runs(conn, cycle.id, [K.RESULT], limit=100)
    return render("pages/analysis_log.html", cycle=cycle, runs=found, office=_office(cycle))


@blueprint.post("/<ref>/log")
@access(P.CYCLE_MANAGE, load=load_year)
def compute(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Compute the result now and write it into the log."""

    def work(conn: sa.Connection) -> str:
        commands.record_result(conn, cycle.id, actor=current_actor(), at=at())
        return url_for(".log", ref=ref)

    return write(work)


def _log_context(
    conn: sa.Connection, run: RunView, scheme: IndicatorScheme | None
) -> dict[str, Any]:
    """What differs from the result before, and whom it moved."""
    before = queries.run_before(conn, run)
    if before is None:
        return {"before": None, "found": None, "names": {}}
    before = _of_others(conn, before)
    old = queries.scheme_with(conn, before.scheme_digest)
    found = difference(before.result, run.result, old, scheme)
    units = {one.unit for one in found.figures} | {one.unit for one in found.totals}
    return {
        "before": before,
        "found": found,
        "names": queries.unit_names(conn, sorted(units)),
        "decimal": Decimal,
        "most": MOST_LINES,
        "plain": lambda text: plain(Fraction(text)),
    }
