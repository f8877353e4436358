"""Acts of the leaders above: which units each is in charge of, and what he says of them by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cases.commands.named_opinions import give_opinions
from cases.commands.portfolios import assign
from cases.demo.city.draw import Draw
from cases.demo.city.people import CHIEF_COMMENT
from cases.demo.city.story import TURNS, YEAR
from cases.demo.theatre import Theatre, at, on
from cases.queries.named_opinions import cases_in_charge
from workflow.vocabulary import CaseKind, Grade

COUNTIES = ("secretary_general", "mayor", "deputy_secretary")
"""Leaders who look after counties, in turn."""
ABOVE_AVERAGE = 40
"""Of a hundred opinions so many are 优秀."""


def portfolios(theatre: Theatre) -> None:
    """Who is in charge of which unit, as the office keeps it."""
    office = theatre.actor("office_clerk_a")
    with theatre.writing() as conn:
        for leader, unit in _in_charge(theatre):
            assign(
                conn, theatre.units[unit], theatre.person_id(leader), since=date(YEAR, 1, 10),
                actor=office, at=on("scheme_issued", 16),
            )  # fmt: skip


def _in_charge(theatre: Theatre) -> Iterator[tuple[str, str]]:
    counties = 0
    for place in theatre.city.bodies:
        if place.kind == "county":
            yield COUNTIES[counties % len(COUNTIES)], place.code
            counties += 1
        else:
            yield CHIEF_COMMENT[place.unit_class], place.code


def opinions(theatre: Theatre) -> None:
    """Each leader rates the bodies and cadres of his units, signed."""
    day = next(t.day for t in TURNS if t.kind == "named_opinions")
    leaders = dict.fromkeys(leader for leader, _ in _in_charge(theatre))
    for leader in theatre.bars.over(list(leaders), "分管领导具名评价"):
        actor = theatre.actor(leader)
        with theatre.writing() as conn:
            mine = cases_in_charge(conn, actor, theatre.cycle_id)
            marks = {row.case.id: _mark(theatre.city.seed, row.case) for row in mine}
            give_opinions(conn, theatre.cycle_id, marks, actor=actor, at=at(day, 10))


def _mark(seed: int, case: Any) -> str:
    if Draw(seed, "named", case.ref).chance(ABOVE_AVERAGE):
        return Grade.EXCELLENT.value
    return (Grade.GOOD if case.kind == CaseKind.BODY else Grade.COMPETENT).value
