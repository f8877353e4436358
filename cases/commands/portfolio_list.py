"""A list of leaders in charge: what each row would do, and taking the whole list over.

A row begins a charge, ends one that stands, or says what is there already; anything else is a fault
at its place, and a list with a fault is not taken at all. Nothing is taken back by a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.clock import date_of
from cases.commands.portfolios import assign, days_wrong, end
from cases.errors import Invalid, Refused
from cases.files.portfolio_sheet import PortfolioRow
from cases.models import Assignment, Person, Portfolio, Post, Unit
from cases.names import normal_form
from cases.queries.portfolios import kept_by
from workflow.permissions import Actor
from workflow.words import Sentence, m

MOST = 5_000
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class PlannedCharge:
    """What a row would do: ``begin``, ``end``, nothing (``same``), or why it can't be taken."""

    row: PortfolioRow
    does: Literal["begin", "end", "same", "fault"]
    fault: Sentence | None = None
    unit_id: int = 0
    person_id: int = 0
    portfolio_id: int = 0


@dataclass(slots=True)
class _House:
    """The roster as the plan reads it, by a fixed number of queries."""

    units: dict[str, list[Any]]
    people: dict[str, list[Any]]
    works: dict[int, set[int]]
    charges: dict[tuple[int, int], list[tuple[int, date, date | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def plan(
    conn: sa.Connection, rows: Sequence[PortfolioRow], *, actor: Actor, at: datetime
) -> list[PlannedCharge]:
    """The dry run, row by row in the list's order. Raises Refused for too long a list."""
    if len(rows) > MOST:
        raise Refused([m("一次最多 %(n)s 行,请分开导入", n=MOST)])
    house = _house(conn, rows, actor)
    planned = []
    for row in rows:
        one = _planned(house, row, at)
        if one.does == "begin" and row.since is not None:
            house.charges[one.unit_id, one.person_id].append((0, row.since, row.until))
        planned.append(one)
    return planned


def take(
    conn: sa.Connection, planned: Sequence[PlannedCharge], *, actor: Actor, at: datetime
) -> int:
    """Carry the whole list out; returns how many charges began or ended. Raises Refused."""
    faults = [one.fault for one in planned if one.fault is not None]
    if faults:
        raise Refused(faults)
    done = 0
    for one in planned:
        row = one.row
        try:
            if one.does == "begin" and row.since is not None:
                assign(
                    conn, one.unit_id, one.person_id, since=row.since, until=row.until,
                    actor=actor, at=at,
                )  # fmt: skip
                done += 1
            elif one.does == "end" and row.until is not None:
                end(conn, one.portfolio_id, until=row.until, actor=actor, at=at)
                done += 1
        except Invalid as e:  # the roster moved between the dry run and now
            raise Refused(list(e.errors.values())) from e
    return done


def _house(conn: sa.Connection, rows: Sequence[PortfolioRow], actor: Actor) -> _House:
    units: dict[str, list[Any]] = defaultdict(list)
    for unit in conn.execute(
        sa.select(Unit.id, Unit.name, Unit.name_key, Unit.active).where(kept_by(actor))
    ):
        units[unit.name_key].append(unit)
    people: dict[str, list[Any]] = defaultdict(list)
    home = aliased(Unit)
    for keys in _chunks(normal_form(row.leader) for row in rows):
        for person in conn.execute(
            sa.select(
                Person.id, Person.name, Person.name_key, Person.retired_on, Person.unit_id,
                home.name_key.label("home"),
            )
            .outerjoin(home, home.id == Person.unit_id)
            .where(Person.name_key.in_(keys))
        ):  # fmt: skip
            people[person.name_key].append(person)
    ids = [person.id for found in people.values() for person in found]
    works: dict[int, set[int]] = defaultdict(set)
    house = _House(units, people, works)
    for some in _chunks(ids):
        for person_id, unit_id in conn.execute(
            sa.select(Assignment.person_id, Post.unit_id)
            .join(Post, Post.id == Assignment.post_id)
            .where(Assignment.person_id.in_(some))
        ):
            works[person_id].add(unit_id)
        for p in conn.execute(sa.select(Portfolio).where(Portfolio.person_id.in_(some))):
            house.charges[p.unit_id, p.person_id].append((p.id, p.since, p.until))
    return house


def _chunks(keys: Iterable[Any]) -> Iterable[list[Any]]:
    listed = sorted(set(keys))
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _planned(house: _House, row: PortfolioRow, at: datetime) -> PlannedCharge:
    def fault(sentence: Sentence) -> PlannedCharge:
        return PlannedCharge(row, "fault", sentence)

    if row.problems or row.since is None:
        return fault(row.problems[0].sentence if row.problems else m("没有填写"))
    units = house.units.get(normal_form(row.unit), [])
    if len(units) != 1:
        return fault(m("本机关管理的单位里没有“%(unit)s”,或者有几个", unit=row.unit))
    found = house.people.get(normal_form(row.leader), [])
    if row.home:
        found = [person for person in found if person.home == normal_form(row.home)]
    if not found:
        return fault(m("名册中没有此人,请核对姓名和单位"))
    if len(found) > 1:
        return fault(m("有多人同名,请写明领导所在单位"))
    return _for(house, row, units[0], found[0], at)


def _for(house: _House, row: PortfolioRow, unit: Any, person: Any, at: datetime) -> PlannedCharge:
    """The row with its unit and person known."""
    since, until = row.since, row.until
    assert since is not None  # told before
    ids = {"unit_id": unit.id, "person_id": person.id}
    for number, first, last in house.charges.get((unit.id, person.id), []):
        if first == since and last == until:
            return PlannedCharge(row, "same", **ids)
        if first == since and last is None:
            wrong = days_wrong(since, until, at)
            if wrong:
                return PlannedCharge(row, "fault", next(iter(wrong.values())))
            return PlannedCharge(row, "end", portfolio_id=number, **ids)
    sentence = _wrong(house, row, unit, person, at)
    return PlannedCharge(row, "begin" if sentence is None else "fault", sentence, **ids)


def _wrong(
    house: _House, row: PortfolioRow, unit: Any, person: Any, at: datetime
) -> Sentence | None:
    """Why this charge can't begin; the command says the same when it is carried out."""
    since, until = row.since, row.until
    assert since is not None  # told before
    found = days_wrong(since, until, at)
    if found:
        return next(iter(found.values()))
    if not unit.active:
        return m("“%(unit)s”已经撤销", unit=unit.name)
    if person.retired_on is not None and person.retired_on < (until or date_of(at)):
        return m("%(name)s已经退休", name=person.name)
    if unit.id in house.works[person.id] | {person.unit_id}:
        return m("%(name)s是这个单位的人,不能分管本单位", name=person.name)
    for _, first, last in house.charges.get((unit.id, person.id), []):
        if (last is None or last >= since) and (until is None or first <= until):
            return m("%(name)s在这段时间已经分管这个单位", name=person.name)
    return None
