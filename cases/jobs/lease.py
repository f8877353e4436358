"""Exactly one scheduler: a lease row with a heartbeat, and a lock of the machine as second belt.

The row says who and until when, across machines and restarts; the lock (a file on SQLite, an
advisory lock on PostgreSQL) ends with the process that holds it, even by kill.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from cases.models import Lease as LeaseRow
from cases.store import Store

TERM = timedelta(seconds=60)
_ADVISORY_KEY = 0x6B616F6A69  # "kaoji"


class Lease:
    """One name that one holder may have at a time."""

    def __init__(self, store: Store, name: str, folder: Path) -> None:
        self.name = name
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._store = store
        self._path = folder / f"{name}.lock"
        self._file: IO[str] | None = None
        self._held: sa.Connection | None = None

    def take(self, *, at: datetime) -> bool:
        """Try to become, or stay, the holder; False while somebody else is."""
        if not self._lock():
            return False
        with self._store.transaction() as conn:
            row = conn.execute(
                sa.select(LeaseRow).where(LeaseRow.name == self.name).with_for_update()
            ).first()
            if row is not None and row.holder != self.holder and row.until > at:
                taken = False
            else:
                self._write(conn, at, new=row is None)
                taken = True
        if not taken:
            self._unlock()
        return taken

    def give_up(self, *, at: datetime) -> None:
        """Free the name at once, so that a successor need not wait for the term."""
        with self._store.transaction() as conn:
            conn.execute(
                sa.update(LeaseRow)
                .where(LeaseRow.name == self.name, LeaseRow.holder == self.holder)
                .values(until=at)
            )
        self._unlock()

    def _write(self, conn: sa.Connection, at: datetime, *, new: bool) -> None:
        values = {"holder": self.holder, "until": at + TERM, "beat_at": at}
        if new:
            conn.execute(sa.insert(LeaseRow).values(name=self.name, **values))
        else:
            conn.execute(sa.update(LeaseRow).where(LeaseRow.name == self.name).values(**values))

    def _lock(self) -> bool:
        return self._lock_file() if self._store.sqlite else self._lock_database()

    def _lock_file(self) -> bool:
        if self._file is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = self._path.open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._file = handle
        return True

    def _lock_database(self) -> bool:
        if self._held is not None:
            try:
                self._held.exec_driver_sql("SELECT 1")
            except sa.exc.DBAPIError:
                self._unlock()
            else:
                return True
        conn = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not conn.execute(sa.select(sa.func.pg_try_advisory_lock(_ADVISORY_KEY))).scalar():
            conn.close()
            return False
        self._held = conn
        return True

    def _unlock(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._held is not None:
            held, self._held = self._held, None
            try:
                held.execute(sa.select(sa.func.pg_advisory_unlock(_ADVISORY_KEY)))
            except sa.exc.DBAPIError:
                held.invalidate()  # the session is gone, and the lock with it
            held.close()
