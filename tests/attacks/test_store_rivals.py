"""Two transactions that wait for one another: one is told to try again, nothing stays half (C2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from cases.errors import Busy
from cases.models import Unit
from cases.store import Store
from tests.world import found_world


@pytest.mark.postgresql
def test_deadlock_is_busy_for_one_and_whole_for_the_other(postgresql_store: Store) -> None:
    store, gate = postgresql_store, Barrier(2)
    with store.transaction() as conn:
        found_world(conn)
        ids = list(conn.execute(sa.select(Unit.id).order_by(Unit.id)).scalars())[:2]

    def rename(name: str, order: list[int]) -> bool:
        try:
            with store.transaction() as conn:
                for number, unit in enumerate(order):
                    conn.execute(sa.update(Unit).where(Unit.id == unit).values(name=name))
                    if number == 0:
                        gate.wait(30)
        except Busy:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(rename, ("甲", "乙"), (ids, ids[::-1]), timeout=60))
    assert sorted(made) == [False, True]
    with store.reading() as conn:
        names = conn.execute(sa.select(Unit.name).where(Unit.id.in_(ids))).scalars().all()
    assert names == [("甲", "乙")[made.index(True)]] * 2
