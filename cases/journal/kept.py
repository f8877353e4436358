"""Do the rows that acts on figures wrote still say what their entries told?

Objections, deductions and bonuses, changes of a scheme, findings of fraud, second looks,
suggestions, syntheses and analyses: the entry of each act carries a digest of every row it wrote,
as the row stands afterwards. A row that says something else, one that no entry speaks of, and one
that is gone are all found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.canonical import digest
from cases.journal.bases import StrayBase, entries_of
from cases.journal.entry import instant_text
from cases.models import (
    Amendment,
    AnalysisRun,
    Case,
    JournalEntry,
    JournalPayload,
    ProvisionalPass,
    Relook,
    SubjectEvent,
    Synthesis,
    UnitItem,
    ValueObjection,
)
from workflow.vocabulary import Action, Stage

KEY = "written"
"""Where the payload of an entry carries its rows: room -> id -> digest."""
FRAUD = "data_fraud"
"""The kind of fact that the bar ``FRAUD`` reads."""


class _Room(NamedTuple):
    """Rows of one kind: their table and key, the columns told, the acts and subject of their
    entries; ``owner`` is the column of the entry's subject, None where rows have none."""

    table: Any
    key: str
    fields: tuple[str, ...]
    subject: str
    acts: tuple[str, ...]
    owner: str | None
    where: Any


def _room(table: Any, subject: str, acts: tuple[str, ...], owner: str | None, **more: Any) -> _Room:
    """A room of all columns of a table but those ``without``; or of ``fields`` alone."""
    columns = [column.name for column in table.__table__.columns]
    left = tuple(c for c in columns if c not in more.get("without", ()))
    key = "id" if "id" in columns else "case_id"
    fields = more.get("fields", left)
    return _Room(table, key, fields, subject, acts, owner, more.get("where", sa.true()))


_ITEM_ACTS = (
    "enter_item", "verify_item", "return_item", "withdraw_item", "object_item",
    "answer_item_kept", "answer_item_corrected", "charge_item",
)  # fmt: skip
_AMENDING = (
    "ask_amendment", "rebase_amendment", "approve_amendment", "decline_amendment",
    "put_amendment_in_force",
)  # fmt: skip
COMPUTING, ADDING_BARS = "compute_suggestion", "add_bars"
"""A suggestion is computed; a fact entered since bars a grade of one that stands."""
_COMPUTED = (
    "case_id", "indicator_score", "ballot_score", "composite", "scoresheet", "bars", "flags",
    "computed_at",
)  # fmt: skip
_WRITTEN = ("case_id", "performance", "shortcomings", "grade_opinion", "written_by", "written_at")
ROOMS: Mapping[str, _Room] = {
    "objection": _room(
        ValueObjection, "data_sheet", ("object_value", "answer_kept", "answer_corrected"),
        "sheet_id",
    ),
    # freezing and looking again move the state and who verified without a word of each entry
    "item_kept": _room(
        UnitItem, "data_sheet", _ITEM_ACTS, "sheet_id",
        without=("state", "verified_by", "verified_at"),
    ),
    "amendment": _room(Amendment, "amendment", _AMENDING, "id"),
    "fraud": _room(
        SubjectEvent, "data_sheet", ("record_fraud",), None, where=SubjectEvent.kind == FRAUD
    ),
    # an investigation that is over ends its fact by a move of the case
    "fact": _room(
        SubjectEvent, "subject_event", ("add_event",), "id",
        without=("ended_on",), where=SubjectEvent.kind != FRAUD,
    ),
    "relook": _room(Relook, "case", ("open_relook", "close_relook"), "case_id"),
    "suggestion": _room(
        Synthesis, "synthesis", (COMPUTING, ADDING_BARS), "case_id", fields=_COMPUTED,
        where=Synthesis.computed_at.is_not(None),
    ),
    "synthesis": _room(
        Synthesis, "case", ("write_synthesis",), "case_id", fields=_WRITTEN,
        where=Synthesis.written_at.is_not(None),
    ),
    "analysis": _room(
        AnalysisRun, "cycle", ("keep_analysis",), "cycle_id", without=("times", "last_at")
    ),
}  # fmt: skip
"""A room's name is the kind of what is wrong in it."""
PASSING = {
    Action.PASS_DATA_PROVISIONAL.value: Stage.DATA_COLLECTION.value,
    Action.PASS_EVALUATION_PROVISIONAL.value: Stage.PUBLIC_EVALUATION.value,
}
"""The act that passes a gate on a provisional input, and the gate's stage."""
KINDS = frozenset({*ROOMS, "provisional"})
_NOWHERE = ("", "")


