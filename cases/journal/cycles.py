"""Is every year still set up as its entries tell: its name, organ, days, switches, when it opened?

Which scheme it runs on is looked at with the schemes, its state with the things beside the case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from cases.journal.bases import StrayBase
from cases.journal.entry import instant_text
from cases.models import Cycle, JournalEntry, JournalPayload
from workflow.vocabulary import ThingAction

CREATING, SETTING_UP, SWITCHING = "create_cycle", "set_up_cycle", "switch_intervals"
OPENING, CLOSING = ThingAction.OPEN_CYCLE.value, ThingAction.CLOSE_CYCLE.value
_SET = ("ref", "year", "title", "managing_organ_id", "settings", "timetable")
"""Columns of which the entries that set a year up tell."""


def cycle_said(row: Any) -> dict[str, Any]:
    """A new year, as the entry that creates it tells of it."""
    return {field: getattr(row, field) for field in _SET}


def switched(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The switches of a year after one was thrown, as the entry of that tells them."""
    return {"settings": dict(settings)}


def stray_cycle(conn: sa.Connection) -> StrayBase | None:
    """The first year that says something else than its entries.

    Of what stood in a payload that was lawfully destroyed nothing is said.
    """
    told = _told(conn)
    for row in conn.execute(sa.select(Cycle).order_by(Cycle.id)):
        said = told.get(row.id, {})
        now = cycle_said(row) | {
            "opened_at": row.opened_at and instant_text(row.opened_at),
            "closed_at": row.closed_at and instant_text(row.closed_at),
            "process_version": row.process_version,
        }
        for field, (seq, value) in said.items():
            if value != now[field]:
                return StrayBase("cycle", "cycle", row.id, seq, (row.title, ""))
    return None


def _told(conn: sa.Connection) -> dict[int, dict[str, tuple[int | None, Any]]]:
    """Year -> column -> the entry that told of it last, and what."""
    e = JournalEntry
    rows = conn.execute(
        sa.select(e.seq, e.subject_id, e.action, e.at, e.body, JournalPayload.payload)
        .outerjoin(JournalPayload, JournalPayload.seq == e.seq)
        .where(
            e.subject == "cycle",
            e.action.in_((CREATING, SETTING_UP, SWITCHING, OPENING, CLOSING)),
        )
        .order_by(e.seq)
    )
    found: dict[int, dict[str, tuple[int | None, Any]]] = {}
    for row in rows:
        mine = found.setdefault(
            row.subject_id,
            dict.fromkeys(("opened_at", "closed_at", "process_version"), (None, None)),
        )
        if row.action == OPENING:
            mine["opened_at"] = (row.seq, instant_text(row.at))
            mine["process_version"] = (row.seq, json.loads(row.body)["process"])
        elif row.action == CLOSING:
            mine["closed_at"] = (row.seq, instant_text(row.at))
        elif row.payload is None:
            for field in _SET if row.action == CREATING else ("timetable", "settings"):
                mine.pop(field, None)
        else:
            told = json.loads(row.payload)
            mine |= {field: (row.seq, told[field]) for field in _SET if field in told}
    return found
