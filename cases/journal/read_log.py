"""Who opened a sensitive file or figure, written in batches by a writer of its own.

A page must not wait for this row, and a read must not take the journal's lock: reads are queued in
memory and written together; the digest over the log enters each checkpoint.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from cases.errors import Busy, Unwritable
from cases.models import ReadLog

Open = Callable[[], AbstractContextManager[sa.Connection]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One opening of one thing by one account."""

    at: datetime
    account_id: int | None
    person_id: int | None
    what: str
    case_id: int | None = None
    object_id: int | None = None


class ReadLogWriter:
    """Collects readings and writes them every ``seconds`` or when ``flush`` is called."""

    def __init__(self, transaction: Open, seconds: float = 2.0) -> None:
        self._transaction = transaction
        self._seconds = seconds
        self._waiting: list[Reading] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def note(self, reading: Reading) -> None:
        """Queue a reading; returns at once."""
        with self._lock:
            self._waiting.append(reading)
            self._wake()

    def _wake(self) -> None:
        """Have the writer come by; the lock is held."""
        if self._timer is None:
            self._timer = threading.Timer(self._seconds, self._come_by)
            self._timer.daemon = True
            self._timer.start()

    def _come_by(self) -> None:
        with suppress(Busy, Unwritable):  # what could not be written waits for the next time
            self.flush()

    def flush(self) -> None:
        """Write what waits, now. What could not be written waits on; raises Busy, Unwritable."""
        with self._lock:
            batch, self._waiting = self._waiting, []
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if not batch:
            return
        rows = [
            {
                "at": r.at,
                "account_id": r.account_id,
                "person_id": r.person_id,
                "what": r.what,
                "case_id": r.case_id,
                "object_id": r.object_id,
            }
            for r in batch
        ]
        try:
            with self._transaction() as conn:
                conn.execute(sa.insert(ReadLog), rows)
        except (Busy, Unwritable):
            with self._lock:
                self._waiting[:0] = batch
                self._wake()
            raise
