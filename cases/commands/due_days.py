"""The day by which a case must leave its new state: what lists sort by and pages show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from cases.commands.recording import Moved
from cases.models import Case, Cycle
from cases.queries.facts_lanes import window
from workflow.process import PROCESS


def of_cases(conn: sa.Connection, moved: Sequence[Moved], on: date) -> dict[int, date | None]:
    """Case id -> due day of the state it has just entered; None where the timetable has none."""
    rows = conn.execute(
        sa.select(Case.id, Cycle.timetable)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Case.id.in_([x.case_id for x in moved]))
    )
    tables = {case_id: timetable for case_id, timetable in rows}
    return {x.case_id: window(tables[x.case_id], PROCESS.stage_of[x.state]).ends_on for x in moved}
