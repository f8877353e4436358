"""Re-looks: a later figure would change a suggestion or bar; a person says what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.rights import require
from cases.errors import Refused
from cases.journal import Draft, append
from cases.models import Relook
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.words import m


def close_relook(
    conn: sa.Connection,
    case: Any,
    relook_id: int,
    *,
    conclusion: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Close an open re-look with its conclusion. Raises Refused without right or when closed."""
    require(conn, case, Permission.PROPOSE_GRADE, actor)
    written = conn.execute(
        sa.update(Relook)
        .where(Relook.id == relook_id, Relook.case_id == case.id, Relook.closed_at.is_(None))
        .values(closed_at=at, closed_by=actor.person_id, conclusion=conclusion)
    )
    if written.rowcount != 1:
        raise Refused([m("这一项已经复看过")], case.ref)
    append(
        conn,
        Draft(
            subject="case",
            subject_id=case.id,
            case_id=case.id,
            action="close_relook",
            at=at,
            account_id=actor.account_id,
            person_id=actor.person_id,
            payload={"relook": relook_id, "conclusion": conclusion},
        ),
    )
