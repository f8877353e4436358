"""The door: one durable move against three bare durable statements, and a thousand in one set."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import city
from benchmarks.rounds import alternate, database, result, seconds
from cases.commands.opening import open_cases
from cases.commands.transition import perform, perform_many
from cases.models import Case, SchemeVersion
from cases.store import Store
from workflow.vocabulary import Action

MOVES = 200
SET = 1_000


def _freeze(store: Store, count: int) -> list[int]:
    with store.transaction() as conn:
        cycle = city.found(conn, count)
        open_cases(conn, cycle, actor=city.CLERK, at=city.AT)
        conn.execute(sa.update(Case).values(commenter_id=2))
        conn.execute(sa.update(SchemeVersion).values(frozen_at=city.AT))
        return list(conn.execute(sa.select(Case.id).where(Case.id > 1)).scalars())


def _one_by_one(store: Store, ids: Iterator[int], count: int) -> float:
    def act() -> None:
        for _ in range(count):
            with store.transaction() as conn:
                perform(conn, next(ids), Action.EXCLUDE, actor=city.CLERK, at=city.AT,
                        payload={"participation_reason": "other", "reason": "基准"})  # fmt: skip

    return seconds(act)


def _in_one_set(store: Store, ids: Iterator[int]) -> float:
    chosen = [next(ids) for _ in range(SET)]

    def act() -> None:
        with store.transaction() as conn:
            perform_many(conn, chosen, Action.EXCLUDE, actor=city.CLERK, at=city.AT,
                         payload={"participation_reason": "other", "reason": "基准"})  # fmt: skip

    return seconds(act)


def _bare(folder: str) -> float:
    """Update a case, insert a history row and an outbox row; commit durably."""
    db = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS c (id INTEGER PRIMARY KEY, state TEXT, version INT);"
        "CREATE TABLE IF NOT EXISTS h (id INTEGER PRIMARY KEY, c INT, body TEXT);"
        "CREATE TABLE IF NOT EXISTS o (id INTEGER PRIMARY KEY, k TEXT UNIQUE, body TEXT);"
        "INSERT INTO c (state, version) VALUES ('a', 1);"
    )
    body = json.dumps({"action": "exclude", "at": "2025-12-10T01:00:00.000000Z", "pad": "x" * 300})
    start = db.execute("SELECT coalesce(max(id), 0) FROM o").fetchone()[0]

    def act() -> None:
        for i in range(MOVES):
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE c SET state = 'b', version = version + 1 WHERE id = 1")
            db.execute("INSERT INTO h (c, body) VALUES (1, ?)", (body,))
            db.execute("INSERT INTO o (k, body) VALUES (?, ?)", (f"n:{start + i}", body))
            db.execute("COMMIT")

    taken = seconds(act)
    db.close()
    return taken


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: one move at most 4 x bare; a set of 1,000 at least 5 x faster than one by one."""
    rounds = 3 if quick else 5
    with database() as store, tempfile.TemporaryDirectory() as folder:
        ids = iter(_freeze(store, rounds * (MOVES + SET) + 100))
        medians = alternate(
            {
                "single": lambda: _one_by_one(store, ids, MOVES),
                "bare": lambda: _bare(folder),
                "set": lambda: _in_one_set(store, ids),
            },
            rounds,
        )
    single = medians["single"] / MOVES
    return [
        result("one_move/bare", single, medians["bare"] / MOVES, 4.0, unit="s per move"),
        result(
            "set_of_1000/one_by_one", medians["set"] / SET, single, 5.0, at_least=True,
            unit="s per move",
        ),
    ]  # fmt: skip
