"""The day by which a case must leave its state: what lists sort by and pages show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.queries.facts_lanes import window
from workflow.process import PROCESS
from workflow.vocabulary import State


def due_day(state: State, timetable: Mapping[str, Any]) -> date | None:
    """The end of the stage's window in the cycle's timetable; None where it has none."""
    return window(timetable, PROCESS.stage_of[state]).ends_on
