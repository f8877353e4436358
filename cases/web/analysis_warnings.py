"""年中预警: figures to date behind their path; by rights of the office, the unit, the provider."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cases.errors import NotVisible
from cases.queries import analysis as queries
from cases.queries.analysis import RunView, load_year
from cases.queries.setup import CycleView
from cases.scoring.shapes import IndicatorScheme
from cases.web.access import access
from cases.web.analysis_jobs import asked_job, enqueue
from cases.web.following import answer, following
from cases.web.installation import on, reading
from cases.web.presentation import render, say
from cases.web.session import current_actor
from cases.web.writing import save
from forms.analysis import WatchMonth
from workflow.vocabulary import AnalysisKind, Permission

blueprint = Blueprint("analysis_warnings", __name__, url_prefix="/analysis")
P = Permission
K = AnalysisKind
MOST_LINES = 200
"""Rows on a page; the rest is named by its number."""


@blueprint.get("/<ref>/warnings")
@access(P.DATA_READ)
def show(ref: str) -> ResponseReturnValue:
    """The newest mid-year look: the office sees all, a unit its own, a provider its figures."""
    return _page(ref)


def _page(ref: str, form: WatchMonth | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as conn:
        cycle = queries.year_by_ref(conn, ref)
        units = queries.watched_units(conn, actor, cycle)
        only = None
        if units is not None:
            only = ({str(u) for u in units}, queries.provided(conn, actor, cycle.id))
            if not any(only):
                raise NotVisible(ref)
        run = queries.newest_run(conn, cycle.id, K.WATCH)
        scheme = queries.scheme_with(conn, run.scheme_digest) if run is not None else None
        context = warning_context(conn, run, only, scheme)
        mine = asked_job(conn)
    page = render(
        "pages/analysis_warnings.html",
        cycle=cycle,
        run=run,
        scheme=scheme,
        form=form or WatchMonth(say=say, data={"month": on().month}),
        job=mine,
        office=queries.whole(actor, P.CYCLE_MANAGE, cycle.organ_id),
        follow=following(),
        **context,
    )
    return answer(page, mine)


def warning_context(
    conn: sa.Connection,
    run: RunView | None,
    only: tuple[set[str], set[tuple[str, str]]] | None,
    scheme: IndicatorScheme | None,
) -> dict[str, Any]:
    """The lines within reach, with names; ``only`` is (own units, provided figures)."""
    rows = list(run.result["behind"]) if run is not None else []
    if only is not None:
        units, provided = only
        rows = [r for r in rows if r["unit"] in units or (r["unit"], r["indicator"]) in provided]
    names = queries.unit_names(conn, sorted({row["unit"] for row in rows}))
    watched = sum(1 for one in scheme.indicators.values() if one.path) if scheme else 0
    shares = [None if row["share"] is None else Fraction(row["share"]) for row in rows]
    lines = [
        {**row, "name": names[row["unit"]], "part": None if s is None else float(s)}
        for row, s in zip(rows, shares, strict=True)
    ]
    return {
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "watched": watched,
        "whole": only is None,
    }


@blueprint.post("/<ref>/watch")
@access(P.CYCLE_MANAGE, load=load_year)
def watch(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """Ask for a mid-year look; units behind and their providers get a notice."""
    form = WatchMonth(request.form, say=say)

    def work(conn: sa.Connection) -> str:
        month = int(form.month.data or 0)
        return enqueue(conn, cycle, K.WATCH, "analysis_warnings.show", month=month)

    return save(form, work, lambda: _page(ref, form))
