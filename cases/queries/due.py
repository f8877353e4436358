"""Which reminders are due: the declared process laid over the tables, as a few statements.

A reminder is declared for a state and a deadline; a deadline counts from an anchor day. The anchor
is a column (of the case or thing) or a row of the cycle's timetable, so all cases that share an
anchor day are one :class:`Group`: one due day, one step, one SELECT. Nothing here loops over cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import sqlalchemy as sa

from cases.models import (
    Case,
    Cycle,
    DataSheet,
    Decision,
    Filing,
    Hold,
    Inquiry,
    Measure,
    Meeting,
    NegativeRating,
    OpinionRequest,
    Publicity,
    PublicityObjection,
    Review,
    Statement,
)
from cases.models.base import Instant
from cases.queries.calendar import working_days
from workflow.grammar import Deadline, Reminder
from workflow.process import PROCESS
from workflow.timetable import Calendar, Due, due_on, reminder_due, timetable_anchors
from workflow.vocabulary import Anchor, CycleState, ReminderKind, SignState, Thing

_SHANGHAI = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS_A_DAY = 86_400_000_000
_CHUNK = 900
_SHIFT = 8 * 3_600_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """All cases or things that one reminder step is due for. ``rows`` selects (id, case_id)."""

    thing: Thing
    due: Due
    rows: sa.Select[tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class _Days:
    """Where an anchor day stands: a date column, an instant column, or the due day itself."""

    column: Any
    shape: Literal["date", "instant", "due"]


def _latest(column: Any, number: Any, where: Any) -> Any:
    return sa.select(column).where(where).order_by(number.desc()).limit(1).scalar_subquery()


_DAYS: Mapping[tuple[Thing, Anchor], _Days] = {
    (Thing.CASE, Anchor.ENTERED_ON): _Days(Case.entered_at, "instant"),
    (Thing.CASE, Anchor.NOTIFIED_ON): _Days(
        _latest(Decision.notified_on, Decision.number, Decision.case_id == Case.id), "date"
    ),
    (Thing.DATA_SHEET, Anchor.DATA_ENDS): _Days(DataSheet.due_on, "due"),
    (Thing.DATA_SHEET, Anchor.ENTERED_ON): _Days(DataSheet.verify_due_on, "due"),
    (Thing.DATA_SHEET, Anchor.THING_DUE_ON): _Days(DataSheet.confirm_due_on, "due"),
    (Thing.DATA_SHEET, Anchor.RECEIVED_ON): _Days(DataSheet.answer_due_on, "due"),
    (Thing.FILING, Anchor.FORM_COMPLETED_ON): _Days(Filing.due_on, "due"),
    (Thing.HOLD, Anchor.THING_DUE_ON): _Days(Hold.review_on, "due"),
    (Thing.INQUIRY, Anchor.THING_DUE_ON): _Days(Inquiry.due_on, "due"),
    (Thing.MEASURE, Anchor.THING_DUE_ON): _Days(Measure.due_on, "due"),
    (Thing.MEASURE, Anchor.ENTERED_ON): _Days(Measure.reported_on, "date"),
    (Thing.MEETING, Anchor.MEETING_ON): _Days(
        sa.func.coalesce(Meeting.held_on, Meeting.planned_on), "date"
    ),
    (Thing.NEGATIVE_RATING, Anchor.THING_DUE_ON): _Days(NegativeRating.due_on, "due"),
    (Thing.OBJECTION, Anchor.RECEIVED_ON): _Days(PublicityObjection.received_on, "date"),
    (Thing.OPINION_REQUEST, Anchor.THING_DUE_ON): _Days(OpinionRequest.due_on, "due"),
    (Thing.REVIEW, Anchor.RECEIVED_ON): _Days(Review.due_on, "due"),
}

_LAST_DAYS: Mapping[tuple[Thing, str], _Days] = {
    (Thing.CASE, "publicity"): _Days(
        _latest(Publicity.ends_on, Publicity.id, Publicity.pool_id == Case.pool_id), "due"
    ),
    (Thing.CASE, "statement"): _Days(
        sa.select(Statement.due_on).where(Statement.case_id == Case.id).scalar_subquery(), "due"
    ),
}
"""Deadlines whose length the scheme of the cycle may set: the last day was counted by it when the
clock began and stands in a row, so nothing is counted here again."""

_MODELS: Mapping[Thing, Any] = {
    Thing.CASE: Case,
    Thing.DATA_SHEET: DataSheet,
    Thing.FILING: Filing,
    Thing.HOLD: Hold,
    Thing.INQUIRY: Inquiry,
    Thing.MEASURE: Measure,
    Thing.MEETING: Meeting,
    Thing.NEGATIVE_RATING: NegativeRating,
    Thing.OBJECTION: PublicityObjection,
    Thing.OPINION_REQUEST: OpinionRequest,
    Thing.REVIEW: Review,
}

_ONLY: Mapping[ReminderKind, Any] = {
    ReminderKind.DATA_CONFIRM_DUE: DataSheet.confirmed_at.is_(None),
    # a signature that was given needs no second look
    ReminderKind.SIGNATURE_REVIEW: Case.id.in_(
        sa.select(Statement.case_id).where(Statement.sign_state == SignState.PENDING.value)
    ),
}


def due_groups(conn: sa.Connection, *, today: date) -> list[Group]:
    """Reminder steps that have come by ``today`` (a date in Asia/Shanghai); newest step only."""
    calendar = working_days(conn)
    cycles = _open_cycles(conn)
    found: list[Group] = []
    for thing, reminder, deadline in _declared():
        for due_day, where in _days(conn, thing, reminder, deadline, cycles, calendar):
            due = reminder_due(reminder, due_day, today, calendar)
            if due is not None:
                found.append(Group(thing, due, _rows(thing).where(where)))
    return found


def still_due(conn: sa.Connection, group: Group, ids: Collection[int]) -> set[int]:
    """Those of the cases or things that still stand under the group's step."""
    found: set[int] = set()
    listed = sorted(ids)
    for start in range(0, len(listed), _CHUNK):
        part = group.rows.where(_key(group.thing).in_(listed[start : start + _CHUNK]))
        found |= {row.id for row in conn.execute(part)}
    return found


