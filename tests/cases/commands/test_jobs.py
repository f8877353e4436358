"""Jobs as rows: one holder at a time, taken up again when the holder falls silent."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cases.commands import jobs
from cases.commands.jobs import LeaseLost, RowResult
from cases.errors import NotVisible
from cases.models import Job
from cases.queries.jobs import JobStatus, RowOutcome, job, outcome_counts, rows_of
from cases.store import Store
from workflow.permissions import SYSTEM
from workflow.words import m

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


def asked(store: Store, **payload: object) -> int:
    with store.transaction() as conn:
        return jobs.enqueue(conn, "sums", m("算数"), payload, actor=SYSTEM, at=AT, total=3)


def claimed(store: Store, at: datetime = AT) -> jobs.Claim | None:
    with store.transaction() as conn:
        return jobs.claim(conn, at=at, kinds=["sums"])


def test_claim_takes_each_job_once_in_order(store: Store) -> None:
    first, second = asked(store), asked(store)
    taken = [claimed(store), claimed(store), claimed(store)]
    assert [t.id if t else None for t in taken] == [first, second, None]


def test_claim_leaves_kinds_it_does_not_know(store: Store) -> None:
    with store.transaction() as conn:
        jobs.enqueue(conn, "other", "别的", {}, actor=SYSTEM, at=AT)
    assert claimed(store) is None


def test_abandoned_job_is_taken_up_and_the_old_holder_is_fenced(store: Store) -> None:
    asked(store)
    old = claimed(store)
    assert old is not None
    new = claimed(store, LATER)
    assert new is not None and (new.id, new.starts) == (old.id, 2)
    with pytest.raises(LeaseLost), store.transaction() as conn:
        jobs.progress(conn, old, at=LATER, done=1)
    with store.transaction() as conn:
        jobs.progress(conn, new, at=LATER, done=2)
    with store.reading() as conn:
        assert job(conn, new.id).done == 2


def test_beat_keeps_the_job(store: Store) -> None:
    asked(store)
    held = claimed(store)
    assert held is not None
    with store.transaction() as conn:
        jobs.beat(conn, held, at=LATER)
    assert claimed(store, LATER + timedelta(seconds=80)) is None


def test_job_that_breaks_its_workers_ends_as_failed(store: Store) -> None:
    made = asked(store)
    for n in range(jobs.MOST_STARTS):
        assert claimed(store, AT + n * timedelta(hours=1)) is not None
    assert claimed(store, AT + timedelta(days=1)) is None
    with store.reading() as conn:
        assert job(conn, made).status is JobStatus.FAILED


def test_progress_and_row_results_are_one_with_the_work(store: Store) -> None:
    asked(store)
    held = claimed(store)
    assert held is not None
    row = RowResult(1, "甲", RowOutcome.DONE, case_id=8)
    with pytest.raises(RuntimeError), store.transaction() as conn:
        jobs.progress(conn, held, at=AT, done=1, rows=[row])
        raise RuntimeError
    with store.reading() as conn:
        assert jobs.done_numbers(conn, held.id) == set()
    refused = RowResult(2, "乙", RowOutcome.REFUSED, (m("还差 %(n)s 项", n=1),))
    with store.transaction() as conn:
        jobs.progress(conn, held, at=AT, done=2, rows=[row, refused])
    with store.reading() as conn:
        assert jobs.done_numbers(conn, held.id) == {1, 2}
        assert outcome_counts(conn, held.id) == {RowOutcome.DONE: 1, RowOutcome.REFUSED: 1}
        (seen,) = rows_of(conn, held.id, outcomes=[RowOutcome.REFUSED])
        assert (seen.number, seen.label, seen.reasons) == (2, "乙", (m("还差 %(n)s 项", n=1),))


def test_finish_ends_the_job_with_its_result(store: Store) -> None:
    asked(store)
    held = claimed(store)
    assert held is not None
    with store.transaction() as conn:
        jobs.finish(conn, held, at=LATER, result={"sum": 6})
    with store.reading() as conn:
        seen = job(conn, held.id)
    assert (seen.status, seen.finished_at, seen.result["sum"]) == (JobStatus.DONE, LATER, 6)


def test_cancelled_job_stops_its_holder(store: Store) -> None:
    made = asked(store)
    held = claimed(store)
    assert held is not None
    with store.transaction() as conn:
        jobs.cancel(conn, made, actor=SYSTEM, at=AT)
    with pytest.raises(LeaseLost), store.transaction() as conn:
        jobs.finish(conn, held, at=AT)
    with pytest.raises(NotVisible), store.transaction() as conn:
        jobs.cancel(conn, made, actor=SYSTEM, at=AT)
    with store.reading() as conn:
        assert conn.execute(sa.select(Job.status)).scalar_one() == "cancelled"
