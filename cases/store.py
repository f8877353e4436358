"""Engines and the two ways to the main database: ``reading()`` and ``transaction()``.

SQLite is opened in WAL with ``synchronous=FULL``; a writing transaction begins IMMEDIATE, because a
plain BEGIN under rivals ends in busy errors that no waiting cures. PostgreSQL runs READ COMMITTED
with row locks taken by the statements themselves. ``commit`` stands here and in the urn only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from cases.errors import Busy, KaojiError, Misconfigured, Unwritable, unwritten
from workflow.words import m

SQLITE_FLOOR = (3, 37, 0)
BUSY_MILLISECONDS = 30_000
_UNANSWERED = m("数据库连不上,没有写入任何内容,请告知管理员")


def _tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: see begin
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()


def begin(connection: sa.Connection, how: str = "DEFERRED") -> sa.RootTransaction:
    """Begin a transaction; SQLite's BEGIN is said by us, its driver being told to stay out of it.

    Said here and not by a listener of the engine: one listener makes SQLAlchemy ask for events at
    every statement, a tenth of the time of a move. Raises sqlite3.OperationalError when IMMEDIATE
    could not have the write lock in time.
    """
    transaction = connection.begin()
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"BEGIN {how}")
    return transaction


def make_engine(url: str) -> sa.Engine:
    """An engine for a main database.

    Raises Misconfigured for an SQLite older than 3.37 and for an address that is none.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # what was written may hold a password: not repeated
        raise Misconfigured(m("KAOJI_DATABASE_URL 写得不对")) from None
    if parsed.get_backend_name() == "sqlite":
        if sqlite3.sqlite_version_info < SQLITE_FLOOR:
            raise Misconfigured(m("SQLite %(has)s 太旧,至少要 3.37", has=sqlite3.sqlite_version))
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
        sa.event.listen(engine, "connect", _tune_sqlite)
        return engine
    return sa.create_engine(url, pool_size=5, max_overflow=10, pool_pre_ping=True)


def refusal_of(error: DBAPIError) -> KaojiError | None:
    """What an error of connecting or of a statement means; None where the fault is ours."""
    nobody = Unwritable(_UNANSWERED) if error.statement is None else None
    return unwritten(error) or nobody


class Store:
    """The main database. One per process; shared by threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"

    def _connect(self) -> sa.Connection:
        try:
            return self.engine.connect()
        except DBAPIError as e:
            refusal = refusal_of(e)
            if refusal is None:
                raise
            raise refusal from e

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A consistent view that never commits; whatever was written in it is rolled back.

        Raises Unwritable where no database answers.
        """
        with self._connect() as connection:
            level = "SERIALIZABLE" if self.sqlite else "REPEATABLE READ"
            conn = (
                connection if self.sqlite else connection.execution_options(isolation_level=level)
            )
            transaction = begin(conn)
            try:
                yield conn
            finally:
                transaction.rollback()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One durable unit of work: committed on leaving, rolled back on any error.

        Raises :class:`cases.errors.Busy` when the write lock could not be had in time, or when
        PostgreSQL ended this one of two that waited for one another; Unwritable when the disk is
        full or faulty or the database can only be read. Nothing is written then.
        """
        with self._connect() as conn:
            try:
                transaction = begin(conn, "IMMEDIATE")
            except (DBAPIError, sqlite3.OperationalError) as e:
                raise unwritten(e) or Busy() from e
            try:
                yield conn
                transaction.commit()
            except BaseException as e:
                if transaction.is_active:
                    transaction.rollback()
                refusal = unwritten(e)
                if refusal is not None:
                    raise refusal from e
                raise

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def reserve(conn: sa.Connection, table: str, count: int) -> list[int]:
    """Ids for ``count`` new rows of a table, so that a bulk insert can name them beforehand.

    Inside a writing transaction only: on SQLite the write lock keeps them ours, on PostgreSQL they
    come from the table's own sequence.
    """
    if count <= 0:
        return []
    if conn.dialect.name == "sqlite":
        last = conn.execute(sa.text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one()  # noqa: S608
        return list(range(last + 1, last + 1 + count))
    rows = conn.execute(
        sa.text("SELECT nextval(pg_get_serial_sequence(:t, 'id')) FROM generate_series(1, :n)"),
        {"t": table, "n": count},
    )
    return sorted(rows.scalars())
