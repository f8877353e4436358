"""假设测算: other weights or figures in a copy, under a name, beside the real result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cases.errors import Invalid, NotVisible
from cases.jobs import analysis as jobs
from cases.queries import analysis as queries
from cases.queries.analysis import load_year
from cases.queries.setup import CycleView
from cases.scoring.analysis.results import imagined
from cases.scoring.exact import exact
from cases.scoring.reading import DocumentErrors
from cases.web.access import access
from cases.web.analysis_jobs import enqueue
from cases.web.installation import reading
from cases.web.presentation import render, say
from cases.web.writing import save
from forms.analysis import WhatIf
from workflow.vocabulary import AnalysisKind, Permission
from workflow.words import m

blueprint = Blueprint("analysis_what_if", __name__, url_prefix="/analysis")
P = Permission


@blueprint.route("/<ref>/what-if", methods=["GET", "POST"])
@access(P.CYCLE_MANAGE, load=load_year)
def new(cycle: CycleView, ref: str) -> ResponseReturnValue:
    """A named scenario over a copy; the real figures stay as they are."""
    form = WhatIf(request.form if request.method == "POST" else None, say=say)
    with reading() as conn:
        found = queries.ground(conn, cycle.id)
    if found is None:
        raise NotVisible(ref)
    _example(form, found)

    def page() -> ResponseReturnValue:
        return render("pages/analysis_what_if.html", cycle=cycle, form=form, scheme=found.scheme)

    if request.method == "GET":
        return page()

    def work(conn: sa.Connection) -> str:
        given = {
            "weights": _weights(str(form.weights.data or ""), found),
            "figures": _figures(str(form.figures.data or ""), found),
        }
        _check(found, given)
        return enqueue(
            conn, cycle, AnalysisKind.WHAT_IF, "analysis_runs.index", str(form.name.data), **given
        )

    return save(form, work, page)


def _example(form: WhatIf, found: queries.Ground) -> None:
    """Hints in the year's own codes, so that a line can be written after them."""
    leaves = [one for one in found.scheme.indicators.values() if not one.children]
    code = say(leaves[0].title) if leaves else ""
    classes = [one for one in found.scheme.classes.values() if one.leaf]
    leaf = say(classes[0].title) if classes else ""
    scored = [u for c in classes for u in found.data.units.values() if u.class_code == c.code]
    unit = next((u.name for u in scored if found.scheme.leaves(u.class_code)), "")
    for field, line in ((form.weights, f"{leaf},{code},30"), (form.figures, f"{unit},{code},2.6")):
        if code and all(line.split(",")):
            told = {"how": field.description, "line": line}
            field.description = say(m("%(how)s。例如 %(line)s", **told))


def _lines(text: str, name: str) -> list[list[str]]:
    """Three parts a line. Raises Invalid naming the first line that has not."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = [part.strip() for part in line.replace("，", ",").split(",")]
        if not any(parts):
            continue
        if len(parts) != 3 or not parts[0] or not parts[1]:
            raise Invalid({name: m("第 %(n)s 行不是用逗号隔开的三项", n=number)})
        found.append(parts)
    return found


def _number(text: str, name: str) -> str:
    try:
        exact(text)
    except ValueError as error:
        raise Invalid({name: m("“%(value)s”不是有效的数字", value=text)}) from error
    return text


def _codes(rows: Mapping[str, Any]) -> dict[str, str]:
    """Name in either language, or code -> code; names that two share stand for neither."""
    named: dict[str, set[str]] = {}
    for code, one in rows.items():
        for name in {one.title.zh, one.title.en}:
            named.setdefault(name, set()).add(code)
    return {n: next(iter(c)) for n, c in named.items() if len(c) == 1} | {c: c for c in rows}


def _weights(text: str, found: queries.Ground) -> list[list[str]]:
    classes, indicators = _codes(found.scheme.classes), _codes(found.scheme.indicators)
    return [
        [classes.get(c, c), indicators.get(code, code), _number(value, "weights")]
        for c, code, value in _lines(text, "weights")
    ]


def _figures(text: str, found: queries.Ground) -> list[list[str | None]]:
    ids = {one.name: code for code, one in found.data.units.items()}
    indicators = _codes(found.scheme.indicators)
    rows: list[list[str | None]] = []
    for unit, code, value in _lines(text, "figures"):
        if unit not in ids:
            raise Invalid({"figures": m("没有单位“%(code)s”", code=unit)})
        figure = _number(value, "figures") if value else None
        rows.append([ids[unit], indicators.get(code, code), figure])
    return rows


def _check(found: queries.Ground, given: Mapping[str, Any]) -> None:
    """Raises Invalid for a scenario that changes nothing or can't be scored."""
    if not given["weights"] and not given["figures"]:
        raise Invalid({"weights": m("至少改动一项权重或者数值")})
    try:
        imagined(
            found.scheme, found.data.classes(found.scheme), found.data.fitting(found.scheme),
            jobs.scenario_of(given), found.data.counted(found.scheme),
            found.data.attributes(found.scheme),
        )  # fmt: skip
    except DocumentErrors as error:
        raise Invalid({"weights": error.errors[0][1]}) from error
