"""Accounts, who they are, what they were granted, and their sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from cases.errors import NotVisible
from cases.models import Account, Person, RoleGrant, SignInSession, Unit
from workflow.permissions import Actor, Grant
from workflow.vocabulary import ActorKind, AdminKind, Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session together with what a request needs to know of its account and its grants."""

    digest: str
    account_id: int
    person_id: int | None
    login: str
    display: str
    admin_kind: AdminKind | None
    locale: str
    active: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    second_factor_at: datetime | None
    stepped_up_at: datetime | None
    password_set_at: datetime | None
    has_token: bool
    grants: tuple[Grant, ...]

    def actor(self, request: str) -> Actor:
        """Who acts in a request of this session; administrators hold no grants."""
        if self.admin_kind is not None:
            kind = ActorKind(self.admin_kind.value)
            return Actor(self.account_id, self.person_id, (), kind, request)
        return Actor(self.account_id, self.person_id, self.grants, request=request)


_IN_FORCE = (RoleGrant.approved_at.is_not(None), RoleGrant.revoked_at.is_(None))
_GRANT = (RoleGrant.role, RoleGrant.organ_id, RoleGrant.unit_id, RoleGrant.class_code)
_SESSION: Any = (
    sa.select(
        SignInSession.account_id,
        SignInSession.created_at,
        SignInSession.seen_at,
        SignInSession.expires_at,
        SignInSession.second_factor_at,
        SignInSession.stepped_up_at,
        Account.person_id,
        Account.login,
        Account.display,
        Account.admin_kind,
        Account.locale,
        Account.active,
        Account.password_set_at,
        Account.totp_confirmed_at,
        *_GRANT,
    )
    .join(Account, Account.id == SignInSession.account_id)
    .outerjoin(RoleGrant, sa.and_(RoleGrant.account_id == Account.id, *_IN_FORCE))
    .where(SignInSession.digest == sa.bindparam("digest"))
    .order_by(RoleGrant.id)
)
_GRANTS: Any = (
    sa.select(*_GRANT)
    .where(RoleGrant.account_id == sa.bindparam("account", type_=sa.BigInteger), *_IN_FORCE)
    .order_by(RoleGrant.id)
)


def session_digest(key: str) -> str:
    """What the table holds of a session key: the key itself is in the cookie only."""
    return hashlib.sha256(b"kaoji-session\n" + key.encode()).hexdigest()


def session_by_key(conn: sa.Connection, key: str) -> SignedIn | None:
    """The session of a cookie, however old, with the grants in force; None when there is none."""
    digest = session_digest(key)
    rows = conn.execute(_SESSION, {"digest": digest}).all()
    if not rows:
        return None
    row = rows[0]
    return SignedIn(
        digest=digest,
        account_id=row.account_id,
        person_id=row.person_id,
        login=row.login,
        display=row.display,
        admin_kind=AdminKind(row.admin_kind) if row.admin_kind else None,
        locale=row.locale,
        active=row.active,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        second_factor_at=row.second_factor_at,
        stepped_up_at=row.stepped_up_at,
        password_set_at=row.password_set_at,
        has_token=row.totp_confirmed_at is not None,
        grants=_granted(r for r in rows if r.role is not None),
    )


def grants_of(conn: sa.Connection, account_id: int) -> tuple[Grant, ...]:
    """The grants in force: approved and not revoked."""
    return _granted(conn.execute(_GRANTS, {"account": account_id}))


def _granted(rows: Iterable[Any]) -> tuple[Grant, ...]:
    return tuple(Grant(Role(r.role), r.organ_id, r.unit_id, r.class_code) for r in rows)


