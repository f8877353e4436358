"""One scheduler works; a second one waits, and even two ticks do the work once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.files.store import FileStore
from cases.jobs.integrity import checkpoint, forget, newest, nightly, outside_roots
from cases.jobs.lease import TERM, Lease
from cases.jobs.scheduler import TICKS, Tick, run_tick, schedule
from cases.jobs.tools import Tools
from cases.journal import Draft, append
from cases.models import Account, Checkpoint, IdempotencyKey, JournalEntry, Outbox
from cases.queries.jobs import scheduler_alive
from cases.store import Store
from config import Settings

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tools(store: Store, tmp_path: Path) -> Tools:
    return Tools(store, FileStore(tmp_path / "files"), Settings(mode="test", var=tmp_path))


def note(store: Store, count: int = 1) -> None:
    with store.transaction() as conn:
        for _ in range(count):
            append(conn, Draft(subject="account", action="noted", at=AT))


# -- the lease


def test_lease_has_one_holder(store: Store, tmp_path: Path) -> None:
    first, second = Lease(store, "s", tmp_path), Lease(store, "s", tmp_path)
    assert [first.take(at=AT), second.take(at=AT), first.take(at=AT)] == [True, False, True]
    first.give_up(at=AT)
    assert second.take(at=AT)
    second.give_up(at=AT)


def test_lease_of_another_machine_is_kept_until_it_runs_out(store: Store, tmp_path: Path) -> None:
    here, there = Lease(store, "s", tmp_path / "here"), Lease(store, "s", tmp_path / "there")
    assert here.take(at=AT)
    here._unlock()  # that machine's lock says nothing here
    assert not there.take(at=AT + TERM - timedelta(seconds=1))
    assert there.take(at=AT + TERM + timedelta(seconds=1))
    assert not here.take(at=AT + TERM + timedelta(seconds=2))
    there.give_up(at=AT)


def test_heartbeat_is_visible(store: Store, tmp_path: Path) -> None:
    lease = Lease(store, "scheduler", tmp_path)
    with store.reading() as conn:
        assert not scheduler_alive(conn, at=AT)
    lease.take(at=AT)
    with store.reading() as conn:
        assert scheduler_alive(conn, at=AT + timedelta(minutes=1))
        assert not scheduler_alive(conn, at=AT + timedelta(minutes=10))
    lease.give_up(at=AT)


# -- two schedulers


def test_two_schedulers_one_works(tools: Tools) -> None:
    began: list[str] = []
    new_year = "0 0 1 1 *"  # not every minute: the test may run over the turn of one
    tick = (Tick("probe", new_year, lambda t, at: began.append("x"), "probe", at_start=True),)
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=schedule, args=(tools, stop), kwargs={"ticks": tick, "beat_seconds": 0.1}
        )
        for _ in range(2)
    ]
    for t in threads:
        t.start()
    limit = time.monotonic() + 60
    while not began and time.monotonic() < limit:
        time.sleep(0.01)
    time.sleep(1)  # the other's turn, ten beats long
    once = list(began)
    stop.set()
    for t in threads:
        t.join()
    assert len(once) == 1


_SCHEDULER = """
import sys, threading
from pathlib import Path
from cases.files.store import FileStore
from cases.jobs.scheduler import Tick, schedule
from cases.jobs.tools import Tools
from cases.models import Person
from cases.store import Store
from config import Settings
import sqlalchemy as sa
def mark(tools, at):
    with tools.store.transaction() as conn:
        conn.execute(sa.insert(Person).values(name=sys.argv[3], name_key=sys.argv[3]))
s = Settings(mode="test", var=Path(sys.argv[2]))
schedule(
    Tools(Store(sys.argv[1]), FileStore(Path(sys.argv[2])), s), threading.Event(),
    ticks=(Tick("mark", "0 0 1 1 *", mark, "mark", at_start=True),), beat_seconds=0.2,
)
"""


@pytest.mark.slow
def test_killed_scheduler_is_followed_by_the_waiting_one(tools: Tools, tmp_path: Path) -> None:
    url = tools.store.engine.url.render_as_string(hide_password=False)

    def run(name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", _SCHEDULER, url, str(tmp_path), name], cwd=ROOT
        )

    def marks(wanted: int) -> list[str]:
        limit = time.monotonic() + 40
        while True:
            with tools.store.reading() as conn:
                found = list(conn.execute(sa.text("SELECT name FROM people ORDER BY id")).scalars())
            if len(found) >= wanted or time.monotonic() > limit:
                return found
            time.sleep(0.1)

    first = run("first")
    try:
        assert marks(1) == ["first"]
        second = run("second")
        try:
            time.sleep(3)
            assert marks(1) == ["first"]
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            with tools.store.transaction() as conn:  # the term of the dead one is over
                conn.execute(sa.text("UPDATE leases SET until = 0"))
            assert marks(2) == ["first", "second"]
        finally:
            second.kill()
            second.wait()
    finally:
        first.kill()
        first.wait()


def test_faulty_tick_does_not_end_the_scheduler(tools: Tools) -> None:
    def fall(t: Tools, at: datetime) -> None:
        raise ZeroDivisionError

    run_tick(tools, Tick("fall", "* * * * *", fall, "fall"))


def test_every_tick_runs_on_an_empty_installation(tools: Tools) -> None:
    for tick in TICKS:
        tick.run(tools, AT)


# -- what the ticks do


def test_checkpoint_is_carried_outside(tools: Tools, tmp_path: Path) -> None:
    with tools.store.transaction() as conn:
        conn.execute(
            sa.insert(Account).values(
                login="audit", display="审计", admin_kind="audit_admin", mail="a@example.org",
                created_at=AT,
            )
        )  # fmt: skip
    note(tools.store, 3)
    made = checkpoint(tools, at=AT)
    assert made is not None and made.seq == 3
    assert checkpoint(tools, at=AT) is None
    assert outside_roots(tmp_path / "checkpoints") == {3: made.root}
    with tools.store.reading() as conn:
        assert newest(conn) == made
        (letter,) = conn.execute(sa.select(Outbox)).all()
    assert (letter.kind, letter.topic, letter.payload["root"]) == ("mail", "checkpoint", made.root)


def test_nightly_finds_a_chain_that_was_recomputed(tools: Tools) -> None:
    note(tools.store, 3)
    checkpoint(tools, at=AT)
    assert nightly(tools, at=AT).ok
    with tools.store.transaction() as conn:  # an administrator rewrites the checkpoint, too
        conn.execute(sa.update(Checkpoint).values(root="0" * 64))
    assert nightly(tools, at=AT).kind == "checkpoint"
    with tools.store.transaction() as conn:
        conn.execute(sa.update(JournalEntry).where(JournalEntry.seq == 2).values(action="other"))
    report = nightly(tools, at=AT)
    assert (report.ok, report.seq) == (False, 2)


def test_forget_drops_old_keys_only(tools: Tools) -> None:
    with tools.store.transaction() as conn:
        conn.execute(sa.insert(Account).values(id=1, login="a", display="a", created_at=AT))
        for key, days in (("old", 8), ("new", 6)):
            conn.execute(
                sa.insert(IdempotencyKey).values(
                    account_id=1, key=key, route="r", payload_digest="d", location="/",
                    created_at=AT - timedelta(days=days),
                )
            )  # fmt: skip
    assert forget(tools, at=AT) == 1
    with tools.store.reading() as conn:
        assert list(conn.execute(sa.select(IdempotencyKey.key)).scalars()) == ["new"]
