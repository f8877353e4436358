"""What stands of keys, meetings, papers and counts: every column changed in SQL, named (H7, B18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import hall_kit, keys
from cases.commands.destruction import destroy_originals
from cases.journal import Draft, append, verify
from cases.journal.ballots import stray_ballots
from cases.journal.bases import StrayBase
from cases.journal.opening_keys import stray_destruction, stray_key, stray_opinion
from cases.models import (
    BallotCount,
    Destruction,
    HallKit,
    JournalPayload,
    KeyHolder,
    KeySet,
    KeySetUnit,
    Meeting,
    NamedOpinion,
    PaperBatch,
    Tally,
    VoterGroup,
)
from cases.models.base import Base, Instant
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.attacks.test_unvouched import after
from tests.cases.commands.ballots import HELD, OPENED, PLANNED, Hall, hall
from tests.cases.commands.test_destruction import FORM, LATE
from tests.cases.commands.test_late_papers import MARKS, OVER, collect, given_out, scheme, take
from tests.cases.commands.test_paper import enter, form, join
from workflow.vocabulary import Role, ThingAction

WORDS = {
    # told in other words of the journal, or by the state and version of the meeting
    Meeting: {"id", "ref", "cycle_id", "unit_id", "kind", "with_items", "state", "version"},
    KeySet: {"id", "cycle_id"},
    KeyHolder: {"id", "key_set_id", "number"},
    KeySetUnit: {"key_set_id"},
    VoterGroup: {"id", "meeting_id"},
    Tally: {"meeting_id"},
    BallotCount: {"id", "meeting_id"},
    PaperBatch: {"id", "meeting_id"},
    HallKit: {"meeting_id"},
    Destruction: {"id", "key_set_id"},
    NamedOpinion: {"id", "case_id", "person_id"},
}
"""Keys and what other readings of the journal watch (states, things)."""
PLAN = {
    # words of a plan: what people rate by is the package, whose digest is told
    Meeting: {"title", "place", "planned_on", "replaced_reason", "tellers"},
    VoterGroup: {"code", "title", "colour", "electorate", "origin", "unit_id", "typed", "members"},
    KeySet: {"title", "made_by"},
    # who did it and when stands in the entry itself
    PaperBatch: {"printed_at", "printed_by", "collected_at", "collected_by", "joined_by", "late"},
    HallKit: {"made_at", "made_by", "handed_at", "returned_at"},
    Destruction: {"recorded_by"},
    NamedOpinion: {"remark"},
}
"""Columns that decide nothing once the forms are locked."""


@pytest.fixture
def counted(sqlite_store: Store, tmp_path: Path) -> Iterator[Hall]:
    """A meeting with cards and a late paper, counted and signed."""
    with hall(sqlite_store, tmp_path) as made:
        scheme(made, {"allowed": True, "days": 3, "receiver": "tellers"})
        made.run(MARKS, due=20, present=18)
        batch = given_out(made)
        take(made, batch)
        collect(made, batch, 1, at=OVER)
        for who in (made.teller, made.supervisor):
            enter(made, batch, [form(made, 1)], who)
        join(made, batch)
        made.reconcile({"C_late": (2, 0)})
        made.count()
        made.sign()
        made.record()
        yield made


def other(column: sa.Column[Any], value: Any) -> Any:
    """Another value of the column's kind."""
    if isinstance(column.type, Instant):
        return (value or HELD) + timedelta(seconds=1)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value[:-1]}{'2' if value.endswith('1') else '1'}"
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, list):
        return [*value, "x"]
    if isinstance(value, dict):
        return {**value, "x": 1}
    return {int: 1, str: "x"}.get(column.type.python_type, 1)


def changed(conn: sa.Connection, table: type[Base]) -> Iterator[tuple[str, sa.Update]]:
    """Each watched column of the first row of a table, set to something else."""
    row = conn.execute(sa.select(table).limit(1)).one()
    left_out = WORDS.get(table, set()) | PLAN.get(table, set())
    key = list(table.__table__.primary_key.columns)
    mine = sa.and_(*(column == getattr(row, column.name) for column in key))
    for column in table.__table__.columns:
        if column.name not in left_out:
            new = other(column, getattr(row, column.name))
            yield column.name, sa.update(table).where(mine).values({column.name: new})


