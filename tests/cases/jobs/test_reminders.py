"""Reminders from tick to inbox: once, in office hours, one digest a person, gone when done."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform_many
from cases.files.store import FileStore
from cases.jobs.handlers import handlers
from cases.jobs.outbox import Drained, drain
from cases.jobs.reminders import next_opening, remind
from cases.jobs.tools import Tools
from cases.models import Case, Cycle, Message, Outbox, Person, Relation
from cases.notices.deliver import Mailer
from cases.store import Store
from config import Settings
from tests.staff import account
from tests.world import AT, TIMETABLE, World, found_world
from workflow.vocabulary import Action, CycleState, Role

DUE_DAY = datetime(2025, 12, 31, 1, 5, tzinfo=UTC)  # 09:05 in Shanghai


@pytest.fixture
def tools(store: Store, tmp_path: Path) -> Tools:
    settings = Settings(mode="test", var=tmp_path)
    return Tools(store, FileStore(tmp_path / "files"), settings, now=lambda: DUE_DAY)


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        made = found_world(conn, state=CycleState.OPEN)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
        ids = list(conn.execute(sa.select(Case.id)).scalars())
        perform_many(conn, ids, Action.OPEN_SELF_REPORT, actor=made.actor(Role.OFFICE), at=AT)
        conn.execute(sa.update(Outbox).values(done_at=AT))
    return made


def drained(tools: Tools, at: datetime = DUE_DAY) -> Drained:
    return drain(tools.store, handlers(tools, Mailer(tools.settings)), now=lambda: at)


def inbox(store: Store) -> dict[str, list[tuple[str, str]]]:
    with store.reading() as conn:
        rows = conn.execute(
            sa.select(Person.name, Message.title, Message.text)
            .join(Person, Person.id == Message.person_id)
            .order_by(Message.id)
        ).all()
    found: dict[str, list[tuple[str, str]]] = {}
    for name, title, text in rows:
        found.setdefault(name, []).append((title, text))
    return found


def test_remind_twice_posts_once(tools: Tools, world: World) -> None:
    assert remind(tools, at=DUE_DAY) > 0
    assert remind(tools, at=DUE_DAY) == 0


def test_remind_tells_each_subject_by_a_digest(tools: Tools, world: World) -> None:
    remind(tools, at=DUE_DAY)
    drained(tools)
    assert inbox(tools.store)["沈知远"] == [
        ("到期提醒：1 项", "述职报告到期：1 项\n· 沈知远　云州市生态环境局　今天到期")
    ]


def test_remind_one_digest_for_the_contact_of_many(tools: Tools, world: World) -> None:
    late = datetime(2026, 1, 1, 1, 5, tzinfo=UTC)  # the first working day after, as loaded
    with tools.store.transaction() as conn:
        account(conn, world, "contact", Role.UNIT_CONTACT, unit="environment", locale="en")
    remind(tools, at=late)
    drained(tools, late)
    ((title, text),) = inbox(tools.store)["路明晞"]
    assert title == "Reminders: 3 things"
    assert text.splitlines()[0] == "Self-report due: 3 things"
    assert len(text.splitlines()) == 4


def test_remind_outside_office_hours_posts_nothing(tools: Tools, world: World) -> None:
    saturday = datetime(2026, 1, 3, 2, 0, tzinfo=UTC)
    night = datetime(2025, 12, 31, 14, 0, tzinfo=UTC)
    assert [remind(tools, at=saturday), remind(tools, at=night)] == [0, 0]


def test_reminder_drained_at_night_waits_for_the_morning(tools: Tools, world: World) -> None:
    remind(tools, at=DUE_DAY)
    night = datetime(2025, 12, 31, 14, 0, tzinfo=UTC)
    assert drained(tools, night).later > 0
    with tools.store.reading() as conn:
        due = conn.execute(
            sa.select(Outbox.available_at).where(Outbox.kind == "reminder").distinct()
        ).scalars()
        assert list(due) == [datetime(2026, 1, 1, 0, 30, tzinfo=UTC)]
    assert inbox(tools.store) == {}


def test_reminder_is_dropped_when_the_work_is_done(tools: Tools, world: World) -> None:
    remind(tools, at=DUE_DAY)
    with tools.store.transaction() as conn:
        conn.execute(sa.update(Case).values(state="collecting"))
    sums = drained(tools)
    assert (sums.done > 0, inbox(tools.store)) == (True, {})


def test_reminder_is_dropped_when_the_deadline_moved(tools: Tools, world: World) -> None:
    remind(tools, at=DUE_DAY)
    later = {"opens": "2025-12-10", "due": "2025-12-31", "extended": "2026-01-30"}
    with tools.store.transaction() as conn:
        conn.execute(sa.update(Cycle).values(timetable={**TIMETABLE, "self_report": later}))
    drained(tools)
    assert inbox(tools.store) == {}
    assert remind(tools, at=DUE_DAY) == 0


def test_reminder_to_staff_never_speaks_of_kin_or_self(tools: Tools, world: World) -> None:
    third = datetime(2026, 1, 5, 1, 5, tzinfo=UTC)
    with tools.store.transaction() as conn:
        account(conn, world, "chief", Role.OFFICE)
        account(conn, world, "clerk", Role.OFFICE)
        conn.execute(
            sa.insert(Relation).values(
                person_id=world.people["mayor"],
                other_id=world.people["clerk"],
                kind="kin",
                declared_on=date(2025, 1, 1),
            )
        )
    remind(tools, at=third)
    drained(tools, third)
    told = inbox(tools.store)
    assert "张伟" not in told["方若谷"][0][1]
    assert "沈知远" in told["方若谷"][0][1]
    assert "沈知远　" not in told["沈知远"][-1][1]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2025, 12, 30, 22, 0, tzinfo=UTC), datetime(2025, 12, 31, 0, 30, tzinfo=UTC)),
        (datetime(2025, 12, 31, 14, 0, tzinfo=UTC), datetime(2026, 1, 1, 0, 30, tzinfo=UTC)),
        (datetime(2026, 1, 2, 10, 0, tzinfo=UTC), datetime(2026, 1, 5, 0, 30, tzinfo=UTC)),
    ],
)
def test_next_opening_is_a_working_morning(at: datetime, expected: datetime) -> None:
    assert next_opening(at, {}) == expected
