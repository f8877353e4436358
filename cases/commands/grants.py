"""Grants: a role at an organ or a unit, proposed by one person and approved by another.

``workflow.permissions`` says who may. A grant takes effect on the account's next request, and so
does taking it back. Every act is entered into the journal in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.commands.account_journal import enter
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Account, RoleGrant, Unit
from cases.queries.accounts import grants_of
from workflow.facts import Step
from workflow.permissions import (
    Actor,
    Context,
    Grant,
    Resource,
    account_faults,
    grant_faults,
    permits,
)
from workflow.vocabulary import ActorKind, Permission, Role
from workflow.vocabulary.administration import AccountAct, JournalSubject
from workflow.words import Sentence, m


def _demand(actor: Actor, permission: Permission, resource: Resource) -> None:
    permit = permits(actor, permission, resource)
    if not permit:
        raise Refused([permit.reason or m("没有“%(right)s”的权限", right=permission)])


def propose_grant(
    conn: sa.Connection, account_id: int, grant: Grant, *, actor: Actor, at: datetime
) -> int:
    """Propose a role for an account; returns the grant's id.

    Raises Invalid, Refused, NotVisible.
    """
    _demand(actor, Permission.GRANT_PROPOSE, Resource(grant.organ_id, grant.unit_id))
    if actor.account_id == account_id:
        raise Refused([m("不能给自己提出授权")])
    active = conn.execute(sa.select(Account.active).where(Account.id == account_id)).scalar()
    if active is None:
        raise NotVisible
    if not active:
        raise Refused([m("账号已经停用,请先启用")])
    faults = grant_faults(grant) or _faults_together(conn, account_id, grant)
    if faults:
        raise Refused(faults)
    _check_units(conn, grant)
    if _same_grant(conn, account_id, grant):
        raise Refused([m("这项授权已经提出或已经生效")])
    grant_id = int(
        conn.execute(
            sa.insert(RoleGrant)
            .values(
                account_id=account_id,
                role=grant.role.value,
                organ_id=grant.organ_id,
                unit_id=grant.unit_id,
                class_code=grant.class_code,
                requested_by=actor.account_id,
                requested_at=at,
            )
            .returning(RoleGrant.id)
        ).scalar_one()
    )
    _entered(conn, AccountAct.GRANT_PROPOSED, grant_id, account_id, grant, actor, at)
    return grant_id


def _faults_together(conn: sa.Connection, account_id: int, grant: Grant) -> Sequence[Sentence]:
    kind = conn.execute(sa.select(Account.admin_kind).where(Account.id == account_id)).scalar()
    actor_kind = ActorKind(kind) if kind else ActorKind.PERSON
    return account_faults(actor_kind, [*grants_of(conn, account_id), grant])


def _check_units(conn: sa.Connection, grant: Grant) -> None:
    for name, unit_id in (("organ", grant.organ_id), ("unit", grant.unit_id)):
        if unit_id is None:
            continue
        if conn.execute(sa.select(Unit.id).where(Unit.id == unit_id, Unit.active)).first() is None:
            raise Invalid({name: m("没有这个单位,或者已经撤销")})


def _same_grant(conn: sa.Connection, account_id: int, grant: Grant) -> bool:
    def same(column: sa.ColumnElement[object], value: object) -> sa.ColumnElement[bool]:
        return column.is_(None) if value is None else column == value

    return (
        conn.execute(
            sa.select(RoleGrant.id).where(
                RoleGrant.account_id == account_id,
                RoleGrant.role == grant.role.value,
                same(RoleGrant.organ_id, grant.organ_id),  # type: ignore[arg-type]
                same(RoleGrant.unit_id, grant.unit_id),  # type: ignore[arg-type]
                same(RoleGrant.class_code, grant.class_code),  # type: ignore[arg-type]
                RoleGrant.revoked_at.is_(None),
            )
        ).first()
        is not None
    )


def _entered(
    conn: sa.Connection,
    act: AccountAct,
    grant_id: int,
    account_id: int,
    grant: Grant,
    actor: Actor,
    at: datetime,
) -> None:
    enter(
        conn,
        act,
        grant_id,
        at=at,
        account_id=actor.account_id,
        person_id=actor.person_id,
        request=actor.request,
        subject=JournalSubject.GRANT,
        payload={
            "account": account_id,
            "role": grant.role.value,
            "organ": grant.organ_id,
            "unit": grant.unit_id,
            "class": grant.class_code,
        },
    )


def _open_grant(conn: sa.Connection, grant_id: int) -> tuple[int, Grant, int | None, bool]:
    row = conn.execute(
        sa.select(RoleGrant)
        .where(RoleGrant.id == grant_id, RoleGrant.revoked_at.is_(None))
        .with_for_update()
    ).first()
    if row is None:
        raise NotVisible
    grant = Grant(Role(row.role), row.organ_id, row.unit_id, row.class_code)
    return row.account_id, grant, row.requested_by, row.approved_at is not None


def approve_grant(conn: sa.Connection, grant_id: int, *, actor: Actor, at: datetime) -> None:
    """Let a proposed grant take effect: by another account and another person than proposed it."""
    account_id, grant, proposer, valid = _open_grant(conn, grant_id)
    if valid:
        return
    _demand_other(conn, actor, account_id, proposer)
    faults = _faults_together(conn, account_id, grant)
    if faults:
        raise Refused(faults)
    conn.execute(
        sa.update(RoleGrant)
        .where(RoleGrant.id == grant_id)
        .values(approved_by=actor.account_id, approved_at=at)
    )
    _entered(conn, AccountAct.GRANT_APPROVED, grant_id, account_id, grant, actor, at)


def _demand_other(conn: sa.Connection, actor: Actor, account_id: int, proposer: int | None) -> None:
    person = conn.execute(sa.select(Account.person_id).where(Account.id == proposer)).scalar()
    steps = (Step("propose_grant", person),) if person is not None else ()
    permit = permits(actor, Permission.GRANT_APPROVE, Resource(), Context(steps=steps))
    if not permit:
        raise Refused([permit.reason or m("没有“%(right)s”的权限", right=Permission.GRANT_APPROVE)])
    if actor.account_id == proposer:
        raise Refused([m("提出授权的人不能自己批准")])
    if actor.account_id == account_id:
        raise Refused([m("不能批准给自己的授权")])


def end_grant(conn: sa.Connection, grant_id: int, *, actor: Actor, at: datetime) -> None:
    """Refuse a proposed grant, or take a valid one back; gone on the account's next request."""
    _demand(actor, Permission.GRANT_APPROVE, Resource())
    account_id, grant, _, valid = _open_grant(conn, grant_id)
    conn.execute(sa.update(RoleGrant).where(RoleGrant.id == grant_id).values(revoked_at=at))
    act = AccountAct.GRANT_REVOKED if valid else AccountAct.GRANT_REFUSED
    _entered(conn, act, grant_id, account_id, grant, actor, at)
