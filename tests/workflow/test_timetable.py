"""Working days around swap days, holidays and year ends; deadlines; reminders."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import timetable as t
from workflow.grammar import Deadline, Reminder, ReminderStep
from workflow.vocabulary import (
    Anchor,
    DataSheetState,
    DayUnit,
    ReminderKind,
    Role,
    State,
    Thing,
)
from workflow.words import m

D = date
NEW_YEAR = [D(2025, 1, 1)]
SPRING = [D(2025, 1, 28) + timedelta(n) for n in range(8)]
NATIONAL = [D(2025, 10, 1) + timedelta(n) for n in range(8)]
MADE_UP = [D(2025, 1, 26), D(2025, 2, 8), D(2025, 9, 28), D(2025, 10, 11)]
CALENDAR = {day: False for day in (*NEW_YEAR, *SPRING, *NATIONAL)} | {d: True for d in MADE_UP}
"""国务院办公厅关于2025年部分节假日安排的通知: the days these tests touch."""


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (D(2025, 9, 28), True),  # a Sunday made up for
        (D(2025, 10, 11), True),  # a Saturday made up for
        (D(2025, 10, 1), False),
        (D(2025, 10, 8), False),  # a Wednesday off
        (D(2025, 10, 9), True),
        (D(2025, 9, 27), False),
        (D(2027, 3, 1), True),  # nothing loaded: the weekend rule
        (D(2027, 3, 6), False),
    ],
)
def test_working_day_follows_the_loaded_calendar(day: date, works: bool) -> None:
    assert t.is_working(day, CALENDAR) is works


def test_year_without_a_loaded_day_is_provisional() -> None:
    assert not t.is_provisional(D(2025, 6, 1), CALENDAR)
    assert t.is_provisional(D(2027, 6, 1), CALENDAR)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (D(2025, 9, 26), 1, D(2025, 9, 28)),  # Friday to the made-up Sunday
        (D(2025, 9, 30), 1, D(2025, 10, 9)),  # over eight days off
        (D(2025, 9, 30), 3, D(2025, 10, 11)),  # the made-up Saturday counts
        (D(2025, 10, 9), -1, D(2025, 9, 30)),
        (D(2025, 12, 31), 1, D(2026, 1, 1)),  # 2026 is not loaded yet
        (D(2024, 12, 31), 1, D(2025, 1, 2)),
        (D(2025, 1, 24), 2, D(2025, 1, 27)),
        (D(2025, 1, 27), 1, D(2025, 2, 5)),
        (D(2025, 10, 1), 0, D(2025, 10, 9)),
        (D(2025, 9, 28), 0, D(2025, 9, 28)),
    ],
)
def test_working_days_are_added_over_swap_days(start: date, count: int, end: date) -> None:
    assert t.add_working_days(start, count, CALENDAR) == end


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (D(2025, 9, 26), D(2025, 10, 9), 4),
        (D(2025, 10, 1), D(2025, 10, 8), 0),
        (D(2025, 10, 9), D(2025, 9, 30), -1),
        (D(2025, 5, 6), D(2025, 5, 6), 0),
    ],
)
def test_working_days_between_count_the_end_not_the_start(
    start: date, end: date, days: int
) -> None:
    assert t.working_days_between(start, end, CALENDAR) == days


@given(st.dates(D(2024, 1, 1), D(2027, 12, 31)), st.integers(1, 60))
def test_adding_and_counting_working_days_agree(start: date, count: int) -> None:
    end = t.add_working_days(start, count, CALENDAR)
    assert t.is_working(end, CALENDAR)
    assert t.working_days_between(start, end, CALENDAR) == count


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2028, 1, 31), 1, D(2028, 2, 29)),
        (D(2025, 12, 15), 1, D(2026, 1, 15)),
        (D(2026, 3, 31), -1, D(2026, 2, 28)),
        (D(2025, 11, 30), 3, D(2026, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: date, count: int, end: date) -> None:
    assert t.add_months(start, count) == end


@pytest.mark.parametrize(
    ("days", "unit", "anchor", "due"),
    [
        (0, DayUnit.WORKING, D(2025, 10, 4), D(2025, 10, 4)),
        (3, DayUnit.WORKING, D(2025, 9, 30), D(2025, 10, 11)),
        (30, DayUnit.CALENDAR, D(2025, 9, 8), D(2025, 10, 8)),
        (1, DayUnit.MONTH, D(2026, 1, 31), D(2026, 2, 28)),
    ],
)
def test_deadline_counts_in_its_own_unit(days: int, unit: DayUnit, anchor: date, due: date) -> None:
    deadline = Deadline("x", Anchor.ENTERED_ON, days, unit, title=m("公示期"))
    assert t.due_on(deadline, anchor, CALENDAR) == due


def test_publicity_counts_its_first_working_day() -> None:
    assert t.publicity_ends_on(D(2025, 9, 26), 5, CALENDAR) == D(2025, 10, 9)
    assert t.publicity_ends_on(D(2025, 10, 1), 1, CALENDAR) == D(2025, 10, 9)


def test_duty_is_overdue_from_the_next_day() -> None:
    assert not t.is_overdue(D(2026, 1, 20), D(2026, 1, 20))
    assert t.is_overdue(D(2026, 1, 20), D(2026, 1, 21))
    assert not t.is_overdue(None, D(2026, 1, 21))


def test_statutory_clocks_count_calendar_days() -> None:
    clocks = t.statutory_clocks(D(2026, 3, 24), D(2026, 4, 1), D(2026, 4, 30), D(2026, 5, 10))
    assert clocks == t.StatutoryClocks(
        review_by=D(2026, 4, 23),
        review_decided_by=D(2026, 5, 1),
        appeal_direct_by=D(2026, 4, 23),
        appeal_by=D(2026, 5, 15),
        appeal_decided_by=D(2026, 7, 9),
        appeal_extended_to=D(2026, 8, 8),
    )
    assert t.statutory_clocks() == t.StatutoryClocks()


# reminders

REMINDER = Reminder(
    ReminderKind.REPORT_DUE,
    "report",
    (State.DRAFTING,),
    (
        ReminderStep(-3, (Role.SUBJECT,)),
        ReminderStep(0, (Role.SUBJECT,)),
        ReminderStep(1, (Role.SUBJECT, Role.UNIT_CONTACT)),
        ReminderStep(3, (Role.OFFICE,)),
    ),
)
DUE = D(2025, 12, 31)


@pytest.mark.parametrize(
    ("today", "offset"),
    [
        (D(2025, 12, 25), None),
        (D(2025, 12, 26), -3),
        (D(2025, 12, 30), -3),
        (D(2025, 12, 31), 0),
        (D(2026, 1, 1), 1),
        (D(2026, 1, 4), 1),
        (D(2026, 1, 5), 3),
        (D(2026, 3, 1), 3),
    ],
)
def test_latest_step_is_due_and_no_heap(today: date, offset: int | None) -> None:
    due = t.reminder_due(REMINDER, DUE, today, CALENDAR)
    assert (None if due is None else due.offset) == offset


def test_reminder_before_a_holiday_counts_from_the_working_day_before() -> None:
    due = t.reminder_due(REMINDER, D(2025, 10, 4), D(2025, 9, 30), CALENDAR)
    assert due == t.Due(ReminderKind.REPORT_DUE, "report", D(2025, 10, 4), 0, (Role.SUBJECT,))


def test_moved_deadline_gives_another_key() -> None:
    before = t.reminder_due(REMINDER, DUE, D(2025, 12, 31), CALENDAR)
    after = t.reminder_due(REMINDER, D(2026, 1, 9), D(2025, 12, 31), CALENDAR)
    assert before is not None
    assert before.due == DUE
    assert after is None


def test_case_reminders_follow_the_state() -> None:
    anchors = {Anchor.REPORT_ENDS: DUE, Anchor.ENTERED_ON: D(2025, 12, 20)}
    today = D(2025, 12, 31)
    kinds = {
        state: [d.kind for d in t.case_reminders_due(state, anchors, today, CALENDAR)]
        for state in (State.DRAFTING, State.SUBMITTED, State.ARCHIVED)
    }
    assert kinds == {
        State.DRAFTING: [ReminderKind.REPORT_DUE],
        State.SUBMITTED: [ReminderKind.REPORT_CHECK_DUE],
        State.ARCHIVED: [],
    }
    assert t.case_reminders_due(State.DRAFTING, {}, today, CALENDAR) == ()


def test_thing_reminders_follow_the_state() -> None:
    anchors = {Anchor.DATA_ENDS: D(2026, 1, 20)}
    today = D(2026, 1, 20)
    (due,) = t.thing_reminders_due(Thing.DATA_SHEET, DataSheetState.OPEN, anchors, today, CALENDAR)
    assert (due.kind, due.to) == (ReminderKind.DATA_DUE, (Role.DATA_PROVIDER,))
    assert (
        t.thing_reminders_due(Thing.DATA_SHEET, DataSheetState.FROZEN, anchors, today, CALENDAR)
        == ()
    )


@pytest.mark.parametrize(
    ("state", "anchor", "on", "due"),
    [
        (State.SCOPED, Anchor.SCOPING_ENDS, D(2025, 12, 10), D(2025, 12, 10)),
        (State.DRAFTING, Anchor.REPORT_ENDS, DUE, DUE),
        (State.SUBMITTED, Anchor.ENTERED_ON, D(2025, 12, 1), D(2025, 12, 8)),
        (State.NOTIFIED, Anchor.NOTIFIED_ON, D(2026, 3, 2), D(2026, 3, 9)),
        (State.CLOSED, Anchor.ENTERED_ON, D(2026, 1, 31), D(2026, 2, 28)),
        (State.ARCHIVED, Anchor.ENTERED_ON, D(2026, 1, 31), None),
        (State.DRAFTING, Anchor.DATA_ENDS, DUE, None),
    ],
)
def test_case_is_due_by_the_deadline_of_its_state(
    state: State, anchor: Anchor, on: date, due: date | None
) -> None:
    assert t.case_due_on(state, {anchor: on}, CALENDAR) == due


def test_thing_is_due_by_its_own_day_or_the_timetable() -> None:
    anchors = {Anchor.THING_DUE_ON: D(2026, 2, 3), Anchor.RECEIVED_ON: D(2026, 4, 1)}
    assert t.thing_due_on(Thing.OPINION_REQUEST, "sent", anchors, CALENDAR) == D(2026, 2, 3)
    assert t.thing_due_on(Thing.OPINION_REQUEST, "closed", anchors, CALENDAR) is None
    assert t.thing_due_on(Thing.REVIEW, "accepted", anchors, CALENDAR) == D(2026, 5, 1)


def test_timetable_of_a_cycle_may_split_the_committee_review() -> None:
    ends = {"committee_review": D(2026, 2, 28), "release_ends": D(2026, 3, 20)}
    assert t.timetable_anchors(ends) == {
        Anchor.SYNTHESIS_ENDS: D(2026, 2, 28),
        Anchor.DECISION_ENDS: D(2026, 2, 28),
        Anchor.RELEASE_ENDS: D(2026, 3, 20),
    }


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        (datetime(2025, 9, 28, 1, 0, tzinfo=UTC), True),  # 09:00 on the made-up Sunday
        (datetime(2025, 9, 28, 0, 29, tzinfo=UTC), False),
        (datetime(2025, 9, 28, 9, 30, tzinfo=UTC), False),
        (datetime(2025, 10, 1, 2, 0, tzinfo=UTC), False),
        (datetime(2025, 9, 30, 16, 0, tzinfo=UTC), False),
    ],
)
def test_reminders_leave_in_office_hours_only(moment: datetime, may: bool) -> None:
    assert t.may_send_at(moment, CALENDAR) is may


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        t.may_send_at(datetime(2025, 9, 28, 9), CALENDAR)
