"""个别谈话记录 on paper, for the assessment group to sign and keep; never part of a volume."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.clock import date_of
from cases.documents.context import Remark, Sign, TalkRecord
from cases.documents.papers.subject import subject_of
from cases.errors import NotVisible
from cases.models import Person, Talk
from workflow.vocabulary import Grade


def talk_record(conn: sa.Connection, case_id: int, talk_id: int, on: date) -> TalkRecord:
    """One talk about a case, with both talkers. Raises NotVisible for a talk of another case."""
    first, second, writer = aliased(Person), aliased(Person), aliased(Person)
    row = conn.execute(
        sa.select(
            Talk,
            first.name.label("first"),
            second.name.label("second"),
            writer.name.label("writer"),
        )
        .join(first, first.id == Talk.first_talker_id)
        .join(second, second.id == Talk.second_talker_id)
        .outerjoin(writer, writer.id == Talk.entered_by)
        .where(Talk.id == talk_id, Talk.case_id == case_id)
    ).first()
    if row is None:
        raise NotVisible(str(talk_id))
    subject = subject_of(conn, case_id, on)
    grade = Grade(row.suggested_grade).zh if row.suggested_grade else ""
    signed = (
        ("谈话人（记录）", row.first, row.first_signed_at),
        ("谈话人", row.second, row.second_signed_at),
    )
    return TalkRecord(
        **subject.head,
        on=row.held_on,
        place=row.place,
        unit=subject.case.unit_name,
        talkers=(row.first, row.second),
        recorder=row.writer or row.first,
        interviewee=row.interviewee,
        remarks=(Remark(about=subject.name, gist=row.content, grade=grade),),
        signs=tuple(
            Sign(label=label, name=name if at else "", on=date_of(at) if at else None)
            for label, name, at in signed
        ),
        replaces_ballot=row.replaces_ballot,
    )
