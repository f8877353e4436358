"""Reminders due: declared once, found as groups, gone when the work is done or the day moves."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform_many
from cases.models import Case, Cycle, Measure, Meeting
from cases.queries.due import Group, due_groups, still_due, undated
from cases.store import Store
from tests.world import AT, TIMETABLE, World, found_world
from workflow.vocabulary import Action, CycleState, ReminderKind, Role

Seen = tuple[str, str, date, int, int]


def drafting(store: Store) -> World:
    with store.transaction() as conn:
        world = found_world(conn, state=CycleState.OPEN)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
        ids = list(conn.execute(sa.select(Case.id)).scalars())
        perform_many(conn, ids, Action.OPEN_SELF_REPORT, actor=world.actor(Role.OFFICE), at=AT)
    return world


def seen(store: Store, today: date) -> list[Seen]:
    with store.reading() as conn:
        groups = due_groups(conn, today=today)
        return [
            (
                g.due.kind.value,
                g.thing.value,
                g.due.due,
                g.due.offset,
                len(conn.execute(g.rows).all()),
            )
            for g in groups
        ]


def set_timetable(store: Store, **changes: dict[str, str]) -> None:
    with store.transaction() as conn:
        conn.execute(sa.update(Cycle).values(timetable={**TIMETABLE, **changes}))


@pytest.mark.parametrize(
    ("today", "offset"),
    [
        (date(2025, 12, 22), -7),
        (date(2025, 12, 25), -7),
        (date(2025, 12, 26), -3),
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 1),
        (date(2026, 1, 5), 3),
    ],
)
def test_due_report_steps_count_working_days(store: Store, today: date, offset: int) -> None:
    drafting(store)
    assert ("report_due", "case", date(2025, 12, 31), offset, 6) in seen(store, today)


def test_due_nothing_before_the_first_step(store: Store) -> None:
    drafting(store)
    assert [s for s in seen(store, date(2025, 12, 19)) if s[0] == "report_due"] == []


def test_due_moves_with_the_deadline(store: Store) -> None:
    drafting(store)
    extended = {"opens": "2025-12-10", "due": "2025-12-31", "extended": "2026-01-15"}
    set_timetable(store, self_report=extended)
    assert [s for s in seen(store, date(2025, 12, 31)) if s[0] == "report_due"] == []
    assert ("report_due", "case", date(2026, 1, 15), 0, 6) in seen(store, date(2026, 1, 15))


def test_due_counts_from_the_day_a_state_was_entered(store: Store) -> None:
    drafting(store)
    with store.transaction() as conn:  # 23:30 in Shanghai is still the 15th there
        conn.execute(
            sa.update(Case)
            .where(Case.kind == "body")
            .values(state="submitted", entered_at=datetime(2025, 12, 15, 15, 30, tzinfo=UTC))
        )
    checks = [s for s in seen(store, date(2025, 12, 22)) if s[0] == "report_check_due"]
    assert checks == [("report_check_due", "case", date(2025, 12, 22), 0, 2)]


def test_due_stops_when_the_cycle_is_not_open(store: Store) -> None:
    drafting(store)
    with store.transaction() as conn:
        conn.execute(sa.update(Cycle).values(state=CycleState.CLOSED.value))
    assert [s for s in seen(store, date(2025, 12, 31)) if s[0] == "report_due"] == []


def test_due_things_stand_beside_the_case(store: Store) -> None:
    world = drafting(store)
    with store.transaction() as conn:
        case_id = conn.execute(sa.select(sa.func.min(Case.id))).scalar_one()
        conn.execute(
            sa.insert(Measure).values(
                case_id=case_id, channel="training", kind="training", title="培训", basis="方案",
                mandatory=False, state="assigned", version=2, due_on=date(2026, 1, 20),
                created_at=AT,
            )
        )  # fmt: skip
        conn.execute(
            sa.insert(Meeting).values(
                ref="M1", cycle_id=world.cycle_id, unit_id=world.units["county"], title="测评会",
                planned_on=date(2026, 1, 21), state="planned", version=1,
            )
        )  # fmt: skip
    found = [s for s in seen(store, date(2026, 1, 20)) if s[1] in ("measure", "meeting")]
    assert found == [
        ("meeting_due", "meeting", date(2026, 1, 21), -1, 1),
        ("measure_due", "measure", date(2026, 1, 20), 0, 1),
    ] or sorted(found) == [
        ("measure_due", "measure", date(2026, 1, 20), 0, 1),
        ("meeting_due", "meeting", date(2026, 1, 21), -1, 1),
    ]


def test_still_due_forgets_what_is_done(store: Store) -> None:
    drafting(store)

    def group(conn: Any) -> Group:
        groups = due_groups(conn, today=date(2025, 12, 31))
        return next(g for g in groups if g.due.kind is ReminderKind.REPORT_DUE)

    with store.transaction() as conn:
        ids = list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())
        assert still_due(conn, group(conn), ids) == set(ids)
        conn.execute(sa.update(Case).where(Case.id == ids[0]).values(state="submitted"))
        assert still_due(conn, group(conn), ids) == set(ids[1:])


def test_every_anchor_of_a_reminder_has_its_day() -> None:
    assert undated() == []
