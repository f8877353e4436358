"""Asking for a right where no move of the process does it already."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.errors import Refused
from cases.queries.visibility import context_of, resource_of
from workflow.permissions import Actor, permits
from workflow.vocabulary import Permission
from workflow.words import m


def require(conn: sa.Connection, case: Any, permission: Permission, actor: Actor) -> None:
    """Raise Refused unless the actor may use the permission on this row of ``cases``."""
    permit = permits(actor, permission, resource_of(case), context_of(conn, actor, case))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")], case.ref)
