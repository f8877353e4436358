"""Reminders: one outbox row per kind, case or thing, due day and step; one digest per person.

The tick posts, the drain delivers. Between the two the work may be done or the deadline may move:
delivery asks again and drops what is no longer due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from cases.clock import at_local, date_of
from cases.commands.outbox import post_selected
from cases.jobs.outbox import Later, Row
from cases.jobs.tools import Tools
from cases.notices.deliver import deliver_reminders
from cases.queries.calendar import working_days
from cases.queries.due import Group, due_groups, still_due
from workflow.timetable import OFFICE_HOURS, Calendar, is_working, may_send_at

_Step = tuple[str, str, str, int]


def remind(tools: Tools, *, at: datetime) -> int:
    """Post what is due at ``at``; returns how many rows were new. Outside office hours: none."""
    today = date_of(at)
    with tools.store.reading() as conn:
        if not may_send_at(at, working_days(conn)):
            return 0
        groups = due_groups(conn, today=today)
    posted = 0
    for group in groups:
        with tools.store.transaction() as conn:
            posted += _post(conn, group, at)
    return posted


def _post(conn: sa.Connection, group: Group, at: datetime) -> int:
    due = group.due
    where = f"{due.kind.value}:{group.thing.value}:{due.due.isoformat()}:{due.offset}"
    return post_selected(
        conn,
        group.rows,
        key=f"reminder:{where}:",
        kind="reminder",
        topic=due.kind.value,
        payload={
            "thing": group.thing.value,
            "to": [role.value for role in due.to],
            "due": due.due.isoformat(),
            "offset": due.offset,
        },
        at=at,
    )


def deliver(
    conn: sa.Connection, rows: Sequence[Row], at: datetime
) -> tuple[set[int], Mapping[int, Later]]:
    """Deliver the rows that are still due; the accounts to ring, and what waits for the morning."""
    calendar = working_days(conn)
    if not may_send_at(at, calendar):
        opening = Later(next_opening(at, calendar))
        return set(), {row.id: opening for row in rows}
    today = date_of(at)
    kept = _still(conn, rows, due_groups(conn, today=today))
    return deliver_reminders(conn, kept, at=at, today=today, calendar=calendar), {}


def _still(conn: sa.Connection, rows: Sequence[Row], groups: Sequence[Group]) -> list[Row]:
    by_step: dict[_Step, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        said = row.payload
        step = (row.topic, str(said["thing"]), str(said["due"]), int(said["offset"]))
        by_step[step][int(said["id"])] = row
    kept: list[Row] = []
    for group in groups:
        due = group.due
        step = (due.kind.value, group.thing.value, due.due.isoformat(), due.offset)
        asked = by_step.get(step)
        if asked:
            kept += [asked.pop(i) for i in still_due(conn, group, list(asked))]
    return sorted(kept, key=lambda row: row.id)


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """The next moment at which offices are open, after a moment at which they are not."""
    opens = OFFICE_HOURS[0]
    day = date_of(at)
    while True:
        moment = at_local(day, opens.hour, opens.minute)
        if moment > at and is_working(day, calendar):
            return moment
        day += timedelta(days=1)
