"""Who is told: the people behind roles, within the same walls that pages keep.

A grant reaches a matter as in ``workflow.permissions`` (organ with optional unit and class, or
unit);
nobody is told about his own case, his own body or his kin except the subject himself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import Account, Assignment, CaseAssignment, Person, Post, Relation, RoleGrant
from cases.queries.matters import Matter
from workflow.vocabulary import PostRank, Role
from workflow.vocabulary import Relation as RelationWord
from workflow.work import STAND_INS

_CHUNK = 900
Asked = tuple[Matter, tuple[Role, ...]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A person to be told, with the account that reads it."""

    person_id: int
    account_id: int | None
    locale: str
    mail: str | None


@dataclass(slots=True)
class _Directory:
    """Everything needed to answer a whole batch, read by a fixed number of queries."""

    by_organ: dict[tuple[Role, int], list[Any]]
    by_unit: dict[tuple[Role, int], list[Any]]
    assigned: dict[tuple[int, Role], set[int]]
    readers: dict[int, Reader]
    kin: dict[int, set[int]]
    members: dict[int, set[int]]


def readers_of(conn: sa.Connection, asked: Sequence[Asked]) -> list[tuple[Reader, ...]]:
    """For each matter with its roles: the people told, each once, by person id."""
    directory = _directory(conn, asked)
    return [_readers(directory, matter, roles) for matter, roles in asked]


def _readers(d: _Directory, matter: Matter, roles: tuple[Role, ...]) -> tuple[Reader, ...]:
    told: set[int] = set()
    for role in roles:
        people = _people(d, matter, role)
        if role is not Role.SUBJECT:
            people -= _walled(d, matter)
        told |= people
    return tuple(d.readers[p] for p in sorted(told) if p in d.readers)


def _people(d: _Directory, matter: Matter, role: Role) -> set[int]:
    named = set(matter.people.get(role, ()))
    if matter.case_id is not None:
        named |= d.assigned.get((matter.case_id, role), set())
    if role is Role.SUBJECT:
        return named or {g.person_id for g in d.by_unit.get((Role.UNIT_HEAD, _unit(matter)), ())}
    units = matter.units.get(role, (_unit(matter),))
    grants = [g for unit in units for g in d.by_unit.get((role, unit), ())]
    grants += [
        g
        for g in d.by_organ.get((role, matter.organ_id), ())
        if g.unit_id is None or g.unit_id in units
    ]
    named |= {g.person_id for g in grants if g.class_code in (None, matter.class_code)}
    stand_in = STAND_INS.get(role)
    return named if named or stand_in is None else _people(d, matter, stand_in)


def _unit(matter: Matter) -> int:
    return matter.unit_id if matter.unit_id is not None else -1


def _walled(d: _Directory, matter: Matter) -> set[int]:
    """People who may not act on the matter and so are not told of it."""
    if matter.person_id is not None:
        return {matter.person_id} | d.kin.get(matter.person_id, set())
    if matter.body_unit_id is not None:
        heads = {g.person_id for g in d.by_unit.get((Role.UNIT_HEAD, matter.body_unit_id), ())}
        return d.members.get(matter.body_unit_id, set()) - heads
    return set()


def _directory(conn: sa.Connection, asked: Sequence[Asked]) -> _Directory:
    roles = {role for _, wanted in asked for role in wanted} | {Role.UNIT_HEAD}
    roles |= {STAND_INS[role] for role in roles if role in STAND_INS}
    by_organ: dict[tuple[Role, int], list[Any]] = defaultdict(list)
    by_unit: dict[tuple[Role, int], list[Any]] = defaultdict(list)
    for g in _grants(conn, asked, roles):
        if g.organ_id is not None:
            by_organ[Role(g.role), g.organ_id].append(g)
        else:
            by_unit[Role(g.role), g.unit_id].append(g)
    assigned = _assigned(conn, asked, roles)
    people = {g.person_id for rows in (*by_organ.values(), *by_unit.values()) for g in rows}
    people |= {p for found in assigned.values() for p in found}
    people |= {p for matter, _ in asked for found in matter.people.values() for p in found}
    bodies = {matter.body_unit_id for matter, _ in asked if matter.body_unit_id is not None}
    subjects = {matter.person_id for matter, _ in asked if matter.person_id is not None}
    return _Directory(
        by_organ,
        by_unit,
        assigned,
        _accounts(conn, people),
        _kin(conn, subjects),
        _members(conn, bodies),
    )


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    listed = sorted(ids)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _grants(conn: sa.Connection, asked: Sequence[Asked], roles: set[Role]) -> list[Any]:
    organs = {matter.organ_id for matter, _ in asked}
    units = {_unit(matter) for matter, _ in asked}
    units |= {u for matter, _ in asked for listed in matter.units.values() for u in listed}
    query = (
        sa.select(
            RoleGrant.role, RoleGrant.organ_id, RoleGrant.unit_id, RoleGrant.class_code,
            Account.person_id,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role.in_([r.value for r in roles]),
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            Account.active,
            Account.person_id.is_not(None),
        )
    )  # fmt: skip
    found = [row for ids in _chunks(organs) for row in conn.execute(
        query.where(RoleGrant.organ_id.in_(ids)))]  # fmt: skip
    for ids in _chunks(units):
        anchored = sa.and_(RoleGrant.unit_id.in_(ids), RoleGrant.organ_id.is_(None))
        found += conn.execute(query.where(anchored)).all()
    return found


def _assigned(
    conn: sa.Connection, asked: Sequence[Asked], roles: set[Role]
) -> dict[tuple[int, Role], set[int]]:
    found: dict[tuple[int, Role], set[int]] = defaultdict(set)
    cases = {matter.case_id for matter, _ in asked if matter.case_id is not None}
    for ids in _chunks(cases):
        rows = conn.execute(
            sa.select(CaseAssignment.case_id, CaseAssignment.role, CaseAssignment.person_id).where(
                CaseAssignment.case_id.in_(ids), CaseAssignment.role.in_([r.value for r in roles])
            )
        )
        for case_id, role, person in rows:
            found[case_id, Role(role)].add(person)
    return found


def _accounts(conn: sa.Connection, people: set[int]) -> dict[int, Reader]:
    """Person -> reader; a person without an account still has an inbox for later."""
    found: dict[int, Reader] = {}
    for ids in _chunks(people):
        rows = conn.execute(
            sa.select(Person.id, Account.id.label("account_id"), Account.locale, Account.mail)
            .outerjoin(Account, sa.and_(Account.person_id == Person.id, Account.active))
            .where(Person.id.in_(ids))
            .order_by(Account.id.desc())
        )
        for r in rows:  # the oldest account comes last and stays
            found[r.id] = Reader(r.id, r.account_id, r.locale or "zh_Hans_CN", r.mail or None)
    return found


def _kin(conn: sa.Connection, subjects: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ids in _chunks(subjects):
        rows = conn.execute(
            sa.select(Relation.person_id, Relation.other_id).where(
                Relation.kind == RelationWord.KIN.value,
                sa.or_(Relation.person_id.in_(ids), Relation.other_id.in_(ids)),
            )
        )
        for a, b in rows:
            found[a].add(b)
            found[b].add(a)
    return found


def _members(conn: sa.Connection, bodies: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ids in _chunks(bodies):
        rows = conn.execute(
            sa.select(Post.unit_id, Assignment.person_id)
            .join(Assignment, Assignment.post_id == Post.id)
            .where(
                Post.unit_id.in_(ids),
                Post.rank != PostRank.OTHER.value,
            )
        )
        for unit, person in rows:
            found[unit].add(person)
    return found
