"""Objections received while results are public."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import beside
from cases.commands.rights import require
from cases.errors import Invalid, Refused
from cases.models import PublicityObjection
from workflow.permissions import Actor
from workflow.vocabulary import ObjectionState, Permission, State, Thing
from workflow.words import m


def receive_objection(
    conn: sa.Connection, case: Any, *, content: str, real_name: bool, actor: Actor, at: datetime
) -> int:
    """Register an objection to a published 优秀; returns its id."""
    require(conn, case, Permission.OBJECTION_HANDLE, actor)
    if case.state != State.IN_PUBLICITY:
        raise Refused([m("不在公示期内")], case.ref)
    if not content.strip():
        raise Invalid({"content": m("请写明反映的内容")})
    objection_id = int(
        conn.execute(
            sa.insert(PublicityObjection)
            .values(
                case_id=case.id,
                received_on=date_of(at),
                real_name=real_name,
                content=content.strip(),
                state=ObjectionState.RECEIVED,
            )
            .returning(PublicityObjection.id)
        ).scalar_one()
    )
    beside.created(
        conn, Thing.OBJECTION, objection_id, actor=actor, at=at, case_id=case.id,
        payload={"real_name": real_name},
    )  # fmt: skip
    return objection_id
