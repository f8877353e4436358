"""Who is in charge of which unit, from when to when: what named opinions and group A stand on.

Kept by the office that keeps the roster, for the units its own organ manages. What has not begun or
ended yet is recorded on its day, so that an open period always means: in charge now.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.errors import Invalid, NotVisible, Refused
from cases.journal import note
from cases.journal.portfolios import ASSIGNING, ENDING, SUBJECT, WITHDRAWING
from cases.models import Person, Portfolio, Unit
from cases.queries.portfolios import kept_by, opinions_given, portfolio
from cases.queries.relations import ties_of
from workflow.permissions import Actor, holds_anywhere
from workflow.vocabulary import Permission
from workflow.words import Sentence, m

RIGHT = Permission.ROSTER_IMPORT


def assign(
    conn: sa.Connection,
    unit_id: int,
    person_id: int,
    *,
    since: date,
    until: date | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Put a unit into a leader's charge; returns the id of the new period.

    Raises Refused without the right, NotVisible for a unit of another organ, Invalid (``unit``,
    ``leader``, ``since``, ``until``) for a unit or person no longer there, a member of the unit
    himself, days that can't be, and a period over one the same person has there already.
    """
    _demand(actor)
    unit = conn.execute(
        sa.select(Unit.id, Unit.name, Unit.active)
        .where(Unit.id == unit_id, kept_by(actor))
        .with_for_update()  # two at once would both find no period there
    ).first()
    if unit is None:
        raise NotVisible(f"unit:{unit_id}")
    person = conn.execute(
        sa.select(Person.id, Person.name, Person.retired_on).where(Person.id == person_id)
    ).first()
    faults = days_wrong(since, until, at)
    if not unit.active:
        faults["unit"] = m("“%(unit)s”已经撤销", unit=unit.name)
    if person is None:
        faults["leader"] = m("名册中没有此人,请核对姓名和单位")
    else:
        faults |= _unfit(conn, unit, person, until or date_of(at))
    if not faults and _overlaps(conn, unit_id, person_id, since, until):
        faults["since"] = m(
            "%(name)s在这段时间已经分管这个单位", name=person.name if person else ""
        )
    if faults:
        raise Invalid(faults)
    made = conn.execute(
        sa.insert(Portfolio)
        .values(unit_id=unit_id, person_id=person_id, since=since, until=until)
        .returning(Portfolio.id)
    ).scalar_one()
    told = {"unit": unit_id, "person": person_id, "since": str(since), "until": _told(until)}
    note(conn, SUBJECT, made, ASSIGNING, told, actor, at)
    return int(made)


def end(conn: sa.Connection, portfolio_id: int, *, until: date, actor: Actor, at: datetime) -> None:
    """Say until when a leader was in charge.

    Raises Refused without the right or where it ended before, NotVisible for a unit of another
    organ, Invalid (``until``) for a day before the first or after today.
    """
    row = _open(conn, portfolio_id, actor)
    if row.until is not None:
        raise Refused([m("分管已经结束,没有再改")])
    faults = days_wrong(row.since, until, at)
    faults.pop("since", None)
    if faults:
        raise Invalid(faults)
    done = conn.execute(
        sa.update(Portfolio)
        .where(Portfolio.id == portfolio_id, Portfolio.until.is_(None))
        .values(until=until)
    )
    if not done.rowcount:
        raise Refused([m("分管已经结束,没有再改")])
    told = {"unit": row.unit_id, "person": row.person_id, "until": str(until)}
    note(conn, SUBJECT, portfolio_id, ENDING, told, actor, at)


def withdraw(conn: sa.Connection, portfolio_id: int, *, actor: Actor, at: datetime) -> None:
    """Take back a period entered by mistake; the journal keeps what it said.

    Raises Refused without the right or once the leader gave an opinion on the unit, NotVisible for
    a unit of another organ.
    """
    row = _open(conn, portfolio_id, actor)
    if opinions_given(conn, row.unit_id, row.person_id):
        raise Refused([m("已经作过具名评价的分管不能撤销,只能登记结束日期")])
    conn.execute(sa.delete(Portfolio).where(Portfolio.id == portfolio_id))
    told = {
        "unit": row.unit_id, "person": row.person_id, "since": str(row.since),
        "until": _told(row.until),
    }  # fmt: skip
    note(conn, SUBJECT, portfolio_id, WITHDRAWING, told, actor, at)


def _demand(actor: Actor) -> None:
    if not holds_anywhere(actor, RIGHT):
        raise Refused([m("没有办理这一步的权限")])


def _open(conn: sa.Connection, portfolio_id: int, actor: Actor) -> Any:
    _demand(actor)
    return portfolio(conn, actor, RIGHT, portfolio_id)


def _told(day: date | None) -> str | None:
    return None if day is None else str(day)


def days_wrong(since: date, until: date | None, at: datetime) -> dict[str, Sentence]:
    """What is wrong with the days of a period."""
    found: dict[str, Sentence] = {}
    today = date_of(at)
    if since > today:
        found["since"] = m("开始日期在今天之后,到那一天再登记")
    if until is not None and until > today:
        found["until"] = m("结束日期在今天之后,到那一天再登记")
    elif until is not None and until < since:
        found["until"] = m("结束日期在开始日期之前")
    return found


def _unfit(conn: sa.Connection, unit: Any, person: Any, last: date) -> dict[str, Sentence]:
    """Why this person can't be in charge of the unit until that day."""
    if person.retired_on is not None and person.retired_on < last:
        return {"leader": m("%(name)s已经退休", name=person.name)}
    if unit.id in ties_of(conn, person.id).units:
        # He rates there with a card, and named opinions would ask him about his own colleagues.
        return {"leader": m("%(name)s是这个单位的人,不能分管本单位", name=person.name)}
    return {}


def _overlaps(
    conn: sa.Connection, unit_id: int, person_id: int, since: date, until: date | None
) -> bool:
    there = sa.select(Portfolio.id).where(
        Portfolio.unit_id == unit_id,
        Portfolio.person_id == person_id,
        sa.or_(Portfolio.until.is_(None), Portfolio.until >= since),
    )
    if until is not None:
        there = there.where(Portfolio.since <= until)
    return conn.execute(there.limit(1)).first() is not None
