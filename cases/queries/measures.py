"""Measures of results: the board of the office, the list of a responsible organ, one measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Case, Measure, Person, Unit
from cases.queries.kept import built
from cases.queries.things import resource_of_thing, row_of
from cases.queries.visibility import visible
from workflow.permissions import Actor, Resource, permits, scopes
from workflow.vocabulary import MeasureChannel, MeasureState, Permission, Thing

PAGE = 50
OPEN = (MeasureState.PROPOSED, MeasureState.ASSIGNED, MeasureState.REPORTED_DONE)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the board shows; ``None`` leaves a question open. ``late``: only overdue open ones."""

    channel: MeasureChannel | None = None
    state: MeasureState | None = None
    unit_id: int | None = None
    mandatory: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure with whom it is about and who carries it out."""

    row: Any

    @property
    def state(self) -> MeasureState:
        return MeasureState(self.row.state)

    @property
    def channel(self) -> MeasureChannel:
        return MeasureChannel(self.row.channel)

    def is_late(self, on: date) -> bool:
        """Open and past its day."""
        return self.row.due_on is not None and self.row.due_on < on and self.state in OPEN


@dataclass(frozen=True, slots=True)
class Board:
    """A page of measures in official order, and where the next page begins."""

    rows: tuple[MeasureView, ...]
    total: int
    next_after: str | None


_OWNER = sa.orm.aliased(Unit)
_REPORTER = sa.orm.aliased(Person)
_CHECKER = sa.orm.aliased(Person)


def _query() -> sa.Select[Any]:
    query = (
        sa.select(
            Measure,
            Case.ref,
            Case.kind.label("case_kind"),
            Case.subject_name,
            Case.subject_post,
            Case.unit_name,
            Case.sort_key,
            _OWNER.name.label("owner_name"),
            _REPORTER.name.label("reporter_name"),
            _CHECKER.name.label("checker_name"),
        )
        .join(Case, Case.id == Measure.case_id)
        .outerjoin(_OWNER, _OWNER.id == Measure.owner_unit_id)
        .outerjoin(_REPORTER, _REPORTER.id == Measure.reported_by)
        .outerjoin(_CHECKER, _CHECKER.id == Measure.confirmed_by)
    )
    return cast("sa.Select[Any]", query)


def _conditions(only: Filter, on: date) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if only.channel is not None:
        found.append(Measure.channel == only.channel)
    if only.state is not None:
        found.append(Measure.state == only.state)
    if only.unit_id is not None:
        found.append(Case.unit_id == only.unit_id)
    if only.mandatory:
        found.append(Measure.mandatory.is_(True))
    if only.late:
        found += [Measure.due_on < on, Measure.state.in_(OPEN)]
    return found


def board(
    conn: sa.Connection, actor: Actor, only: Filter, on: date, *, after: str = "", most: int = PAGE
) -> Board:
    """The office's board; ``after`` is ``next_after`` of the page before."""
    conditions = [visible(conn, actor, Permission.MEASURE_ASSIGN), *_conditions(only, on)]
    total = conn.execute(
        sa.select(sa.func.count())
        .select_from(Measure)
        .join(Case, Case.id == Measure.case_id)
        .where(*conditions)
    ).scalar_one()
    return _page(conn, conditions, total, after, most)


def _page(
    conn: sa.Connection,
    conditions: Sequence[sa.ColumnElement[bool]],
    total: int,
    after: str,
    most: int,
) -> Board:
    query = _query().where(*conditions).order_by(Case.sort_key, Case.id, Measure.id)
    parts = after.split(".")
    if len(parts) == 3 and all(p.isdigit() and p.isascii() and len(p) < 16 for p in parts):
        place = sa.tuple_(Case.sort_key, Case.id, Measure.id)
        query = query.where(place > sa.tuple_(*(sa.literal(int(p)) for p in parts)))
    rows = conn.execute(query.limit(most + 1)).all()
    last = rows[most - 1] if len(rows) > most else None
    more = None if last is None else f"{last.sort_key}.{last.case_id}.{last.id}"
    return Board(tuple(MeasureView(row) for row in rows[:most]), total, more)


def own_list(conn: sa.Connection, actor: Actor, *, after: str = "", most: int = PAGE) -> Board:
    """Measures assigned to the units the actor answers for, open ones first by their day."""
    units = {s.unit_id for s in scopes(actor, Permission.MEASURE_REPORT) if s.unit_id is not None}
    mine = [
        Measure.owner_unit_id.in_(units),
        Measure.state.not_in([MeasureState.PROPOSED, MeasureState.WAIVED]),
    ]
    total = conn.execute(sa.select(sa.func.count()).select_from(Measure).where(*mine)).scalar_one()
    return _page(conn, mine, total, after, most)


def units_with_measures(conn: sa.Connection, actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of units whose cases have measures, in official order."""
    rows = conn.execute(
        sa.select(Unit.id, Unit.name)
        .where(
            Unit.id.in_(
                sa.select(Case.unit_id)
                .join(Measure, Measure.case_id == Case.id)
                .where(visible(conn, actor, Permission.MEASURE_ASSIGN))
            )
        )
        .order_by(Unit.sort_no, Unit.id)
    )
    return [(i, name) for i, name in rows]


def load_measure(
    conn: sa.Connection, actor: Actor, permission: Permission, measure_id: int
) -> MeasureView:
    """One measure the actor may use the permission on. Raises NotVisible."""
    row = row_of(conn, Thing.MEASURE, measure_id)
    if not permits(actor, permission, resource_of_thing(conn, Thing.MEASURE, row)):
        raise NotVisible(str(measure_id))
    return MeasureView(conn.execute(_query().where(Measure.id == measure_id)).one())


def _of_case() -> Any:
    mine = Measure.case_id == sa.bindparam("case", type_=sa.BigInteger)
    return _query().where(mine).order_by(Measure.id)


def of_case(conn: sa.Connection, case_id: int) -> list[MeasureView]:
    """All measures of a case."""
    rows = conn.execute(built("measures of a case", _of_case), {"case": case_id})
    return [MeasureView(row) for row in rows]


def resource_of_measure(conn: sa.Connection, one: MeasureView) -> Resource:
    """Whom a measure belongs to, for ``permits``."""
    return resource_of_thing(conn, Thing.MEASURE, one.row)
