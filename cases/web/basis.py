"""依据与期限: every rule in force with its source, searchable; for whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cases.errors import NotVisible
from cases.queries.basis import basis_of, years
from cases.scoring.rules.in_force import InForce, InForceSection
from cases.scoring.rules.listed import CERTAINTY
from cases.web.access import signed_in
from cases.web.installation import reading
from cases.web.presentation import render, say
from workflow.rules import Status

blueprint = Blueprint("basis", __name__)

MOST_SOUGHT = 60
SHOWN: Mapping[str, Callable[[InForce], bool]] = {
    "": lambda row: True,
    "assumed": lambda row: row.status is Status.ASSUMED,
    "own": lambda row: row.own,
}
"""Choices of the list: all rows, those to be confirmed, those the scheme set."""


@blueprint.get("/rules")
@signed_in
def show() -> ResponseReturnValue:
    """The rules of the year asked for, else of the newest; without a year those shipped."""
    with reading() as conn:
        found = years(conn)
        year = _chosen(found)
        basis = basis_of(conn, year)
    asked = request.args.get("show", "")
    shown = asked if asked in SHOWN else ""
    sought = request.args.get("find", "").strip()[:MOST_SOUGHT]
    sections = [_cut(section, shown, sought) for section in basis.sections]
    return render(
        "pages/basis.html",
        years=found,
        year=year,
        basis=basis,
        sections=[section for section in sections if section.rows],
        counts={
            key: sum(1 for section in basis.sections for row in section.rows if test(row))
            for key, test in SHOWN.items()
        },
        shown=shown,
        sought=sought,
        certainty=CERTAINTY,
    )


def _chosen(found: list[Any]) -> Any:
    asked = request.args.get("cycle", "")
    if not asked:
        return found[0] if found else None
    for year in found:
        if year.ref == asked:
            return year
    raise NotVisible(asked)


def _cut(section: InForceSection, shown: str, sought: str) -> InForceSection:
    rows = [row for row in section.rows if SHOWN[shown](row) and _holds(row, sought)]
    return replace(section, rows=tuple(rows))


def _holds(row: InForce, sought: str) -> bool:
    """Whether any of the words stands in what the reader sees of a row."""
    if not sought:
        return True
    one = row.row
    seen = [one.title.zh, one.title.en, one.source, one.article, *map(say, one.says)]
    text = " ".join(seen).casefold()
    return all(word in text for word in sought.casefold().split())
