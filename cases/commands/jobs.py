"""Long work as rows: enqueue, claim, progress, results per row, finish, cancel.

A claimed job is fenced by its ``started_at``: whoever claims it later changes that, and the earlier
holder's next write finds no row and raises :class:`LeaseLost`, so two workers never both go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.errors import KaojiError, NotVisible
from cases.models import Job, JobRow
from cases.queries.jobs import OPEN, JobStatus, RowOutcome
from cases.queries.sentences import Told, all_kept, kept
from workflow.permissions import Actor
from workflow.words import Sentence, m

LEASE = timedelta(seconds=90)
MOST_STARTS = 4
STARTED_OFTEN = m("开始了 %(n)s 次都没有办完", n=MOST_STARTS)


class LeaseLost(KaojiError):
    """The job was cancelled or another worker has taken it up; stop without writing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in this worker's hands."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    created_by: int | None
    started_at: datetime
    starts: int
    total: int
    done: int
    kept: Mapping[str, Any]
    """What a step of an earlier start has left of the result."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; ``number`` counts from 1 and is the row's place in the work.

    ``label`` names it in words of the data; ``reasons`` say why it was not done.
    """

    number: int
    label: str
    outcome: RowOutcome
    reasons: tuple[Told, ...] = ()
    case_id: int | None = None


def enqueue(
    conn: sa.Connection,
    kind: str,
    title: Sentence | str,
    payload: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    total: int = 0,
) -> int:
    """Ask for a job; returns its id. ``kind`` names a function in ``cases.jobs.registry``."""
    made = conn.execute(
        sa.insert(Job)
        .values(
            kind=kind,
            title=kept(title),
            status=JobStatus.QUEUED.value,
            payload=dict(payload),
            total=total,
            done=0,
            created_by=actor.account_id,
            created_at=at,
        )
        .returning(Job.id)
    ).scalar_one()
    _note(conn, int(made), "enqueue", actor, at, {"kind": kind, "rows": total})
    return int(made)


def any_open(conn: sa.Connection, *, at: datetime, kinds: Sequence[str]) -> bool:
    """Whether :func:`claim` would find a job; takes no lock."""
    return conn.execute(sa.select(Job.id).where(_free(at, kinds)).limit(1)).first() is not None


def _free(at: datetime, kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    abandoned = sa.and_(Job.status == JobStatus.RUNNING.value, Job.claimed_until < at)
    free = sa.or_(Job.status == JobStatus.QUEUED.value, abandoned)
    return sa.and_(free, Job.kind.in_(kinds))


def claim(
    conn: sa.Connection, *, at: datetime, kinds: Sequence[str], lease: timedelta = LEASE
) -> Claim | None:
    """Take the oldest queued job, or a running one whose holder has gone silent.

    A job that has broken its worker ``MOST_STARTS`` times is ended as failed instead.
    """
    found = conn.execute(
        sa.select(Job)
        .where(_free(at, kinds))
        .order_by(Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    kept = found.result or {}
    starts = int(kept.get("starts", 0)) + 1
    if starts > MOST_STARTS:
        _end(conn, found.id, JobStatus.FAILED, at, error=[STARTED_OFTEN])
        return None
    conn.execute(
        sa.update(Job)
        .where(Job.id == found.id)
        .values(
            status=JobStatus.RUNNING.value,
            started_at=at,
            claimed_until=at + lease,
            result={**kept, "starts": starts},
        )
    )
    return Claim(
        found.id, found.kind, found.payload, found.created_by, at, starts, found.total, found.done,
        kept,
    )  # fmt: skip


def beat(conn: sa.Connection, held: Claim, *, at: datetime, lease: timedelta = LEASE) -> None:
    """Keep the job a while longer. Raises LeaseLost."""
    _held(conn, held, {"claimed_until": at + lease})


def progress(
    conn: sa.Connection,
    held: Claim,
    *,
    at: datetime,
    done: int,
    total: int | None = None,
    rows: Iterable[RowResult] = (),
    kept: Mapping[str, Any] | None = None,
    lease: timedelta = LEASE,
) -> None:
    """Record progress and row results in the transaction of the work itself, and what a later start
    needs of them. Raises LeaseLost."""
    values: dict[str, Any] = {"done": done, "claimed_until": at + lease}
    if kept is not None:
        values["result"] = {**kept, "starts": held.starts}
    if total is not None:
        values["total"] = total
    _held(conn, held, values)
    results = [
        {
            "job_id": held.id,
            "number": r.number,
            "case_id": r.case_id,
            "label": r.label[:200],
            "outcome": r.outcome.value,
            "reason": all_kept(r.reasons),
        }
        for r in rows
    ]
    if results:
        conn.execute(sa.insert(JobRow), results)


def done_numbers(conn: sa.Connection, job_id: int) -> set[int]:
    """Rows that already have a result: where a job that is taken up again goes on."""
    return set(conn.execute(sa.select(JobRow.number).where(JobRow.job_id == job_id)).scalars())


def finish(
    conn: sa.Connection,
    held: Claim,
    *,
    at: datetime,
    result: Mapping[str, Any] | None = None,
    error: Sequence[Told] = (),
) -> None:
    """End the job: failed when there is an error. Raises LeaseLost."""
    _held(conn, held, {"claimed_until": None})
    status = JobStatus.FAILED if error else JobStatus.DONE
    _end(conn, held.id, status, at, result={**(result or {}), "starts": held.starts}, error=error)


def release(conn: sa.Connection, held: Claim, *, at: datetime, broken: bool = False) -> None:
    """Put the job down unfinished, for another worker to take up at once; one that ``broken`` off
    has used up one of its starts. Raises LeaseLost."""
    kept = conn.execute(sa.select(Job.result).where(Job.id == held.id)).scalar() or {}
    _held(
        conn,
        held,
        {
            "status": JobStatus.QUEUED.value,
            "claimed_until": None,
            "result": {**kept, "starts": held.starts if broken else held.starts - 1},
        },
    )


def cancel(conn: sa.Connection, job_id: int, *, actor: Actor, at: datetime) -> None:
    """Cancel a job that has not ended; rows already done stay done. Raises NotVisible."""
    _note(conn, job_id, "cancel", actor, at, {})  # first, as in a step: its work, then its progress
    changed = conn.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.status.in_([s.value for s in OPEN]))
        .values(status=JobStatus.CANCELLED.value, finished_at=at, claimed_until=None)
    ).rowcount
    if changed == 0:
        raise NotVisible


def _held(conn: sa.Connection, held: Claim, values: Mapping[str, Any]) -> None:
    changed = conn.execute(
        sa.update(Job)
        .where(
            Job.id == held.id,
            Job.status == JobStatus.RUNNING.value,
            Job.started_at == held.started_at,
        )
        .values(**values)
    ).rowcount
    if changed == 0:
        raise LeaseLost


def _end(
    conn: sa.Connection,
    job_id: int,
    status: JobStatus,
    at: datetime,
    *,
    result: Mapping[str, Any] | None = None,
    error: Sequence[Told] = (),
) -> None:
    values: dict[str, Any] = {"status": status.value, "finished_at": at, "error": all_kept(error)}
    if result is not None:
        values["result"] = dict(result)
    conn.execute(sa.update(Job).where(Job.id == job_id).values(**values, claimed_until=None))


def _note(
    conn: sa.Connection,
    job_id: int,
    action: str,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any],
) -> None:
    journal.note(conn, "job", job_id, action, payload, actor, at)
