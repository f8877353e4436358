"""Working days, deadlines, and which reminders are due at a given moment.

The calendar is an argument: a mapping from day to whether it is worked, as an office loaded it
from the State Council's notice (swap days included). Days it doesn't hold follow the weekend
rule and are provisional. Office duties count working days, statutory rights calendar days.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from workflow.grammar import Deadline, Reminder, StageSpec, ThingSpec
from workflow.process import PROCESS
from workflow.rules import rule_count
from workflow.vocabulary import Anchor, DayUnit, ReminderKind, Role, Stage, State, Thing

Calendar = Mapping[date, bool]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time all year."""

OFFICE_HOURS = (time(8, 30), time(17, 30))
"""Reminders leave only in these hours of a working day."""

ONE_DAY = timedelta(days=1)


def is_working(day: date, calendar: Calendar) -> bool:
    """Whether offices work on this day."""
    loaded = calendar.get(day)
    return day.weekday() < 5 if loaded is None else loaded


def is_provisional(day: date, calendar: Calendar) -> bool:
    """True when no day of this year was loaded, so that holidays are not known yet."""
    return not any(known.year == day.year for known in calendar)


def add_working_days(start: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after ``start`` (before it when negative).

    The start itself doesn't count. 0 gives the start, or the next working day when it is none.
    """
    if count == 0:
        return next_working_day(start, calendar)
    step = ONE_DAY if count > 0 else -ONE_DAY
    day, left = start, abs(count)
    while left:
        day += step
        left -= is_working(day, calendar)
    return day


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself when it is worked, else the first worked day after it."""
    while not is_working(day, calendar):
        day += ONE_DAY
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after ``start`` up to and including ``end``; negative when end lies before."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = (start + ONE_DAY * n for n in range(1, (end - start).days + 1))
    return sum(is_working(day, calendar) for day in days)


def add_months(start: date, count: int) -> date:
    """The same day ``count`` months later, or that month's last day when it has no such day."""
    index = start.year * 12 + start.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def due_on(deadline: Deadline, anchor: date, calendar: Calendar) -> date:
    """The last day of a deadline. A fixed day of the timetable stays as it is set."""
    if deadline.unit is DayUnit.MONTH:
        return add_months(anchor, deadline.days)
    if deadline.unit is DayUnit.CALENDAR:
        return anchor + ONE_DAY * deadline.days
    if deadline.days == 0:
        return anchor
    return add_working_days(anchor, deadline.days, calendar)


def publicity_ends_on(starts_on: date, days: int, calendar: Calendar) -> date:
    """The last day of a publicity of ``days`` working days, its first working day included."""
    first = next_working_day(starts_on, calendar)
    return first if days <= 1 else add_working_days(first, days - 1, calendar)


def is_overdue(due: date | None, today: date) -> bool:
    """A duty is overdue from the day after its last day."""
    return due is not None and today > due


# statutory clocks of review and appeal, in calendar days (公务员法 95-96)


@dataclass(frozen=True, slots=True)
class StatutoryClocks:
    """The last days of each right and duty; None where the day it counts from is not known."""

    review_by: date | None = None
    review_decided_by: date | None = None
    appeal_direct_by: date | None = None
    appeal_by: date | None = None
    appeal_decided_by: date | None = None
    appeal_extended_to: date | None = None


def statutory_clocks(
    known_on: date | None = None,
    review_received_on: date | None = None,
    review_decision_on: date | None = None,
    appeal_accepted_on: date | None = None,
) -> StatutoryClocks:
    """All clocks from the days known so far. Execution is not suspended by any of them."""
    return StatutoryClocks(
        review_by=_after(known_on, "review_apply"),
        review_decided_by=_after(review_received_on, "review_decide"),
        appeal_direct_by=_after(known_on, "appeal_direct"),
        appeal_by=_after(review_decision_on, "appeal_after_review"),
        appeal_decided_by=_after(appeal_accepted_on, "appeal_decide"),
        appeal_extended_to=_after(appeal_accepted_on, "appeal_decide", "appeal_extension"),
    )


def _after(day: date | None, *rules: str) -> date | None:
    return None if day is None else day + ONE_DAY * sum(rule_count(rule) for rule in rules)


# deadlines and reminders of the process


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder to write: unique by kind, thing, person, due day and offset.

    When the deadline moves, ``due`` moves and with it the key, so the old reminders are past.
    """

    kind: ReminderKind
    deadline: str
    due: date
    offset: int
    to: tuple[Role, ...]


def deadline_of_state(state: State) -> Deadline | None:
    """The deadline that a case stands under in this state: the one its reminders speak of."""
    spec = PROCESS.stage(PROCESS.stage_of[state])
    return _deadline_in(spec, state.value)


def deadline_of_thing(thing: Thing, state: str) -> Deadline | None:
    """The deadline that a thing stands under in this state."""
    return _deadline_in(PROCESS.things[thing].spec, state)


def _deadline_in(spec: StageSpec | ThingSpec, state: str) -> Deadline | None:
    keys = [r.deadline for r in spec.reminders if state in {s.value for s in r.states}]
    return next((d for d in spec.deadlines if keys and d.key == keys[0]), None)


def case_due_on(state: State, anchors: Mapping[Anchor, date], calendar: Calendar) -> date | None:
    """The day by which the work of this state is due; None without deadline or anchor."""
    return _due_from(deadline_of_state(state), anchors, calendar)


def thing_due_on(
    thing: Thing, state: str, anchors: Mapping[Anchor, date], calendar: Calendar
) -> date | None:
    """The day by which the work on a thing in this state is due."""
    return _due_from(deadline_of_thing(thing, state), anchors, calendar)


def _due_from(
    deadline: Deadline | None, anchors: Mapping[Anchor, date], calendar: Calendar
) -> date | None:
    if deadline is None or deadline.anchor not in anchors:
        return None
    return due_on(deadline, anchors[deadline.anchor], calendar)


def reminders_of_state(state: State) -> tuple[Reminder, ...]:
    """The reminders declared for a state of the case."""
    spec = PROCESS.stage(PROCESS.stage_of[state])
    return tuple(r for r in spec.reminders if state in r.states)


def reminders_of_thing(thing: Thing, state: str) -> tuple[Reminder, ...]:
    """The reminders declared for a state of a thing."""
    reminders = PROCESS.things[thing].spec.reminders
    return tuple(r for r in reminders if state in {s.value for s in r.states})


def reminder_due(reminder: Reminder, due: date, today: date, calendar: Calendar) -> Due | None:
    """The latest step whose day has come, or None before the first.

    Only the latest: a job that slept, or a case that arrived late, sends one line, not a heap.
    Steps count working days from the due day; a due day that is no working day counts from the
    working day before it.
    """
    fired = [step for step in reminder.steps if _step_day(due, step.offset, calendar) <= today]
    if not fired:
        return None
    last = max(fired, key=lambda step: step.offset)
    return Due(reminder.kind, reminder.deadline, due, last.offset, last.to)


def _step_day(due: date, offset: int, calendar: Calendar) -> date:
    base = due if is_working(due, calendar) else add_working_days(due, -1, calendar)
    return base if offset == 0 else add_working_days(base, offset, calendar)


def case_reminders_due(
    state: State, anchors: Mapping[Anchor, date], today: date, calendar: Calendar
) -> tuple[Due, ...]:
    """Every reminder of a case's state that is due today."""
    spec = PROCESS.stage(PROCESS.stage_of[state])
    return _due_of(spec.deadlines, reminders_of_state(state), anchors, today, calendar)


def thing_reminders_due(
    thing: Thing, state: str, anchors: Mapping[Anchor, date], today: date, calendar: Calendar
) -> tuple[Due, ...]:
    """Every reminder of a thing's state that is due today."""
    deadlines = PROCESS.things[thing].spec.deadlines
    return _due_of(deadlines, reminders_of_thing(thing, state), anchors, today, calendar)


def _due_of(
    deadlines: Sequence[Deadline],
    reminders: Iterable[Reminder],
    anchors: Mapping[Anchor, date],
    today: date,
    calendar: Calendar,
) -> tuple[Due, ...]:
    by_key = {deadline.key: deadline for deadline in deadlines}
    found = []
    for reminder in reminders:
        due = _due_from(by_key[reminder.deadline], anchors, calendar)
        line = None if due is None else reminder_due(reminder, due, today, calendar)
        if line is not None:
            found.append(line)
    return tuple(found)


def may_send_at(moment: datetime, calendar: Calendar) -> bool:
    """True in office hours of a working day in China; ``moment`` is an aware instant.

    Raises ValueError for a naive one.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    local = moment.astimezone(SHANGHAI)
    opens, closes = OFFICE_HOURS
    return is_working(local.date(), calendar) and opens <= local.time() < closes


TIMETABLE: tuple[tuple[Stage, Anchor], ...] = (
    (Stage.SCOPING, Anchor.SCOPING_ENDS),
    (Stage.SELF_REPORT, Anchor.REPORT_ENDS),
    (Stage.DATA_COLLECTION, Anchor.DATA_ENDS),
    (Stage.PUBLIC_EVALUATION, Anchor.EVALUATION_ENDS),
    (Stage.COMMITTEE_REVIEW, Anchor.SYNTHESIS_ENDS),
    (Stage.COMMITTEE_REVIEW, Anchor.DECISION_ENDS),
    (Stage.COMMITTEE_REVIEW, Anchor.RELEASE_ENDS),
)
"""The rows an office fills in for a cycle."""


def timetable_anchors(ends: Mapping[str, date]) -> dict[Anchor, date]:
    """Anchor days from a cycle's timetable, keyed by anchor or by stage value.

    A row for the anchor wins over the row for its stage, so that one due day for the committee
    review serves synthesis, decision and release until an office splits them.
    """
    found: dict[Anchor, date] = {}
    for stage, anchor in TIMETABLE:
        day = ends.get(anchor.value) or ends.get(stage.value)
        if day is not None:
            found[anchor] = day
    return found
