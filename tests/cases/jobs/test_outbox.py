"""Draining: exactly once inside the database, repeatable outside, dead letters visible."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cases.commands.outbox import DEAD, OutboxRow, post_many
from cases.jobs.outbox import MOST_ATTEMPTS, Drained, Inside, Later, Outside, Row, drain
from cases.models import Outbox, Person
from cases.queries.jobs import dead_letters, outbox_state
from cases.store import Store
from tests import forked

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def post(store: Store, *keys: str, kind: str = "k", at: datetime = AT) -> None:
    with store.transaction() as conn:
        post_many(conn, [OutboxRow(key, kind, "t", None, {"key": key}, at) for key in keys])


def name_them(conn: sa.Connection, rows: Sequence[Row], at: datetime) -> Mapping[int, Later]:
    """An effect inside the database that anybody can count."""
    if any(r.key == "bad" for r in rows):
        raise ValueError("bad row")
    made = [{"name": r.key, "name_key": r.key, "order_key": 0} for r in rows]
    conn.execute(sa.insert(Person), made)
    return {}


def named(store: Store) -> list[str]:
    with store.reading() as conn:
        return list(conn.execute(sa.select(Person.name).order_by(Person.id)).scalars())


def test_inside_is_done_once_in_order(store: Store, clock: Clock) -> None:
    post(store, "a", "b", "c")
    assert drain(store, {"k": Inside(name_them, batch=2)}, now=clock).done == 3
    assert drain(store, {"k": Inside(name_them)}, now=clock) == Drained()
    assert named(store) == ["a", "b", "c"]


def test_inside_one_bad_row_does_not_hold_up_the_others(store: Store, clock: Clock) -> None:
    post(store, "a", "bad", "c")
    sums = drain(store, {"k": Inside(name_them)}, now=clock)
    assert (sums.done, sums.failed, named(store)) == (2, 1, ["a", "c"])


def test_inside_row_finished_by_another_is_left_alone(store: Store, clock: Clock) -> None:
    post(store, "a")

    def slow(conn: sa.Connection, rows: Sequence[Row], at: datetime) -> Mapping[int, Later]:
        raise AssertionError("must not be asked")

    # a second drain claims, then the first one finishes the row before the second one commits
    from cases.jobs import outbox as module

    rows = module._claim(store, "k", AT, 10)
    clock.at = AT + timedelta(hours=1)
    assert drain(store, {"k": Inside(name_them)}, now=clock).done == 1
    module._commit_inside(store, Inside(slow), rows, clock.at, Drained())
    assert named(store) == ["a"]


def test_row_not_due_waits(store: Store, clock: Clock) -> None:
    post(store, "a", at=AT + timedelta(hours=1))
    assert drain(store, {"k": Inside(name_them)}, now=clock).claimed == 0
    clock.at = AT + timedelta(hours=2)
    assert drain(store, {"k": Inside(name_them)}, now=clock).done == 1


def test_put_off_row_uses_no_attempt(store: Store, clock: Clock) -> None:
    post(store, "a")
    until = AT + timedelta(hours=3)
    waits = Inside(lambda conn, rows, at: {r.id: Later(until) for r in rows})
    assert drain(store, {"k": waits}, now=clock).later == 1
    with store.reading() as conn:
        seen = conn.execute(sa.select(Outbox)).one()
    assert (seen.attempts, seen.available_at, seen.done_at) == (0, until, None)


def test_failing_row_becomes_a_dead_letter_after_all_attempts(store: Store, clock: Clock) -> None:
    post(store, "a")

    def never(row: Row, at: datetime) -> None:
        raise OSError("no route")

    tried = 0
    for _ in range(100):
        sums = drain(store, {"k": Outside(never)}, now=clock)
        tried += sums.claimed
        if sums.dead:
            break
        clock.at += timedelta(hours=7)
    assert tried == MOST_ATTEMPTS
    with store.reading() as conn:
        (letter,) = dead_letters(conn)
        assert (letter.attempts, letter.error) == (MOST_ATTEMPTS, "OSError: no route")
        assert outbox_state(conn, at=clock.at).dead == 1
    clock.at += timedelta(days=400)
    assert drain(store, {"k": Outside(never)}, now=clock).claimed == 0


def test_fatal_error_is_not_tried_again(store: Store, clock: Clock) -> None:
    post(store, "a")

    def no(row: Row, at: datetime) -> None:
        raise LookupError("no such mailbox")

    assert drain(store, {"k": Outside(no, fatal=(LookupError,))}, now=clock).dead == 1
    with store.reading() as conn:
        assert conn.execute(sa.select(Outbox.available_at)).scalar_one() == DEAD


def test_pauses_grow(sqlite_store: Store, clock: Clock) -> None:
    post(sqlite_store, "a")

    def never(row: Row, at: datetime) -> None:
        raise OSError

    seen = []
    for _ in range(3):
        drain(sqlite_store, {"k": Outside(never)}, now=clock)
        with sqlite_store.reading() as conn:
            due = conn.execute(sa.select(Outbox.available_at)).scalar_one()
        seen.append((due - clock.at).total_seconds())
        clock.at = due
    assert seen == [30, 120, 600]


def test_claim_that_ran_out_is_taken_again(store: Store, clock: Clock) -> None:
    post(store, "a")
    from cases.jobs import outbox as module

    assert len(module._claim(store, "k", AT, 10)) == 1
    assert drain(store, {"k": Inside(name_them)}, now=clock).claimed == 0
    clock.at = AT + module.CLAIM
    assert drain(store, {"k": Inside(name_them)}, now=clock).done == 1


def test_stop_gives_the_rest_of_the_batch_back(store: Store, clock: Clock) -> None:
    post(store, "a", "b", "c")
    sent: list[str] = []

    def send(row: Row, at: datetime) -> None:
        sent.append(row.key)

    assert drain(store, {"k": Outside(send)}, now=clock, stop=lambda: len(sent) > 0).done == 1
    with store.reading() as conn:
        waiting = conn.execute(
            sa.select(Outbox.key, Outbox.attempts, Outbox.claimed_until)
            .where(Outbox.done_at.is_(None))
            .order_by(Outbox.id)
        ).all()
    assert [tuple(w) for w in waiting] == [("b", 0, None), ("c", 0, None)]


def test_unknown_kind_waits_with_a_note(store: Store, clock: Clock) -> None:
    post(store, "a", kind="not_yet")
    assert drain(store, {"k": Inside(name_them)}, now=clock).unknown == 1
    assert drain(store, {"k": Inside(name_them)}, now=clock).unknown == 0
    with store.reading() as conn:
        seen = conn.execute(sa.select(Outbox)).one()
        assert (seen.error, seen.attempts) == ("no handler for this kind", 0)
        assert outbox_state(conn, at=AT).waiting == {"not_yet": 1}


def test_two_drains_share_the_rows(postgresql_store: Store, clock: Clock) -> None:
    import threading

    post(postgresql_store, *[f"{n:03}" for n in range(200)])
    sums: list[int] = []

    def work() -> None:
        handlers = {"k": Inside(name_them, batch=10)}
        sums.append(drain(postgresql_store, handlers, now=clock).done)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum(sums) == 200
    assert sorted(named(postgresql_store)) == [f"{n:03}" for n in range(200)]


LIFE, lived = 150, [0]


def name_some(conn: sa.Connection, rows: Sequence[Row], at: datetime) -> Mapping[int, Later]:
    """As ``name_them``, but only so much: a late kill still comes in the middle of the work."""
    lived[0] += len(rows)
    if lived[0] > LIFE:
        time.sleep(60)
    return name_them(conn, rows, at)


def keep_draining(url: str, hours: int) -> None:
    at = AT + timedelta(hours=hours)
    drain(Store(url), {"k": Inside(name_some, batch=3)}, now=lambda: at)


@pytest.mark.slow
def test_killed_drain_does_each_row_exactly_once(store: Store, clock: Clock) -> None:
    wanted = [f"{n:04}" for n in range(900)]
    post(store, *wanted)
    url = store.engine.url.render_as_string(hide_password=False)
    for start in range(4):
        drainer = forked.start(keep_draining, url, start)
        before, limit = len(named(store)), time.monotonic() + 40
        while len(named(store)) < before + 30 and drainer.is_alive() and time.monotonic() < limit:
            time.sleep(0.003)
        drainer.kill()
        drainer.join()
    assert 0 < len(named(store)) < 900
    clock.at = AT + timedelta(days=1)
    drain(store, {"k": Inside(name_them)}, now=clock)
    assert sorted(named(store)) == wanted
