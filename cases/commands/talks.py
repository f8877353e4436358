"""Individual talks: two talkers, both sign; who was spoken to stays with the assessment group."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.canonical import digest
from cases.commands.rights import require
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Talk
from workflow.permissions import Actor
from workflow.vocabulary import GRADES, CaseKind, Grade, Permission
from workflow.words import m


def record_talk(
    conn: sa.Connection,
    case: Any,
    *,
    interviewee: str,
    held_on: date,
    place: str,
    content: str,
    second_talker_id: int,
    suggested_grade: Grade | None = None,
    replaces_ballot: bool = False,
    actor: Actor,
    at: datetime,
) -> int:
    """Record a talk; the recorder is the first talker and signs with it. Returns its id.

    Raises Refused without the right, Invalid by field.
    """
    require(conn, case, Permission.TALK_RECORD, actor)
    errors: dict[str, Any] = {}
    for name, text, what in (
        ("interviewee", interviewee, m("谈话对象")),
        ("place", place, m("谈话地点")),
        ("content", content, m("谈话要点")),
    ):
        if not text.strip():
            errors[name] = m("请写明%(what)s", what=what)
    if second_talker_id == actor.person_id:
        errors["second_talker_id"] = m("两名谈话人不能是同一人")
    if suggested_grade is not None and suggested_grade not in GRADES[CaseKind(case.kind)]:
        errors["suggested_grade"] = m("“%(grade)s”不适用于这一考核对象", grade=suggested_grade)
    if errors:
        raise Invalid(errors)
    talk_id = int(
        conn.execute(
            sa.insert(Talk)
            .values(
                case_id=case.id,
                interviewee=interviewee.strip(),
                held_on=held_on,
                place=place.strip(),
                content=content.strip(),
                suggested_grade=suggested_grade,
                replaces_ballot=replaces_ballot,
                first_talker_id=actor.person_id,
                second_talker_id=second_talker_id,
                first_signed_at=at,
                entered_by=actor.person_id,
                entered_at=at,
            )
            .returning(Talk.id)
        ).scalar_one()
    )
    _note(conn, _talk(conn, talk_id), "record_talk", actor, at)
    return talk_id


def sign_talk(
    conn: sa.Connection, case_id: int, talk_id: int, *, actor: Actor, at: datetime
) -> None:
    """The second talker signs. Raises NotVisible for a talk of others or of another case,
    Refused when signed."""
    row = conn.execute(
        sa.select(Talk).where(Talk.id == talk_id, Talk.case_id == case_id).with_for_update()
    ).first()
    if row is None or row.second_talker_id != actor.person_id:
        raise NotVisible(f"talk:{talk_id}")
    if row.second_signed_at is not None:
        raise Refused([m("这份谈话记录已经签名")])
    conn.execute(sa.update(Talk).where(Talk.id == talk_id).values(second_signed_at=at))
    _note(conn, row, "sign_talk", actor, at)


def _talk(conn: sa.Connection, talk_id: int) -> Any:
    return conn.execute(sa.select(Talk).where(Talk.id == talk_id)).one()


def _note(conn: sa.Connection, talk: Any, action: str, actor: Actor, at: datetime) -> None:
    """Journal the act with a digest of the words that were signed, so an edit of them shows."""
    held_on = talk.held_on.isoformat()
    signed = [talk.interviewee, held_on, talk.place, talk.content, talk.suggested_grade]
    said = {"digest": digest(signed)}
    journal.note(conn, "talk", talk.id, action, said, actor, at, case_id=talk.case_id)
