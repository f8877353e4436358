"""Brings a main database to the newest revision, and says which one it has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from cases.errors import Misconfigured
from workflow.words import m

_ROOT = Path(__file__).resolve().parent.parent


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose every transaction, begun by Alembic, says BEGIN to SQLite."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            sa.event.listen(connection, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
        yield connection


@cache
def newest() -> str:
    """The newest revision this code knows; read once, the revisions are part of the code."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return head or ""


def newer(revision: str) -> Misconfigured:
    """The refusal of a database whose revision this code does not know."""
    return Misconfigured(
        m("数据库版本 %(has)s 是更新的程序建的,请换用那个程序,不要降级", has=revision)
    )


def revision_of(engine: sa.Engine) -> str | None:
    """The revision a database has, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def known(revision: str) -> bool:
    """Whether this code has the revision; a newer program's it has not."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def upgrade(engine: sa.Engine, target: str = "head") -> None:
    """Bring the database to ``target``; each revision is one transaction.

    Raises Misconfigured for a database that a newer program made.
    """
    before = revision_of(engine)
    if before is not None and not known(before):
        raise newer(before)
    with _writing(engine) as connection:
        command.upgrade(_config(connection), target)


def downgrade(engine: sa.Engine, target: str) -> None:
    """Take revisions back, down to ``target`` (``base`` empties the database)."""
    with _writing(engine) as connection:
        command.downgrade(_config(connection), target)
