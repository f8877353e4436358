"""Do schemes and results of units still say what was put down?

A scheme version's content must give its digest, and the digest must be the one its entry told; a
year must run on the version its entries named last; a unit's own result must be the one last
recorded. Anything else was changed past the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import (
    Amendment,
    Cycle,
    JournalEntry,
    JournalPayload,
    Scheme,
    SchemeVersion,
    Unit,
    UnitResult,
    UnitResultEntry,
)
from cases.scoring.scheme import digest

ADDING = "add_scheme_version"
CHOOSING = ("create_cycle", "set_up_cycle")
CHANGING = "put_amendment_in_force"
RECORDING, CONFIRMING, RETURNING = "record_", "confirm_", "return_"
_WAITS = ("score", "source", "document", "entered_by", "return_reason")
_COUNTS = ("score", "source", "document", "entered_by", "confirmed_by")


class StrayBase(NamedTuple):
    """What differs: its kind, subject and id, the entry that says so, what it is called."""

    kind: str
    subject: str
    subject_id: int
    seq: int | None
    place: tuple[str, str]


def pending_said(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Unit id -> what was recorded, by whom, and why it is back, as the entries carry it."""
    return {str(r["unit_id"]): [r[field] for field in _WAITS] for r in rows}


def confirmed_said(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Unit id -> what was confirmed, recorded by whom and confirmed by whom."""
    return {str(r["unit_id"]): [r[field] for field in _COUNTS] for r in rows}


def stray_scheme(conn: sa.Connection) -> StrayBase | None:
    """The first scheme version that isn't what its entry told."""
    said = {
        one: (seq, None if payload is None else json.loads(payload))
        for seq, one, _, payload in entries_of(conn, "scheme", JournalEntry.action == ADDING)
    }
    rows = conn.execute(
        sa.select(
            SchemeVersion.id, SchemeVersion.number, SchemeVersion.content, SchemeVersion.digest,
            Scheme.title, Scheme.code,
        )
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .order_by(SchemeVersion.id)
    )  # fmt: skip
    for row in rows:
        seq, told = said.pop(row.id, (None, None))
        now = {"code": row.code, "number": row.number, "digest": row.digest}
        if digest(row.content) != row.digest or (told and told != now):
            return StrayBase("scheme", "scheme", row.id, seq, (row.title, str(row.number)))
    for one, (seq, told) in said.items():
        if told is not None:  # the version is gone
            return StrayBase("scheme", "scheme", one, seq, (told["code"], str(told["number"])))
    return None


def stray_choice(conn: sa.Connection) -> StrayBase | None:
    """The first year that runs on another version than its entries named last."""
    said: dict[int, tuple[int, Any]] = {}
    chosen = list(entries_of(conn, "cycle", JournalEntry.action.in_(CHOOSING)))
    of: dict[int, int] = {
        one: cycle for one, cycle in conn.execute(sa.select(Amendment.id, Amendment.cycle_id))
    }
    changed = entries_of(conn, "amendment", JournalEntry.action == CHANGING)
    chosen += [(seq, of.get(one), action, payload) for seq, one, action, payload in changed]
    for seq, cycle, action, payload in sorted(chosen, key=lambda row: int(row[0])):
        told = {} if payload is None else json.loads(payload)
        key = "to" if action == CHANGING else "scheme_version"
        if cycle is not None and key in told:
            said[cycle] = (seq, told[key])
    rows = conn.execute(
        sa.select(Cycle.id, Cycle.title, Cycle.scheme_version_id).order_by(Cycle.id)
    )
    for row in rows:
        seq_told = said.get(row.id)
        if seq_told is not None and seq_told[1] != row.scheme_version_id:
            return StrayBase("choice", "cycle", row.id, seq_told[0], (row.title, ""))
    return None


Told = dict[tuple[int, str, int], tuple[int, list[Any]]]
"""Year, kind and unit -> the entry and what it says."""


def stray_unit_result(conn: sa.Connection) -> StrayBase | None:
    """The first result of a unit that differs from what was confirmed last, or recorded last and
    not yet confirmed, or is gone.

    Of a year and kind without any entry that tells its results nothing is said.
    """
    counts: Told = {}
    waits: Told = {}
    silent: set[tuple[int, str]] = set()
    spoken: set[tuple[int, str]] = set()
    for seq, cycle, action, payload in entries_of(conn, "unit_results", sa.true()):
        act, _, kind = action.partition("_")
        told = {} if payload is None else json.loads(payload)
        spoken.add((cycle, kind))
        if payload is None:
            silent.add((cycle, kind))
        for unit, figures in told.get("results", {}).items():
            key = (cycle, kind, int(unit))
            waits.pop(key, None)
            (counts if f"{act}_" == CONFIRMING else waits)[key] = (seq, figures)
    known = spoken - silent
    return _stray_of(conn, UnitResult, _COUNTS, counts, known) or _stray_of(
        conn, UnitResultEntry, _WAITS, waits, known
    )


def _stray_of(
    conn: sa.Connection,
    table: type[UnitResult | UnitResultEntry],
    fields: tuple[str, ...],
    said: Told,
    known: set[tuple[int, str]],
) -> StrayBase | None:
    rows = conn.execute(
        sa.select(table, Unit.name.label("unit"))
        .join(Unit, Unit.id == table.unit_id)
        .order_by(table.id)
    )
    there = set()
    for row in rows:
        key = (row.cycle_id, row.kind, row.unit_id)
        there.add(key)
        seq, figures = said.get(key, (None, None))
        if key[:2] in known and figures != [getattr(row, field) for field in fields]:
            return StrayBase("unit_result", "unit_results", row.cycle_id, seq, (row.unit, row.kind))
    lost = [(seq, key) for key, (seq, _) in said.items() if key not in there and key[:2] in known]
    if not lost:
        return None
    seq, key = min(lost)
    name = conn.execute(sa.select(Unit.name).where(Unit.id == key[2])).scalar()
    return StrayBase("unit_result", "unit_results", key[0], seq, (str(name or ""), key[1]))


def entries_of(conn: sa.Connection, subject: str, more: Any) -> Any:
    """(seq, subject id, action, payload or None) of a subject's entries, in their order."""
    return conn.execute(
        sa.select(
            JournalEntry.seq, JournalEntry.subject_id, JournalEntry.action, JournalPayload.payload
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == subject, more)
        .order_by(JournalEntry.seq)
    )
