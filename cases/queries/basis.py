"""依据与期限: the rule rows and the windows that hold in a year, and the years one may ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, Scheme, SchemeVersion
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.rules.in_force import InForceSection, in_force
from cases.scoring.rules.listed import fact_key
from workflow.timetable import TIMETABLE, deadline_of_state
from workflow.vocabulary import CycleState, Stage, State


@dataclass(frozen=True, slots=True)
class Window:
    """The window of a stage; ``extended`` is its last day where it was moved after opening."""

    stage: Stage
    opens: date | None
    due: date | None
    extended: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What holds in a year; without one, what holds where no scheme says otherwise."""

    sections: tuple[InForceSection, ...]
    windows: tuple[Window, ...]
    scheme_title: str
    scheme_number: int | None


_YEARS = (
    sa.select(Cycle.id, Cycle.ref, Cycle.title, Cycle.timetable, SchemeVersion.number)
    .add_columns(Scheme.title.label("scheme_title"))
    .join(SchemeVersion, SchemeVersion.id == Cycle.scheme_version_id)
    .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
    .where(Cycle.state != CycleState.PREPARING.value)
    .order_by(Cycle.year.desc(), Cycle.id.desc())
    .limit(20)
)


def years(conn: sa.Connection) -> list[Any]:
    """Years whose scheme is locked, the newest first: what holds in them is no draft."""
    return list(conn.execute(_YEARS))


def basis_of(conn: sa.Connection, year: Any) -> Basis:
    """Rules and windows of a row of :func:`years`, or of none."""
    if year is None:
        return Basis(in_force(None), (), "", None)
    return Basis(
        sections=in_force(scheme_of_cycle(conn, year.id)),
        windows=tuple(_windows(year.timetable)),
        scheme_title=year.scheme_title,
        scheme_number=year.number,
    )


def _windows(timetable: Mapping[str, Any]) -> Iterator[Window]:
    for stage in Stage:
        row = timetable.get(stage.value)
        if isinstance(row, Mapping):
            yield Window(
                stage,
                _day(row.get("opens")),
                _day(row.get("due")),
                _day(row.get("extended")),
                str(row.get("reason") or ""),
            )


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def place_of_state(state: State) -> str:
    """Where the page tells what a case in this state is due by: a rule's row or a stage's window.

    Empty where the state has no deadline.
    """
    deadline = deadline_of_state(state)
    if deadline is None:
        return ""
    if deadline.rule:
        return fact_key(deadline.rule)
    anchored = [stage for stage, anchor in TIMETABLE if anchor is deadline.anchor]
    return f"window-{anchored[0].value}" if anchored else ""
