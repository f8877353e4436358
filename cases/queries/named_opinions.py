"""Whom a leader is in charge of in a cycle, and the opinions he has given by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Cycle, NamedOpinion, Person, Portfolio
from cases.queries.meeting_plan import RATED
from cases.queries.relations import ties_of
from cases.queries.visibility import closed_to
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission, State

OPEN_STATES = frozenset(
    {
        State.SCOPED,
        State.DRAFTING,
        State.SUBMITTED,
        State.RETURNED,
        State.COLLECTING,
        State.EVALUATING,
        State.SYNTHESISING,
    }
)
"""Until the grade is proposed an opinion may be given and changed."""


@dataclass(frozen=True, slots=True)
class InCharge:
    """A case of a unit in the leader's portfolio, with what he said of it so far."""

    case: Any
    option: str | None
    given_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether he may still give or change it."""
        return self.case.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed opinion on a case: who said what, and when."""

    case_id: int
    person: str
    electorate: str
    option: str
    given_at: datetime


def _in_charge(person_id: int, year: int) -> sa.Select[Any]:
    """Units of which the person was in charge in the year, however short a part of it."""
    return sa.select(Portfolio.unit_id).where(
        Portfolio.person_id == person_id,
        Portfolio.since <= date(year, 12, 31),
        sa.or_(Portfolio.until.is_(None), Portfolio.until >= date(year, 1, 1)),
    )


def cases_in_charge(conn: sa.Connection, actor: Actor, cycle_id: int) -> list[InCharge]:
    """The rated cases of the units in the actor's portfolio, in official order; none of his own,
    of his kin or of those above him."""
    if actor.person_id is None or not scopes(actor, Permission.NAMED_OPINION):
        return []
    year = conn.execute(sa.select(Cycle.year).where(Cycle.id == cycle_id)).scalar_one()
    closed = closed_to(ties_of(conn, actor.person_id), Permission.NAMED_OPINION)
    rows = conn.execute(
        sa.select(Case, NamedOpinion.option, NamedOpinion.given_at)
        .outerjoin(
            NamedOpinion,
            sa.and_(NamedOpinion.case_id == Case.id, NamedOpinion.person_id == actor.person_id),
        )
        .where(
            Case.cycle_id == cycle_id,
            Case.track.in_(RATED),
            Case.state != State.NOT_ASSESSED,
            Case.unit_id.in_(_in_charge(actor.person_id, year)),
            *(sa.not_(c) for c in closed),
        )
        .order_by(Case.sort_key, Case.id)
    )
    return [InCharge(row, row.option, row.given_at) for row in rows]


def signed_on(conn: sa.Connection, case_ids: Collection[int]) -> list[Signed]:
    """Signed opinions on these cases, oldest first. For office and deciders only."""
    rows = conn.execute(
        sa.select(
            NamedOpinion.case_id, Person.name, NamedOpinion.electorate, NamedOpinion.option,
            NamedOpinion.given_at,
        )
        .join(Person, Person.id == NamedOpinion.person_id)
        .where(NamedOpinion.case_id.in_(case_ids))
        .order_by(NamedOpinion.case_id, NamedOpinion.id)
    )  # fmt: skip
    return [Signed(*row) for row in rows]


def any_in_charge(actor: Actor) -> bool | sa.ColumnElement[bool]:
    """Whether units are in the actor's charge at all."""
    if actor.person_id is None:
        return False
    return sa.select(Portfolio.id).where(Portfolio.person_id == actor.person_id).exists()