def actor_of(conn: sa.Connection, account_id: int) -> Actor:
    """The acting account as it stands now. Raises NotVisible for an unknown or disabled one."""
    row = conn.execute(
        sa.select(Account.person_id, Account.admin_kind).where(
            Account.id == account_id, Account.active
        )
    ).first()
    if row is None:
        raise NotVisible
    if row.admin_kind:
        return Actor(account_id, row.person_id, (), ActorKind(row.admin_kind))
    return Actor(account_id, row.person_id, grants_of(conn, account_id))


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line of the list of accounts."""

    id: int
    login: str
    display: str
    admin_kind: AdminKind | None
    person: str | None
    unit: str | None
    active: bool
    enrolled: bool
    slip_until: datetime | None
    has_token: bool


def _account_query() -> Any:
    return (
        sa.select(
            Account.id,
            Account.login,
            Account.display,
            Account.admin_kind,
            Account.active,
            Account.password_hash.is_not(None).label("enrolled"),
            Account.slip_expires_at,
            Account.totp_confirmed_at,
            Person.name.label("person"),
            Unit.name.label("unit"),
        )
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
    )


def _account_row(r: Any) -> AccountRow:
    return AccountRow(
        id=r.id,
        login=r.login,
        display=r.display,
        admin_kind=AdminKind(r.admin_kind) if r.admin_kind else None,
        person=r.person,
        unit=r.unit,
        active=r.active,
        enrolled=bool(r.enrolled),
        slip_until=r.slip_expires_at,
        has_token=r.totp_confirmed_at is not None,
    )


def accounts_page(
    conn: sa.Connection,
    *,
    after: str = "",
    find: str = "",
    with_token: bool = False,
    business: bool = False,
) -> tuple[list[AccountRow], str]:
    """Up to 50 accounts by login after a cursor, and the next cursor ("" at the end)."""
    query = _account_query().where(Account.login > after)
    if with_token:
        query = query.where(Account.totp_confirmed_at.is_not(None))
    if business:
        query = query.where(Account.admin_kind.is_(None), Account.active)
    if find:
        query = query.where(
            Account.login.startswith(find, autoescape=True)
            | Account.display.contains(find, autoescape=True)
        )
    rows = [_account_row(r) for r in conn.execute(query.order_by(Account.login).limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].login if len(rows) > PAGE else ""


def account(conn: sa.Connection, account_id: int) -> AccountRow:
    """One account. Raises NotVisible."""
    row = conn.execute(_account_query().where(Account.id == account_id)).first()
    if row is None:
        raise NotVisible
    return _account_row(row)


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A proposed, valid or revoked grant with the names around it."""

    id: int
    account_id: int
    login: str
    display: str
    role: Role
    organ: str | None
    unit: str | None
    class_code: str | None
    requested_by: int | None
    requested_at: datetime
    approved_at: datetime | None
    revoked_at: datetime | None

    @property
    def state(self) -> str:
        """``proposed``, ``valid`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.approved_at is not None else "proposed"


def _grant_query() -> Any:
    organ, unit = orm.aliased(Unit), orm.aliased(Unit)
    return (
        sa.select(
            RoleGrant.id,
            RoleGrant.account_id,
            Account.login,
            Account.display,
            RoleGrant.role,
            organ.name.label("organ"),
            unit.name.label("unit"),
            RoleGrant.class_code,
            RoleGrant.requested_by,
            RoleGrant.requested_at,
            RoleGrant.approved_at,
            RoleGrant.revoked_at,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(organ, organ.id == RoleGrant.organ_id)
        .outerjoin(unit, unit.id == RoleGrant.unit_id)
    )


def _grant_row(r: Any) -> GrantRow:
    return GrantRow(**{**r._mapping, "role": Role(r.role)})


def grants_page(
    conn: sa.Connection,
    *,
    state: str = "proposed",
    before: int | None = None,
    organs: list[int] | None = None,
) -> tuple[list[GrantRow], int | None]:
    """Up to 50 grants of one state, newest first, and the cursor of the next page.

    ``organs`` keeps those of these organs; None keeps all.
    """
    query = _grant_query()
    if organs is not None:
        query = query.where(RoleGrant.organ_id.in_(organs))
    if state == "proposed":
        query = query.where(RoleGrant.approved_at.is_(None), RoleGrant.revoked_at.is_(None))
    elif state == "valid":
        query = query.where(RoleGrant.approved_at.is_not(None), RoleGrant.revoked_at.is_(None))
    else:
        query = query.where(RoleGrant.revoked_at.is_not(None))
    if before is not None:
        query = query.where(RoleGrant.id < before)
    rows = [
        _grant_row(r) for r in conn.execute(query.order_by(RoleGrant.id.desc()).limit(PAGE + 1))
    ]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def grants_by_account(conn: sa.Connection, account_id: int) -> list[GrantRow]:
    """Every grant an account ever had or was proposed for, newest first."""
    query = _grant_query().where(RoleGrant.account_id == account_id)
    return [_grant_row(r) for r in conn.execute(query.order_by(RoleGrant.id.desc()))]


def sessions_of(conn: sa.Connection, account_id: int, *, at: datetime) -> int:
    """How many sessions of the account have not passed their end."""
    return int(
        conn.execute(
            sa.select(sa.func.count())
            .select_from(SignInSession)
            .where(SignInSession.account_id == account_id, SignInSession.expires_at > at)
        ).scalar_one()
    )


def people_without_account(conn: sa.Connection, find: str) -> list[tuple[int, str]]:
    """Up to 30 people of the roster whose name holds ``find`` and who have no account."""
    rows = conn.execute(
        sa.select(Person.id, Person.name, Unit.name.label("unit"))
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Account.id.is_(None), Person.name.contains(find, autoescape=True))
        .order_by(Person.order_key, Person.id)
        .limit(30)
    )
    return [(r.id, f"{r.name}（{r.unit}）" if r.unit else r.name) for r in rows]


def units_in_order(conn: sa.Connection) -> list[tuple[int, str]]:
    """All active units in official order, to choose the place of a grant from."""
    rows = conn.execute(
        sa.select(Unit.id, Unit.name).where(Unit.active).order_by(Unit.sort_no, Unit.id)
    )
    return [(r.id, r.name) for r in rows]