def undated() -> list[tuple[Thing, Anchor]]:
    """Anchors of declared reminders that no column answers yet (told by a test)."""
    return sorted(
        {
            (thing, deadline.anchor)
            for thing, _, deadline in _declared()
            if _days_of(thing, deadline) is None and not _of_timetable(thing, deadline.anchor)
        }
    )


def _declared() -> Iterator[tuple[Thing, Reminder, Deadline]]:
    specs = [(Thing.CASE, spec.reminders, spec.deadlines) for spec in PROCESS.stages]
    specs += [(t, p.spec.reminders, p.spec.deadlines) for t, p in PROCESS.things.items()]
    for thing, reminders, deadlines in specs:
        by_key = {deadline.key: deadline for deadline in deadlines}
        for reminder in reminders:
            yield thing, reminder, by_key[reminder.deadline]


def _days_of(thing: Thing, deadline: Deadline) -> _Days | None:
    return _LAST_DAYS.get((thing, deadline.key)) or _DAYS.get((thing, deadline.anchor))


def _of_timetable(thing: Thing, anchor: Anchor) -> bool:
    return anchor.value.endswith("_ends") and thing in (Thing.CASE, Thing.DATA_SHEET)


def _key(thing: Thing) -> Any:
    model = _MODELS[thing]
    return model.case_id if thing is Thing.FILING else model.id


def _rows(thing: Thing) -> sa.Select[tuple[int, int | None]]:
    model, key = _MODELS[thing], _key(thing)
    case_id = key if thing is Thing.CASE else getattr(model, "case_id", None)
    owner = sa.null() if case_id is None else case_id
    return sa.select(key.label("id"), sa.cast(owner, sa.BigInteger).label("case_id"))


def _days(
    conn: sa.Connection,
    thing: Thing,
    reminder: Reminder,
    deadline: Deadline,
    cycles: Mapping[int, Mapping[Anchor, date]],
    calendar: Calendar,
) -> Iterator[tuple[date, Any]]:
    """Due days of a reminder with the condition that selects who stands under each."""
    model = _MODELS.get(thing)
    if model is None:
        return
    where = model.state.in_([state.value for state in reminder.states])
    if reminder.kind in _ONLY:
        where = sa.and_(where, _ONLY[reminder.kind])
    days = _days_of(thing, deadline)
    if days is not None:
        for day, condition in _distinct(conn, days, where):
            yield (day if days.shape == "due" else due_on(deadline, day, calendar)), condition
    if _of_timetable(thing, deadline.anchor):
        open_ = where if days is None else sa.and_(where, days.column.is_(None))
        for cycle_id, anchors in cycles.items():
            anchor = anchors.get(deadline.anchor)
            if anchor is not None:
                condition = sa.and_(open_, model.cycle_id == cycle_id)
                yield due_on(deadline, anchor, calendar), condition


def _distinct(conn: sa.Connection, days: _Days, where: Any) -> Iterator[tuple[date, Any]]:
    column = days.column
    if days.shape != "instant":
        query = sa.select(column).where(where, column.is_not(None)).distinct()
        for day in sorted(conn.execute(query).scalars()):
            yield day, sa.and_(where, column == day)
        return
    number = (sa.type_coerce(column, sa.BigInteger) + _SHIFT) // _MICROSECONDS_A_DAY
    for n in sorted(conn.execute(sa.select(number).where(where).distinct()).scalars()):
        day = (_EPOCH + timedelta(days=int(n))).date()
        start = datetime(day.year, day.month, day.day, tzinfo=_SHANGHAI)
        first = sa.literal(start, Instant())
        last = sa.literal(start + timedelta(days=1), Instant())
        yield day, sa.and_(where, column >= first, column < last)


def _open_cycles(conn: sa.Connection) -> dict[int, dict[Anchor, date]]:
    """Open cycles with the anchor days of their timetables, extensions included."""
    rows = conn.execute(
        sa.select(Cycle.id, Cycle.timetable).where(Cycle.state == CycleState.OPEN.value)
    )
    return {row.id: timetable_anchors(_ends(row.timetable)) for row in rows}


def _ends(timetable: Mapping[str, Any]) -> dict[str, date]:
    """The last day of each row of a timetable: its extension where there is one."""
    found = {}
    for name, row in timetable.items():
        text = (row.get("extended") or row.get("due")) if isinstance(row, Mapping) else row
        if isinstance(text, str) and text:
            found[name] = date.fromisoformat(text)
    return found