def written(room: str, rows: Iterable[Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Part of an entry's payload: the rows (of the database, or mappings) as they stand now."""
    one = ROOMS[room]
    return {KEY: {room: {str(_at(row, one.key)): _digest(row, one) for row in rows}}}


def stray_suggestion(conn: sa.Connection) -> StrayBase | None:
    """The first case that bears another suggested grade than was computed last."""
    said: dict[int, tuple[int, Any]] = {}
    room = ROOMS["suggestion"]
    acts = JournalEntry.action == COMPUTING
    for seq, case, _, payload in entries_of(conn, room.subject, acts):
        said[case] = (seq, ...) if payload is None else (seq, json.loads(payload)["grade"])
    rows = sa.select(Case.id, Case.suggested_grade).order_by(Case.id)
    for case, grade in conn.execute(rows):
        seq, told = said.get(case, (None, None))
        if told is not ... and told != grade:
            return StrayBase("suggestion", "synthesis", case, seq, _NOWHERE)
    return None


def stray_pass(conn: sa.Connection) -> StrayBase | None:
    """The first provisional input that isn't the one its gate was passed on, or is gone."""
    e, p = JournalEntry, ProvisionalPass
    entries = conn.execute(
        sa.select(e.seq, e.case_id, e.action, e.at, e.actor_person_id, JournalPayload.payload)
        .outerjoin(JournalPayload, JournalPayload.seq == e.seq)
        .where(e.subject == "case", e.action.in_(PASSING))
        .order_by(e.seq)
    )
    told: dict[Any, tuple[int, list[Any] | None]] = {}
    for seq, case, action, at, person, payload in entries:
        said = None if payload is None else json.loads(payload)
        basis = said and [said["document_no"], said.get("reason") or "", said.get("score"), person]
        told[case, PASSING[action], at] = (seq, basis)
    for row in conn.execute(sa.select(p).order_by(p.id)):
        found = told.pop((row.case_id, row.stage, row.passed_at), None)
        now = [row.document, row.basis, row.score, row.passed_by]
        if found is None or found[1] not in (None, now):
            return StrayBase("provisional", "case", row.case_id, found and found[0], _NOWHERE)
    for (case, *_), (seq, _) in told.items():  # the row is gone
        return StrayBase("provisional", "case", case, seq, _NOWHERE)
    return None


def stray_kept(conn: sa.Connection) -> StrayBase | None:
    """The first row that differs from what its last entry told.

    Of rows whose owner has an entry with a lawfully destroyed payload nothing is said.
    """
    return next(filter(None, (_stray(conn, name, room) for name, room in ROOMS.items())), None)


def _stray(conn: sa.Connection, name: str, room: _Room) -> StrayBase | None:
    told, silent = _told(conn, name, room)
    there = set()
    columns = [getattr(room.table, field) for field in {room.key, *room.fields}]
    rows = sa.select(*columns).where(room.where).order_by(getattr(room.table, room.key))
    for row in conn.execute(rows.execution_options(yield_per=1_000)).mappings():
        seq, said = told.get(row[room.key], (None, None))
        there.add(row[room.key])
        quiet = bool(silent) if room.owner is None else row[room.owner] in silent
        if not quiet and said != _digest(row, room):
            return StrayBase(name, room.subject, row[room.key], seq, _NOWHERE)
    gone = [(seq, one) for one, (seq, _) in told.items() if one not in there]
    if not gone or silent:
        return None
    seq, one = min(gone)
    return StrayBase(name, room.subject, one, seq, _NOWHERE)


def _told(
    conn: sa.Connection, name: str, room: _Room
) -> tuple[dict[int, tuple[int, str]], set[int | None]]:
    """Row id -> its last entry and what that tells of it; subjects of which an entry is silent."""
    told: dict[int, tuple[int, str]] = {}
    silent: set[int | None] = set()
    for seq, subject, _, payload in entries_of(
        conn, room.subject, JournalEntry.action.in_(room.acts)
    ):
        if payload is None:
            silent.add(subject)
            continue
        for one, said in json.loads(payload).get(KEY, {}).get(name, {}).items():
            told[int(one)] = (seq, said)
    return told, silent


def _digest(row: Any, room: _Room) -> str:
    return digest([_plain(_at(row, field)) for field in room.fields])


def _at(row: Any, field: str) -> Any:
    return row[field] if isinstance(row, Mapping) else getattr(row, field)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value
