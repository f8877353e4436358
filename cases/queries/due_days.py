"""The day by which a case must leave its state: what lists sort by and pages show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.queries.calendar import working_days
from workflow.timetable import case_due_on, deadline_of_state, timetable_anchors
from workflow.vocabulary import Anchor, DayUnit, State


def due_day(
    conn: sa.Connection, state: State, timetable: Mapping[str, Any], entered_on: date
) -> date | None:
    """The due day of a state just entered, by its declared deadline; None where it has none.

    The calendar is asked only where working days are counted.
    """
    deadline = deadline_of_state(state)
    if deadline is None:
        return None
    counted = deadline.unit is DayUnit.WORKING and deadline.days != 0
    calendar = working_days(conn) if counted else {}
    return case_due_on(state, anchors(timetable, entered_on), calendar)


def anchors(timetable: Mapping[str, Any], entered_on: date) -> dict[Anchor, date]:
    """Anchor days of a case: its cycle's timetable and the day it entered its state."""
    ends = {}
    for key, row in timetable.items():
        day = row.get("extended") or row.get("due") if isinstance(row, Mapping) else row
        if day:
            ends[key] = date.fromisoformat(str(day))
    found = timetable_anchors(ends)
    for anchor in (Anchor.ENTERED_ON, Anchor.NOTIFIED_ON, Anchor.PUBLICITY_STARTED):
        found[anchor] = entered_on
    return found
