"""Rows handed straight to the driver read back as those of an ``insert()`` do."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cases.models import Outbox
from cases.models.rows import CHUNK, insert_rows
from cases.store import Store
from tests.world import AT

COLUMNS = ("key", "kind", "topic", "payload", "created_at", "available_at", "attempts")


def row(key: str) -> tuple[object, ...]:
    return (key, "notice", "t", {"名": ["一", 2]}, AT, AT, 0)


def test_insert_rows_stores_types_as_an_insert_does(store: Store) -> None:
    query = sa.select(Outbox.payload, Outbox.created_at, Outbox.error).order_by(Outbox.key)
    with store.transaction() as conn:
        insert_rows(conn, Outbox, COLUMNS, [row("a")])
        conn.execute(sa.insert(Outbox).values(dict(zip(COLUMNS, row("b"), strict=True))))
        made, plain = conn.execute(query).all()
    assert made == plain == ({"名": ["一", 2]}, AT, None)


def test_insert_rows_over_a_chunk_stores_every_row(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        insert_rows(conn, Outbox, COLUMNS, [row(f"k{n}") for n in range(CHUNK + 3)])
        stored = conn.execute(sa.select(sa.func.count()).select_from(Outbox)).scalar()
    assert stored == CHUNK + 3


def test_insert_rows_of_nothing_writes_nothing(store: Store) -> None:
    with store.transaction() as conn:
        insert_rows(conn, Outbox, COLUMNS, [])
        assert conn.execute(sa.select(sa.func.count()).select_from(Outbox)).scalar() == 0


def test_insert_rows_with_a_key_twice_is_refused_by_the_database(store: Store) -> None:
    with pytest.raises(IntegrityError), store.transaction() as conn:
        insert_rows(conn, Outbox, COLUMNS, [row("a"), row("a")])
