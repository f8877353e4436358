"""Opening a cycle: cases, outbox rows and chained journal entries against the bare rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import city
from benchmarks.rounds import alternate, database, result, seconds
from cases.commands.opening import open_cases
from cases.models import Case, JournalEntry, JournalPayload, Outbox

TABLES: tuple[Any, ...] = (Case, Outbox, JournalEntry, JournalPayload)


def _ours(count: int) -> tuple[float, list[list[dict[str, Any]]]]:
    with database() as store:
        with store.transaction() as conn:
            cycle = city.found(conn, count)

        def act() -> None:
            with store.transaction() as conn:
                open_cases(conn, cycle, actor=city.CLERK, at=city.AT)

        taken = seconds(act)
        with store.reading() as conn:
            rows = [
                [dict(r._mapping) for r in conn.execute(sa.select(t.__table__))] for t in TABLES
            ]
    return taken, rows


def _core(count: int, rows: list[list[dict[str, Any]]]) -> float:
    with database() as store:
        with store.transaction() as conn:
            city.found(conn, count)

        def act() -> None:
            with store.transaction() as conn:
                for table, some in zip(TABLES, rows, strict=True):
                    conn.execute(sa.insert(table), some)

        return seconds(act)


def _add_all(count: int, rows: list[list[dict[str, Any]]]) -> float:
    with database() as store:
        with store.transaction() as conn:
            city.found(conn, count)

        def act() -> None:
            with store.transaction() as conn, Session(conn) as session:
                for table, some in zip(TABLES, rows, strict=True):
                    session.add_all([table(**row) for row in some])
                    session.flush()

        return seconds(act)


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: at most 2 x plain Core, at least 4 x faster than the ORM's add_all."""
    count, rounds = (10_000, 3) if quick else (100_000, 5)
    _, rows = _ours(count)
    medians = alternate(
        {
            "ours": lambda: _ours(count)[0],
            "core": lambda: _core(count, rows),
            "add_all": lambda: _add_all(count, rows),
        },
        rounds,
    )
    return [
        result("open_cycle/core", medians["ours"], medians["core"], 2.0, cases=count),
        result(
            "open_cycle/add_all",
            medians["ours"],
            medians["add_all"],
            4.0,
            at_least=True,
            cases=count,
        ),
    ]
