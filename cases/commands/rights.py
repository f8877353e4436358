"""Asking for a right where no move of the process does it already."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible, Refused
from cases.models import Cycle
from cases.queries.relations import relations_to
from cases.queries.things import resource_of_thing
from cases.queries.visibility import assignments_of, context_of, resource_of
from workflow.permissions import Actor, Context, Resource, permits
from workflow.vocabulary import Permission, Thing
from workflow.words import m


def require(conn: sa.Connection, case: Any, permission: Permission, actor: Actor) -> None:
    """Raise Refused unless the actor may use the permission on this row of ``cases``."""
    assigned = assignments_of(conn, actor.person_id, [case.id]).get(case.id, frozenset())
    resource = resource_of(case, assigned)
    permit = permits(actor, permission, resource, context_of(conn, actor, case))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")], case.ref)


def require_for_cycle(
    conn: sa.Connection, cycle_id: int, permission: Permission, actor: Actor, *, lock: bool = False
) -> Any:
    """The cycle's row, if the actor may use the permission on it. Raises NotVisible, Refused."""
    query = sa.select(Cycle).where(Cycle.id == cycle_id)
    cycle = conn.execute(query.with_for_update(key_share=True) if lock else query).first()
    if cycle is None:
        raise NotVisible(f"cycle:{cycle_id}")
    permit = permits(actor, permission, Resource(organ_id=cycle.managing_organ_id))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
    return cycle


def require_for_thing(
    conn: sa.Connection, thing: Thing, row: Any, permission: Permission, actor: Actor
) -> None:
    """Raise Refused unless the actor may use the permission on this thing beside the case."""
    case_id = getattr(row, "case_id", None)
    ties = {} if case_id is None else relations_to(conn, actor.person_id, [case_id])
    context = Context(relations=ties.get(case_id or 0, frozenset()))
    permit = permits(actor, permission, resource_of_thing(conn, thing, row), context)
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])
