"""A database that takes no write says which, and keeps nothing of what was begun."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cases.errors import Unwritable
from cases.models import Person
from cases.store import Store

FULL = "数据库所在的磁盘已满,没有写入任何内容,请告知管理员"
READ_ONLY = "数据库现在只能读,没有写入任何内容,请告知管理员"
FAULTY = "数据库所在的磁盘读写出错,没有写入任何内容,请告知管理员"


def write(store: Store, before: str, name: str = "甲") -> str:
    """What the refusal says when somebody is written after that statement."""
    with pytest.raises(Unwritable) as refused, store.transaction() as conn:
        conn.execute(sa.insert(Person).values(name="先写的", name_key="a"))
        conn.exec_driver_sql(before)
        conn.execute(sa.insert(Person).values(name=name, name_key="b"))
    return str(refused.value.sentence)


def people(store: Store) -> list[str]:
    with store.reading() as conn:
        return list(conn.execute(sa.select(Person.name)).scalars())


def test_full_disk_is_told_and_nothing_stays(sqlite_store: Store) -> None:
    assert write(sqlite_store, "PRAGMA max_page_count = 1", "甲" * 100_000) == FULL
    assert people(sqlite_store) == []
    with sqlite_store.transaction() as conn:  # room was made
        conn.exec_driver_sql("PRAGMA max_page_count = 4294967294")
        conn.execute(sa.insert(Person).values(name="甲" * 100_000, name_key="b"))
    assert len(people(sqlite_store)) == 1


def test_read_only_database_is_told_at_the_first_write_or_at_the_beginning(
    sqlite_store: Store,
) -> None:
    assert write(sqlite_store, "PRAGMA query_only = 1") == READ_ONLY
    with pytest.raises(Unwritable) as refused, sqlite_store.transaction():
        raise AssertionError
    assert (str(refused.value.sentence), people(sqlite_store)) == (READ_ONLY, [])


@pytest.mark.postgresql
def test_postgresql_that_takes_no_write_is_told_too(postgresql_store: Store) -> None:
    said = [
        write(postgresql_store, before)
        for before in (
            "SET TRANSACTION READ ONLY",
            "DO $$ BEGIN RAISE 'no space' USING ERRCODE = 'disk_full'; END $$",
            "DO $$ BEGIN RAISE 'bad block' USING ERRCODE = 'io_error'; END $$",
        )
    ]
    assert (said, people(postgresql_store)) == ([READ_ONLY, FULL, FAULTY], [])
