"""Inquiries (了解核实): opened by a person or a trigger, reported, concluded by another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.rights import require
from cases.errors import Invalid
from cases.models import Inquiry
from workflow.permissions import Actor
from workflow.vocabulary import InquiryState, Permission, Thing
from workflow.words import m

QUESTION_CHARS = 500


def open_inquiry(
    conn: sa.Connection,
    case: Any,
    *,
    question: str,
    origin: str = "person",
    owner_id: int | None = None,
    due_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Open an inquiry; returns its id. ``origin`` is ``person`` or the code of a trigger.

    Raises Refused without the right (a trigger of the system needs none), Invalid without words.
    """
    if not actor.is_system:
        require(conn, case, Permission.INQUIRY_CONDUCT, actor)
    if not question.strip():
        raise Invalid({"question": m("请写明要核实的事项")})
    if len(question) > QUESTION_CHARS:
        raise Invalid({"question": m("核实事项最多 %(n)s 个字", n=QUESTION_CHARS)})
    inquiry_id = int(
        conn.execute(
            sa.insert(Inquiry)
            .values(
                case_id=case.id,
                question=question.strip(),
                origin=origin,
                state=InquiryState.OPEN,
                owner_id=owner_id,
                due_on=due_on,
                opened_at=at,
                opened_by=actor.person_id,
            )
            .returning(Inquiry.id)
        ).scalar_one()
    )
    beside.created(
        conn, Thing.INQUIRY, inquiry_id, actor=actor, at=at, case_id=case.id,
        payload={"origin": origin},
    )  # fmt: skip
    return inquiry_id
