"""Approved changes of a scheme take effect on their day, without anybody pressing a button."""

from __future__ import annotations

from datetime import datetime

from cases.clock import date_of
from cases.commands import amendment
from cases.jobs.tools import Tools


def put_in_force(tools: Tools, *, at: datetime) -> int:
    """Put every change whose day has come in force, each by itself; returns how many."""
    with tools.store.reading() as conn:
        due = amendment.due_today(conn, date_of(at))
    for amendment_id in due:
        with tools.store.transaction() as conn:
            amendment.put_in_force(conn, amendment_id, at=at)
    return len(due)
