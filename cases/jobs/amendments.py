"""Approved changes of a scheme take effect on their day, without anybody pressing a button."""

from __future__ import annotations

import logging
from datetime import datetime

from cases.clock import date_of
from cases.commands import amendment
from cases.jobs.tools import Tools

log = logging.getLogger("kaoji.scheduler")


def put_in_force(tools: Tools, *, at: datetime) -> int:
    """Put every change whose day has come in force, each by itself; returns how many.

    One that fails is logged and asked again the next time; the others don't wait for it.
    """
    with tools.store.reading() as conn:
        due = amendment.due_today(conn, date_of(at))
    done = 0
    for amendment_id in due:
        try:
            with tools.store.transaction() as conn:
                amendment.put_in_force(conn, amendment_id, at=at)
        except Exception:
            log.exception("amendment %s not put in force", amendment_id)
        else:
            done += 1
    return done
