"""Jobs and outbox as people see them: progress, result per row, dead letters, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Job, JobRow, Lease, Outbox
from cases.queries.sentences import Told, all_told, told
from workflow.vocabulary import Word

_FAR = datetime.fromisoformat("9998-01-01T00:00:00+00:00")


class JobStatus(Word):
    """Where a job stands."""

    QUEUED = "queued", "排队中", "Queued"
    RUNNING = "running", "进行中", "Running"
    DONE = "done", "已完成", "Done"
    FAILED = "failed", "未完成", "Failed"
    CANCELLED = "cancelled", "已取消", "Cancelled"


OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)


class RowOutcome(Word):
    """What became of one row of a job."""

    DONE = "done", "已办理", "Done"
    SKIPPED = "skipped", "未办理", "Skipped"
    REFUSED = "refused", "不能办理", "Refused"
    FAILED = "failed", "出错", "Failed"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with its progress in rows (``done`` of ``total``; total 0 is not known yet).

    ``title`` and ``errors`` (none unless it failed) are said in the reader's language.
    """

    id: int
    kind: str
    title: Told
    status: JobStatus
    total: int
    done: int
    payload: Mapping[str, Any]
    result: Mapping[str, Any]
    errors: tuple[Told, ...]
    created_by: int | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it may still change."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class RowView:
    """The result of one row, with the reasons where it was not done."""

    number: int
    case_id: int | None
    label: str
    outcome: RowOutcome
    reasons: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outbox stands: rows by kind that wait, are late, or have been given up."""

    waiting: Mapping[str, int]
    stuck: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row that was tried often enough and waits for a person."""

    id: int
    kind: str
    topic: str
    case_id: int | None
    attempts: int
    created_at: datetime
    error: str | None


def _view(row: Any) -> JobView:
    return JobView(
        row.id, row.kind, told(row.title), JobStatus(row.status), row.total, row.done, row.payload,
        row.result or {}, all_told(row.error), row.created_by, row.created_at, row.finished_at,
    )  # fmt: skip


def job(conn: sa.Connection, job_id: int, *, account_id: int | None = None) -> JobView:
    """One job; with ``account_id`` only its maker's. Raises NotVisible."""
    query = sa.select(Job).where(Job.id == job_id)
    if account_id is not None:
        query = query.where(Job.created_by == account_id)
    found = conn.execute(query).first()
    if found is None:
        raise NotVisible
    return _view(found)


def jobs_of(conn: sa.Connection, account_id: int, *, limit: int = 50) -> list[JobView]:
    """An account's newest jobs."""
    query = sa.select(Job).where(Job.created_by == account_id).order_by(Job.id.desc()).limit(limit)
    return [_view(row) for row in conn.execute(query)]


def rows_of(
    conn: sa.Connection,
    job_id: int,
    *,
    after: int = 0,
    limit: int = 200,
    outcomes: Sequence[RowOutcome] = (),
) -> list[RowView]:
    """Row results after a number, in order; only the given outcomes when any are given."""
    query = sa.select(JobRow).where(JobRow.job_id == job_id, JobRow.number > after)
    if outcomes:
        query = query.where(JobRow.outcome.in_([o.value for o in outcomes]))
    found = conn.execute(query.order_by(JobRow.number).limit(limit))
    return [
        RowView(r.number, r.case_id, r.label, RowOutcome(r.outcome), all_told(r.reason))
        for r in found
    ]


def outcome_counts(conn: sa.Connection, job_id: int) -> dict[RowOutcome, int]:
    """How many rows of a job ended how."""
    query = (
        sa.select(JobRow.outcome, sa.func.count())
        .where(JobRow.job_id == job_id)
        .group_by(JobRow.outcome)
    )
    return {RowOutcome(outcome): n for outcome, n in conn.execute(query)}


def outbox_state(
    conn: sa.Connection, *, at: datetime, late: timedelta = timedelta(minutes=15)
) -> OutboxState:
    """What waits; ``stuck`` counts rows that were due longer than ``late`` ago."""
    open_ = Outbox.done_at.is_(None)
    live = sa.and_(open_, Outbox.available_at < _FAR)
    waiting = conn.execute(
        sa.select(Outbox.kind, sa.func.count()).where(live).group_by(Outbox.kind)
    )
    stuck, oldest = conn.execute(
        sa.select(sa.func.count(), sa.func.min(Outbox.available_at)).where(
            open_, Outbox.available_at < at - late
        )
    ).one()
    dead = conn.execute(
        sa.select(sa.func.count()).where(open_, Outbox.available_at >= _FAR)
    ).scalar_one()
    return OutboxState({kind: n for kind, n in waiting}, stuck, dead, oldest)


def dead_letters(conn: sa.Connection, *, limit: int = 200) -> list[DeadLetter]:
    """Rows that have been given up, oldest first."""
    found = conn.execute(
        sa.select(Outbox)
        .where(Outbox.done_at.is_(None), Outbox.available_at >= _FAR)
        .order_by(Outbox.id)
        .limit(limit)
    )
    return [
        DeadLetter(r.id, r.kind, r.topic, r.case_id, r.attempts, r.created_at, r.error)
        for r in found
    ]


def scheduler_alive(
    conn: sa.Connection, *, at: datetime, within: timedelta = timedelta(minutes=2)
) -> bool:
    """Whether a scheduler has shown a sign of life lately."""
    beat = conn.execute(sa.select(Lease.beat_at).where(Lease.name == "scheduler")).scalar()
    return beat is not None and at - beat <= within
