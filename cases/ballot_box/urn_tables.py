"""Tables and engine of the urn's own database, and the way to its migrations.

No column holds a time, a person or an address, and no table has a hidden row number that would keep
the order of handing in (WITHOUT ROWID, keys that are hashes).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import make_url

from cases.errors import Misconfigured, unwritten
from workflow.words import m

STATES = ("prepared", "open", "closed", "opened", "in_custody", "destroyed", "given_up")
CARD_STATES = ("unused", "used", "void")
_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "booth"


def _one_of(column: str, words: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


metadata = sa.MetaData()
urns = sa.Table(
    "urn",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("package_digest", sa.Text, nullable=False),
    sa.Column("root", sa.Text),
    sa.CheckConstraint(_one_of("state", STATES), name="urn_state"),
    sqlite_with_rowid=False,
)
urn_groups = sa.Table(
    "urn_group",
    metadata,
    sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), primary_key=True),
    sa.Column("group", sa.Text, primary_key=True),
    sa.Column("printed", sa.Integer, nullable=False),
    sa.Column("void", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
cards = sa.Table(
    "card",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), nullable=False),
    sa.Column("group", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.CheckConstraint(_one_of("state", CARD_STATES), name="card_state"),
    # Without the state: using a card then touches no index.
    sa.Index("card_urn", "urn", "group"),
    sqlite_with_rowid=False,
)
envelopes = sa.Table(
    "envelope",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), nullable=False),
    sa.Column("group", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("envelope_urn", "urn", "group"),
    sqlite_with_rowid=False,
)

boards = sa.Table(
    "board",
    metadata,
    sa.Column("urn", sa.Text, sa.ForeignKey("urn.id"), primary_key=True),
    sa.Column("receipts", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
surveys = sa.Table(
    "survey",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.CheckConstraint("state IN ('open', 'closed', 'finished')", name="survey_state"),
    sqlite_with_rowid=False,
)
survey_codes = sa.Table(
    "survey_code",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("survey", sa.Text, sa.ForeignKey("survey.id"), nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Index("survey_code_survey", "survey", "area", "used"),
    sqlite_with_rowid=False,
)
survey_sums = sa.Table(
    "survey_sum",
    metadata,
    sa.Column("survey", sa.Text, sa.ForeignKey("survey.id"), primary_key=True),
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("answer", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)


def _tune(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # secure_delete: without it deleted pages kept 500 of 500 test ballots readable.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    how = "IMMEDIATE" if connection.get_execution_options().get("urn_writes") else "DEFERRED"
    connection.connection.cursor().execute(f"BEGIN {how}")


def make_urn_engine(url: str) -> sa.Engine:
    """An engine for an urn database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # Marks in order, as SQLite has them: the writer hands its values over in order.
        return sa.create_engine(url, pool_pre_ping=True, paramstyle="format")
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 30}, pool_size=8, max_overflow=64)
    sa.event.listen(engine, "connect", _tune)
    sa.event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """BEGIN IMMEDIATE on SQLite (a plain BEGIN under rivals ends in busy errors).

    Raises Unwritable when the disk is full or faulty or the database can only be read, Busy when
    the lock could not be had; nothing is written then.
    """
    with _told(), engine.connect() as connection:
        conn = connection.execution_options(urn_writes=True)
        with conn.begin():
            yield conn


@contextmanager
def _told() -> Iterator[None]:
    """Errors of a disk as Unwritable, a lock that could not be had as Busy."""
    try:
        yield
    except Exception as e:
        refusal = unwritten(e)
        if refusal is not None:
            raise refusal from e
        raise


@contextmanager
def at_once(conn: sa.Connection) -> Iterator[None]:
    """Send what is run inside in one go where the driver can; results stand when the block ends.

    Waiting for each answer costs the writer its turn among the booth's threads every time.
    """
    together = getattr(conn.connection.driver_connection, "pipeline", nullcontext)
    with together():  # psycopg's; a hall's laptop has SQLite alone
        yield


def sweep(engine: sa.Engine, *tables: sa.Table) -> None:
    """Empty the write-ahead log, or vacuum, after rows of the tables were rewritten or removed.

    Raises Unwritable, Busy.
    """
    with _told(), engine.connect() as conn:
        if engine.dialect.name == "sqlite":
            raw = conn.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        else:
            plain = conn.execution_options(isolation_level="AUTOCOMMIT")
            for table in tables:
                plain.exec_driver_sql(f"VACUUM {table.name}")


def migration_config(url: str) -> Config:
    """Alembic's configuration for the urn's own tree of migrations."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade_urns(url: str) -> None:
    """Bring an urn database to the newest schema; an empty one is made.

    Raises Misconfigured for one that a newer program made.
    """
    try:
        command.upgrade(migration_config(url), "head")
    except CommandError:
        raise Misconfigured(m("测评箱数据库是更新的程序建的,请换用那个程序,不要降级")) from None


def urns_are_ready(url: str) -> bool:
    """Whether an urn database exists at the newest schema; nothing is created by asking.

    Raises Unwritable when it can't be opened.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        return False
    engine = make_urn_engine(url)
    try:
        with _told(), engine.connect() as conn:
            context = MigrationContext.configure(conn, opts={"version_table": "booth_version"})
            heads = ScriptDirectory.from_config(migration_config(url)).get_heads()
            return context.get_current_heads() == tuple(heads)
    finally:
        engine.dispose()
