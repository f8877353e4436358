"""Inquiries and talks at their commands: rights, words, two people."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.inquiries import QUESTION_CHARS, open_inquiry
from cases.commands.opening import open_cases
from cases.commands.talks import record_talk, sign_talk
from cases.errors import Invalid, NotVisible, Refused
from cases.models import Case, CaseAssignment, Inquiry, JournalEntry
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.permissions import SYSTEM
from workflow.vocabulary import Grade, Role, Thing, ThingAction

TALK = {
    "interviewee": "科长", "held_on": date(2026, 1, 12), "place": "305 室", "content": "作风扎实",
}  # fmt: skip


def begun(conn: sa.Connection) -> tuple[World, Any]:
    world = found_world(conn)
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    return world, conn.execute(sa.select(Case).where(Case.subject_name == "欧阳明远")).one()


def test_trigger_opens_without_a_right(store: Store) -> None:
    with store.transaction() as conn:
        _, case = begun(conn)
        open_inquiry(
            conn, case, question="得票低于三分之一", origin="low_votes", actor=SYSTEM, at=AT
        )
        assert conn.execute(sa.select(Inquiry.origin, Inquiry.state)).one() == (
            "low_votes", "open",
        )  # fmt: skip


@pytest.mark.parametrize("question", ["  ", "字" * (QUESTION_CHARS + 1)])
def test_question_needs_words_within_bounds(store: Store, question: str) -> None:
    with store.transaction() as conn:
        world, case = begun(conn)
        with pytest.raises(Invalid) as invalid:
            open_inquiry(conn, case, question=question, actor=world.actor(Role.OFFICE), at=AT)
    assert list(invalid.value.errors) == ["question"]


def test_stranger_opens_nothing(store: Store) -> None:
    with store.transaction() as conn:
        world, case = begun(conn)
        with pytest.raises(Refused):
            open_inquiry(conn, case, question="某事", actor=world.actor(Role.ARCHIVIST), at=AT)


def test_only_the_named_second_talker_signs_once(store: Store) -> None:
    with store.transaction() as conn:
        world, case = begun(conn)
        first = world.actor(Role.ASSESSMENT_GROUP)
        second = world.actor(Role.ASSESSMENT_GROUP, person="recorder")
        other = world.actor(Role.ASSESSMENT_GROUP, person="lead")
        talk = record_talk(
            conn, case, second_talker_id=world.people["recorder"], actor=first, at=AT, **TALK
        )
        for stranger in (first, other):
            with pytest.raises(NotVisible):
                sign_talk(conn, case.id, talk, actor=stranger, at=AT)
        with pytest.raises(NotVisible):  # the talk under another case's address
            sign_talk(conn, case.id + 1, talk, actor=second, at=AT)
        sign_talk(conn, case.id, talk, actor=second, at=AT)
        with pytest.raises(Refused):
            sign_talk(conn, case.id, talk, actor=second, at=AT)
        noted = conn.execute(
            sa.select(JournalEntry.action, JournalEntry.body).where(JournalEntry.subject == "talk")
        ).all()
    assert [n.action for n in noted] == ["record_talk", "sign_talk"]
    assert "科长" not in str(noted)


def test_talk_alone_or_with_a_foreign_grade_is_refused(store: Store) -> None:
    with store.transaction() as conn:
        world, case = begun(conn)
        me = world.actor(Role.ASSESSMENT_GROUP)
        with pytest.raises(Invalid) as invalid:
            record_talk(
                conn, case, second_talker_id=world.people["clerk"], suggested_grade=Grade.POOR,
                actor=me, at=AT, **TALK,
            )  # fmt: skip
    assert sorted(invalid.value.errors) == ["second_talker_id", "suggested_grade"]


def test_member_put_on_the_case_reports_and_nobody_else_does(store: Store) -> None:
    found = {"finding": "经核实,得票偏低系分工调整所致"}
    with store.transaction() as conn:
        world, case = begun(conn)
        inquiry = open_inquiry(
            conn, case, question="得票低于三分之一", origin="low_votes", actor=SYSTEM, at=AT
        )
        conn.execute(
            sa.insert(CaseAssignment).values(
                case_id=case.id,
                role=Role.ASSESSMENT_GROUP,
                person_id=world.people["lead"],
                assigned_at=AT,
            )
        )
        report = (conn, Thing.INQUIRY, inquiry, ThingAction.REPORT_INQUIRY)
        with pytest.raises(Refused):
            beside.move(*report, actor=world.subject("clerk"), at=AT, payload=found)
        beside.move(*report, actor=world.subject("lead"), at=AT, payload=found)
        assert conn.execute(sa.select(Inquiry.state)).scalar_one() == "reported"
