"""Scoping: proposals from facts, what a person settles, the moves' own writing."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from cases.commands import scoping
from cases.commands.opening import open_cases
from cases.commands.scoping import Event
from cases.commands.transition import perform
from cases.errors import Invalid, NotVisible
from cases.models import Case, CaseAssignment, JournalEntry, Person, Relation, SelfReport
from cases.store import Store
from tests.world import AT, World, found_world
from workflow.vocabulary import (
    Action,
    ConclusionCode,
    Participation,
    ParticipationReason,
    Role,
    State,
)


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        made = found_world(conn)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
    return made


def case_of(conn: sa.Connection, world: World, person: str) -> int:
    return int(
        conn.execute(sa.select(Case.id).where(Case.person_id == world.people[person])).scalar_one()
    )


def taking(conn: sa.Connection, case_id: int) -> tuple[str | None, ...]:
    return tuple(
        conn.execute(
            sa.select(Case.participation, Case.participation_reason, Case.conclusion).where(
                Case.id == case_id
            )
        ).one()
    )


def test_long_leave_proposes_no_assessment(store: Store, world: World) -> None:
    office = world.actor(Role.OFFICE)
    leave = Event(
        "leave", date(2025, 3, 1), "人事科", world.people["deputy"], days=200, document="请假单"
    )
    with store.transaction() as conn:
        scoping.add_event(conn, leave, actor=office, at=AT)
        found = taking(conn, case_of(conn, world, "deputy"))
    assert found == ("not_assessed", "long_leave", "6A")


def test_probation_proposes_comment_only(store: Store, world: World) -> None:
    with store.transaction() as conn:
        conn.execute(
            sa.update(Person)
            .where(Person.id == world.people["deputy"])
            .values(probation_until=date(2026, 5, 31))
        )
        changed = scoping.propose_participation(
            conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT
        )
        found = taking(conn, case_of(conn, world, "deputy"))
    assert (changed, found) == (1, ("comment_only", "new_recruit", "5A"))


def test_exclusion_and_reinstatement_write_and_clear(store: Store, world: World) -> None:
    office = world.actor(Role.OFFICE)
    with store.transaction() as conn:
        case_id = case_of(conn, world, "mayor")
        payload = {"participation_reason": "retired", "reason": "六月退休"}
        done = perform(conn, case_id, Action.EXCLUDE, actor=office, at=AT, payload=payload)
        excluded = taking(conn, case_id)
        back = perform(
            conn, case_id, Action.REINSTATE, actor=office, at=AT, payload={"reason": "核实有误"}
        )
        again = taking(conn, case_id)
    assert (done.state, excluded) == (State.NOT_ASSESSED, ("not_assessed", "retired", "6"))
    assert (back.state, again) == (State.SCOPED, ("full", None, None))


def test_opening_the_report_makes_an_empty_one(store: Store, world: World) -> None:
    with store.transaction() as conn:
        case_id = case_of(conn, world, "deputy")
        perform(conn, case_id, Action.OPEN_SELF_REPORT, actor=world.actor(Role.OFFICE), at=AT)
        assert conn.execute(sa.select(SelfReport.case_id)).scalars().all() == [case_id]


def test_participation_is_settled_with_a_reason(store: Store, world: World) -> None:
    office = world.actor(Role.OFFICE)
    with store.transaction() as conn:
        case_id = case_of(conn, world, "deputy")
        with pytest.raises(Invalid):
            scoping.set_participation(
                conn, case_id, Participation.COMMENT_ONLY, actor=office, at=AT
            )
        scoping.set_participation(
            conn, case_id, Participation.COMMENT_ONLY, actor=office, at=AT,
            reason=ParticipationReason.NEW_RECRUIT, conclusion=ConclusionCode.PROBATION,
        )  # fmt: skip
        found = taking(conn, case_id)
        entry = conn.execute(
            sa.select(JournalEntry.case_version).where(JournalEntry.action == "set_participation")
        ).scalar_one()
    assert (found, entry) == (("comment_only", "new_recruit", "5A"), None)


def test_subordinate_never_comments_on_his_superior(store: Store, world: World) -> None:
    office = world.actor(Role.OFFICE)
    with store.transaction() as conn:
        chief, deputy = case_of(conn, world, "chief"), case_of(conn, world, "deputy")
        for case_id, person in ((chief, "deputy"), (chief, "chief"), (deputy, "contact")):
            with pytest.raises(Invalid):
                scoping.set_commenter(conn, case_id, world.people[person], actor=office, at=AT)
        scoping.set_commenter(conn, deputy, world.people["chief"], actor=office, at=AT)
        commenter = conn.execute(sa.select(Case.commenter_id).where(Case.id == deputy)).scalar()
    assert commenter == world.people["chief"]


def test_group_members_replace_the_earlier_ones(store: Store, world: World) -> None:
    office = world.actor(Role.OFFICE)
    with store.transaction() as conn:
        case_id = case_of(conn, world, "deputy")
        for people in (["clerk", "lead"], ["recorder"]):
            ids = [world.people[p] for p in people]
            scoping.assign(conn, [case_id], ids, actor=office, at=AT)
        found = conn.execute(sa.select(CaseAssignment.person_id)).scalars().all()
    assert found == [world.people["recorder"]]


def test_relation_is_declared_once_and_not_told_by_the_journal(store: Store, world: World) -> None:
    office = world.actor(Role.OFFICE)
    one, other = world.people["clerk"], world.people["mayor"]
    with store.transaction() as conn:
        scoping.declare_relation(conn, one, other, declared_on=AT.date(), actor=office, at=AT)
        with pytest.raises(Invalid):
            scoping.declare_relation(conn, other, one, declared_on=AT.date(), actor=office, at=AT)
        assert conn.execute(sa.select(sa.func.count()).select_from(Relation)).scalar_one() == 1


def test_stranger_settles_nothing(store: Store, world: World) -> None:
    with store.transaction() as conn:
        case_id = case_of(conn, world, "deputy")
        stranger = world.subject("mayor")
        with pytest.raises(NotVisible):
            scoping.set_participation(conn, case_id, Participation.FULL, actor=stranger, at=AT)
        with pytest.raises(NotVisible):
            scoping.set_commenter(conn, case_id, world.people["chief"], actor=stranger, at=AT)
