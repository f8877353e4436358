"""Measures: proposed by rule, planned, assigned, reported, confirmed by another person."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import measures
from cases.commands.recording import Moved
from cases.commands.recording.result_application import propose_measures
from cases.errors import Invalid, Refused
from cases.models import Case, Measure, PastResult
from cases.store import Store
from tests.notified import NOTIFIED_AT, notified
from tests.world import World
from workflow.facts import CaseFacts
from workflow.permissions import SYSTEM
from workflow.vocabulary import Action, Grade, MeasureChannel, MeasureKind, Role, State

DUE = date(2026, 3, 31)
CHIEF = "沈知远"


def low(conn: sa.Connection) -> tuple[World, Any]:
    world, cases = notified(conn, grades={CHIEF: Grade.INCOMPETENT})
    row = conn.execute(
        sa.select(Measure).where(
            Measure.case_id == cases[CHIEF].id, Measure.kind == "rectification"
        )
    ).one()
    return world, row


def state(conn: sa.Connection, measure_id: int) -> str:
    return str(conn.execute(sa.select(Measure.state).where(Measure.id == measure_id)).scalar_one())


def test_low_grade_proposes_mandatory_measures_with_owner(store: Store) -> None:
    with store.transaction() as conn:
        world, row = low(conn)
        assert (row.state, row.mandatory) == ("proposed", True)
        assert row.owner_unit_id == world.units["environment"]
        good = conn.execute(
            sa.select(Measure.mandatory)
            .join(Case, Case.id == Measure.case_id)
            .where(Case.decided_grade == Grade.COMPETENT)
        ).scalars()
        assert not any(good)


def test_years_before_count_for_what_is_proposed(store: Store) -> None:
    with store.transaction() as conn:
        world, cases = notified(conn)
        ids = [m for (m,) in conn.execute(sa.select(Measure.title)).all() if "一个工资档次" in m]
        assert ids == []
        conn.execute(
            sa.insert(PastResult).values(person_id=world.people["chief"], year=2024, conclusion="2")
        )
    with store.transaction() as conn:
        conn.execute(sa.delete(Measure))
        from_rules(conn, cases[CHIEF])
        titles = conn.execute(sa.select(Measure.title)).scalars().all()
        assert any("一个工资档次" in t for t in titles)


def from_rules(conn: sa.Connection, case: Any) -> None:
    moved = Moved(case.id, case.ref, Action.NOTIFY, CaseFacts(), State.NOTIFIED, case.version, {})
    propose_measures(conn, [moved], SYSTEM, NOTIFIED_AT)


def test_assignment_needs_a_due_day_and_can_be_recalled(store: Store) -> None:
    with store.transaction() as conn:
        world, row = low(conn)
        office = world.actor(Role.OFFICE)
        conn.execute(sa.update(Measure).where(Measure.id == row.id).values(due_on=None))
        with pytest.raises(Refused) as refused:
            measures.assign(conn, row.id, actor=office, at=NOTIFIED_AT)
        assert [str(r) for r in refused.value.reasons] == ["还没有确定办理期限"]
        measures.assign(conn, row.id, due_on=DUE, actor=office, at=NOTIFIED_AT)
        assert state(conn, row.id) == "assigned"
        with pytest.raises(Refused):
            measures.plan(
                conn, row.id, owner_unit_id=None, due_on=DUE, actor=office, at=NOTIFIED_AT
            )


def test_reporter_does_not_confirm_and_return_names_why(store: Store) -> None:
    with store.transaction() as conn:
        world, row = low(conn)
        office = world.actor(Role.OFFICE)
        worker = world.actor(Role.RESPONSIBLE_ORGAN, person="contact", unit="environment")
        measures.assign(conn, row.id, due_on=DUE, actor=office, at=NOTIFIED_AT)
        with pytest.raises(Refused):
            measures.report(conn, row.id, result=" ", actor=worker, at=NOTIFIED_AT)
        measures.report(conn, row.id, result="已整改", actor=worker, at=NOTIFIED_AT)
        both = world.actor(Role.OFFICE, person="contact")
        with pytest.raises(Refused):
            measures.confirm(conn, row.id, actor=both, at=NOTIFIED_AT)
        measures.give_back(conn, row.id, reason="缺照片", actor=office, at=NOTIFIED_AT)
        kept = conn.execute(sa.select(Measure).where(Measure.id == row.id)).one()
        assert (kept.state, kept.return_reason, kept.proof) == ("assigned", "缺照片", "已整改")
        measures.report(conn, row.id, result="附照片", actor=worker, at=NOTIFIED_AT)
        measures.confirm(conn, row.id, actor=office, at=NOTIFIED_AT)
        kept = conn.execute(sa.select(Measure).where(Measure.id == row.id)).one()
        assert (kept.state, kept.confirmed_by) == ("confirmed", world.people["clerk"])


def test_lead_waives_with_a_reason(store: Store) -> None:
    with store.transaction() as conn:
        world, row = low(conn)
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        with pytest.raises(Refused):
            measures.waive(conn, row.id, reason="", actor=lead, at=NOTIFIED_AT)
        measures.waive(conn, row.id, reason="已调离", actor=lead, at=NOTIFIED_AT)
        assert state(conn, row.id) == "waived"


def test_measure_by_hand_needs_words_and_a_known_unit(store: Store) -> None:
    with store.transaction() as conn:
        world, row = low(conn)
        case = conn.execute(sa.select(Case).where(Case.id == row.case_id)).one()
        office = world.actor(Role.OFFICE)
        for title, owner, field in ((" ", None, "title"), ("谈话", 999, "owner_unit_id")):
            with pytest.raises(Invalid) as invalid:
                measures.add_measure(
                    conn, case, channel=MeasureChannel.TRAINING, kind=MeasureKind.FEEDBACK_TALK,
                    title=title, owner_unit_id=owner, actor=office, at=NOTIFIED_AT,
                )  # fmt: skip
            assert list(invalid.value.errors) == [field]
