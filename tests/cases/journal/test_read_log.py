"""The read log's writer: batches, and a batch that could not be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cases.errors import Busy
from cases.journal.read_log import Reading, ReadLogWriter
from cases.models import ReadLog
from cases.store import Store

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def read(what: str) -> Reading:
    return Reading(at=AT, account_id=None, person_id=None, what=what)


def written(store: Store) -> list[str]:
    with store.reading() as conn:
        return list(conn.execute(sa.select(ReadLog.what).order_by(ReadLog.id)).scalars())


def test_flush_writes_what_waits_in_its_order(store: Store) -> None:
    writer = ReadLogWriter(store.transaction, seconds=600)
    for what in ("a", "b"):
        writer.note(read(what))
    writer.flush()
    writer.flush()
    assert written(store) == ["a", "b"]


def test_a_batch_that_could_not_be_written_waits_for_the_next(sqlite_store: Store) -> None:
    busy = [True]

    @contextmanager
    def sometimes() -> Iterator[sa.Connection]:
        if busy[0]:
            raise Busy
        with sqlite_store.transaction() as conn:
            yield conn

    writer = ReadLogWriter(sometimes, seconds=600)
    writer.note(read("a"))
    with pytest.raises(Busy):
        writer.flush()
    writer.note(read("b"))
    busy[0] = False
    writer.flush()
    assert written(sqlite_store) == ["a", "b"]
