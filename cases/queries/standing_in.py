"""Daily work of a role that nobody at the organ holds: a small office has no drafting division.

The work falls to the personnel office's own clerk, whose right to do it stands in the permission
table already; only the list of what waits for him is widened, as long as the role is vacant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from cases.models import Account, Case, Cycle, RoleGrant
from cases.queries import worklist_things
from cases.queries.relations import Ties
from cases.queries.visibility import visible
from workflow.grammar import StateSpec
from workflow.permissions import Actor
from workflow.vocabulary import Permission, Role, Thing
from workflow.work import stood_in

Condition = sa.ColumnElement[bool]


def cases(
    conn: sa.Connection, actor: Actor, spec: StateSpec, permission: Permission, ties: Ties
) -> Iterator[Condition]:
    """Conditions over cases that wait for the actor in the place of a vacant role."""
    for role, narrowed in _narrowed(actor, spec, permission):
        reached = visible(conn, narrowed, permission, ties=ties)
        if not isinstance(reached, sa.False_):
            yield sa.and_(reached, _vacant(role, Case.managing_organ_id))


def things(
    conn: sa.Connection,
    actor: Actor,
    thing: Thing,
    spec: StateSpec,
    permission: Permission,
    ties: Ties,
) -> Iterator[Condition]:
    """The same over the rows of a thing."""
    organ = Case if thing in worklist_things.HANGING else Cycle
    for role, narrowed in _narrowed(actor, spec, permission):
        reached = worklist_things.within(conn, narrowed, thing, permission, ties)
        if reached is not None:
            yield sa.and_(reached, _vacant(role, organ.managing_organ_id))


def _narrowed(
    actor: Actor, spec: StateSpec, permission: Permission
) -> Iterator[tuple[Role, Actor]]:
    for role, stand_in in stood_in(spec, permission):
        grants = tuple(g for g in actor.grants if g.role is stand_in)
        if grants:
            yield role, replace(actor, grants=grants)


def _vacant(role: Role, organ: sa.SQLColumnExpression[int]) -> Condition:
    held = (
        sa.select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == role,
            RoleGrant.organ_id == organ,
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            Account.active,
        )
    )
    return sa.not_(held.exists())
