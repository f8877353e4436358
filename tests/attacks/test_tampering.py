"""Edits straight in SQL: each is found, and the entry is named; verify never falls over (H7, D1)."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.beside import created
from cases.commands.opening import open_cases
from cases.commands.transition import perform_many
from cases.journal import verify
from cases.journal.checkpoint import make_checkpoint
from cases.journal.states import THINGS
from cases.models import Case, Hold, ReadLog
from cases.queries.things import ROOMS, table_of
from cases.store import Store
from tests.world import AT, found_world
from workflow.permissions import SYSTEM
from workflow.vocabulary import Action, Role, Thing

COLUMNS = {
    "journal_entries": (
        "seq", "case_id", "case_version", "at", "actor_account_id", "actor_person_id", "subject",
        "subject_id", "action", "state_from", "state_to", "algorithm", "previous", "body", "digest",
    ),
    "journal_payloads": ("salt", "payload"),
    "journal_head": ("seq", "digest"),
    "checkpoints": ("seq", "root", "chain_digest", "read_log_digest"),
    "read_log": ("id", "at", "account_id", "person_id", "what", "case_id", "object_id"),
    "cases": ("state", "version"),
}  # fmt: skip
PLACES = [(table, column) for table, columns in COLUMNS.items() for column in columns]
KEYS = {"journal_entries": "seq", "journal_payloads": "seq"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A database with moves, payloads and a checkpoint."""
    path = tmp_path_factory.mktemp("tampering") / "kaoji.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{path}")
    with store.transaction() as conn:
        world = found_world(conn)
        office = world.actor(Role.OFFICE)
        open_cases(conn, world.cycle_id, actor=office, at=AT)
        ids = list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())
        perform_many(conn, ids[:4], Action.OPEN_SELF_REPORT, actor=office, at=AT)
        reason = {"reason": "年中退休", "participation_reason": "retired"}
        perform_many(conn, ids[2:4], Action.EXCLUDE, actor=office, at=AT, payload=reason)
        conn.execute(
            sa.insert(ReadLog),
            [{"at": AT, "what": "synthesis", "case_id": i, "account_id": 3} for i in ids[:5]],
        )
        make_checkpoint(conn, at=AT)
        perform_many(conn, ids[2:3], Action.REINSTATE, actor=office, at=AT, payload=reason)
        assert verify(conn).ok
    with store.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def other(rng: random.Random, value: object) -> object:
    """The value with one digit or character changed."""
    if value is None:
        return 7
    if isinstance(value, int):
        return value + rng.choice((1, -1, 1000))
    text = str(value)
    place = rng.randrange(len(text))
    swap = rng.choice([c for c in '0a9z{é"' if c != text[place]])
    return text[:place] + swap + text[place + 1 :]


def edit(path: Path, table: str, column: str, rng: random.Random) -> int:
    """Change one value in SQL, past all rules; returns the key of the row."""
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA ignore_check_constraints=ON")
    key = KEYS.get(table, "id")
    row, value = rng.choice(raw.execute(f"SELECT {key}, {column} FROM {table}").fetchall())
    while True:
        try:
            raw.execute(
                f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (other(rng, value), row)
            )
            break
        except sqlite3.IntegrityError:  # the value stands elsewhere already
            continue
    raw.commit()
    raw.close()
    return int(row)


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_one_changed_value_is_found(written: Path, tmp_path: Path, place: tuple[str, str]) -> None:
    for seed in range(6):
        copy = tmp_path / f"{seed}.db"
        copy.write_bytes(written.read_bytes())
        row = edit(copy, *place, random.Random(f"{place}{seed}"))
        store = Store(f"sqlite:///{copy}")
        with store.reading() as conn:
            report = verify(conn)
        store.close()
        assert not report.ok
        if place[0] == "journal_payloads" or place == ("journal_entries", "body"):
            assert report.seq == row
        if place[0] == "read_log":
            assert (report.kind, report.subject_id) == ("read_log", 0)
        if place[0] == "cases":
            assert (report.kind, report.case_id) == ("case", row)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM read_log WHERE id = 2",
        "DELETE FROM read_log",
        "INSERT INTO read_log (id, at, what) VALUES (-1, 0, 'synthesis')",
        "DELETE FROM journal_entries WHERE seq = 4",
        "DELETE FROM journal_entries WHERE seq = (SELECT max(seq) FROM journal_entries)",
        "DELETE FROM cases WHERE id = 1",
        "INSERT OR REPLACE INTO journal_payloads (seq, salt, payload) VALUES (13, 'ab', '{}')",
        "DELETE FROM checkpoints; UPDATE journal_head SET seq = seq - 1",
    ],
)
def test_lost_and_added_rows_are_found(written: Path, tmp_path: Path, statement: str) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(written.read_bytes())
    raw = sqlite3.connect(copy)
    raw.executescript(statement)
    raw.close()
    store = Store(f"sqlite:///{copy}")
    with store.reading() as conn:
        assert not verify(conn).ok
    store.close()


def test_destroyed_payloads_leave_the_chain_whole(written: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(written.read_bytes())
    raw = sqlite3.connect(copy)
    raw.executescript("DELETE FROM journal_payloads")
    raw.close()
    store = Store(f"sqlite:///{copy}")
    with store.reading() as conn:
        assert verify(conn).ok
    store.close()


def test_thing_moved_or_removed_in_sql_is_found(written: Path, tmp_path: Path) -> None:
    """Every room of things is read: a table forgotten in the list would keep its secrets."""
    assert {thing.value: table_of(thing) for thing in ROOMS} == THINGS
    for statement in (
        "UPDATE holds SET state = 'lifted' WHERE state = 'placed'",
        "DELETE FROM holds",
    ):
        path = tmp_path / "kaoji.db"
        path.write_bytes(written.read_bytes())
        store = Store(f"sqlite:///{path}")
        with store.transaction() as conn:
            case_id = conn.execute(sa.select(Case.id).order_by(Case.id)).scalars().first()
            hold = conn.execute(
                sa.insert(Hold)
                .values(case_id=case_id, kind="investigation", state="placed", since=AT.date(),
                        document="立案通知书")
                .returning(Hold.id)
            ).scalar_one()  # fmt: skip
            created(conn, Thing.HOLD, hold, actor=SYSTEM, at=AT, case_id=case_id)
            assert verify(conn).ok
            conn.exec_driver_sql(statement)
            found = verify(conn)
            assert (found.ok, found.kind, found.seq is not None) == (False, "thing", True)
        store.close()