def silent(conn: sa.Connection, table: type[Base], stray: Any) -> list[str]:
    """Columns of a table whose change nothing names."""
    conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    found = []
    for name, edit in changed(conn, table):
        nested = conn.begin_nested()
        conn.execute(edit)
        if stray(conn) is None:
            found.append(name)
        nested.rollback()
    return found


def test_every_column_of_a_counted_meeting_is_watched(counted: Hall) -> None:
    with counted.store.transaction() as conn:
        assert verify(conn).ok
        for table in (Meeting, VoterGroup, Tally, BallotCount, PaperBatch):
            assert silent(conn, table, stray_ballots) == [], table
        for table in (KeySet, KeyHolder):
            assert silent(conn, table, stray_key) == [], table
        for table in (Tally, BallotCount, PaperBatch):
            found = after(conn, sa.delete(table))
            assert (found.ok, found.subject, found.subject_id) == (False, "meeting", 1), table
        gone = after(conn, sa.delete(Meeting))
        assert (gone.kind, gone.subject, gone.subject_id) == ("thing", "meeting", 1)
        more = sa.update(BallotCount).where(BallotCount.option == "excellent")
        report = after(conn, more.values(count=BallotCount.count + 1))
        _watched_beside(counted, conn)
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, sa.update(Tally).values(valid=1)).ok
    told = str(sentence_of(report).sentence)
    ref = counted.row().ref
    start = f"市生态环境局 2025 年度民主测评 {ref}(序号 1):计分用的票数与计票结果不一致。"
    assert told.startswith(start)


def test_lent_urns_are_watched_and_forgotten_with_the_forms(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with hall(sqlite_store, tmp_path) as room:
        room.make_key()
        room.plan({"A": 5, "B": 6, "C": 7})
        room.freeze()
        with room.store.transaction() as conn:
            hall_kit.choose_kit(
                conn, room.urns, room.meeting_id, "http://kaoji.hall:8001", actor=room.office,
                at=PLANNED,
            )  # fmt: skip
        room.print_cards()
        with room.store.transaction() as conn:
            hall_kit.hand_out(
                conn, room.urns, room.meeting_id, pepper=b"p" * 32, actor=room.group, at=PLANNED
            )
            assert verify(conn).ok
            assert silent(conn, HallKit, stray_ballots) == []
            hall_kit.drop_kit(
                conn, room.urns, room.meeting_id, actor=room.office, at=PLANNED, where="办公室"
            )
            assert verify(conn).ok
        room.move(ThingAction.UNFREEZE_MEETING, room.office, PLANNED, reason="人数有变")
        with room.store.transaction() as conn:
            assert verify(conn).ok
            back = sa.update(Meeting).values(key_set_id=1, package_digest="0" * 64)
            found = after(conn, back)
            assert (found.kind, found.subject_id) == ("ballot_form", room.meeting_id)


def _watched_beside(counted: Hall, conn: sa.Connection) -> None:
    unit = counted.world.units["county"]
    keys.register_key_set(
        conn, counted.world.cycle_id, public_key=keys.public_key("07" * 32),
        holders=("甲某", "乙某", "丙某"), group="考核一组", unit_ids=[unit],
        actor=counted.office, at=PLANNED,
    )  # fmt: skip
    first = conn.execute(sa.select(sa.func.min(KeySet.id))).scalar_one()
    lead = counted.world.actor(Role.OFFICE_LEAD)
    destroy_originals(conn, counted.urns, first, FORM, actor=lead, at=LATE)
    author = counted.world.subject("lead")
    case, said = counted.case("chief"), {"electorate": "A", "option": "excellent"}
    conn.execute(
        sa.insert(NamedOpinion).values(
            case_id=case, person_id=author.person_id, given_at=OPENED, **said
        )
    )
    assert stray_opinion(conn) == StrayBase(
        "named_opinion", "case", case, None, stray_opinion(conn).place
    )
    draft = Draft(
        subject="case", subject_id=case, case_id=case, action="give_named_opinion",
        at=OPENED, payload=said,
    )  # fmt: skip
    append(conn, draft.by(author))
    assert verify(conn).ok
    assert silent(conn, KeySetUnit, stray_key) == []
    assert silent(conn, Destruction, stray_destruction) == []
    assert silent(conn, NamedOpinion, stray_opinion) == []
    for table, kind in (
        (KeySetUnit, "opening_key"),
        (Destruction, "destruction"),
        (NamedOpinion, "named_opinion"),
    ):
        assert after(conn, sa.delete(table)).kind == kind
