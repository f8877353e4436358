"""kill -9 in the middle of moves: nothing acknowledged is lost, nothing stands half (C1, H4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.journal import verify
from cases.models import Case, JournalEntry, Outbox, SelfReport
from cases.store import Store
from tests import forked
from tests.attacks.mover import keep_moving
from tests.world import AT, found_world
from workflow.vocabulary import Role, State

Acks = dict[int, int]
TOLD = {"open_self_report": "self_report_opened", "exclude": "excluded", "reinstate": "reinstated"}


def kill_in_the_middle(url: str, seconds: float, rivals: int) -> Acks:
    """Let ``rivals`` processes move, kill them all; returns case id -> highest version acked."""
    running = [forked.telling(keep_moving, url) for _ in range(rivals)]
    assert running[0][1].poll(60)  # the first ack
    time.sleep(seconds)
    for process, _ in running:
        process.kill()
    acks: Acks = {}
    for process, said in running:
        for case_id, version in _until_its_end(said):
            acks[case_id] = max(acks.get(case_id, 0), version)
        process.join()
        said.close()
    return acks


def _until_its_end(said: Connection) -> Iterator[tuple[int, int]]:
    with suppress(EOFError):
        while True:
            yield said.recv()


def nothing_half(store: Store, acks: Acks) -> int:
    """Assert what must hold after any crash; returns the number of journal entries."""
    with store.reading() as conn:
        report = verify(conn)
        assert report.ok, report
        cases = conn.execute(sa.select(Case)).all()
        assert [c.id for c in cases if c.version < acks.get(c.id, 0)] == []
        moves = conn.execute(
            sa.select(JournalEntry.case_id, JournalEntry.case_version, JournalEntry.action).where(
                JournalEntry.action.in_(TOLD)
            )
        ).all()
        told = conn.execute(sa.select(Outbox.key).where(Outbox.topic.in_(TOLD.values()))).scalars()
        assert sorted(f"case:{i}:{v}:notice:{TOLD[a]}" for i, v, a in moves) == sorted(told)
        out = {c.id for c in cases if c.state == State.NOT_ASSESSED}
        assert out == {c.id for c in cases if c.participation == "not_assessed"}
        started = set(conn.execute(sa.select(SelfReport.case_id)).scalars())
        assert {c.id for c in cases if c.state == State.DRAFTING} <= started
        if store.sqlite:
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        return report.entries


def crash(store: Store, rounds: int, rivals: int) -> None:
    with store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    before = 0
    for number in range(rounds):
        acks = kill_in_the_middle(store.url, 0.2 + 0.07 * (number % 5), rivals)
        after = nothing_half(store, acks)
        assert after > before
        before = after


@pytest.mark.slow
def test_killed_movers_leave_no_half_move(store: Store) -> None:
    crash(store, rounds=3, rivals=2)


@pytest.mark.slow
def test_killed_rivals_leave_no_half_move_over_many_rounds(sqlite_store: Store) -> None:
    crash(sqlite_store, rounds=8, rivals=3)
