"""Who is in charge of which unit, as the office keeps it: the list, one period, units without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.errors import NotVisible
from cases.models import Assignment, Case, NamedOpinion, Person, Portfolio, Post, Unit
from cases.names import normal_form
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission, ScopeKind

PAGE = 100


@dataclass(frozen=True, slots=True)
class Charge:
    """One leader in charge of one unit for a time; ``until`` None: he still is."""

    id: int
    unit_id: int
    unit: str
    person_id: int
    leader: str
    post: str | None
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Leaders' open periods, and assessed units nobody is in charge of."""

    now: int
    without: int


def kept_by(actor: Actor, permission: Permission = Permission.ROSTER_IMPORT) -> Any:
    """The condition over ``units``: managed by an organ for which the actor holds the right."""
    mine = {s.organ_id for s in scopes(actor, permission) if s.kind is ScopeKind.ORGAN}
    return Unit.managing_organ_id.in_(mine - {None})


def units_kept(conn: sa.Connection, actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the units a leader can be put in charge of, in official order."""
    rows = conn.execute(
        sa.select(Unit.id, Unit.name)
        .where(kept_by(actor), Unit.active)
        .order_by(Unit.sort_no, Unit.id)
    )
    return [(unit, name) for unit, name in rows]


def _charges(actor: Actor, permission: Permission) -> Any:
    post = (
        sa.select(Post.title)
        .join(Assignment, Assignment.post_id == Post.id)
        .where(Assignment.person_id == Person.id)
        .order_by(Assignment.is_primary.desc(), Assignment.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return (
        sa.select(
            Portfolio.id, Portfolio.unit_id, Unit.name, Portfolio.person_id, Person.name, post,
            Portfolio.since, Portfolio.until,
        )
        .join(Unit, Unit.id == Portfolio.unit_id)
        .join(Person, Person.id == Portfolio.person_id)
        .where(kept_by(actor, permission))
    )  # fmt: skip


def charges(
    conn: sa.Connection, actor: Actor, *, find: str = "", ended: bool = False, start: int = 0
) -> list[Charge]:
    """Units with their leaders in official order, at most ``PAGE`` + 1 from ``start`` on."""
    query = _charges(actor, Permission.ROSTER_IMPORT)
    query = query.where(Portfolio.until.is_not(None) if ended else Portfolio.until.is_(None))
    piece = normal_form(find)
    if piece:
        keys = (Unit.name_key, Person.name_key)
        query = query.where(sa.or_(*(k.contains(piece, autoescape=True) for k in keys)))
    order = (Unit.sort_no, Unit.id, Person.order_key, Person.id, Portfolio.since, Portfolio.id)
    rows = conn.execute(query.order_by(*order).offset(start).limit(PAGE + 1))
    return [Charge(*row) for row in rows]


def charges_listed(
    conn: sa.Connection, actor: Actor
) -> list[tuple[str, str, str | None, date, date | None]]:
    """(unit, leader, the unit the leader is on the roster of, since, until) of every charge, the
    ended ones too, in official order."""
    home = aliased(Unit)
    rows = conn.execute(
        sa.select(Unit.name, Person.name, home.name, Portfolio.since, Portfolio.until)
        .join(Unit, Unit.id == Portfolio.unit_id)
        .join(Person, Person.id == Portfolio.person_id)
        .outerjoin(home, home.id == Person.unit_id)
        .where(kept_by(actor))
        .order_by(Unit.sort_no, Unit.id, Person.order_key, Person.id, Portfolio.since)
    )
    return [(unit, leader, at, since, until) for unit, leader, at, since, until in rows]


def portfolio(
    conn: sa.Connection, actor: Actor, permission: Permission, portfolio_id: int
) -> Charge:
    """One period of a unit in the actor's reach. Raises NotVisible."""
    query = _charges(actor, permission).where(Portfolio.id == portfolio_id)
    row = conn.execute(query).first()
    if row is None:
        raise NotVisible(f"portfolio:{portfolio_id}")
    return Charge(*row)


def _without(actor: Actor) -> Any:
    led = sa.select(Portfolio.unit_id).where(Portfolio.until.is_(None))
    return sa.and_(kept_by(actor), Unit.active, Unit.has_body, Unit.id.not_in(led))


def units_without(
    conn: sa.Connection, actor: Actor, *, find: str = "", start: int = 0
) -> list[tuple[int, str]]:
    """(id, name) of units with a body and nobody in charge, in official order, paged alike."""
    query = sa.select(Unit.id, Unit.name).where(_without(actor))
    piece = normal_form(find)
    if piece:
        query = query.where(Unit.name_key.contains(piece, autoescape=True))
    rows = conn.execute(query.order_by(Unit.sort_no, Unit.id).offset(start).limit(PAGE + 1))
    return [(unit, name) for unit, name in rows]


def counted(conn: sa.Connection, actor: Actor) -> Counts:
    """How much stands there and how much is missing."""
    now = (
        sa.select(sa.func.count())
        .select_from(Portfolio)
        .join(Unit, Unit.id == Portfolio.unit_id)
        .where(kept_by(actor), Portfolio.until.is_(None))
        .scalar_subquery()
    )
    without = sa.select(sa.func.count()).select_from(Unit).where(_without(actor)).scalar_subquery()
    return Counts(*conn.execute(sa.select(now, without)).one())


def opinions_given(conn: sa.Connection, unit_id: int, person_id: int) -> bool:
    """Whether the leader gave a named opinion on a case of the unit."""
    given = (
        sa.select(NamedOpinion.id)
        .join(Case, Case.id == NamedOpinion.case_id)
        .where(Case.unit_id == unit_id, NamedOpinion.person_id == person_id)
    )
    return conn.execute(given.limit(1)).first() is not None
