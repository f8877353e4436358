"""The ready accounts of a demonstration: some of every role, and those without whom a page of it
could not be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Account,
    IndicatorValue,
    Meeting,
    Person,
    Portfolio,
    RoleGrant,
    Survey,
    Unit,
)
from workflow.vocabulary import AdminKind, Role, SurveyState

PER_ROLE = 2
PLAIN = 8
"""How many people without any role (those assessed, leaders who comment) are offered."""


@dataclass(frozen=True, slots=True)
class ReadyAccount:
    """An account of the demonstration with what it is for."""

    id: int
    login: str
    display: str
    unit: str | None
    words: tuple[AdminKind | Role, ...]


def demonstration_accounts(conn: sa.Connection) -> list[ReadyAccount]:
    """The administrators, a few accounts of each role, a few people assessed; besides them whoever
    enters the result of a survey or verifies for other departments. Five queries."""
    rows = conn.execute(
        sa.select(
            Account.id,
            Account.login,
            Account.display,
            Account.admin_kind,
            Account.person_id,
            Person.name.label("person"),
            Unit.name.label("unit"),
        )
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Account.active)
        .order_by(Account.id)
    ).all()
    granted, entering = _granted(conn), _entering(conn)
    named = _named(conn)
    ready = [
        ReadyAccount(
            r.id,
            r.login,
            r.person or r.display,
            r.unit,
            (AdminKind(r.admin_kind),)
            if r.admin_kind
            else tuple(dict.fromkeys([*granted[r.id], *named[r.person_id]])),
        )
        for r in rows
    ]
    return chosen(ready, entering)


def _granted(conn: sa.Connection) -> dict[int, list[Role]]:
    found: dict[int, list[Role]] = defaultdict(list)
    for row in conn.execute(
        sa.select(RoleGrant.account_id, RoleGrant.role)
        .where(RoleGrant.approved_at.is_not(None), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    ):
        found[row.account_id].append(Role(row.role))
    return found


def _named(conn: sa.Connection) -> dict[int | None, list[Role]]:
    """What people are without a grant: tellers named for a meeting, leaders in charge of units."""
    found: dict[int | None, list[Role]] = defaultdict(list)
    for tellers in conn.execute(sa.select(Meeting.tellers).order_by(Meeting.id)).scalars():
        for role, person in (tellers or {}).items():
            found[int(person)].append(Role(role))
    for person in conn.execute(sa.select(Portfolio.person_id).distinct()).scalars():
        found[person].append(Role.SUPERVISING_LEADER)
    return found


def _entering(conn: sa.Connection) -> frozenset[int]:
    """Accounts of the departments that provide what a confirmed survey asked about, and of those
    that verify what others entered."""
    surveyed = sa.select(Survey.indicator).where(Survey.state == SurveyState.COUNTED)
    provides = sa.select(IndicatorValue.provider_unit_id).where(
        IndicatorValue.indicator.in_(surveyed)
    )
    verifies = sa.select(IndicatorValue.verifier_unit_id).where(
        IndicatorValue.verifier_unit_id != IndicatorValue.provider_unit_id
    )
    worker = sa.or_(
        sa.and_(RoleGrant.role == Role.DATA_PROVIDER, RoleGrant.unit_id.in_(provides)),
        sa.and_(RoleGrant.role == Role.DATA_VERIFIER, RoleGrant.unit_id.in_(verifies)),
    )
    return frozenset(
        conn.execute(
            sa.select(RoleGrant.account_id).where(
                worker,
                RoleGrant.approved_at.is_not(None),
                RoleGrant.revoked_at.is_(None),
            )
        ).scalars()
    )


def chosen(ready: Sequence[ReadyAccount], entering: frozenset[int]) -> list[ReadyAccount]:
    """A few of each role in its order, all providers and verifiers in ``entering``, then plain
    people."""
    found: dict[int, ReadyAccount] = {}
    for role in (*AdminKind, *Role):
        some: list[Any] = [r for r in ready if role in r.words]
        for one in [*some[:PER_ROLE], *some[-1:]]:  # the last is of another kind of unit: a county
            found.setdefault(one.id, one)
        for one in some:
            if role in (Role.DATA_PROVIDER, Role.DATA_VERIFIER) and one.id in entering:
                found.setdefault(one.id, one)
    for one in [r for r in ready if not r.words][:PLAIN]:
        found.setdefault(one.id, one)
    return list(found.values())
