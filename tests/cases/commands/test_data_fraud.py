"""Confirmed fraud: one act by the entitled person, facts for body and members, bars follow."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from cases.commands.data_fraud import Finding, record_fraud
from cases.commands.synthesis import compute
from cases.errors import Invalid, Refused
from cases.journal.kept import stray_kept
from cases.models import Case, SubjectEvent
from cases.queries.facts import facts_of
from cases.queries.scheme import scheme_of_cycle
from cases.queries.subject_events import findings, records_of
from cases.store import Store
from tests.cases.commands.test_data_objections import verified
from tests.world import AT, World
from workflow.vocabulary import CaseKind, Grade, Role, State, Track


def finding(world: World) -> Finding:
    return Finding(
        ["pm25"], date(2025, 11, 3), "云统核〔2025〕7号", "人为干扰监测点位", [world.people["head"]]
    )


def test_fraud_bars_body_and_named_members(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        world = found.world
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        assert record_fraud(conn, found.sheet_id, finding(world), actor=lead, at=AT) == []
        scheme = scheme_of_cycle(conn, world.cycle_id)
        assert scheme is not None
        people, units = records_of(
            conn, [world.people["head"], world.people["mayor"]], [world.units["county"]], scheme
        )
        body = findings(
            scheme, None, units[world.units["county"]], [], kind=CaseKind.BODY,
            track=Track.LEADING_BODY, year=2025, on=date(2025, 12, 31),
        )  # fmt: skip
        head = findings(
            scheme, people[world.people["head"]], None, [], kind=CaseKind.CADRE,
            track=Track.LEADING_CADRE, year=2025, on=date(2025, 12, 31),
        )  # fmt: skip
    assert world.people["mayor"] not in people
    assert [row["code"] for row in body.rows] == ["FRAUD"]
    assert [row["code"] for row in head.rows] == ["FRAUD"]


def test_fraud_bars_at_once_and_lists_what_was_decided(store: Store) -> None:
    """Decided before the finding or graded after it: no 优秀 stands beside it unseen."""
    with store.transaction() as conn:
        found = verified(conn)
        world, county = found.world, found.world.units["county"]
        conn.execute(sa.update(Case).values(state=State.DECIDING))
        cases = {
            person: i for i, person in conn.execute(
                sa.select(Case.id, Case.person_id).where(Case.unit_id == county)
            )
        }  # fmt: skip
        lead = world.actor(Role.OFFICE_LEAD, person="lead")
        compute(conn, world.cycle_id, list(cases.values()), actor=lead, at=AT)
        conn.execute(sa.update(Case).values(state=State.DECIDED, decided_grade=Grade.EXCELLENT))
        barred = sorted(cases[who] for who in (None, world.people["head"]))
        listed = record_fraud(conn, found.sheet_id, finding(world), actor=lead, at=AT)
        assert sorted(listed) == barred
        facts = facts_of(conn, list(cases.values()), on=AT.date())
        assert sorted(i for i, one in facts.items() if "FRAUD" in {b.code for b in one.bars}) == (
            barred
        )
        assert stray_kept(conn) is None
        with pytest.raises(Refused) as refused:
            record_fraud(conn, found.sheet_id, finding(world), actor=lead, at=AT)
        assert [str(x) for x in refused.value.reasons] == ["这份文件认定的情形已经登记"]


def test_only_who_concludes_inquiries_records_fraud(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        for role in (Role.OFFICE, Role.DATA_VERIFIER, Role.DECISION_RECORDER):
            with pytest.raises(Refused):
                record_fraud(
                    conn, found.sheet_id, finding(found.world), actor=found.world.actor(role), at=AT
                )
        assert conn.execute(sa.select(sa.func.count()).select_from(SubjectEvent)).scalar() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("indicators", []),
        ("indicators", ["nothing"]),
        ("document", " "),
        ("finding", "假"),
        ("happened_on", date(2025, 12, 11)),
        ("people", [999]),
    ],
)
def test_what_is_lacking_is_named(store: Store, field: str, value: object) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        lead = found.world.actor(Role.OFFICE_LEAD, person="lead")
        wrong = replace(finding(found.world), **{field: value})
        with pytest.raises(Invalid) as invalid:
            record_fraud(conn, found.sheet_id, wrong, actor=lead, at=AT)
    assert list(invalid.value.errors) == [field]


def test_nobody_records_fraud_of_his_own_unit_or_of_himself(store: Store) -> None:
    with store.transaction() as conn:
        found = verified(conn)
        lead = found.world.actor(Role.OFFICE_LEAD, person="head")
        with pytest.raises(Refused):
            record_fraud(conn, found.sheet_id, finding(found.world), actor=lead, at=AT)
        assert conn.execute(sa.select(sa.func.count()).select_from(SubjectEvent)).scalar() == 0
