"""Publicity and statement: their reminders follow the days of the cycle's scheme."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.commands.transition import perform
from cases.models import Case, Cycle, Decision, Pool, SchemeVersion, Statement
from cases.queries.calendar import working_days
from cases.queries.due import due_groups
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.scheme import digest
from cases.store import Store
from tests.decision_desk import at_synthesis
from tests.world import AT, World, scheme_document
from workflow.rules import rule_count
from workflow.timetable import publicity_ends_on
from workflow.vocabulary import Action, CycleState, Role, Track

STATEMENT_DAYS, PUBLICITY_DAYS = 9, 8
STARTS_ON = date(2025, 12, 10)
PUBLICITY_ENDS = date(2025, 12, 19)
TOLD_AT = AT + timedelta(days=12)
STATEMENT_DUE = date(2026, 1, 2)


def decided(conn: sa.Connection) -> tuple[World, int]:
    """沈知远's 优秀 is decided and released, in a scheme that sets days of its own."""
    world, cases = at_synthesis(conn)
    content: dict[str, Any] = scheme_document()
    content["feedback"]["statement_days"] = STATEMENT_DAYS
    content["publicity"]["civil_servant"]["working_days"] = PUBLICITY_DAYS
    conn.execute(sa.update(SchemeVersion).values(content=content, digest=digest(content)))
    conn.execute(sa.update(Cycle).values(state=CycleState.OPEN))
    chief = cases["沈知远"]
    pool = {"track": "civil_servant", "state": "released", "seats": 3}
    conn.execute(sa.update(Pool).where(Pool.id == chief.pool_id).values(**pool))
    grade = {"decided_grade": "excellent", "outcome": "graded", "conclusion": "1"}
    conn.execute(
        sa.update(Case)
        .where(Case.id == chief.id)
        .values(track="civil_servant", state="decided", **grade)
    )
    conn.execute(
        sa.insert(Decision).values(
            case_id=chief.id, outcome="graded", grade="excellent", conclusion="1", organ="云州市委",
            document="云委〔2026〕18号", decided_on=AT.date(), basis="synthesis", recorded_at=AT,
            released_at=AT,
        )
    )  # fmt: skip
    return world, int(chief.id)


def publish(conn: sa.Connection, world: World, case_id: int, ends_on: date) -> None:
    recorder = world.actor(Role.DECISION_RECORDER, person="recorder")
    payload = {"ends_on": ends_on, "range": "本单位"}
    perform(
        conn, case_id, Action.RELEASE_TO_PUBLICITY, actor=recorder, at=AT, payload=payload
    )  # fmt: skip


def notify(conn: sa.Connection, world: World, case_id: int, at: datetime) -> None:
    office = world.actor(Role.OFFICE, person="recorder")
    perform(conn, case_id, Action.NOTIFY, actor=office, at=at)


def reminded(conn: sa.Connection, kind: str, today: date) -> list[tuple[date, int, int]]:
    """Due day, step and number of cases of each group of a kind."""
    return [
        (g.due.due, g.due.offset, len(conn.execute(g.rows).all()))
        for g in due_groups(conn, today=today)
        if g.due.kind.value == kind
    ]


def due_on(conn: sa.Connection, case_id: int) -> date | None:
    return conn.execute(sa.select(Case.due_on).where(Case.id == case_id)).scalar_one()


def test_scheme_has_other_days_than_the_rule_rows(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        world, _ = decided(conn)
        scheme = scheme_of_cycle(conn, world.cycle_id)
        assert scheme is not None
        days = scheme.publicity[Track.CIVIL_SERVANT].working_days
        assert (days, scheme.feedback.statement_days) == (PUBLICITY_DAYS, STATEMENT_DAYS)
        assert publicity_ends_on(STARTS_ON, days, working_days(conn)) == PUBLICITY_ENDS
    assert rule_count("publicity") != PUBLICITY_DAYS
    assert rule_count("statement") != STATEMENT_DAYS


def test_publicity_is_reminded_of_on_the_day_its_window_ends(store: Store) -> None:
    with store.transaction() as conn:
        world, chief = decided(conn)
        publish(conn, world, chief, PUBLICITY_ENDS)
        assert due_on(conn, chief) == PUBLICITY_ENDS
        by_rule = STARTS_ON + timedelta(days=7)  # five working days, as the rule row has it
        assert reminded(conn, "publicity_ends", by_rule) == []
        assert reminded(conn, "publicity_ends", PUBLICITY_ENDS) == [(PUBLICITY_ENDS, 0, 1)]
        after = PUBLICITY_ENDS + timedelta(days=3)
        assert reminded(conn, "publicity_ends", after) == [(PUBLICITY_ENDS, 1, 1)]


def test_publicity_longer_than_the_scheme_asks_ends_on_its_own_day(store: Store) -> None:
    longer = PUBLICITY_ENDS + timedelta(days=7)
    with store.transaction() as conn:
        world, chief = decided(conn)
        publish(conn, world, chief, longer)
        assert due_on(conn, chief) == longer
        assert reminded(conn, "publicity_ends", PUBLICITY_ENDS) == []
        assert reminded(conn, "publicity_ends", longer) == [(longer, 0, 1)]


def test_statement_is_reminded_of_by_the_days_of_the_scheme(store: Store) -> None:
    with store.transaction() as conn:
        world, chief = decided(conn)
        publish(conn, world, chief, PUBLICITY_ENDS)
        notify(conn, world, chief, TOLD_AT)
        own = conn.execute(sa.select(Statement.due_on).where(Statement.case_id == chief)).scalar()
        assert (own, due_on(conn, chief)) == (STATEMENT_DUE, STATEMENT_DUE)
        by_rule = date(2025, 12, 29)  # five working days after notice
        assert reminded(conn, "statement_due", by_rule) == []
        assert reminded(conn, "statement_due", date(2026, 1, 1)) == [(STATEMENT_DUE, -1, 1)]
        assert reminded(conn, "statement_due", STATEMENT_DUE) == [(STATEMENT_DUE, 0, 1)]
