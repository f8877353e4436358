"""The journal and the read log as the audit administrator browses them: what was done, never what
was written. Payloads of business entries stay closed here; those about accounts and grants open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Account,
    Case,
    Checkpoint,
    JournalEntry,
    JournalPayload,
    ReadLog,
)
from workflow.vocabulary.administration import JournalSubject

PAGE = 50
_OPEN_SUBJECTS = tuple(word.value for word in JournalSubject)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as listed. ``details`` only for accounts, grants and the installation."""

    seq: int
    at: datetime
    subject: str
    subject_id: int | None
    action: str
    case_ref: str | None
    who: str | None
    state_from: str | None
    state_to: str | None
    digest: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list: a subject, an action, an account by login, a case by number."""

    subject: str = ""
    action: str = ""
    login: str = ""
    case_ref: str = ""


def entries_page(
    conn: sa.Connection, only: Filter, *, before: int | None = None
) -> tuple[list[EntryRow], int | None]:
    """Up to 50 entries, newest first, and the cursor of the next page. Two queries."""
    query = (
        sa.select(
            JournalEntry.seq,
            JournalEntry.at,
            JournalEntry.subject,
            JournalEntry.subject_id,
            JournalEntry.action,
            JournalEntry.state_from,
            JournalEntry.state_to,
            JournalEntry.digest,
            Case.ref.label("case_ref"),
            Account.login.label("who"),
        )
        .outerjoin(Case, Case.id == JournalEntry.case_id)
        .outerjoin(Account, Account.id == JournalEntry.actor_account_id)
        .where(*_conditions(only, before))
        .order_by(JournalEntry.seq.desc())
        .limit(PAGE + 1)
    )
    rows = conn.execute(query).all()
    details = _details(conn, [r.seq for r in rows[:PAGE] if r.subject in _OPEN_SUBJECTS])
    found = [EntryRow(**r._mapping, details=details.get(r.seq, {})) for r in rows[:PAGE]]
    return found, found[-1].seq if len(rows) > PAGE else None


def _conditions(only: Filter, before: int | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if before is not None:
        conditions.append(JournalEntry.seq < before)
    if only.subject:
        conditions.append(JournalEntry.subject == only.subject)
    if only.action:
        conditions.append(JournalEntry.action == only.action)
    if only.login:
        conditions.append(Account.login == only.login)
    if only.case_ref:
        conditions.append(Case.ref == only.case_ref)
    return conditions


def _details(conn: sa.Connection, seqs: list[int]) -> dict[int, dict[str, Any]]:
    if not seqs:
        return {}
    rows = conn.execute(
        sa.select(JournalPayload.seq, JournalPayload.payload).where(JournalPayload.seq.in_(seqs))
    )
    return {r.seq: json.loads(r.payload) for r in rows}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One opening of something sensitive."""

    id: int
    at: datetime
    who: str | None
    what: str
    case_ref: str | None


def reads_page(
    conn: sa.Connection, *, login: str = "", case_ref: str = "", before: int | None = None
) -> tuple[list[ReadRow], int | None]:
    """Up to 50 openings, newest first, and the cursor of the next page."""
    query = (
        sa.select(
            ReadLog.id,
            ReadLog.at,
            Account.login.label("who"),
            ReadLog.what,
            Case.ref.label("case_ref"),
        )
        .outerjoin(Account, Account.id == ReadLog.account_id)
        .outerjoin(Case, Case.id == ReadLog.case_id)
        .order_by(ReadLog.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(ReadLog.id < before)
    if login:
        query = query.where(Account.login == login)
    if case_ref:
        query = query.where(Case.ref == case_ref)
    rows = [ReadRow(**r._mapping) for r in conn.execute(query)]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint to copy outside: seq and root."""

    seq: int
    root: str
    made_at: datetime


def checkpoints(conn: sa.Connection, limit: int = 10) -> list[CheckpointRow]:
    """The newest checkpoints."""
    rows = conn.execute(
        sa.select(Checkpoint.seq, Checkpoint.root, Checkpoint.made_at)
        .order_by(Checkpoint.seq.desc())
        .limit(limit)
    )
    return [CheckpointRow(**r._mapping) for r in rows]
