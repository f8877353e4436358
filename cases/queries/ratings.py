"""Negative ratings: the office's list, a unit's own, one of them, how many were fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Cycle, NegativeRating, Person, Unit
from cases.queries.things import resource_of_thing, row_of
from cases.scoring.ballots import Rate
from cases.scoring.surveys import fixed_share
from workflow.permissions import Actor, permits, scopes
from workflow.timetable import Calendar, working_days_between
from workflow.vocabulary import NegativeRatingState, Permission, Thing

OPEN = (
    NegativeRatingState.FIXING,
    NegativeRatingState.CALLING_BACK,
    NegativeRatingState.ANSWERED,
)
_FIXER = sa.orm.aliased(Person)
_CALLER = sa.orm.aliased(Person)
_CHECKER = sa.orm.aliased(Person)


@dataclass(frozen=True, slots=True)
class RatingView:
    """One rating with its unit and those who acted."""

    row: Any

    @property
    def state(self) -> NegativeRatingState:
        return NegativeRatingState(self.row.state)

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN

    def late(self, calendar: Calendar) -> Late:
        """By how many working days fix and call-back were late, each by the day that held then."""
        r = self.row
        return Late(
            _over(r.fix_due_on, r.fixed_on, calendar), _over(r.call_due_on, r.called_on, calendar)
        )


@dataclass(frozen=True, slots=True)
class Late:
    """Working days past the due day, 0 when in time or not done yet."""

    fix: int
    call: int

    def __bool__(self) -> bool:
        return bool(self.fix or self.call)


def _over(due: date | None, done: date | None, calendar: Calendar) -> int:
    if due is None or done is None:
        return 0
    return max(0, working_days_between(due, done, calendar))


def _query() -> Any:
    return (
        sa.select(
            NegativeRating,
            Unit.name.label("unit"),
            _FIXER.name.label("fixer"),
            _CALLER.name.label("caller"),
            _CHECKER.name.label("checker"),
        )
        .join(Unit, Unit.id == NegativeRating.unit_id)
        .join(Cycle, Cycle.id == NegativeRating.cycle_id)
        .outerjoin(_FIXER, _FIXER.id == NegativeRating.fixed_by)
        .outerjoin(_CALLER, _CALLER.id == NegativeRating.called_by)
        .outerjoin(_CHECKER, _CHECKER.id == NegativeRating.confirmed_by)
    )


def _ordered(query: Any) -> Any:
    done = sa.case((NegativeRating.state.in_(OPEN), 0), else_=1)
    return query.order_by(
        done, NegativeRating.due_on.is_(None), NegativeRating.due_on, NegativeRating.id
    )


def ratings(conn: sa.Connection, actor: Actor, cycle_id: int) -> list[RatingView]:
    """All of a cycle within the office's reach, what is due first."""
    organs = {s.organ_id for s in scopes(actor, Permission.SURVEY_MANAGE) if s.organ_id is not None}
    query = _query().where(NegativeRating.cycle_id == cycle_id, Cycle.managing_organ_id.in_(organs))
    return [RatingView(row) for row in conn.execute(_ordered(query))]


def own_ratings(conn: sa.Connection, actor: Actor) -> list[RatingView]:
    """Those of the units the actor answers for."""
    units = {s.unit_id for s in scopes(actor, Permission.RATING_HANDLE) if s.unit_id is not None}
    query = _query().where(NegativeRating.unit_id.in_(units))
    return [RatingView(row) for row in conn.execute(_ordered(query))]


def settled_share(found: list[RatingView]) -> Rate:
    """整改率: settled over all that count; excluded ones don't."""
    counted = [one for one in found if one.state is not NegativeRatingState.EXCLUDED]
    done = sum(one.state is NegativeRatingState.CONFIRMED for one in counted)
    return fixed_share(done, len(counted))


def load_rating(
    conn: sa.Connection, actor: Actor, permission: Permission, rating_id: int, **more: Any
) -> RatingView:
    """One rating the actor may use the permission on. Raises NotVisible."""
    row = row_of(conn, Thing.NEGATIVE_RATING, rating_id)
    if not permits(actor, permission, resource_of_thing(conn, Thing.NEGATIVE_RATING, row)):
        raise NotVisible(f"rating:{rating_id}")
    return RatingView(conn.execute(_query().where(NegativeRating.id == rating_id)).one())


def any_rating(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether the units the actor answers for have a rating at all."""
    units = {s.unit_id for s in scopes(actor, Permission.RATING_HANDLE) if s.unit_id is not None}
    return sa.select(NegativeRating.id).where(NegativeRating.unit_id.in_(units)).exists()


def numbers(conn: sa.Connection, cycle_id: int) -> frozenset[str]:
    """Numbers of the ratings recorded in a cycle."""
    query = sa.select(NegativeRating.number).where(NegativeRating.cycle_id == cycle_id)
    return frozenset(conn.execute(query).scalars())
