"""Founding the installation, and accounts: opened, disabled, given slips by administrators.

Every act is entered into the journal in the same transaction. Grants: ``cases.commands.grants``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands import passwords, second_factor
from cases.commands.account_journal import enter
from cases.commands.sign_in import end_all_sessions
from cases.errors import Invalid, NotVisible, Refused
from cases.journal.chain import start_chain
from cases.models import Account, Installation, Person
from workflow.permissions import Actor, permits, person_faults
from workflow.vocabulary import ActorKind, AdminKind, Permission
from workflow.vocabulary.administration import AccountAct, JournalSubject
from workflow.words import m

SLIP_LASTS = timedelta(days=7)
_ADMIN_LOGINS = {
    AdminKind.SYSTEM_ADMIN: "system",
    AdminKind.SECURITY_ADMIN: "security",
    AdminKind.AUDIT_ADMIN: "audit",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """A one-time slip: print it now, it is stored nowhere."""

    account_id: int
    login: str
    text: str
    expires_at: datetime


def found_installation(
    conn: sa.Connection, *, mode: str, organ_name: str, at: datetime
) -> list[Slip]:
    """Found an empty installation: its row, the chain, the three administrators; entry 1.

    Raises Refused when the database was founded before, and for an organ without a name.
    """
    if not organ_name.strip():
        raise Refused([m("要写明机关名称")])
    if conn.execute(sa.select(Installation.id)).first() is not None:
        raise Refused([m("这里已经建立过系统,不能再次建立")])
    conn.execute(
        sa.insert(Installation).values(id=1, mode=mode, organ_name=organ_name, created_at=at)
    )
    start_chain(conn)
    enter(
        conn,
        AccountAct.INSTALLATION_FOUNDED,
        1,
        at=at,
        account_id=None,
        subject=JournalSubject.INSTALLATION,
        payload={"mode": mode, "organ": organ_name},
    )
    slips = []
    for kind, login in _ADMIN_LOGINS.items():
        account_id = _new_account(conn, login, kind.zh, None, kind, at)
        _created(conn, account_id, login, kind, None, at)
        slips.append(_slip(conn, account_id, login, at))
    return slips


def _new_account(
    conn: sa.Connection,
    login: str,
    display: str,
    person_id: int | None,
    admin_kind: AdminKind | None,
    at: datetime,
) -> int:
    return int(
        conn.execute(
            sa.insert(Account)
            .values(
                login=login,
                display=display,
                person_id=person_id,
                admin_kind=admin_kind.value if admin_kind else None,
                active=True,
                created_at=at,
            )
            .returning(Account.id)
        ).scalar_one()
    )


def _created(
    conn: sa.Connection,
    account_id: int,
    login: str,
    kind: AdminKind | None,
    by: Actor | None,
    at: datetime,
) -> None:
    enter(
        conn,
        AccountAct.ACCOUNT_CREATED,
        account_id,
        at=at,
        account_id=by.account_id if by else None,
        request=by.request if by else None,
        payload={"login": login, "admin": kind.value if kind else None},
    )


def _slip(conn: sa.Connection, account_id: int, login: str, at: datetime) -> Slip:
    text = passwords.make_slip()
    conn.execute(
        sa.update(Account)
        .where(Account.id == account_id)
        .values(slip_digest=passwords.slip_digest(text), slip_expires_at=at + SLIP_LASTS)
    )
    return Slip(account_id, login, text, at + SLIP_LASTS)


def _demand(actor: Actor, permission: Permission) -> None:
    permit = permits(actor, permission)
    if not permit:
        raise Refused([permit.reason or m("没有“%(right)s”的权限", right=permission)])


def create_account(
    conn: sa.Connection, login: str, person_id: int, *, actor: Actor, at: datetime
) -> Slip:
    """Open an account for a person of the roster. Raises Invalid, NotVisible, Refused."""
    _demand(actor, Permission.ACCOUNT_MANAGE)
    person = conn.execute(sa.select(Person.name).where(Person.id == person_id)).first()
    if person is None:
        raise Invalid({"person": m("名册里没有这个人")})
    if conn.execute(sa.select(Account.id).where(Account.login == login)).first() is not None:
        raise Invalid({"account": m("这个账号名已经有人用")})
    faults = person_faults([*_kinds_of(conn, person_id), ActorKind.PERSON])
    if faults:
        raise Refused(faults)
    if conn.execute(sa.select(Account.id).where(Account.person_id == person_id)).first():
        raise Invalid({"person": m("这个人已经有账号")})
    account_id = _new_account(conn, login, person.name, person_id, None, at)
    _created(conn, account_id, login, None, actor, at)
    return _slip(conn, account_id, login, at)


def _kinds_of(conn: sa.Connection, person_id: int) -> list[ActorKind]:
    kinds = conn.execute(
        sa.select(Account.admin_kind).where(Account.person_id == person_id, Account.active)
    ).scalars()
    return [ActorKind(kind) if kind else ActorKind.PERSON for kind in kinds]


def _account(conn: sa.Connection, account_id: int) -> Any:
    row = conn.execute(
        sa.select(Account.login, Account.active, Account.admin_kind)
        .where(Account.id == account_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotVisible
    return row


def issue_slip(conn: sa.Connection, account_id: int, *, actor: Actor | None, at: datetime) -> Slip:
    """A new slip for a forgotten password; the old password stops working with its sessions.

    ``actor`` None is the terminal on the machine itself. Nobody issues a slip to himself.
    """
    if actor is not None:
        _demand(actor, Permission.ACCOUNT_MANAGE)
        if actor.account_id == account_id:
            raise Refused([m("不能给自己发领取码,请用“修改密码”")])
    row = _account(conn, account_id)
    if not row.active:
        raise Refused([m("账号已经停用,请先启用")])
    conn.execute(
        sa.update(Account)
        .where(Account.id == account_id)
        .values(password_hash=None, password_set_at=None)
    )
    end_all_sessions(conn, account_id, at=at)
    slip = _slip(conn, account_id, row.login, at)
    by, request = (actor.account_id, actor.request) if actor is not None else (None, None)
    enter(conn, AccountAct.SLIP_ISSUED, account_id, at=at, account_id=by, request=request)
    return slip


def set_active(
    conn: sa.Connection, account_id: int, active: bool, *, actor: Actor, at: datetime
) -> None:
    """Disable or enable an account. Disabling ends its sessions; grants stay but mean nothing."""
    _demand(actor, Permission.ACCOUNT_MANAGE)
    if actor.account_id == account_id:
        raise Refused([m("不能停用自己的账号")])
    row = _account(conn, account_id)
    if row.active is active:
        return
    if not active and row.admin_kind and _last_of_kind(conn, row.admin_kind):
        raise Refused([m("这是最后一个%(kind)s账号,不能停用", kind=AdminKind(row.admin_kind))])
    conn.execute(sa.update(Account).where(Account.id == account_id).values(active=active))
    if not active:
        end_all_sessions(conn, account_id, at=at)
    act = AccountAct.ACCOUNT_ENABLED if active else AccountAct.ACCOUNT_DISABLED
    enter(conn, act, account_id, at=at, account_id=actor.account_id, request=actor.request)


def _last_of_kind(conn: sa.Connection, kind: str) -> bool:
    left = conn.execute(
        sa.select(sa.func.count())
        .select_from(Account)
        .where(Account.admin_kind == kind, Account.active)
    ).scalar_one()
    return left <= 1


def remove_token(conn: sa.Connection, account_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a lost token away. The security administrator does this and the system administrator
    the slip, so that nobody alone can take over an account."""
    _demand(actor, Permission.GRANT_APPROVE)
    if actor.account_id == account_id:
        raise Refused([m("不能撤销自己的动态口令")])
    _account(conn, account_id)
    end_all_sessions(conn, account_id, at=at)
    second_factor.remove(conn, account_id, actor=actor, at=at)
